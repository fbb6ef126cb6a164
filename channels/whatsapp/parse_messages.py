"""Reads one message or echo into the value that says what happened, and what led the customer here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
from msgspec import Raw

from channels.json_repair import clean_text, decode_or_repair
from channels.whatsapp.contents import malformed, read_content
from channels.whatsapp.customers import ItemScope, customer_of, group_of
from channels.whatsapp.message_shapes import ContextShape, HeadShape, MessageShape, SystemShape
from channels.whatsapp.webhook_shapes import time_of
from channels.words_before import bounded, with_words_before
from inbox.arriving.inbound import (
    Customer,
    IdentityChanged,
    InboundEvent,
    MessageEchoed,
    MessageEdited,
    MessageReceived,
    MessageRevoked,
    ReactionChanged,
    Undeciphered,
)

_UNNAMED = "somebody"
"""Meta does not say whose words are passed on."""
_SILENT_KINDS = frozenset({"system", "request_welcome"})
"""Kinds in which nobody wrote: they open no window."""
NOTICE = "system"
"""What Meta tells of a customer's account. The customer's own first look into a chat (`request_welcome`) is none."""
_NUMBER_CHANGES = frozenset({"user_changed_number", "customer_changed_number"})
_IDENTITY_CHANGES = _NUMBER_CHANGES | {"user_changed_user_id"}

_ASKED_FOR: Final = "contact_request"
_DIGITS: Final = frozenset("0123456789")
MAX_FACTS: Final = 32
"""Meta has a dozen."""
MAX_FACT_CHARS: Final = 2_048
"""As long as the longest addresses that browsers take."""

_message = msgspec.json.Decoder(MessageShape)
_head = msgspec.json.Decoder(HeadShape)


class _Item(NamedTuple):
    """A message with what the readers of special kinds need besides.

    Attributes:
        before: Lines that stand before its words: who of a group wrote them.
    """

    message: MessageShape
    customer: Customer
    raw: bytes
    account_key: str | None
    by_business: bool
    before: Sequence[str]


def read_message(raw: Raw, scope: ItemScope) -> InboundEvent:
    """Read an item of `messages`: the customer did something."""
    message = decode_or_repair(raw, _message)
    if message is None:
        return _broken(raw, scope, by_business=False)
    phone = message.from_ or _shared_phone(message)
    customer = scope.contacts.customer(phone, message.from_user_id, message.from_parent_user_id)
    customer = customer or _told_of(message.system)
    if customer is None:
        return _nameless(raw, scope)
    writer, group = customer, group_of(message.group_id) if message.type != NOTICE else None
    customer = group or writer
    before = [f"{_spoken(writer)}:"] if group else []
    special = _SPECIAL.get(message.type)
    if special is not None:
        event = special(_Item(message, customer, bytes(raw), scope.account_key, by_business=False, before=before))
        if event is not None:
            return event
    return MessageReceived(
        account_key=scope.account_key,
        raw=bytes(raw),
        customer=customer,
        provider_id=message.id,
        content=bounded(with_words_before(read_content(message), before)),
        provider_at=time_of(message.timestamp),
        reply_to=message.context.id if message.context is not None else None,
        opens_window=message.type not in _SILENT_KINDS,
        is_notice=message.type == NOTICE,
        referral=referral_of(message),
        forwarded_from=_UNNAMED if message.context is not None and _is_forwarded(message.context) else None,
        sender=_spoken(writer) if group else None,
    )


def read_echo(raw: Raw, scope: ItemScope) -> InboundEvent:
    """Read an item of `message_echoes`: the business did something in its own phone app."""
    message = decode_or_repair(raw, _message)
    if message is None:
        return _broken(raw, scope, by_business=True)
    customer = scope.contacts.customer(message.to, message.to_user_id, message.to_parent_user_id)
    if customer is None:
        return _nameless(raw, scope)
    item = _Item(message, customer, bytes(raw), scope.account_key, by_business=True, before=())
    special = _SPECIAL.get(message.type)
    return (special(item) if special is not None else None) or MessageEchoed(
        account_key=item.account_key,
        raw=item.raw,
        customer=customer,
        provider_id=message.id,
        content=read_content(message),
        provider_at=time_of(message.timestamp),
        reply_to=message.context.id if message.context is not None else None,
    )


def _shared_phone(message: MessageShape) -> str | None:
    """Return the phone number that a customer was asked for and has shared; None where this shares none.

    Source: business-scoped-user-ids, 29 Jun 2026 (`contacts[].origin`).
    """
    own = (card for card in message.contacts or () if card.origin == _ASKED_FOR)
    phones = (phone.wa_id or phone.phone or "" for card in own for phone in card.phones or ())
    digits = ("".join(char for char in phone if char in _DIGITS) for phone in phones)
    return next((one for one in digits if one), None)


def _spoken(writer: Customer) -> str:
    """Name who wrote in a group; a phone number is nobody's name."""
    return writer.name or _UNNAMED.capitalize()


