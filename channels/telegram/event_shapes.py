"""Telegram's updates around messages: presses, reactions, places of the bot. See `update_shapes` for messages.

Source: https://core.telegram.org/bots/api#update and the types below it, Bot API 10.
"""

from __future__ import annotations

import msgspec
from msgspec import Raw

from channels.telegram.update_shapes import ABSENT, Chat, Message, Number, Shape, User, Words


class CallbackQuery(Shape):
    """Somebody pressed a button."""

    id: Words
    from_: User = msgspec.field(name="from")
    message: Message | None = None
    data: Words | None = None


class ReactionType(Shape):
    """An emoji, a picture of somebody's own, or a paid star."""

    type: Words = ""
    emoji: Words = ""


class MessageReaction(Shape):
    """The reactions that one person now has on a message."""

    chat: Chat
    message_id: Number
    date: Number = 0
    user: User | None = None
    actor_chat: Chat | None = None
    new_reaction: tuple[ReactionType, ...] = ()


class Member(Shape):
    """What the bot is in a chat."""

    status: Words


class MemberUpdated(Shape):
    """The bot was let in, thrown out, blocked or unblocked."""

    chat: Chat
    new_chat_member: Member
    date: Number = 0
    from_: User | None = msgspec.field(default=None, name="from")


class Update(Shape):
    """One update: at most one of the parts is there, each read by itself."""

    update_id: Number
    message: Raw = ABSENT
    edited_message: Raw = ABSENT
    callback_query: Raw = ABSENT
    message_reaction: Raw = ABSENT
    my_chat_member: Raw = ABSENT
