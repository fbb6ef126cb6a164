"""Reads what somebody says on Telegram: messages, echoes of the business's own, pressed buttons."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from channels.telegram.attribution import attribution_of, presser
from channels.telegram.contents import read_content
from channels.telegram.customers import (
    CHANNEL,
    business_customer,
    by_channel,
    by_owner,
    customer_in,
    customer_of,
    message_key,
    moved_group,
    time_of,
)
from channels.telegram.message_shapes import HeadShape, MessageShape, is_there, read_part
from channels.telegram.service_messages import is_notice
from channels.telegram.webhook_shapes import CallbackQueryShape, UpdatePart
from inbox.arriving.inbound import InboundEvent, MessageEchoed, MessageReceived, ProviderNotice, Undeciphered
from inbox.model.content import ChoiceContent, Content, SystemContent, UnsupportedContent

_START: Final = re.compile(r"/start(?:@\w+)?\s+(\S+)")
"""How a link to the bot carries a parameter. Source: https://core.telegram.org/bots/features#deep-linking."""

_message = msgspec.json.Decoder(MessageShape)
_head = msgspec.json.Decoder(HeadShape)
_callback = msgspec.json.Decoder(CallbackQueryShape)


def read_message(part: UpdatePart) -> InboundEvent:
    """Read a new message."""
    message = read_part(part.raw, _message)
    if message is None:
        return _broken(part)
    if message.chat.type == CHANNEL:
        return ProviderNotice(topic="channel_post", raw=part.update)
    if message.migrate_to_chat_id is not None:
        return _migrated(part, message, message.chat.id, message.migrate_to_chat_id)
    if message.migrate_from_chat_id is not None:
        return _migrated(part, message, message.migrate_from_chat_id, message.chat.id)
    if by_channel(message):
        return _echo(part, message)
    attribution = attribution_of(message)
    content = read_content(message, bytes(part.raw), attribution)
    return MessageReceived(
        raw=part.update,
        customer=customer_in(message),
        provider_id=key_of(message, part),
        content=content,
        provider_at=time_of(message.date),
        reply_to=_answered(message),
        opens_window=not isinstance(content, SystemContent),
        is_notice=message.ephemeral_message_id is not None or _is_notice(content),
        group_id=message.media_group_id,
        referral=_referral(message),
        **attribution._asdict(),
    )


def _is_notice(content: Content) -> bool:
    return isinstance(content, SystemContent) and is_notice(content.code)


def read_business_message(part: UpdatePart) -> InboundEvent:
    """Read a message of an owner's own chat: of the customer, or an echo of what the owner wrote there.

    What the bot sent in the owner's name comes too: that is ours, and known.
    """
    message = read_part(part.raw, _message)
    if message is None:
        return _broken(part)
    if message.sender_business_bot is not None:
        return ProviderNotice(topic="business_message_of_bot", raw=part.update)
    return _echo(part, message) if by_owner(message) else read_message(part)


def _echo(part: UpdatePart, message: MessageShape) -> MessageEchoed:
    """Read what the business wrote in Telegram's own app."""
    return MessageEchoed(
        raw=part.update,
        customer=customer_in(message),
        provider_id=key_of(message, part),
        content=read_content(message, bytes(part.raw), attribution_of(message)),
        provider_at=time_of(message.date),
        reply_to=_answered(message),
    )


def _broken(part: UpdatePart) -> InboundEvent:
    """Keep a message whose content has no known shape, as long as it says where it came from."""
    head = read_part(part.raw, _head)
    if head is None:
        return Undeciphered(raw=part.update, reason="a message has no readable id or chat")
    connection = head.business_connection_id
    return MessageReceived(
        raw=part.update,
        customer=customer_of(head.chat) if connection is None else business_customer(head.chat, connection),
        provider_id=message_key(head.chat.id, head.message_id, connection),
        content=UnsupportedContent(reason="malformed Telegram message"),
        provider_at=time_of(head.date),
    )


def key_of(message: MessageShape, part: UpdatePart) -> str:
    """Name a message. One that only its receiver sees has no number of its own: its update tells it from others."""
    own = message_key(message.chat.id, message.message_id, message.business_connection_id)
    return own if message.ephemeral_message_id is None else f"{own}:u{part.update_id}"


def _migrated(part: UpdatePart, message: MessageShape, old: int, new: int) -> InboundEvent:
    """Read that a group became a supergroup. Both chats say so; the same id makes the second a repeat."""
    moved = moved_group(old, new, title=message.chat.title)
    return msgspec.structs.replace(moved, raw=part.update, provider_at=time_of(message.date))


def _answered(message: MessageShape) -> str | None:
    """Name the message that is answered; the message that opened a topic is answered by all in it."""
    answered = message.reply_to_message
    if answered is None or not answered.message_id or is_there(answered.forum_topic_created):
        return None
    return message_key(message.chat.id, answered.message_id, message.business_connection_id)


def _referral(message: MessageShape) -> dict[str, str]:
    """Return the parameter of the link that led the customer to the bot."""
    found = _START.match(message.text or "")
    return {"start_parameter": found[1]} if found is not None else {}


def read_callback(part: UpdatePart) -> InboundEvent:
    """Read a pressed button; Telegram waits to hear that the press arrived."""
    query = read_part(part.raw, _callback)
    if query is None:
        return Undeciphered(raw=part.update, reason="a pressed button could not be read")
    if query.message is None or query.data is None:
        return ProviderNotice(topic="callback_query", raw=part.update)
    chat = query.message.chat
    below = key_of(query.message, part)
    return MessageReceived(
        raw=part.update,
        customer=customer_in(query.message, query.from_),
        provider_id=f"{below}:c{query.id}",
        content=ChoiceContent(id=query.data, title=_title(query.message, query.data)),
        reply_to=below,
        acknowledge=query.id,
        sender=presser(chat, query.from_),
    )


def _title(message: MessageShape, data: str) -> str:
    """Find what stood on a button."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup is not None else []
    titles = (button.text for row in rows for button in row if button.callback_data == data)
    return next(titles, data)
