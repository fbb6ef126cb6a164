"""Held replies: written while the window is closed, sent when the customer answers the template that went out.

The text waits in the thread as `held`. When the customer writes, it is moved behind what they wrote, into
whatever conversation they have open then, and becomes `queued`; that is one conditional change in a transaction,
so it happens once whoever tries. What nobody answered becomes `failed: held_expired`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from typing import Final

from inbox.channel.connected import check_connected
from inbox.conversation.control import check_control
from inbox.conversation.conversation_reading import visible_conversation
from inbox.conversation.conversation_rules import ConversationFacts, check_write
from inbox.files.uploads import keep_named
from inbox.foundation.clock import Clock
from inbox.foundation.problems import ProblemError
from inbox.foundation.structs import to_document
from inbox.messages.append import NewMessages, append, newest_place, touch, touched
from inbox.messages.message_reading import visible_message
from inbox.messages.waiting import held_row, outbox_row
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import Content, TemplateContent
from inbox.model.provider_error import ProviderError
from inbox.model.reply_window import may_write_freely
from inbox.model.statuses import MessageStatus
from inbox.people.access import Caller
from inbox.sending.outgoing import Lane, author_of, outgoing_document, reply_row
from inbox.storage.database import Database, Session
from inbox.storage.documents import Condition, ConversationDocument, Fields, HeldReplyDocument, with_fields
from inbox.storage.isolation import Isolated
from inbox.storage.sequence import SequenceClock
from inbox.stream.events import write_events
from inbox.views.message_views import MessageView, message_view
from inbox.views.telling import message_updated

HELD_FOR: Final = timedelta(hours=72)
"""After three days the answer is rarely to this question any more."""
LOOKED_AT: Final = 300
"""Held replies in one look, so that one look stays short. More wait for the next one."""
EXPIRED: Final = ProviderError(
    code="held_expired",
    explanation="The customer did not answer the template within 72 hours. Send another template, or write anew.",
)
WITHDRAWN: Final = ProviderError(code="withdrawn", explanation="The reply was withdrawn before the customer answered.")


class HeldReplies:
    """Holds, withdraws, releases and ends held replies."""

    def __init__(self, database: Database, clock: Clock, sequence: SequenceClock) -> None:
        self._database = database
        self._clock = clock
        self._sequence = sequence
        self._after: tuple[datetime, str] | None = None
        self._saw_all = False
        """Whether the last look saw all of them."""
        self._answered = Isolated("held_answered")
        self._expired = Isolated("held_expired")

    async def hold(
        self, caller: Caller, conversation_id: str, content: Content, template: TemplateContent, *, session: Session
    ) -> MessageView:
        """Send a template and hold a reply until the customer answers; return the reply.

        Where one is held already, it is not asked for twice: no further template goes out.

        Raises:
            ProblemError: `not_found`, `conversation_closed`, `not_assigned`, `not_in_control`; `conflict` if the window
                is open.
        """
        conversation = await visible_conversation(self._database, caller, conversation_id, session=session)
        await check_connected(self._database, conversation, session=session)
        check_write(ConversationFacts.of(conversation), caller)
        now = self._clock.now()
        check_control(conversation, now)
        if _is_open(conversation, now):
            raise ProblemError("conflict", "The customer has written: send it without a template.")
        asked = await self._is_holding(conversation, session)
        contents: list[Content] = [content] if asked else [template, content]
        last = self._sequence.reserve(len(contents), newest_place(conversation))
        documents = [
            outgoing_document(conversation, one, author_of(caller), last - len(contents) + place, now)
            for place, one in enumerate(contents, 1)
        ]
        documents[-1] |= {"status": MessageStatus.HELD.value, "held_until": now + HELD_FOR}
        new = NewMessages(
            messages=documents,
            waiting=[reply_row(document) for document in documents[:-1]],
            held=[held_row(documents[-1])],
            touched=touched(conversation, last, now),
        )
        await keep_named(self._database, documents, session)
        await append(self._database, new, at=now, session=session)
        return message_view(documents[-1])

    async def withdraw(self, caller: Caller, message_id: str, *, session: Session) -> bool:
        """Take a held reply back; False if it is not held (any more). Raises `ProblemError` as `hold`."""
        message = await visible_message(self._database, caller, message_id, session=session)
        if message["status"] != MessageStatus.HELD.value:
            return False
        conversation = await visible_conversation(self._database, caller, message["conversation_id"], session=session)
        if conversation["open"]:
            check_write(ConversationFacts.of(conversation), caller)
        now = self._clock.now()
        fields = {**_failed(WITHDRAWN), "deleted_at": now}
        return await self._end([message["_id"]], fields, now, session) > 0

    async def release_answered(self) -> frozenset[str]:
        """Queue held replies of customers who have answered, across all workspaces; return the channels to wake.

        Looks at some of them, and at the others when it is called again.
        """
        held = await self._next_held()
        contact_of, conversations = await self._open_conversations(held)

        async def release(row: HeldReplyDocument) -> list[str]:
            target = _target(row, contact_of.get(row["conversation_id"]), conversations)
            if target is None:
                return []
            work = partial(self._release, row["_id"], row["workspace_id"], target)
            return [str(row["channel_id"])] if await self._database.transaction(work) else []

        return frozenset(chain.from_iterable(await self._answered.each(held, release)))

    async def end_expired(self) -> int:
        """Fail what was held for too long, across all workspaces; return how many."""
        now = self._clock.now()
        overdue = self._expired.among({"held_until": {"$lte": now}})
        found = await self._database.held_replies.find(overdue).limit(LOOKED_AT).to_list(None)

        async def expire(some: Sequence[HeldReplyDocument]) -> int:
            ids = [row["_id"] for row in some]
            return await self._database.transaction(lambda session: self._end(ids, _failed(EXPIRED), now, session))

        return sum(await self._expired.together(found, expire))

    async def next_end(self) -> datetime | None:
        """Return when the first held reply has waited too long, of all workspaces; now while a look saw only some."""
        if not self._saw_all:
            return self._clock.now()
        first = await self._database.held_replies.find_one({}, {"held_until": 1}, sort=[("held_until", 1)])
        return None if first is None else first["held_until"]

    async def _end(self, message_ids: Sequence[str], fields: Fields, now: datetime, session: Session) -> int:
        """End those that are still held, and tell of each."""
        await self._database.held_replies.delete_many({"_id": {"$in": list(message_ids)}}, session=session)
        still = {"_id": {"$in": list(message_ids)}, "status": MessageStatus.HELD.value}
        found = await self._database.messages.find(still, {"raw": 0}, session=session).to_list(None)
        if found:
            await self._database.messages.update_many(still, {"$set": fields}, session=session)
            events = [message_updated(with_fields(message, fields), now) for message in found]
            await write_events(self._database, events, at=now, session=session)
        return len(found)

    async def _is_holding(self, conversation: ConversationDocument, session: Session) -> bool:
        held = {
            "workspace_id": conversation["workspace_id"],
            "channel_id": conversation["channel_id"],
            "conversation_id": conversation["_id"],
        }
        found = await self._database.held_replies.find_one(held, {"_id": 1}, session=session)
        return found is not None

    async def _next_held(self) -> list[HeldReplyDocument]:
        """Read the next held replies in the order of their ends; after the last one the first comes again."""
        condition: Condition = {"held_until": {"$gt": self._clock.now()}}
        if self._after is not None:
            until, last_id = self._after
            later = [{"held_until": {"$gt": until}}, {"held_until": until, "_id": {"$gt": last_id}}]
            condition = {"$and": [condition, {"$or": later}]}
        found = self._database.held_replies.find(condition).sort([("held_until", 1), ("_id", 1)])
        held = await found.limit(LOOKED_AT).to_list(None)
        full = len(held) == LOOKED_AT
        self._saw_all = self._after is None and not full
        self._after = (held[-1]["held_until"], held[-1]["_id"]) if full else None
        return held

    async def _open_conversations(
        self, held: Sequence[HeldReplyDocument]
    ) -> tuple[Mapping[str, str], Sequence[ConversationDocument]]:
        """Return the contacts of held replies' conversations, and what these have open inside of the window."""
        if not held:
            return {}, []
        ids = list({row.get("conversation_id") for row in held})
        workspaces = list({row.get("workspace_id") for row in held})
        of_held = {"_id": {"$in": ids}, "workspace_id": {"$in": workspaces}}
        places = await self._database.conversations.find(of_held, {"contact_id": 1}).to_list(None)
        contact_of = {place["_id"]: place["contact_id"] for place in places if "contact_id" in place}
        condition = {
            "workspace_id": {"$in": workspaces},
            "contact_id": {"$in": list(contact_of.values())},
            "open": True,
            "window_expires_at": {"$gt": self._clock.now()},
        }
        fields = {"workspace_id": 1, "contact_id": 1, "channel_id": 1, "identity": 1}
        return contact_of, await self._database.conversations.find(condition, fields).to_list(None)

    async def _release(self, message_id: str, workspace_id: str, conversation_id: str, session: Session) -> bool:
        """Queue one held reply in a conversation that is open; False if another was first."""
        now = self._clock.now()
        of_workspace = {"workspace_id": workspace_id}
        message = await self._database.messages.find_one(
            {"_id": message_id, **of_workspace, "status": MessageStatus.HELD.value}, {"raw": 0}, session=session
        )
        conversation = await self._database.conversations.find_one(
            {"_id": conversation_id, **of_workspace, "open": True}, session=session
        )
        if message is None:  # it is not held any more: its row is left over
            await self._database.held_replies.delete_one({"_id": message_id, **of_workspace}, session=session)
        if message is None or conversation is None or not _is_open(conversation, now):
            return False
        seq = self._sequence.next(newest_place(conversation))
        fields = {
            "status": MessageStatus.QUEUED.value,
            "conversation_id": conversation_id,
            "seq": seq,
            "to": conversation["identity"]["external_id"],
        }
        queued = with_fields(message, fields)
        await touch(self._database, touched(conversation, seq, now), session)
        await self._database.messages.update_one({"_id": message_id, **of_workspace}, {"$set": fields}, session=session)
        await self._database.held_replies.delete_one({"_id": message_id, **of_workspace}, session=session)
        row = outbox_row(queued, lane=Lane.REPLY, at=now)
        await self._database.outbox.insert_one(row, session=session)
        await write_events(self._database, [message_updated(queued, now)], at=now, session=session)
        return True


def _target(
    held: HeldReplyDocument, contact_id: str | None, conversations: Iterable[ConversationDocument]
) -> str | None:
    """Choose the conversation on the same channel with the same contact, by preference of the same account."""
    place = (held["workspace_id"], held["channel_id"], contact_id)
    fields = ("workspace_id", "channel_id", "contact_id")
    fitting = [c for c in conversations if tuple(c.get(field) for field in fields) == place]
    fitting.sort(key=lambda conversation: conversation["identity"]["external_id"] != held["to"])
    return fitting[0]["_id"] if fitting else None


def _is_open(conversation: ConversationDocument, now: datetime) -> bool:
    return may_write_freely(ChannelKind(conversation["channel_kind"]), conversation.get("window_expires_at"), now)


def _failed(error: ProviderError) -> Fields:
    return {"status": MessageStatus.FAILED.value, "error": to_document(error)}
