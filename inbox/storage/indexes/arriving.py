"""Indexes of what arrives and of what is told: events, dead letters, notices, repeated requests."""

from __future__ import annotations

from typing import Final

from inbox.storage.indexes.index import DAY_SECONDS, DUE, Index, Table

EVENT_KEEP_SECONDS: Final = DAY_SECONDS
IDEMPOTENCY_KEEP_SECONDS: Final = DAY_SECONDS
EARLY_EVENT_KEEP_SECONDS: Final = 30 * DAY_SECONDS
"""Meta gives up on an undelivered message after 30 days (about-the-platform, 5 Dec 2025): no status comes later."""
DEAD_LETTER_KEEP_SECONDS: Final = 90 * DAY_SECONDS
"""Time to notice them, to bring out a version that understands them, and to install it; each takes up to 8 kB."""
REPLAYED_KEEP_SECONDS: Final = 7 * DAY_SECONDS
"""What a replayed dead letter said is stored; for a week one can see that it was."""
NOTICE_KEEP_SECONDS: Final = 30 * DAY_SECONDS
"""Whoever heeds notices reads the provider's own state at least once an hour: an older one says nothing new."""
HANDLED_KEEP_SECONDS: Final = 7 * DAY_SECONDS
"""A notice that was heeded only explains why something changed."""

ARRIVING: Final[Table] = {
    "events": (Index("expiry", "at", "inbox.stream.events", keep_seconds=EVENT_KEEP_SECONDS),),
    "early_events": (
        Index(
            "by_message",
            "workspace_id channel_id provider_id",
            "inbox.arriving.early",
            {"workspace_id": "w", "channel_id": "c", "provider_id": {"$in": ["p", "q"]}},
        ),
        Index("expiry", "at", "inbox.arriving.early", keep_seconds=EARLY_EVENT_KEEP_SECONDS),
    ),
    "idempotency": (Index("expiry", "at", "inbox.storage.idempotency", keep_seconds=IDEMPOTENCY_KEEP_SECONDS),),
    "dead_letters": (
        Index("newest", "workspace_id -_id", "inbox.arriving.dead_letter_reading", {"workspace_id": "w"}),
        Index("item_once", "workspace_id key", "inbox.arriving.dead_letters", unique=True),
        Index(
            "of_channel",
            "workspace_id channel_id at",
            "inbox.retention.keeper",
            {"workspace_id": "w", "channel_id": "c", "at": DUE},
        ),
        Index(
            "usual_expiry",
            "at",
            "inbox.arriving.dead_letters",
            partial={"kept": None},
            keep_seconds=DEAD_LETTER_KEEP_SECONDS,
        ),
        Index(
            "replayed_expiry", "replayed_at", "inbox.arriving.dead_letter_reading", keep_seconds=REPLAYED_KEEP_SECONDS
        ),
    ),
    "notices": (
        Index(
            "to_handle",
            "topic _id",
            "templates_hsm.sync.template_accounts",
            {"topic": {"$in": ["t", "u"]}, "handled_at": None},
            partial={"handled_at": None},
        ),
        Index("item_once", "workspace_id key", "inbox.arriving.dead_letters", unique=True),
        Index("expiry", "at", "inbox.arriving.dead_letters", keep_seconds=NOTICE_KEEP_SECONDS),
        Index(
            "handled_expiry", "handled_at", "templates_hsm.sync.template_accounts", keep_seconds=HANDLED_KEEP_SECONDS
        ),
    ),
}
