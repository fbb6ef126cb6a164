"""A customer's rating of a conversation: the question's choices, and what a press of one means. Pure.

What is pressed names its conversation and the score, so that an answer is understood however late it comes.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

import msgspec

from inbox.foundation.patterns import END
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import Button, ButtonsContent, ListContent, ListRow, ListSection

SCORES: Final = (5, 4, 3, 2, 1)
"""The best first, as customers read it."""
GOOD_FROM: Final = 4
"""Who gives so much or more is satisfied, as the field counts it."""
CORRECTED_WITHIN: Final = timedelta(hours=24)
"""From the first answer on. Reports count a half hour for the last time 26 hours after its end."""
MAX_PRESSES: Final = 20
"""Of one question; who goes on pressing changes nothing any more."""
LIST_BUTTON: Final = "★ 1 – 5"
"""Opens the list: in signs, so that it needs no translation. WhatsApp takes 20 characters."""
_CHOICE: Final = re.compile(r"rating:([0-9a-f]{24}):([1-5])" + END)


class Rated(msgspec.Struct, frozen=True):
    """What a pressed choice says: the conversation, and the score that it got."""

    conversation_id: str
    score: int


class Press(msgspec.Struct, frozen=True, kw_only=True):
    """One press of a score.

    Attributes:
        id: The provider's id of the press, by which a repeat is known.
        at: When it was pressed, as far as the provider tells; otherwise when it came.
    """

    id: str
    score: int
    at: datetime


class Rating(msgspec.Struct, frozen=True, kw_only=True):
    """The question to a customer, and the answer as far as there is one.

    Attributes:
        answered_at: When the first answer came, by our clock: reports count it then.
        pressed_at: When the score that counts was pressed.
        presses: Ids of the presses that changed something, so that a repeat does not.
    """

    asked_at: datetime
    score: int | None = None
    answered_at: datetime | None = None
    pressed_at: datetime | None = None
    presses: tuple[str, ...] = ()


def choice_id(conversation_id: str, score: int) -> str:
    """Name the choice of a score: 33 bytes, of Telegram's 64."""
    return f"rating:{conversation_id}:{score}"


def read_choice(pressed: str) -> Rated | None:
    """Read the name of a choice; None where it is none of a rating."""
    found = _CHOICE.match(pressed)
    return None if found is None else Rated(found[1], int(found[2]))


def question(text: str, conversation_id: str, kind: ChannelKind) -> ButtonsContent | ListContent:
    """Make the question: buttons where a message can have five of them, otherwise a list (WhatsApp has three)."""
    choices = [(choice_id(conversation_id, score), f"{score} {'★' * score}") for score in SCORES]
    if kind is ChannelKind.WHATSAPP:
        rows = tuple(ListRow(id=id_, title=title) for id_, title in choices)
        return ListContent(text=text, button=LIST_BUTTON, sections=(ListSection(rows=rows),))
    return ButtonsContent(text=text, buttons=tuple(Button(id=id_, title=title) for id_, title in choices))


def answered(rating: Rating, press: Press, now: datetime) -> Rating:
    """Return a rating after a press; the same one where the press changes nothing.

    The press that was made last counts, for a day after the first answer. A repeat of a press is no press.
    """
    is_repeat = press.id in rating.presses or press.score == rating.score or len(rating.presses) >= MAX_PRESSES
    is_late = rating.answered_at is not None and now - rating.answered_at > CORRECTED_WITHIN
    is_older = rating.pressed_at is not None and press.at < rating.pressed_at
    if is_repeat or is_late or is_older:
        return rating
    return msgspec.structs.replace(
        rating,
        score=press.score,
        answered_at=rating.answered_at or now,
        pressed_at=press.at,
        presses=(*rating.presses, press.id),
    )
