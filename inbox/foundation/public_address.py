"""Addresses that tenants enter must not lead into the operator's own network.

Checked when an address is saved. A name can point elsewhere later, so whoever fetches
from tenants' addresses must check again when connecting, with `is_public`.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Final
from urllib.parse import urlsplit

RESOLVE_SECONDS: Final = 2.0


class AddressRefused(Exception):  # noqa: N818
    """The address can't be used; the message says why."""


def check_url_shape(url: str) -> str:
    """Give an http(s) URL without a slash at its end.

    Raises:
        AddressRefused: if it is no such URL, or has a user, query or fragment.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise AddressRefused("must be a URL such as https://example.com") from None
    if parts.scheme not in {"http", "https"} or not host or any(c.isspace() for c in url):
        raise AddressRefused("must be an http or https URL such as https://example.com")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise AddressRefused("must have no user, password, query or fragment")
    return url.rstrip("/")


def check_link_shape(url: str) -> None:
    """Check that a link can be fetched: http(s), with a host and no user.

    Raises:
        AddressRefused: if not.
    """
    check_url_shape(url.partition("#")[0].partition("?")[0])


def is_public(address: str) -> bool:
    """Tell whether an IP address lies outside of private, local and reserved ranges."""
    ip = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return ip.is_global and not ip.is_multicast


async def check_public_url(url: str) -> None:
    """Check that a URL's host leads only to public addresses.

    Raises:
        AddressRefused: if it is private, or its name can't be resolved.
    """
    host = urlsplit(url).hostname or ""
    try:
        async with asyncio.timeout(RESOLVE_SECONDS):
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError):
        raise AddressRefused("has a host that can't be resolved") from None
    if not all(is_public(str(entry[4][0])) for entry in found):
        raise AddressRefused("must not lead to a private address")
