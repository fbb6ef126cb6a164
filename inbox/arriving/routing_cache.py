"""Caches identity → open conversation in this process. A stale route is found out when the message is stored.

Only a hint. The conversation's update, conditional on `open: true`, decides.
"""

from __future__ import annotations

import msgspec
from cachetools import LRUCache

from inbox.model.channel_ref import ChannelRef

CACHED_ROUTES = 50_000
"""About 28 MB at most: some 560 bytes a route."""


class RouteKey(msgspec.Struct, frozen=True):
    """A customer's account on a channel."""

    workspace_id: str
    channel_id: str
    external_id: str


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """The open conversation of an identity and its contact."""

    conversation_id: str
    contact_id: str
    profile_name: str | None


class RoutingCache:
    """The routes that were used last."""

    def __init__(self, size: int = CACHED_ROUTES) -> None:
        self._routes: LRUCache[RouteKey, Route] = LRUCache(size)

    def get(self, key: RouteKey) -> Route | None:
        """Return the route that was last seen."""
        return self._routes.get(key)

    def put(self, key: RouteKey, route: Route) -> None:
        """Remember a route."""
        self._routes[key] = route

    def forget(self, key: RouteKey) -> None:
        """Drop a route that proved wrong."""
        self._routes.pop(key, None)


def route_key(channel: ChannelRef, external_id: str) -> RouteKey:
    """Name the place of a customer's account on a channel."""
    return RouteKey(channel.workspace_id, channel.id, external_id)
