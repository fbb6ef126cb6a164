"""What must be filled in before somebody closes a conversation, as a queue or a channel asks. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta


class CloseRequirement(StrEnum):
    """What may be asked for."""

    TOPIC = "topic"
    TAG = "tag"
    NOTE = "note"


RequiredBeforeClose = Annotated[tuple[CloseRequirement, ...], Meta(max_length=len(CloseRequirement))]


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """What a conversation has, and whether an operator has it: on others nobody may write a note (domain rule 4.4)."""

    topics: int
    tags: int
    notes: int
    is_assigned: bool


WHAT_TO_DO: Final = {
    CloseRequirement.TOPIC: ("/topics", "choose a topic: PUT /api/v1/conversations/{id}/topics"),
    CloseRequirement.TAG: ("/tags", "add a tag: PUT /api/v1/conversations/{id}/tags"),
    CloseRequirement.NOTE: ("/note", "write a note: PUT /api/v1/conversations/{id}/note"),
}
"""Where it is missing in the conversation, and how it is filled in."""


def missing(required: Iterable[CloseRequirement], filled: Filled) -> list[CloseRequirement]:
    """Return what is asked for and not there, each once, in the order of the table."""
    there = {
        CloseRequirement.TOPIC: filled.topics > 0,
        CloseRequirement.TAG: filled.tags > 0,
        CloseRequirement.NOTE: filled.notes > 0 or not filled.is_assigned,
    }
    asked = set(required)
    return [one for one in CloseRequirement if one in asked and not there[one]]
