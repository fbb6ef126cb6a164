"""Which pages may carry the widget."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

_ANY: Final = "*."
_LABELS: Final = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")
"""What a wildcard stands for: labels of a host name as browsers write them, other scripts as `xn--`.
Source: URL Standard, "Host writing"; an underscore is no letter of a host name, and browsers take it."""


def origin_allowed(origin: str | None, allowed: Collection[str], own_host: str) -> bool:
    """Return whether a page of `origin` may open a chat.

    A page of the server's own host (the try-out page) always may. A program that is no browser names no origin: it
    could name any.

    Args:
        origin: The `Origin` header; `null` is that of sandboxed pages and files.
        allowed: Origins of the channel, such as `https://shop.example` or `https://*.shop.example`.
        own_host: The `Host` that was asked for.

    Source: RFC 6454, section 6.2 (serialisation of origins); RFC 6455, section 10.2 (servers should check it).
    """
    return origin is None or origin_named(origin, allowed) or is_of_host(origin, own_host)


def origin_named(origin: str, allowed: Collection[str]) -> bool:
    """Return whether a channel names an origin: as a whole (scheme, host and port), or as a host below a wildcard."""
    return any(_fits(origin, one.rstrip("/").lower()) for one in allowed)


def _fits(origin: str, named: str) -> bool:
    """A wildcard stands for one or more labels before the rest, never for nothing; scheme and port are as named."""
    scheme, _, host = named.partition("://")
    if not host.startswith(_ANY):
        return origin == named
    start, end = f"{scheme}://", host[1:]
    below = origin.removeprefix(start).removesuffix(end)
    return origin == f"{start}{below}{end}" and _LABELS.fullmatch(below) is not None


def is_of_host(origin: str, host: str) -> bool:
    """Return whether an origin is a page of a host; False for what is no origin."""
    return origin.partition("://")[2] == host
