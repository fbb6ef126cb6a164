"""Requests of one batch: each is decided on by what was read for all, and what is accepted is stored together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from inbox.channel.connected import channel_deleted, deleted_among
from inbox.conversation.conversation_rules import ConversationFacts, check_write
from inbox.conversation.promises import Promise
from inbox.files.file_models import StoredFile
from inbox.files.named_files import named_file, with_facts
from inbox.files.uploads import files_named, keep_named
from inbox.foundation.problems import ProblemError, not_found
from inbox.foundation.structs import to_document
from inbox.messages.append import NewMessages, append, newest_place
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import Content, TemplateContent
from inbox.model.content_rules import check_outgoing
from inbox.people.access import Caller, may_see
from inbox.people.sight import placement_of
from inbox.sending.colleagues import answered_meanwhile, answered_since, settle_seen
from inbox.sending.completing import CompleteTemplates, complete_contents
from inbox.sending.direct import admit, refused_among
from inbox.sending.outgoing import NewMessage, author_of, outgoing_document, reply_row
from inbox.storage.database import Collections, Session, post
from inbox.storage.documents import ConversationDocument, Fields, IdempotencyDocument, MessageDocument, with_fields
from inbox.storage.idempotency import Answer, OnceOnly, earlier_answer, new_note
from inbox.storage.sequence import SequenceClock
from inbox.views.message_views import message_view

CheckContent = Callable[[ChannelKind, Content], None]
"""Holds a content against a channel's limits. Raises `ProblemError` (`content_invalid`)."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One message that somebody wants to send."""

    caller: Caller
    conversation_id: str
    message: NewMessage
    once: OnceOnly | None = None


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """A message that will be sent.

    Attributes:
        answer: The message as JSON, and whether an earlier request with the same key made it.
        channel_id: Whose sender to wake; None for an earlier request's message.
    """

    answer: Answer
    channel_id: str | None = None


Outcome = Accepted | ProblemError


