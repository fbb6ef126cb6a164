"""Everything that one round of a campaign writes: contacts, conversations, messages, events, marks on rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from inbox.arriving.arrivals import new_contact, new_conversation
from inbox.arriving.inbound import Customer
from inbox.contacts.joining import account_ids, names_of
from inbox.contacts.phone_aliases import phone_aliases
from inbox.contacts.uniting import MARKETING_KEPT
from inbox.conversation.moves import recorded
from inbox.messages.append import NewMessages, Touched, append, newest_place
from inbox.messages.once import once_for_recipient, once_for_retry
from inbox.messages.tallying import Change, count_changes
from inbox.messages.waiting import outbox_row
from inbox.model.authors import Author, AuthorKind
from inbox.model.channel_ref import ChannelRef
from inbox.model.close_reasons import CloseReason, close_by_rule
from inbox.sending.outgoing import Lane, outgoing_document
from inbox.storage.database import Collections, Document, Session, post
from inbox.storage.documents import (
    CampaignDocument,
    ContactDocument,
    ConversationDocument,
    MessageDocument,
    OutboxDocument,
    with_fields,
)
from inbox.storage.sequence import SequenceClock
from templates_hsm.campaigns.feed.decide import Decision, Deferred, Send, Skipped

RECORDED: Final = close_by_rule(CloseReason.CAMPAIGN)


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """What the documents of one round have in common.

    Attributes:
        times: When the message at a place, from 0, may go.
        writer: Who counts (`inbox.messages.tallying`).
        is_test: It goes to somebody of the business: nothing is counted or remembered.
    """

    now: datetime
    times: Callable[[int], datetime]
    writer: str
    is_test: bool = False


class FeedWriting:
    """Documents of one round, made before its transaction begins.

    Attributes:
        messages: What goes into the outbox.
    """

    def __init__(
        self,
        campaign: CampaignDocument,
        channel: ChannelRef,
        decisions: Sequence[Decision],
        sequence: SequenceClock,
        common: Round,
    ) -> None:
        self._campaign = campaign
        self._channel = channel
        self._decisions = decisions
        self._sequence = sequence
        self._now = common.now
        self._times = common.times
        self._is_test = common.is_test
        self._common = common
        self._of_workspace: Final[Document] = {"workspace_id": campaign["workspace_id"]}
        self._contacts: list[ContactDocument] = []
        self._closed: list[ConversationDocument] = []
        self._open_ids: list[str] = []
        self._written_to: list[str] = []
        self._last_seq = 0
        self.messages: list[MessageDocument] = []

    async def prepare(self, database: Collections) -> None:
        """Read the open conversations, and make all documents."""
        sends = [decision for decision in self._decisions if isinstance(decision, Send)]
        if not sends:
            return
        opened = await self._opened(database, sends)
        above = max((newest_place(conversation) for conversation in opened.values()), default=0)
        self._last_seq = self._sequence.reserve(len(sends), above)
        for place, send in enumerate(sends):
            contact = self._contact(send)
            external_id = _account(send, self._channel.kind)
            known = next((opened[own] for own in (external_id, *_ids(send)) if own in opened), None)
            conversation = known or self._born_closed(contact, external_id)
            self.messages.append(self._message(send, conversation, place, len(sends)))

    async def insert(self, database: Collections, session: Session) -> None:
        """Write it all inside a transaction."""
        if self.messages:
            await self._insert_sends(database, session)
        await self._mark_rows(database, session)

    async def _insert_sends(self, database: Collections, session: Session) -> None:
        if self._contacts:
            await post(database.contacts.insert_many(self._contacts, session=session))
        await self._remember(database, session)
        new = NewMessages(
            messages=self.messages, waiting=self._rows(), conversations=self._closed, touched=self._touched()
        )
        await append(database, new, at=self._now, session=session)
        changes = [Change(None, message) for message in self.messages]
        await count_changes(database, changes, writer=self._common.writer, session=session)

    async def _opened(self, database: Collections, sends: Sequence[Send]) -> Mapping[str, ConversationDocument]:
        accounts = [external_id for send in sends for external_id in _ids(send)]
        found = await database.conversations.find(
            {
                **self._of_workspace,
                "channel_id": self._channel.id,
                "identity.external_id": {"$in": accounts},
                "open": True,
            }
        ).to_list(None)
        return {conversation["identity"]["external_id"]: conversation for conversation in found}

    def _contact(self, send: Send) -> ContactDocument:
        if send.known.contact is not None:
            self._written_to.append(send.known.contact["_id"])
            return send.known.contact
        phone = send.row.phone
        contact = new_contact(self._channel, Customer(external_id=phone, aliases=phone_aliases(phone)), self._now)
        self._contacts.append(with_fields(contact, self._contact_fields() | self._consent()))
        return contact

    def _born_closed(self, contact: ContactDocument, external_id: str) -> ConversationDocument:
        """Make a conversation that never opens: lists and deadlines stay clean, the history has it."""
        beginning = recorded(RECORDED, self._channel.queue_id, at=self._now)
        conversation = new_conversation(self._channel, contact, external_id, self._now, beginning=beginning)
        conversation["campaign_id"] = self._campaign["_id"]
        self._closed.append(conversation)
        return conversation

    def _message(self, send: Send, conversation: ConversationDocument, place: int, count: int) -> MessageDocument:
        if conversation["open"]:
            self._open_ids.append(conversation["_id"])
        seq = self._last_seq - (count - 1 - place)
        author = Author(AuthorKind.CAMPAIGN, self._campaign["_id"])
        message = outgoing_document(conversation, send.content, author, seq, self._now)
        message["campaign_id"] = self._campaign["_id"]
        if self._is_test:
            return message | {"is_test": True}
        counted = {"tally": self._campaign["_id"], "recipient": send.row.key, "once": _once(send)}
        if self._campaign.get("variant") is not None:
            counted["variant"] = send.letter.value
        return with_fields(message, counted | ({"retry_of": send.row.retry_of} if send.row.retry_of else {}))

    def _rows(self) -> list[OutboxDocument]:
        times = (self._times(place) for place in range(len(self.messages)))
        return [
            outbox_row(message, lane=Lane.CAMPAIGN, at=at) for message, at in zip(self.messages, times, strict=True)
        ]

    def _contact_fields(self) -> Document:
        return {} if self._is_test else {"campaigns": {self._channel.id: self._last_campaign()}}

    def _last_campaign(self) -> Document:
        return {"id": self._campaign["_id"], "at": self._now}

    def _consent(self) -> Document:
        given = self._campaign.get("consent")
        sent = {"marketing_sent": [self._now]} if self._is_marketing else {}
        return ({"consent": given} if given and not self._is_test else {}) | sent

    @property
    def _is_marketing(self) -> bool:
        frozen = self._campaign.get("frozen")
        return bool(frozen and frozen.get("category") == "marketing") and not self._is_test

    def _touched(self) -> Touched:
        """Keep the open conversations open until the messages are in: who closes one now makes us start again."""
        workspace_id = self._campaign["workspace_id"]
        return Touched(workspace_id=workspace_id, conversation_ids=self._open_ids, seq=self._last_seq)

    async def _remember(self, database: Collections, session: Session) -> None:
        """Note with known contacts which campaign they got, so that their answer names it."""
        if not self._written_to or self._is_test:
            return
        known = {"_id": {"$in": self._written_to}, **self._of_workspace}
        update: Document = {"$set": {f"campaigns.{self._channel.id}": self._last_campaign()}}
        if self._is_marketing:
            update["$push"] = {"marketing_sent": {"$each": [self._now], "$slice": -MARKETING_KEPT}}
        await database.contacts.update_many(known, update, session=session)
        given = self._campaign.get("consent")
        if given:
            without = {**known, "consent": None}
            await database.contacts.update_many(without, {"$set": {"consent": given}}, session=session)

    async def _mark_rows(self, database: Collections, session: Session) -> None:
        marks: dict[tuple[Any, ...], list[str]] = defaultdict(list)
        for decision in self._decisions:
            match decision:
                case Skipped(row=row, reason=reason, detail=detail):
                    marks["skipped", reason.value, detail].append(row.id)
                case Deferred(row=row, due_at=due_at):
                    marks["due_at", due_at, None].append(row.id)
        for (field, value, detail), ids in marks.items():
            fields = {field: value} | ({"detail": detail} if detail else {})
            update: Document = {"$set": fields} | ({"$unset": {"due_at": ""}} if field == "skipped" else {})
            await self._update_rows(database, ids, update, session)
        waited = [d.row.id for d in self._decisions if isinstance(d, Send)]
        if waited and not self._is_test:
            condition = {"_id": {"$in": waited}, **self._of_workspace, "due_at": {"$exists": True}}
            await database.campaign_recipients.update_many(condition, {"$unset": {"due_at": ""}}, session=session)

    async def _update_rows(self, database: Collections, ids: Sequence[str], update: Document, session: Session) -> None:
        condition = {"_id": {"$in": list(ids)}, **self._of_workspace}
        await database.campaign_recipients.update_many(condition, update, session=session)


def _once(send: Send) -> list[str]:
    """Name the row and try, and what is sent again: neither may get a second message."""
    again = [once_for_retry(send.row.retry_of)] if send.row.retry_of else []
    return [once_for_recipient(send.row.key), *again]


def _account(send: Send, kind: str) -> str:
    """Return the id by which the messenger knows the customer: the number, or an alias of it for some."""
    contact = send.known.contact
    if contact is None:
        return send.row.phone
    own = (send.row.phone, *phone_aliases(send.row.phone))
    ids = [
        i["external_id"] for i in contact["identities"] if i["kind"] == kind and not set(own).isdisjoint(names_of(i))
    ]
    return str(next((i for i in ids if i in own), ids[0] if ids else send.row.phone))


def _ids(send: Send) -> list[str]:
    """Return all ids of the customer's account: the open conversation may be with any of them."""
    own = [send.row.phone, *phone_aliases(send.row.phone)]
    return own if send.known.contact is None else account_ids(send.known.contact, own)
