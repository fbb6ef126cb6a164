"""Chains of queues (`next_queue_id`), and the longest wait along them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

_SECONDS: Final = ("assigned_seconds", "unassigned_seconds")

Queues = Mapping[str, Mapping[str, Any]]


class TooSoon(msgspec.Struct, frozen=True, kw_only=True):
    """A channel whose auto-close is shorter than the longest wait of a queue on the way.

    Attributes:
        field: Of the channel's `auto_close`.
        seconds: Its value.
        max_wait_seconds: What it must exceed.
    """

    channel_name: str
    field: str
    seconds: int
    queue_id: str
    queue_name: str
    max_wait_seconds: int

    @property
    def rule(self) -> str:
        """The rule as a sentence that names channel and queue."""
        return (
            f"silent conversations of the channel {self.channel_name!r} close after {self.seconds} s "
            f"(auto_close.{self.field}); this must be longer than the longest wait in the queue "
            f"{self.queue_name!r}, {self.max_wait_seconds} s (max_wait_seconds)"
        )


def way_of(queues: Queues, queue_id: str | None) -> list[str]:
    """Return a queue and the queues that its rule moves conversations to, in order."""
    way: list[str] = []
    while queue_id is not None and queue_id in queues and queue_id not in way:
        way.append(queue_id)
        queue_id = _leads_to(queues[queue_id])
    return way


def loop_from(queues: Queues, queue_id: str) -> list[str]:
    """Return the way that leads from a queue back to it by `next_queue_id`; empty if none does."""
    way = [queue_id]
    following = queues[queue_id]["next_queue_id"]
    while following is not None and following in queues and following not in way:
        way.append(following)
        following = queues[following]["next_queue_id"]
    return [*way, queue_id] if following == queue_id else []


def closes_too_soon(channel: Mapping[str, Any], queues: Queues) -> TooSoon | None:
    """Return the first breach of the rule that auto-close exceeds each longest wait on the way (domain 5.1).

    Args:
        channel: With `name`, `queue_id` and `auto_close`.
        queues: All of the workspace, by id.
    """
    for field in _SECONDS:
        seconds = channel["auto_close"].get(field)
        for queue_id in way_of(queues, channel["queue_id"]) if seconds is not None else ():
            longest = queues[queue_id]["max_wait_seconds"]
            if longest is not None and seconds <= longest:
                return TooSoon(
                    channel_name=channel["name"],
                    field=field,
                    seconds=seconds,
                    queue_id=queue_id,
                    queue_name=queues[queue_id]["name"],
                    max_wait_seconds=longest,
                )
    return None


def first_too_soon(channels: Iterable[Mapping[str, Any]], queues: Queues) -> TooSoon | None:
    """Find the first breach among channels."""
    return next(filter(None, (closes_too_soon(channel, queues) for channel in channels)), None)


def _leads_to(queue: Mapping[str, Any]) -> str | None:
    transfers = "transfer" in (queue["on_max_wait"], queue["on_overflow"])
    following: str | None = queue["next_queue_id"]
    return following if transfers else None