def _told_of(system: SystemShape | None) -> Customer | None:
    """Return whom a system message is about that names its customer nowhere else: by the old ids, else the new ones.

    Source: business-scoped-user-ids, 29 Jun 2026 (system messages come without `contacts`).
    """
    if system is None:
        return None
    old = customer_of(None, system.previous_user_id, parent_id=system.previous_parent_user_id)
    return old or customer_of(system.wa_id, system.user_id, parent_id=system.parent_user_id)


def _is_forwarded(context: ContextShape) -> bool:
    return bool(context.forwarded or context.frequently_forwarded)


def _reaction(item: _Item) -> InboundEvent | None:
    reaction = item.message.reaction
    if reaction is None:
        return None
    return ReactionChanged(
        account_key=item.account_key,
        raw=item.raw,
        customer=item.customer,
        provider_id=item.message.id,
        target=reaction.message_id,
        emoji=reaction.emoji or "",
        provider_at=time_of(item.message.timestamp),
        by_business=item.by_business,
    )


def _edit(item: _Item) -> InboundEvent | None:
    edit = item.message.edit
    if edit is None:
        return None
    return MessageEdited(
        account_key=item.account_key,
        raw=item.raw,
        customer=item.customer,
        provider_id=item.message.id,
        target=edit.original_message_id,
        content=bounded(with_words_before(read_content(edit.message), item.before)),
        provider_at=time_of(item.message.timestamp),
        by_business=item.by_business,
    )


def _revoke(item: _Item) -> InboundEvent | None:
    revoke = item.message.revoke
    if revoke is None:
        return None
    return MessageRevoked(
        account_key=item.account_key,
        raw=item.raw,
        customer=item.customer,
        provider_id=item.message.id,
        target=revoke.original_message_id,
        provider_at=time_of(item.message.timestamp),
        by_business=item.by_business,
    )


def _identity_change(item: _Item) -> InboundEvent | None:
    """Read a new phone or a new business-scoped id; any other system message is shown as one.

    Source: changelog, 11 Aug 2026; `new_wa_id` is the name before Graph 12.
    """
    system = item.message.system
    if system is None or system.type not in _IDENTITY_CHANGES:
        return None
    new_phone = system.wa_id or system.new_wa_id
    if system.type in _NUMBER_CHANGES and not new_phone:
        return None
    now = customer_of(new_phone, system.user_id, item.customer.name, parent_id=system.parent_user_id)
    previous = str(item.message.from_ or system.previous_user_id or item.customer.external_id)
    if now is None or now.external_id == previous:
        return None
    return IdentityChanged(
        account_key=item.account_key,
        raw=item.raw,
        customer=now,
        previous=previous,
        provider_id=item.message.id,
        text=system.body,
        provider_at=time_of(item.message.timestamp),
    )


_SPECIAL: dict[str, Callable[[_Item], InboundEvent | None]] = {
    "reaction": _reaction,
    "edit": _edit,
    "revoke": _revoke,
    "system": _identity_change,
}
"""Kinds that are not simply a content. None from one of them: show what came as a message."""


def _broken(raw: Raw, scope: ItemScope, *, by_business: bool) -> InboundEvent:
    """Keep a message whose content has no known shape, as long as it says who sent it."""
    head = decode_or_repair(raw, _head)
    if head is None:
        return Undeciphered(
            account_key=scope.account_key, raw=bytes(raw), reason="a message has no readable id or sender"
        )
    phone, user_id = (head.to, head.to_user_id) if by_business else (head.from_, head.from_user_id)
    person, group = scope.contacts.customer(phone, user_id), group_of(head.group_id)
    customer = group or person
    if customer is None:
        return _nameless(raw, scope)
    kind = MessageEchoed if by_business else MessageReceived
    event = kind(
        account_key=scope.account_key,
        raw=bytes(raw),
        customer=customer,
        provider_id=head.id,
        content=malformed(head.type),
        provider_at=time_of(head.timestamp),
    )
    if group is None or person is None or not isinstance(event, MessageReceived):
        return event
    return msgspec.structs.replace(event, sender=_spoken(person))


def _nameless(raw: Raw, scope: ItemScope) -> Undeciphered:
    return Undeciphered(account_key=scope.account_key, raw=bytes(raw), reason="a message names no customer")


def referral_of(message: MessageShape) -> dict[str, str]:
    """Return what led the customer here; empty where a message names nothing."""
    product = message.context.referred_product if message.context is not None else None
    return _facts({**(message.referral or {}), **(product or {})})


def _facts(told: Mapping[str, object]) -> dict[str, str]:
    """Take the facts that are words; of a part with several (`welcome_message`) the one that can be read."""
    facts: dict[str, str] = {}
    for name, value in list(told.items())[:MAX_FACTS]:
        word = _word(value.get("text", value.get("id"))) if isinstance(value, dict) else _word(value)
        if word:
            facts[clean_text(name)[:MAX_FACT_CHARS]] = word
    return facts


def _word(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return clean_text(str(value))[:MAX_FACT_CHARS]
