"""Who and where: names of people and chats, and our ids for messages.

A conversation is with a chat: in a private one that is the person, in a group it is the group.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from channels.json_repair import clean_text
from channels.telegram.update_shapes import Chat, Message, User
from inbox.arriving.inbound import Customer

PRIVATE: Final = "private"
CHANNEL: Final = "channel"
_LATEST_SECONDS: Final = 4_102_444_800
"""1 January 2100: what is later is nonsense."""
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
"""An IETF tag, as the API's `User.language_code` has it; anything else is left out."""


def customer_of(chat: Chat, writer: User | None = None) -> Customer:
    """Make a customer of a chat: its id is where answers go. Who writes in a private chat tells their language too."""
    told = writer.language_code if writer is not None and chat.type == PRIVATE else None
    language = told if told and _LANGUAGE.fullmatch(told) else None
    return Customer(external_id=str(chat.id), name=chat_name(chat), language=language)


def chat_name(chat: Chat) -> str | None:
    """Give a chat's name: a group's title, a person's names, otherwise the user name."""
    return _name(chat.title, None, None) or _name(chat.first_name, chat.last_name, chat.username)


def user_name(user: User) -> str | None:
    """Give a person's names, otherwise the user name."""
    return _name(user.first_name, user.last_name, user.username)


def speaker(message: Message) -> str | None:
    """Say who wrote in a group; None in a private chat, where the customer is known."""
    if message.chat.type == PRIVATE:
        return None
    if message.sender_chat is not None:
        return chat_name(message.sender_chat)
    return user_name(message.from_) if message.from_ is not None else None


def message_key(chat_id: int, message_id: int) -> str:
    """Give our provider's id of a message: ids of messages are unique only within their chat."""
    return f"{chat_id}:{message_id}"


def address_of(provider_id: str) -> tuple[int, int]:
    """Give chat and message that a provider's id of ours names; an event's id names its message.

    Raises:
        ValueError: It is none of ours.
    """
    chat_id, _, rest = provider_id.partition(":")
    return int(chat_id), int(rest.partition(":")[0])


def time_of(seconds: int) -> datetime | None:
    """Read Telegram's time; 0 stands for a message that can't be read any more."""
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _LATEST_SECONDS else None


def _name(first: str | None, last: str | None, username: str | None) -> str | None:
    full = " ".join(part for part in (first, last) if part) or username
    return clean_text(full).strip() or None if full else None