class AcceptanceBatch:
    """Requests that are decided on together."""

    def __init__(
        self, requests: Sequence[Request], check: CheckContent, complete: CompleteTemplates, now: datetime
    ) -> None:
        self._requests = requests
        self._check = check
        self._complete = complete
        self._completed: Mapping[int, TemplateContent | ProblemError] = {}
        self._settled: dict[int, Outcome] = {}
        self._notes: list[IdempotencyDocument] = []
        self._conversations: Mapping[str, ConversationDocument] = {}
        self._deleted_channels: frozenset[str] = frozenset()
        self._refused_directly: frozenset[str] = frozenset()
        self._answered: Mapping[str, Fields] = {}
        self._files: Mapping[tuple[str, str], StoredFile] = {}
        self._first = _first_of_each_key(requests)
        self._answers: dict[int, MessageDocument] = {}
        self._guarded: frozenset[str] = frozenset()
        self.now = now
        self.last_seq = 0
        self.documents: dict[int, MessageDocument] = {}

    async def decide(self, database: Collections) -> None:
        """Read what the decisions need, and make a document for each request that is accepted."""
        await self._replay(database)
        todo = [i for i in range(len(self._requests)) if i not in self._settled and self._first.get(i, i) == i]
        asked = [self._requests[i] for i in todo]
        workspaces = list({request.caller.workspace_id for request in asked})
        ids = {request.conversation_id for request in asked}
        found = await database.conversations.find(
            {"_id": {"$in": list(ids)}, "workspace_id": {"$in": workspaces}}
        ).to_list(None)
        self._conversations = {conversation["_id"]: conversation for conversation in found}
        channel_ids = {conversation["channel_id"] for conversation in self._conversations.values()}
        self._deleted_channels = await deleted_among(database, workspaces, channel_ids)
        if any(request.message.direct_utility for request in asked):
            self._refused_directly = await refused_among(database, workspaces, channel_ids, self.now)
        self._answered = await _read_answered(database, asked, workspaces)
        named = [file_id for r in asked if (file_id := named_file(r.message.content))]
        self._files = await files_named(database, workspaces, named)
        contents = {i: (self._requests[i].conversation_id, self._requests[i].message.content) for i in todo}
        self._completed = await complete_contents(database, self._complete, contents, self._conversations)
        await self._look_for_answers(database, todo)
        for index in todo:
            try:
                self.documents[index] = self._document(index)
            except ProblemError as problem:
                self._settled[index] = problem

    async def _look_for_answers(self, database: Collections, todo: Sequence[int]) -> None:
        """Find what colleagues have answered, for the requests that say what they have seen."""
        asked = {
            i: self._conversations.get(self._requests[i].conversation_id) for i in todo if self._seen(i) is not None
        }
        looked_at = {i: conversation for i, conversation in asked.items() if conversation is not None}
        if not looked_at:
            return
        self._guarded = frozenset(conversation["_id"] for conversation in looked_at.values())
        await settle_seen(database, [self._conversations[id_] for id_ in self._guarded])
        for index, conversation in looked_at.items():
            caller, seen_seq = self._requests[index].caller, self._seen(index)
            found = await answered_since(database, conversation, caller, seen_seq or 0)
            if found is not None:
                self._answers[index] = found

    def _seen(self, index: int) -> int | None:
        return self._requests[index].message.seen_seq

    def _refuse_answered(self, index: int) -> None:
        """Refuse who has not seen a colleague's answer: a stored one, or one of this batch. Raises `ProblemError`."""
        if self._seen(index) is None:
            return
        request = self._requests[index]
        others = (self._requests[i] for i in self.documents)
        twin = any(o.conversation_id == request.conversation_id and o.caller.id != request.caller.id for o in others)
        if twin or index in self._answers:
            raise answered_meanwhile(self._answers.get(index))

    def number(self, sequence: SequenceClock) -> None:
        """Assign places to the messages: those of each conversation end with the same number (ADR 2)."""
        left = Counter(document["conversation_id"] for document in self.documents.values())
        if not left:
            return
        above = max(newest_place(self._conversations[conversation_id]) for conversation_id in left)
        self.last_seq = sequence.reserve(max(left.values()), above)
        for document in self.documents.values():
            left[document["conversation_id"]] -= 1
            document["seq"] = self.last_seq - left[document["conversation_id"]]

    def promises(self) -> list[Promise]:
        """Return a promise for each conversation, as long as it is with whom it was when we looked."""
        ids = {document["conversation_id"] for document in self.documents.values()}
        return [
            Promise(
                workspace_id=self._conversations[conversation_id]["workspace_id"],
                conversation_id=conversation_id,
                guard=self._guard(self._conversations[conversation_id]),
            )
            for conversation_id in ids
        ]

    def _guard(self, conversation: ConversationDocument) -> tuple[tuple[str, Any], ...]:
        """Make the condition under which a conversation takes the messages."""
        same_operator = ("operator_id", conversation["operator_id"])
        if conversation["_id"] not in self._guarded:
            return (same_operator,)
        return (same_operator, ("version", conversation["version"]))

    async def insert(self, database: Collections, session: Session) -> None:
        """Store messages, their events and the notes of their keys, inside a transaction."""
        self._accept()
        messages = list(self.documents.values())
        await keep_named(database, messages, session)
        if self._notes:
            await post(database.idempotency.insert_many(self._notes, session=session))
        new = NewMessages(messages=messages, waiting=[reply_row(message) for message in messages])
        await append(database, new, at=self.now, session=session)

    def outcomes(self) -> list[Outcome]:
        """Return what became of each request; one with the key of another gets what that got."""
        return [self._settled[i] if i in self._settled else self._twin(i) for i in range(len(self._requests))]

    async def _replay(self, database: Collections) -> None:
        """Answer what was asked before; forget notes that are too old."""
        keyed = {r.once.id: i for i, r in enumerate(self._requests) if r.once and self._first[i] == i}
        if not keyed:
            return
        for note in await database.idempotency.find({"_id": {"$in": list(keyed)}}).to_list(None):
            index = keyed[note["_id"]]
            once = self._requests[index].once
            try:
                answer = earlier_answer(note, once, self.now) if once else None
            except ProblemError as problem:
                self._settled[index] = problem
                continue
            if answer is not None:
                self._settled[index] = Accepted(answer=answer)
            else:
                await database.idempotency.delete_one({"_id": note["_id"], "at": note["at"]})

    def _document(self, index: int) -> MessageDocument:
        """Check a request and make its document, still without a place. Raises `ProblemError`."""
        request = self._requests[index]
        conversation = self._conversations.get(request.conversation_id)
        caller = request.caller
        if conversation is None or conversation["workspace_id"] != caller.workspace_id:
            raise not_found("conversation")
        if not may_see(caller, placement_of(conversation)):
            raise not_found("conversation")
        if conversation["channel_id"] in self._deleted_channels:
            raise channel_deleted()
        check_write(ConversationFacts.of(conversation), caller)
        check_outgoing(request.message.content)
        content = with_facts(request.message.content, self._files, caller.workspace_id)
        self._check(ChannelKind(conversation["channel_kind"]), content)
        refused = conversation["channel_id"] in self._refused_directly
        direct = admit(conversation, content, request.message.direct_utility, refused=refused, now=self.now)
        complete = self._completed.get(index, content)
        if isinstance(complete, ProblemError):
            raise complete
        self._refuse_answered(index)
        document = outgoing_document(conversation, complete, author_of(caller), 0, self.now)
        if direct is not None:
            document["direct_utility"] = to_document(direct)
        return with_fields(document, self._reply(request, conversation))

    def _reply(self, request: Request, conversation: ConversationDocument) -> Fields:
        """Name the message that is answered, in our words and the provider's."""
        reply_to = request.message.reply_to
        if reply_to is None:
            return {}
        answered = self._answered.get(reply_to)
        if answered is None or answered["workspace_id"] != request.caller.workspace_id:
            raise not_found("message in reply_to")
        if answered["channel_id"] != conversation["channel_id"] or answered["to_whom"] != conversation["contact_id"]:
            raise ProblemError("invalid_request", "The message in reply_to is of another customer or channel.")
        return {"reply_to": reply_to, "reply_to_provider_id": answered.get("provider_id")}

    def _accept(self) -> None:
        """Make the answers, and the notes that keep them."""
        self._notes = []
        for index, document in self.documents.items():
            response = msgspec.json.encode(message_view(document))
            once = self._requests[index].once
            if once is not None:
                self._notes.append(new_note(once, response, self.now))
            answer = Answer(response=response, replayed=False)
            self._settled[index] = Accepted(answer=answer, channel_id=document["channel_id"])

    def _twin(self, index: int) -> Outcome:
        first, own = self._requests[self._first[index]].once, self._requests[index].once
        outcome = self._settled[self._first[index]]
        if first is not None and own is not None and first.body_hash != own.body_hash:
            return ProblemError(
                "idempotency_conflict", "This Idempotency-Key was used with another body: take a new key."
            )
        if isinstance(outcome, Accepted):
            return Accepted(answer=msgspec.structs.replace(outcome.answer, replayed=True))
        return outcome


def _first_of_each_key(requests: Sequence[Request]) -> dict[int, int]:
    """Say for each request with a key which one in the batch was the first with it."""
    first: dict[str, int] = {}
    return {i: first.setdefault(r.once.id, i) for i, r in enumerate(requests) if r.once is not None}


async def _read_answered(
    database: Collections, requests: Sequence[Request], workspaces: Sequence[str]
) -> Mapping[str, Fields]:
    """Read the messages that requests answer, with the contact of their conversations."""
    ids = {request.message.reply_to for request in requests} - {None}
    if not ids:
        return {}
    fields = {"workspace_id": 1, "channel_id": 1, "provider_id": 1, "conversation_id": 1}
    condition = {"_id": {"$in": list(ids)}, "workspace_id": {"$in": list(workspaces)}}
    messages = await database.messages.find(condition, fields).to_list(None)
    of_conversations = {
        "_id": {"$in": list({message["conversation_id"] for message in messages})},
        "workspace_id": {"$in": list(workspaces)},
    }
    contacts = {
        c["_id"]: c["contact_id"]
        for c in await database.conversations.find(of_conversations, {"contact_id": 1}).to_list(None)
    }
    return {m["_id"]: m | {"to_whom": contacts.get(m["conversation_id"])} for m in messages}
