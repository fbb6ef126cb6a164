"""Telegram's updates around messages: presses, reactions, places of the bot. See `message_shapes` for messages.

Source: https://core.telegram.org/bots/api#update and the types below it, Bot API 10.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from msgspec import Raw

from channels.telegram.message_shapes import ABSENT, ChatShape, MessageShape, Number, Shape, UserShape, Words


class CallbackQueryShape(Shape):
    """Somebody pressed a button."""

    id: Words
    from_: UserShape = msgspec.field(name="from")
    message: MessageShape | None = None
    data: Words | None = None


class ReactionTypeShape(Shape):
    """An emoji, a picture of somebody's own, or a paid star."""

    type: Words = ""
    emoji: Words = ""


class MessageReactionShape(Shape):
    """The reactions that one person now has on a message."""

    chat: ChatShape
    message_id: Number
    date: Number = 0
    new_reaction: tuple[ReactionTypeShape, ...] = ()


class MemberShape(Shape):
    """What the bot is in a chat."""

    status: Words


class MemberUpdatedShape(Shape):
    """The bot was let in, thrown out, blocked or unblocked."""

    chat: ChatShape
    new_chat_member: MemberShape
    date: Number = 0
    from_: UserShape | None = msgspec.field(default=None, name="from")


class ChecklistChangeShape(Shape):
    """Tasks of a checklist were marked or added; the checklist as it is now, where Telegram has it."""

    checklist_message: MessageShape | None = None


class DeletedShape(Shape):
    """Messages of a business chat that somebody deleted: the owner or the customer."""

    business_connection_id: Words
    chat: ChatShape
    message_ids: tuple[Number, ...] = ()


class UpdateShape(Shape):
    """One update: at most one of the parts is there, each read by itself."""

    update_id: Number
    message: Raw = ABSENT
    edited_message: Raw = ABSENT
    callback_query: Raw = ABSENT
    message_reaction: Raw = ABSENT
    my_chat_member: Raw = ABSENT
    business_message: Raw = ABSENT
    edited_business_message: Raw = ABSENT
    deleted_business_messages: Raw = ABSENT


class UpdatePart(NamedTuple):
    """A part of an update.

    Attributes:
        raw: The part alone.
        update: The whole update, which is kept.
        update_id: Grows with each update of a bot; a repeated update has the same.
    """

    raw: Raw
    update: bytes
    update_id: int
