"""Which accounts are groups: several people write in one conversation, and all of them read the answer."""

from __future__ import annotations

from typing import Final

from inbox.model.channel_kind import ChannelKind

WHATSAPP_GROUP: Final = "group:"
"""Before a group's id on WhatsApp, which looks like any word."""
_TELEGRAM_GROUP: Final = "-"
_ONE_PERSON_IN_IT: Final = ":d"
"""Of a channel's direct messages each thread is with one person."""


def is_group(kind: ChannelKind, external_id: str) -> bool:
    """Tell whether an account is a group, by the id under which it is kept."""
    if kind is ChannelKind.WHATSAPP:
        return external_id.startswith(WHATSAPP_GROUP)
    is_of_many = external_id.startswith(_TELEGRAM_GROUP) and _ONE_PERSON_IN_IT not in external_id
    return kind is ChannelKind.TELEGRAM and is_of_many
