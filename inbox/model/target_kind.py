"""Which answer a target is for."""

from __future__ import annotations

from enum import StrEnum


class TargetKind(StrEnum):
    """The first answer of a conversation, or one of those after it."""

    FIRST_ANSWER = "first_answer"
    NEXT_ANSWER = "next_answer"
