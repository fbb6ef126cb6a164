"""Reads Telegram's updates: bytes in, values out, no I/O.

The update is read strictly first; what the strict reader refuses is repaired and read again. A part that stays
unreadable becomes `Undeciphered`, and is answered 200 all the same: repeated, it would be no better.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import msgspec
from msgspec import Raw

from channels.contract import WebhookRejectedError
from channels.json_repair import JSON_FAULTS, repaired
from channels.telegram.attribution import attribution_of, presser
from channels.telegram.contents import read_content
from channels.telegram.customers import (
    CHANNEL,
    business_customer,
    customer_in,
    customer_of,
    message_key,
    moved_group,
    time_of,
)
from channels.telegram.message_shapes import (
    HeadShape,
    MessageShape,
    is_there,
    read_part,
)
from channels.telegram.service_messages import is_notice
from channels.telegram.webhook_shapes import (
    CallbackQueryShape,
    ChecklistChangeShape,
    DeletedShape,
    MemberUpdatedShape,
    MessageReactionShape,
    ReactionTypeShape,
    UpdateShape,
)
from inbox.arriving.inbound import (
    InboundEvent,
    MessageEchoed,
    MessageEdited,
    MessageReceived,
    MessageRevoked,
    ProviderNotice,
    ReachabilityChanged,
    ReactionChanged,
    Undeciphered,
)
from inbox.model.content import ChecklistContent, ChoiceContent, Content, SystemContent, UnsupportedContent

_START: Final = re.compile(r"/start(?:@\w+)?\s+(\S+)")
"""How a link to the bot carries a parameter. Source: https://core.telegram.org/bots/features#deep-linking."""
BLOCKED: Final = frozenset({"kicked", "left", "banned"})
"""What a bot is in a chat in which it can't write. Source: https://core.telegram.org/bots/api#chatmember."""
_OTHER_REACTIONS: Final = {"custom_emoji": "✨", "paid": "⭐"}
"""Stand-ins: a picture of somebody's own has no character, a paid reaction is a star in Telegram's apps too."""

_CHECKLIST: Final = b'"checklist_tasks_'
_NUL: Final = re.compile(rb"\\u0000")
_update = msgspec.json.Decoder(UpdateShape)
_names = msgspec.json.Decoder(dict[str, Raw])
_message = msgspec.json.Decoder(MessageShape)
_head = msgspec.json.Decoder(HeadShape)
_callback = msgspec.json.Decoder(CallbackQueryShape)
_reaction = msgspec.json.Decoder(MessageReactionShape)
_member = msgspec.json.Decoder(MemberUpdatedShape)
_checklist_change = msgspec.json.Decoder(ChecklistChangeShape)
_deleted = msgspec.json.Decoder(DeletedShape)


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


def parse_update(body: bytes) -> Sequence[InboundEvent]:
    """Turn an update into values: mostly one, since Telegram sends one update a call.

    Args:
        body: Raw bytes of a caller whose secret token has been checked.

    Raises:
        WebhookRejectedError: 400 when it is not JSON or not Telegram's envelope.

    Source: https://core.telegram.org/bots/api#update.
    """
    try:
        data = repaired(body) if _NUL.search(body) else body
        update = _update.decode(data)
    except JSON_FAULTS:
        update = _read_repaired(body)
    for name, reader in READERS.items():
        raw: Raw = getattr(update, name)
        if is_there(raw):
            part = UpdatePart(raw, body, update.update_id)
            marked = _marked_checklist(part) if _CHECKLIST in bytes(raw) else None
            return [_read_alone(reader, part), *([marked] if marked is not None else [])]
    if is_there(update.deleted_business_messages):
        return read_deletions(UpdatePart(update.deleted_business_messages, body, update.update_id))
    return [ProviderNotice(topic=_topic(body), raw=body)]


def _read_alone(read: Callable[[UpdatePart], InboundEvent], part: UpdatePart) -> InboundEvent:
    """Read a part; one that its reader was not made for is kept, and stops no update after it."""
    try:
        return read(part)
    except Exception as error:
        return Undeciphered(raw=part.update, reason=f"its reader failed: {type(error).__name__}")


