"""WhatsApp's customer service window as a rule over times.

Source: WhatsApp Cloud API, messages/send-messages, 23 Apr 2026: 24 hours from each message
of the user. How long a click-to-WhatsApp advertisement makes all free is about price only, and told by the provider.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from inbox.model.channel_kind import ChannelKind

REPLY_WINDOW = timedelta(hours=24)

WINDOWED_KINDS = frozenset({ChannelKind.WHATSAPP})
"""Kinds of channel that limit when a business may write freely."""


def window_end(provider_at: datetime | None, now: datetime) -> datetime:
    """Return the end of the window that a customer's message opens.

    It is counted from the provider's time; a time in the future, or none, counts as now.
    """
    return time_or(provider_at, now) + REPLY_WINDOW


def may_write_freely(kind: ChannelKind, expires_at: datetime | None, now: datetime) -> bool:
    """Tell whether free text may be sent: always, except outside of a windowed channel's window."""
    return kind not in WINDOWED_KINDS or (expires_at is not None and now < expires_at)


def time_or(provider_at: datetime | None, now: datetime) -> datetime:
    """Return the provider's time; one in the future, or none, is now."""
    return now if provider_at is None else min(provider_at, now)
