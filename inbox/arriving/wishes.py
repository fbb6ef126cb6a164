"""Customers who write that they want no marketing messages, or want them again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

import msgspec

from inbox.arriving.arrivals import CAMPAIGN_ANSWERED, Arrival
from inbox.arriving.inbound import MessageReceived
from inbox.arriving.ingest_events import contact_updated
from inbox.contacts.contact_models import Marketing, OptOutSource
from inbox.contacts.opt_out_words import wish_in
from inbox.messages.views import AuthorKind, to_document
from inbox.storage.database import BlockingDatabase, Document, Session
from inbox.stream.events import Event

_MARKETING: Final = "marketing"
"""The category of templates that need the customer's consent."""
_SEEN: Final[Document] = {
    "author.kind": 1,
    "campaign_id": 1,
    "content.type": 1,
    "content.name": 1,
    "content.language": 1,
}


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What one message says about marketing.

    Attributes:
        accepts: Whether the customer takes marketing messages.
        is_certain: False for a word that says so only in answer to a marketing message.
        seq: Place of the message.
        reply_to: Our id of the message that it answers by name.
    """

    workspace_id: str
    contact_id: str
    conversation_id: str
    accepts: bool
    is_certain: bool
    seq: int
    reply_to: str | None


def wishes(arrivals: Sequence[Arrival], messages: Sequence[Document], contact_id: str) -> Iterator[Wish]:
    """Return the wishes among messages, in their order; `messages` are the documents of those that are stored."""
    contents = {a.event.provider_id: a.event.content for a in arrivals if isinstance(a.event, MessageReceived)}
    for message in messages:
        content = contents.get(message["provider_id"])
        if content is None:
            continue
        certain = wish_in(content)
        accepts = wish_in(content, after_marketing=True) if certain is None else certain
        if accepts is not None:
            yield Wish(
                workspace_id=message["workspace_id"],
                contact_id=contact_id,
                conversation_id=message["conversation_id"],
                accepts=accepts,
                is_certain=certain is not None,
                seq=message["seq"],
                reply_to=message["reply_to"],
            )


def note_wish(blocking: BlockingDatabase, wish: Wish, at: datetime, session: Session) -> Event | None:
    """Note a wish with the contact, inside a transaction; None where it turns out to be about something else."""
    own = {"_id": wish.contact_id, "workspace_id": wish.workspace_id}
    if not wish.is_certain and not _answers_marketing(blocking, wish, at, session):
        return None
    said = Marketing(accepts=wish.accepts, at=at, source=OptOutSource.KEYWORD)
    contact = blocking.contacts.find_one_and_update(
        own,
        {"$set": {"marketing": to_document(said)}, "$inc": {"version": 1}},
        session=session,
        return_document=True,
    )
    return contact_updated(wish.workspace_id, contact, at)


def _answers_marketing(blocking: BlockingDatabase, wish: Wish, at: datetime, session: Session) -> bool:
    """Return whether the last thing that the customer was told, or what they answer by name, was marketing.

    Automatic texts do not count as told. In a conversation where nobody wrote yet, the last campaign counts.
    """
    answered = _answered(blocking, wish, session)
    if answered is not None:
        return _is_marketing(blocking, wish.workspace_id, answered, session)
    contact = blocking.contacts.find_one(
        {"_id": wish.contact_id, "workspace_id": wish.workspace_id}, {"marketing_sent": 1}, session=session
    )
    sent = (contact or {}).get("marketing_sent") or []
    return bool(sent) and at - sent[-1] < CAMPAIGN_ANSWERED


def _answered(blocking: BlockingDatabase, wish: Wish, session: Session) -> Document | None:
    of_workspace = {"workspace_id": wish.workspace_id}
    if wish.reply_to is not None:
        named: Document | None = blocking.messages.find_one(
            {"_id": wish.reply_to, **of_workspace}, _SEEN, session=session
        )
        return named
    last: Document | None = blocking.messages.find_one(
        {
            "conversation_id": wish.conversation_id,
            **of_workspace,
            "seq": {"$lt": wish.seq},
            "direction": "out",
            "author.kind": {"$ne": AuthorKind.AUTO.value},
        },
        _SEEN,
        sort=[("seq", -1)],
        session=session,
    )
    return last


def _is_marketing(blocking: BlockingDatabase, workspace_id: str, message: Document, session: Session) -> bool:
    if (campaign_id := message.get("campaign_id")) is not None:
        campaign = blocking.campaigns.find_one(
            {"_id": campaign_id, "workspace_id": workspace_id}, {"frozen.category": 1}, session=session
        )
        return bool(campaign and (campaign.get("frozen") or {}).get("category") == _MARKETING)
    if message["content"]["type"] != "template":
        return False
    named = {"name": message["content"]["name"], "language": message["content"]["language"]}
    condition = {"workspace_id": workspace_id, **named, "category": _MARKETING}
    return blocking.templates.find_one(condition, {"_id": 1}, session=session) is not None
