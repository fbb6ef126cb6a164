"""Who handed a conversation on and to whom, read from the log of its moves. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from inbox.conversation.routing_notes import RoutingRule
from inbox.people.access import CallerKind
from inbox.storage.documents import RoutingNoteDocument

_OPERATOR: Final = f"{CallerKind.OPERATOR.value}:"


class HandedOn(NamedTuple):
    """One transfer.

    Attributes:
        by: The operator who made it; None for a program.
        from_queue: Where the conversation was, as far as the log says.
        to_queue, to_operator: Where it went: one of them.
    """

    by: str | None
    from_queue: str | None
    to_queue: str | None
    to_operator: str | None


def handed_on(log: Sequence[RoutingNoteDocument]) -> Iterator[HandedOn]:
    """Return the transfers in a log."""
    queue: str | None = None
    for note in log:
        if note["rule"] == RoutingRule.TRANSFER.value:
            by = note["by"].removeprefix(_OPERATOR) if note["by"].startswith(_OPERATOR) else None
            to_operator = note["operator_id"]
            yield HandedOn(by, queue, None if to_operator else note["queue_id"], to_operator)
        queue = note["queue_id"] or queue
