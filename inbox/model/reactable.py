"""In which chats of a messenger with reactions nobody can react."""

from __future__ import annotations

from typing import Final

from inbox.model.channel_kind import ChannelKind
from inbox.model.group_accounts import is_group

_OF_BUSINESS: Final = ":b"
"""In a Telegram chat's id: a business account's own chat, in which the bot answers for its owner."""


def may_react(kind: ChannelKind, external_id: str) -> bool:
    """Tell whether a chat takes reactions, by the id under which its account is kept.

    WhatsApp's groups take none (groups, 16 Jun 2026); Telegram's bots have no method for a business account's chats.
    """
    if kind is ChannelKind.WHATSAPP:
        return not is_group(kind, external_id)
    return kind is not ChannelKind.TELEGRAM or _OF_BUSINESS not in external_id
