"""Which pages may carry the widget."""

from __future__ import annotations

from collections.abc import Collection


def origin_allowed(origin: str | None, allowed: Collection[str], own_host: str) -> bool:
    """Return whether a page of `origin` may open a chat.

    An origin is compared as a whole: scheme, host and port; there are no wildcards. A page of the server's own
    host (the try-out page) always may. A program that is no browser names no origin: it could name any.

    Args:
        origin: The `Origin` header; `null` is that of sandboxed pages and files.
        allowed: Origins of the channel, such as `https://shop.example`.
        own_host: The `Host` that was asked for.

    Source: RFC 6454, section 6.2 (serialisation of origins); RFC 6455, section 10.2 (servers should check it).
    """
    if origin is None or origin in {one.rstrip("/").lower() for one in allowed}:
        return True
    return is_of_host(origin, own_host)


def is_of_host(origin: str, host: str) -> bool:
    """Return whether an origin is a page of a host; False for what is no origin."""
    return origin.partition("://")[2] == host
