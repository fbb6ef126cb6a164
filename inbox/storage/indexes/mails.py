"""Indexes of mails to the people of a workspace."""

from __future__ import annotations

from typing import Final

from inbox.storage.indexes.index import DAY_SECONDS, DUE, Index, Table

MAIL_KEEP_SECONDS: Final = 4 * DAY_SECONDS
"""A day after the last try: where no worker ever looked, what nobody waits for any more goes."""
REQUEST_KEEP_SECONDS: Final = 3600
"""Likewise: whoever waits for a mail for an hour has asked again."""
_ASKED_BY: Final = "inbox.people.mails"

MAILS: Final[Table] = {
    "mail_servers": (),
    "mails": (
        Index("due", "due_at", _ASKED_BY, {"due_at": DUE}),
        Index("next", "workspace_id due_at", _ASKED_BY, {"workspace_id": "w", "due_at": DUE}),
        Index("expiry", "at", _ASKED_BY, keep_seconds=MAIL_KEEP_SECONDS),
    ),
    "password_requests": (Index("expiry", "at", _ASKED_BY, keep_seconds=REQUEST_KEEP_SECONDS),),
}