def parse_again(raw: bytes) -> Sequence[InboundEvent]:
    """Read an update that was kept as a dead letter."""
    try:
        return parse_update(raw)
    except WebhookRejectedError:
        return [Undeciphered(raw=raw, reason="still not understood")]


def _read_repaired(body: bytes) -> UpdateShape:
    try:
        return _update.decode(repaired(body))
    except JSON_FAULTS:
        raise WebhookRejectedError(400, "Not an update of Telegram's: expected JSON with `update_id`.") from None


def _topic(body: bytes) -> str:
    """Name the part of an update that is about no customer."""
    try:
        names = _names.decode(repaired(body)).keys() - {"update_id"} - READERS.keys()
    except JSON_FAULTS:
        return "unknown"
    return min(names, default="empty")[:64]


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
    if _by_channel(message):
        return _echo(part, message)
    attribution = attribution_of(message)
    content = read_content(message, bytes(part.raw), attribution)
    return MessageReceived(
        raw=part.update,
        customer=customer_in(message),
        provider_id=_key(message, part),
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
    return _echo(part, message) if _by_owner(message) else read_message(part)


def _echo(part: UpdatePart, message: MessageShape) -> MessageEchoed:
    """Read what the business wrote in Telegram's own app."""
    return MessageEchoed(
        raw=part.update,
        customer=customer_in(message),
        provider_id=_key(message, part),
        content=read_content(message, bytes(part.raw), attribution_of(message)),
        provider_at=time_of(message.date),
        reply_to=_answered(message),
    )


def read_deletions(part: UpdatePart) -> Sequence[InboundEvent]:
    """Read that messages of a business chat were deleted; Telegram does not say by whom."""
    deleted = read_part(part.raw, _deleted)
    if deleted is None:
        return [Undeciphered(raw=part.update, reason="deletions could not be read")]
    customer = business_customer(deleted.chat, deleted.business_connection_id)
    keys = [message_key(deleted.chat.id, one, deleted.business_connection_id) for one in deleted.message_ids]
    return [
        MessageRevoked(raw=part.update, customer=customer, provider_id=f"{key}:d{part.update_id}", target=key)
        for key in keys
    ]


def _marked_checklist(part: UpdatePart) -> InboundEvent | None:
    """Read how a checklist is after tasks were marked or added, beside the line that says so."""
    message = read_part(part.raw, _message)
    if message is None or message.sender_business_bot is not None:
        return None
    told = message.checklist_tasks_done if is_there(message.checklist_tasks_done) else message.checklist_tasks_added
    change = read_part(told, _checklist_change)
    after = change.checklist_message if change is not None else None
    content = read_content(after, b"{}", attribution_of(after)) if after is not None else None
    if after is None or not isinstance(content, ChecklistContent):
        return None
    target = message_key(after.chat.id, after.message_id, message.business_connection_id)
    return MessageEdited(
        raw=part.update,
        customer=customer_in(message),
        provider_id=f"{target}:e{part.update_id}",
        target=target,
        content=content,
        provider_at=time_of(message.date),
        by_business=message.business_connection_id is not None and _by_owner(message),
    )


def _by_owner(message: MessageShape) -> bool:
    """Return whether the owner of a business account wrote: in a private chat the chat's id is the customer's."""
    return message.from_ is not None and message.from_.id != message.chat.id


def _by_channel(message: MessageShape) -> bool:
    """Return whether somebody of the channel answered a person in its direct messages."""
    direct, writer = message.direct_messages_topic, message.from_
    return direct is not None and direct.user is not None and writer is not None and writer.id != direct.user.id


def read_edit(part: UpdatePart) -> InboundEvent:
    """Read an edited message: its new text, caption or file, or the next point of a live location."""
    message = read_part(part.raw, _message)
    if message is None:
        return Undeciphered(raw=part.update, reason="an edited message could not be read")
    if message.chat.type == CHANNEL:
        return ProviderNotice(topic="edited_channel_post", raw=part.update)
    if message.ephemeral_message_id is not None:
        return ProviderNotice(topic="edited_ephemeral_message", raw=part.update)
    target = message_key(message.chat.id, message.message_id, message.business_connection_id)
    return MessageEdited(
        raw=part.update,
        customer=customer_in(message),
        provider_id=f"{target}:e{part.update_id}",
        target=target,
        content=read_content(message, bytes(part.raw), attribution_of(message)),
        provider_at=time_of(message.edit_date or message.date),
        by_business=_by_channel(message) or (message.business_connection_id is not None and _by_owner(message)),
    )


def read_callback(part: UpdatePart) -> InboundEvent:
    """Read a pressed button; Telegram waits to hear that the press arrived."""
    query = read_part(part.raw, _callback)
    if query is None:
        return Undeciphered(raw=part.update, reason="a pressed button could not be read")
    if query.message is None or query.data is None:
        return ProviderNotice(topic="callback_query", raw=part.update)
    chat = query.message.chat
    below = _key(query.message, part)
    return MessageReceived(
        raw=part.update,
        customer=customer_in(query.message, query.from_),
        provider_id=f"{below}:c{query.id}",
        content=ChoiceContent(id=query.data, title=_title(query.message, query.data)),
        reply_to=below,
        acknowledge=query.id,
        sender=presser(chat, query.from_),
    )


def read_reaction(part: UpdatePart) -> InboundEvent:
    """Read a reaction to a message; none at all takes it back."""
    reaction = read_part(part.raw, _reaction)
    if reaction is None:
        return Undeciphered(raw=part.update, reason="a reaction could not be read")
    target = message_key(reaction.chat.id, reaction.message_id)
    return ReactionChanged(
        raw=part.update,
        customer=customer_of(reaction.chat),
        provider_id=f"{target}:r{part.update_id}",
        target=target,
        emoji="".join(_emoji(one) for one in reaction.new_reaction),
        provider_at=time_of(reaction.date),
    )


def read_member(part: UpdatePart) -> InboundEvent:
    """Read that a customer blocked or unblocked the bot, or that a group let it in or threw it out."""
    change = read_part(part.raw, _member)
    if change is None:
        return Undeciphered(raw=part.update, reason="a change of the bot's place could not be read")
    if change.chat.type == CHANNEL:
        return ProviderNotice(topic="my_chat_member", raw=part.update)
    return ReachabilityChanged(
        raw=part.update,
        customer=customer_of(change.chat),
        provider_id=f"{change.chat.id}:m{part.update_id}",
        reachable=change.new_chat_member.status not in BLOCKED,
        provider_at=time_of(change.date),
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


def _key(message: MessageShape, part: UpdatePart) -> str:
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


def _title(message: MessageShape, data: str) -> str:
    """Find what stood on a button."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup is not None else []
    titles = (button.text for row in rows for button in row if button.callback_data == data)
    return next(titles, data)


def _emoji(reaction: ReactionTypeShape) -> str:
    return reaction.emoji or _OTHER_REACTIONS.get(reaction.type, "❓")


READERS: Final[dict[str, Callable[[UpdatePart], InboundEvent]]] = {
    "message": read_message,
    "edited_message": read_edit,
    "callback_query": read_callback,
    "message_reaction": read_reaction,
    "my_chat_member": read_member,
    "business_message": read_business_message,
    "edited_business_message": read_edit,
}
"""The parts that are about a customer, and who reads them; an update with any other part is a notice."""

DELETIONS: Final = "deleted_business_messages"
CONNECTIONS: Final = "business_connection"
"""Kept raw: whether the bot may still answer for an owner shows with the next send."""
NOTICES: Final = (
    "guest_message",
    "purchased_paid_media",
    "managed_bot",
    "subscription",
    "stopped_message_generation",
)
"""Kept raw and counted: a guest message is of a chat that the bot is not in, the others are about no message here."""
ALLOWED_UPDATES: Final = (*READERS, DELETIONS, CONNECTIONS, *NOTICES)
"""What we ask Telegram for. Reactions come only if asked for. Source: setWebhook, `allowed_updates`."""
