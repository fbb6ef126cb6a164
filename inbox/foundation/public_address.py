"""Refuses addresses entered by tenants that lead into the installation's own network.

Checked when an address is saved. A name can point elsewhere later, so whoever fetches
from tenants' addresses must check again when connecting, with `is_public` (`channels/public_connections.py`).
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final
from urllib.parse import urlsplit

RESOLVE_SECONDS: Final = 2.0

_REFUSED_V4: Final = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # carrier-grade NAT
            "127.0.0.0/8",  # this machine
            "169.254.0.0/16",  # link-local: the clouds' metadata
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments: one cloud's metadata is at 192.0.0.192
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # relays of 6to4
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/3",  # multicast, reserved, broadcast
        ),
    )
)
"""Source: IANA IPv4 Special-Purpose Address Registry; listed here since Python's own list differs among versions."""
_PUBLIC_V6: Final = IPv6Network("2000::/3")
"""The only part of IPv6 from which public addresses are given. Source: IANA IPv6 Global Unicast Address Assignments."""
_REFUSED_V6: Final = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments, Teredo among them, which carries an IPv4 address
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4, which carries an IPv4 address
            "3fff::/20",  # documentation
        ),
    )
)
_CARRIES_V4: Final = tuple(
    map(
        IPv6Network,
        (
            "::ffff:0:0/96",  # IPv4-mapped
            "64:ff9b::/96",  # NAT64: IPv6-only machines reach all of IPv4 by it, so that it can't be refused whole
        ),
    )
)
"""What such an address leads to is its last 32 bits. Source: RFC 4291, 2.5.5.2; RFC 6052, 2.1."""
_V4_BITS: Final = 0xFFFF_FFFF


class AddressRefusedError(Exception):
    """An address was refused; the message says why."""


def check_url_shape(url: str) -> str:
    """Return an http(s) URL without a slash at its end.

    Raises:
        AddressRefusedError: if it is no such URL, or has a user, query or fragment.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise AddressRefusedError("must be a URL such as https://example.com") from None
    if parts.scheme not in {"http", "https"} or not host or any(c.isspace() for c in url):
        raise AddressRefusedError("must be an http or https URL such as https://example.com")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise AddressRefusedError("must have no user, password, query or fragment")
    return url.rstrip("/")


def check_link_shape(url: str) -> None:
    """Check that a link can be fetched: http(s), with a host and no user.

    Raises:
        AddressRefusedError: if not.
    """
    check_url_shape(url.partition("#")[0].partition("?")[0])


def is_public(address: str) -> bool:
    """Tell whether an IP address lies outside of private, local, reserved and tunnelled ranges."""
    ip = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(ip, IPv6Address) and any(ip in network for network in _CARRIES_V4):
        ip = IPv4Address(int(ip) & _V4_BITS)
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _REFUSED_V4)
    return ip in _PUBLIC_V6 and not any(ip in network for network in _REFUSED_V6)


async def check_public_url(url: str) -> None:
    """Check that a URL's host leads only to public addresses.

    Raises:
        AddressRefusedError: if it is private, or its name can't be resolved.
    """
    host = urlsplit(url).hostname or ""
    try:
        async with asyncio.timeout(RESOLVE_SECONDS):
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError):
        raise AddressRefusedError("has a host that can't be resolved") from None
    if not all(is_public(str(entry[4][0])) for entry in found):
        raise AddressRefusedError("must not lead to a private address")
