"""How long what came over a channel is kept. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

FEWEST_DAYS: Final = 8
"""Meta repeats a webhook that was not answered for 7 days: a repeat of what is deleted would be a new message.

Source: webhooks/create-webhook-endpoint, 21 Apr 2026.
"""
MOST_DAYS: Final = 100 * 366
DEAD_LETTER_DAYS: Final = 90
"""As MongoDB does it where no channel says otherwise (`inbox.storage.indexes.arriving`)."""

KeptDays = Annotated[int, Meta(ge=FEWEST_DAYS, le=MOST_DAYS)] | Literal["never"]
"""After so many days something is deleted, or never."""


class Retention(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """After how many days what came over a channel is deleted; `never` keeps it.

    Messages, files and raw payloads are counted from the close of their conversation: an open one keeps everything.

    Attributes:
        messages_days: The words of closed conversations: messages with their files and raw payloads, and notes.
            That there was a conversation, when, with whom and about which topics, stays.
        files_days: Files of messages whose words stay.
        raw_days: What the provider sent behind a message, of messages whose words stay.
        dead_letters_days: What could not be read, counted from its arrival.
    """

    messages_days: KeptDays = "never"
    files_days: KeptDays = "never"
    raw_days: KeptDays = "never"
    dead_letters_days: Annotated[int, Meta(ge=1, le=MOST_DAYS)] | Literal["never"] = DEAD_LETTER_DAYS


def older_than(days: int | str, now: datetime) -> datetime | None:
    """Return the time up to which something is deleted; None for `never`."""
    return None if isinstance(days, str) else now - timedelta(days=days)
