"""Where a customer's next message goes: identity → open conversation, remembered by this process.

Only a hint. The conversation's update, conditional on `open: true`, decides.
"""

from __future__ import annotations

from collections import OrderedDict

import msgspec

from inbox.model.channel_ref import ChannelRef

CACHED_ROUTES = 50_000
"""About 20 MB at most: some 400 bytes a route."""


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
    """Least recently used routes fall out."""

    def __init__(self, size: int = CACHED_ROUTES) -> None:
        self._size = size
        self._routes: OrderedDict[RouteKey, Route] = OrderedDict()

    def get(self, key: RouteKey) -> Route | None:
        """Return the route that was last seen."""
        route = self._routes.get(key)
        if route is not None:
            self._routes.move_to_end(key)
        return route

    def put(self, key: RouteKey, route: Route) -> None:
        """Remember a route."""
        self._routes[key] = route
        self._routes.move_to_end(key)
        if len(self._routes) > self._size:
            self._routes.popitem(last=False)

    def forget(self, key: RouteKey) -> None:
        """Drop a route that proved wrong."""
        self._routes.pop(key, None)


def route_key(channel: ChannelRef, external_id: str) -> RouteKey:
    """Name the place of a customer's account on a channel."""
    return RouteKey(channel.workspace_id, channel.id, external_id)
