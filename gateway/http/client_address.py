"""Whose request it is: the address that limits are counted by. Pure, but for the class that remembers a warning.

A forwarded address counts only as far as it was written by a proxy that the settings name: everybody can send such a
header.

Source: RFC 7239, 8.1 ("the header field ... cannot be relied upon to be correct"); X-Forwarded-For as in
https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Forwarded-For (read 2026-11).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from typing import Final

import structlog
from aiohttp import web

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

HEADER: Final = "X-Forwarded-For"
SIGNS_OF_A_PROXY: Final = (HEADER, "Forwarded", "X-Real-IP", "Via")
HOME_PREFIX_BITS: Final = 64
"""What one home or one office has of IPv6: who owns it can take any address in it.

Source: RFC 6177, 2 ("a site ... at least a single /64").
"""
log = structlog.get_logger(__name__)


def read_address(text: str | None) -> Address | None:
    """Read an address, with or without a port or brackets; one of IPv4 inside of IPv6 is one of IPv4."""
    bare = (text or "").strip().strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def client_of(peer: Address | None, forwarded: Iterable[str], trusted: Sequence[Network]) -> Address | None:
    """Return the client: the address nearest to us that is no proxy of ours.

    Args:
        peer: Who connected.
        forwarded: The values of `X-Forwarded-For`; each proxy adds the address it saw at the end.
        trusted: Our proxies. Without them the peer is the client.
    """
    client = peer
    for text in reversed([one for header in forwarded for one in header.split(",")]):
        if not is_among(client, trusted):
            break
        named = read_address(text)
        if named is None:
            break
        client = named
    return client


def is_among(address: Address | None, networks: Sequence[Network]) -> bool:
    """Tell whether an address is in one of the networks."""
    return address is not None and any(address in network for network in networks)


def counted_as(address: Address | None) -> str:
    """Return under which name an address is counted: one of IPv6 with all of its home's."""
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, HOME_PREFIX_BITS), strict=False))
    return str(address or "")


class ClientAddresses:
    """Tells the address of a request by the settings, and once that they may lack a proxy."""

    def __init__(self, trusted: Sequence[Network]) -> None:
        self._trusted = trusted
        self._warned = False

    def address(self, request: web.BaseRequest) -> Address | None:
        """Return the client's address; None where nobody knows it."""
        peer, forwarded = read_address(request.remote), request.headers.getall(HEADER, ())
        if forwarded and not self._warned and not is_among(peer, self._trusted):
            self._warned = True
            log.warning("forwarded addresses are ignored: GATEWAY_TRUSTED_PROXIES does not name who sends them")
        return client_of(peer, forwarded, self._trusted)

    def name(self, request: web.BaseRequest) -> str:
        """Return under which name the client's address is counted."""
        return counted_as(self.address(request))

    def is_proxy(self, peer: str | None) -> bool:
        """Tell whether a peer is one of our proxies."""
        return is_among(read_address(peer), self._trusted)

    def is_this_machine(self, request: web.BaseRequest) -> bool:
        """Tell whether a program on this machine asks, and not somebody else through a proxy on it."""
        address = self.address(request)
        passed_on = any(name in request.headers for name in SIGNS_OF_A_PROXY)
        if passed_on and not (HEADER in request.headers and self.is_proxy(request.remote)):
            return False
        return address is not None and address.is_loopback
