"""Opt-outs and opt-ins by keyword: customers who write STOP or START."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

import msgspec

from inbox.arriving.arrivals import CAMPAIGN_ANSWERED, Arrival
from inbox.arriving.inbound import MessageReceived
from inbox.contacts.contact_models import Marketing, OptOutSource
from inbox.contacts.opt_out_words import wish_in
from inbox.foundation.structs import to_document
from inbox.model.authors import AuthorKind
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import Content, TextContent
from inbox.model.group_accounts import is_group
from inbox.storage.database import Collections, Session, UpdateOne
from inbox.storage.documents import Condition, Fields, MessageDocument

_MARKETING: Final = "marketing"
"""The category of templates that need the customer's consent."""
_SEEN: Final[Fields] = {
    "workspace_id": 1,
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


def wishes(arrivals: Sequence[Arrival], messages: Sequence[MessageDocument], contact_id: str) -> Iterator[Wish]:
    """Return the wishes among messages, in their order; `messages` are the documents of those that are stored."""
    contents = {a.event.provider_id: _own_words(a.event) for a in arrivals if isinstance(a.event, MessageReceived)}
    for message in messages:
        content = contents.get(message["provider_id"] or "")
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


def _own_words(event: MessageReceived) -> Content:
    """Return what was said, without the name that stands before it in a group of WhatsApp.

    What a member says of marketing is the group's: nobody can be left out of what all read.
    """
    content = event.content
    if not isinstance(content, TextContent) or not is_group(ChannelKind.WHATSAPP, event.customer.external_id):
        return content
    return TextContent(text=content.text.removeprefix(f"{event.sender}:\n"))


def noted_wish(wish: Wish, at: datetime) -> UpdateOne:
    """Return the update that stores a wish with the contact."""
    said = Marketing(accepts=wish.accepts, at=at, source=OptOutSource.KEYWORD)
    return UpdateOne(
        {"_id": wish.contact_id, "workspace_id": wish.workspace_id},
        {"$set": {"marketing": to_document(said)}, "$inc": {"version": 1}},
    )


async def those_meant(database: Collections, wished: Sequence[Wish], at: datetime, session: Session) -> list[Wish]:
    """Leave out keywords that answer something else, inside a transaction and in few statements.

    An uncertain word counts where the last thing that the customer was told, or what they answer by name, was
    marketing. Automatic texts do not count as told. In a conversation where nobody wrote yet, the last campaign counts.
    """
    doubtful = [wish for wish in wished if not wish.is_certain]
    if not doubtful:
        return list(wished)
    answered = await _answered(database, doubtful, session)
    marketing = await _marketing_among(database, list(answered.values()), session)
    untold = [wish for wish in doubtful if _answer_of(wish) not in answered]
    campaigned = await _lately_in_a_campaign(database, untold, at, session)

    def is_meant(wish: Wish) -> bool:
        told = answered.get(_answer_of(wish))
        return told["_id"] in marketing if told is not None else wish.contact_id in campaigned

    return [wish for wish in wished if wish.is_certain or is_meant(wish)]


def _answer_of(wish: Wish) -> str:
    """Name what a wish answers: a message, otherwise what was said last in the conversation."""
    return wish.reply_to or wish.conversation_id


async def _answered(database: Collections, doubtful: Sequence[Wish], session: Session) -> dict[str, MessageDocument]:
    """Read what wishes answer, by what `_answer_of` calls it."""
    workspaces = {"workspace_id": {"$in": list({wish.workspace_id for wish in doubtful})}}
    named = [wish.reply_to for wish in doubtful if wish.reply_to is not None]
    found: dict[str, MessageDocument] = {}
    if named:
        messages = await database.messages.find({"_id": {"$in": named}, **workspaces}, _SEEN, session=session).to_list(
            None
        )
        found |= {message["_id"]: message for message in messages}
    others = [wish for wish in doubtful if wish.reply_to is None]
    if others:
        conversations = {"_id": {"$in": [wish.conversation_id for wish in others]}, **workspaces}
        last = _last_told(max(wish.seq for wish in others))
        told = await database.conversations.aggregate([{"$match": conversations}, last], session=session).to_list(None)
        found |= {conversation["_id"]: conversation["told"][0] for conversation in told if conversation["told"]}
    return found


def _last_told(before_seq: int) -> Condition:
    """Look up what people or campaigns last said in conversations."""
    return {
        "$lookup": {
            "from": "messages",
            "localField": "_id",
            "foreignField": "conversation_id",
            "pipeline": [
                {
                    "$match": {
                        "seq": {"$lt": before_seq},
                        "direction": "out",
                        "author.kind": {"$ne": AuthorKind.AUTO.value},
                    }
                },
                {"$sort": {"seq": -1}},
                {"$limit": 1},
                {"$project": _SEEN},
            ],
            "as": "told",
        }
    }


async def _marketing_among(
    database: Collections, messages: Sequence[MessageDocument], session: Session
) -> frozenset[str]:
    """Return the ids of those messages that were marketing: of a campaign, or a template sent by itself."""
    of_campaigns = [m for m in messages if m.get("campaign_id") is not None]
    templates = [m for m in messages if m.get("campaign_id") is None and m["content"]["type"] == "template"]
    workspaces = {"workspace_id": {"$in": list({m["workspace_id"] for m in messages})}}
    marketing: set[str] = set()
    if of_campaigns:
        wanted = {"_id": {"$in": [m["campaign_id"] for m in of_campaigns]}, **workspaces, "frozen.category": _MARKETING}
        campaigns = {c["_id"] for c in await database.campaigns.find(wanted, {"_id": 1}, session=session).to_list(None)}
        marketing |= {m["_id"] for m in of_campaigns if m["campaign_id"] in campaigns}
    if templates:
        sent = {**workspaces, "name": {"$in": [m["content"]["name"] for m in templates]}, "category": _MARKETING}
        found = await database.templates.find(
            sent, {"workspace_id": 1, "name": 1, "language": 1}, session=session
        ).to_list(None)
        known = {(t["workspace_id"], t["name"], t["language"]) for t in found}
        marketing |= {
            m["_id"] for m in templates if (m["workspace_id"], m["content"]["name"], m["content"]["language"]) in known
        }
    return frozenset(marketing)


async def _lately_in_a_campaign(
    database: Collections, wished: Sequence[Wish], at: datetime, session: Session
) -> frozenset[str]:
    """Return the contacts that got marketing so lately that they may answer it."""
    if not wished:
        return frozenset()
    wanted = {
        "_id": {"$in": [wish.contact_id for wish in wished]},
        "workspace_id": {"$in": list({wish.workspace_id for wish in wished})},
    }
    found = await database.contacts.find(wanted, {"marketing_sent": 1}, session=session).to_list(None)
    return frozenset(
        c["_id"] for c in found if c.get("marketing_sent") and at - c["marketing_sent"][-1] < CAMPAIGN_ANSWERED
    )
