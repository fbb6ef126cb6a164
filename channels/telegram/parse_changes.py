"""Reads what happens on Telegram to messages that were there before, and to the bot: edits, reactions, blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from channels.telegram.attribution import attribution_of
from channels.telegram.contents import read_content
from channels.telegram.customers import (
    CHANNEL,
    business_customer,
    by_channel,
    by_owner,
    customer_in,
    customer_of,
    message_key,
    time_of,
)
from channels.telegram.message_shapes import MessageShape, is_there, read_part
from channels.telegram.webhook_shapes import (
    ChecklistChangeShape,
    DeletedShape,
    MemberUpdatedShape,
    MessageReactionShape,
    ReactionTypeShape,
    UpdatePart,
)
from inbox.arriving.inbound import (
    InboundEvent,
    MessageEdited,
    MessageRevoked,
    ProviderNotice,
    ReachabilityChanged,
    ReactionChanged,
    Undeciphered,
)
from inbox.model.content import ChecklistContent

BLOCKED: Final = frozenset({"kicked", "left", "banned"})
"""What a bot is in a chat in which it can't write. Source: https://core.telegram.org/bots/api#chatmember."""
_OTHER_REACTIONS: Final = {"custom_emoji": "✨", "paid": "⭐"}
"""Stand-ins: a picture of somebody's own has no character, a paid reaction is a star in Telegram's apps too."""

_message = msgspec.json.Decoder(MessageShape)
_reaction = msgspec.json.Decoder(MessageReactionShape)
_member = msgspec.json.Decoder(MemberUpdatedShape)
_checklist_change = msgspec.json.Decoder(ChecklistChangeShape)
_deleted = msgspec.json.Decoder(DeletedShape)


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
        by_business=by_channel(message) or (message.business_connection_id is not None and by_owner(message)),
    )


def read_marked_checklist(part: UpdatePart) -> InboundEvent | None:
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
        by_business=message.business_connection_id is not None and by_owner(message),
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


def _emoji(reaction: ReactionTypeShape) -> str:
    return reaction.emoji or _OTHER_REACTIONS.get(reaction.type, "❓")


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
