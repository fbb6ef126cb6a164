"""Turns due cues into messages, each once: message and removal of the cue are one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, cast

import msgspec
import structlog

from inbox.conversation.control import is_others
from inbox.conversation.conversation_changes import Change, change_conversations
from inbox.foundation.clock import Clock
from inbox.foundation.structs import to_document
from inbox.messages.append import newest_place
from inbox.messages.safe_templates import TextRefusedError
from inbox.model.channel_kind import CHARGED_KINDS, ChannelKind
from inbox.model.content import OutgoingContent, TextContent
from inbox.model.conversation_state import ConversationState
from inbox.model.deadlines import Silence, deadline, silent_since
from inbox.model.group_accounts import is_group
from inbox.model.occasions import Occasion
from inbox.model.ratings import Rating, question
from inbox.sending.automatic_messages import automatic_message, join_text, store_automatic
from inbox.storage.database import Collections, Database, Session
from inbox.storage.documents import (
    ChannelDocument,
    ContactDocument,
    ConversationDocument,
    CueDocument,
    MessageDocument,
    QueueDocument,
    WorkspaceDocument,
    WorkspaceSettingsDocument,
)
from inbox.storage.sequence import SequenceClock
from inbox.storage.setting_apart import in_halves, is_unavailable_or_transient
from inbox.stream.events import EventType
from inbox.views.conversation_views import snoozed_until
from queueing.texts.auto_reply_facts import AutoReplyFacts, rating_id, returning_id
from queueing.texts.auto_reply_memory import Memory, store_memories
from queueing.texts.auto_reply_rules import ORDER, Circumstances, TextVerdict, judge
from queueing.texts.languages import Translation, choose_translation, wait_in_words
from queueing.texts.rating_rules import is_worth_asking, pause
from queueing.texts.text_rendering import Values, render_text, variables_in

AT_ONCE: Final = 100
ASK_AGAIN: Final = timedelta(seconds=1)
DEFAULT_SPACING_SECONDS: Final = 3600
DEFAULT_LANGUAGE: Final = "en"

_log = structlog.get_logger()


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch of cues.

    Attributes:
        handled: Cues that were taken; 0 when none is due.
        channel_ids: Channels that have texts to send now.
    """

    handled: int
    channel_ids: frozenset[str] = frozenset()


class _Part(msgspec.Struct, frozen=True):
    """One text that a cue may give: two to a customer who returns, or whom a close asks for a score."""

    cue_id: str
    occasion: Occasion


class AutoReplies:
    """Turns due cues into messages; safe to run in many processes at once."""

    def __init__(self, database: Database, clock: Clock, sequence: SequenceClock) -> None:
        self._database = database
        self._clock = clock
        self._sequence = sequence

    async def speak_due(self) -> Spoken:
        """Take the oldest due cues of all workspaces.

        Whoever takes the same cues at the same time starts again and finds them gone. A cue that can't be dealt
        with is found by halving, reported and dropped.
        """
        due = {"due_at": {"$lte": self._clock.now()}}
        found = self._database.cues.find(due, {"due_at": 1, "conversation_id": 1}).sort("due_at", 1).limit(AT_ONCE)
        cues = await found.to_list(None)
        ids = [cue["_id"] for cue in cues]
        if len(cues) == AT_ONCE:
            ids += await self._of_the_same_moment(cues[-1], ids)
        channel_ids = await self._speak(ids) if ids else frozenset()
        return Spoken(handled=len(ids), channel_ids=channel_ids)

    async def _of_the_same_moment(self, last: CueDocument, taken: Sequence[str]) -> list[str]:
        """Find the other cues of a conversation's moment, of which the limit may have cut some off."""
        same = {"due_at": last["due_at"], "conversation_id": last["conversation_id"], "_id": {"$nin": list(taken)}}
        return [cue["_id"] async for cue in self._database.cues.find(same, {"_id": 1}).limit(len(Occasion))]

    async def next_due(self) -> datetime | None:
        """Return when the first cue is due, of all workspaces."""
        first = await self._database.cues.find_one({}, {"due_at": 1}, sort=[("due_at", 1)])
        return None if first is None else first["due_at"]

    async def _speak(self, ids: Sequence[str]) -> frozenset[str]:
        """Speak on some cues; return the channels that have texts to send."""
        halved = await in_halves(ids, self._speak_together, no_fault=is_unavailable_or_transient)
        for (cue_id,), error in halved.failed:
            _log.error("an automatic text was given up", cue_id=cue_id, exc_info=error)
            await self._database.cues.delete_one({"_id": cue_id})
        return frozenset().union(*(channel_ids for _, channel_ids in halved.done))

    async def _speak_together(self, ids: Sequence[str]) -> frozenset[str]:
        async def work(database: Collections, session: Session) -> _Batch:
            now = self._clock.now()
            cues = await database.cues.find({"_id": {"$in": list(ids)}}, session=session).to_list(None)
            batch = _Batch(AutoReplyFacts(database, session, now), self._sequence, now)
            await batch.facts.read(cues)
            for cue in sorted(cues, key=_speaking_order):
                await batch.add(cue)
            await _write(database, batch, cues, session)
            return batch

        batch = await self._database.batch_transaction(work)
        if batch.counts:
            _log.info("automatic texts", **batch.counts)
        return frozenset(message["channel_id"] for message in batch.messages)


class _Batch:
    """Decides on cues one after the other and gathers the messages."""

    def __init__(self, facts: AutoReplyFacts, sequence: SequenceClock, now: datetime) -> None:
        self.facts = facts
        self.now = now
        self._sequence = sequence
        self._mark = sequence.next()
        """The place of all turns of the batch, right before its messages: so contacts change alike."""
        self.messages: list[MessageDocument] = []
        self._last: dict[str, MessageDocument] = {}
        """The message of each conversation that further texts of the moment may join."""
        self.asked: list[Change] = []
        self.postponed: list[str] = []
        self.counts: Counter[str] = Counter()

    async def add(self, cue: CueDocument) -> None:
        """Decide on one cue."""
        conversation = self.facts.conversations.get(cue["conversation_id"])
        memory = self.facts.memory(conversation) if conversation else None
        queue = self.facts.queues.get(cue["queue_id"])
        if conversation is None or memory is None or queue is None:
            return
        for part in self._parts(cue):
            translation = self._translation(queue, part.occasion, memory.contact, conversation)
            if translation is None or part.cue_id in self.facts.said:
                continue
            seen = self._circumstances(cue, conversation, memory, part.occasion)
            if part.occasion is Occasion.RATING:
                seen = self._asking(seen, conversation, queue)
            verdict = judge(part.occasion, seen, self.now)
            self.counts[verdict.value] += 1
            if verdict is TextVerdict.SEND:
                await self._speak(part, translation, conversation, memory, queue)
            elif verdict is TextVerdict.NOT_YET:
                self.postponed.append(cue["_id"])
                return

    def _parts(self, cue: CueDocument) -> list[_Part]:
        own = _Part(cue["_id"], Occasion(cue["occasion"]))
        if own.occasion is Occasion.CLOSED:
            return [own, _Part(rating_id(cue["_id"]), Occasion.RATING)]
        if cue["conversation_id"] in self.facts.returning and own.occasion is Occasion.GREETING:
            return [_Part(returning_id(cue["_id"]), Occasion.RETURNING), own]
        return [own]

    def _translation(
        self, queue: QueueDocument, occasion: Occasion, contact: ContactDocument, conversation: ConversationDocument
    ) -> Translation | None:
        translations = queue["texts"].get(occasion.value, {})
        language = self._settings(conversation).get("language", DEFAULT_LANGUAGE)
        return choose_translation(translations, contact.get("language"), language)

    def _circumstances(
        self, cue: CueDocument, conversation: ConversationDocument, memory: Memory, occasion: Occasion
    ) -> Circumstances:
        channel = self.facts.channels.get(conversation["channel_id"])
        spacing = self._settings(conversation).get("auto_reply_spacing_seconds", DEFAULT_SPACING_SECONDS)
        return Circumstances(
            state=ConversationState(conversation["state"]),
            late_by=self.now - cue["due_at"],
            still_true=self._still_true(cue, conversation, channel),
            blocked=bool(memory.contact.get("blocked")),
            channel_on=channel is None or (bool(channel.get("enabled", True)) and channel.get("deleted_at") is None),
            ours=not is_others(conversation, self.now),
            kind=ChannelKind(conversation["channel_kind"]),
            window_expires_at=conversation.get("window_expires_at"),
            told_at=memory.told_at(occasion),
            turns=len(memory.turns) - (self._joinable(conversation) is not None),
            spacing=timedelta(seconds=spacing),
        )

    def _asking(self, seen: Circumstances, conversation: ConversationDocument, queue: QueueDocument) -> Circumstances:
        """Return what decides on asking for a score: the queue says after what, and how often."""
        again = conversation["_id"] in self.facts.writing_again
        worth = is_worth_asking(conversation, queue, writes_again=again)
        return msgspec.structs.replace(seen, still_true=worth, spacing=pause(queue))

    def _still_true(
        self, cue: CueDocument, conversation: ConversationDocument, channel: ChannelDocument | None
    ) -> bool:
        """Tell whether what time brought about still holds: an answer or a new message may have come."""
        match Occasion(cue["occasion"]):
            case Occasion.NO_ANSWER:
                return bool(self.facts.unanswered.get(conversation["_id"]) == cue["moment"])
            case Occasion.CLOSING_SOON:
                assigned = conversation["state"] == ConversationState.ASSIGNED.value
                rule = msgspec.convert((channel and channel.get("auto_close")) or {}, Silence)
                active_at = silent_since(conversation["active_at"], snoozed_until(conversation))
                due = deadline(rule, assigned=assigned, active_at=active_at)
                return bool(due.closes_at == cue["moment"])
            case Occasion.WAITING:
                since = conversation["queued_at"]
                return conversation["queue_id"] == cue["queue_id"] and since is not None and since < cue["moment"]
        return True

    async def _speak(
        self,
        part: _Part,
        translation: Translation,
        conversation: ConversationDocument,
        memory: Memory,
        queue: QueueDocument,
    ) -> None:
        values = await self._values(translation, conversation, memory.contact, queue)
        try:
            rendered = render_text(translation.text, values)
        except TextRefusedError as refused:
            _log.warning("an automatic text failed", queue_id=queue["_id"], occasion=part.occasion, reason=str(refused))
            return
        if rendered.cut:
            _log.warning("an automatic text was cut", queue_id=queue["_id"], occasion=part.occasion)
            self.counts["cut"] += 1
        if not rendered.text or (part.occasion is Occasion.RATING and _takes_no_question(conversation)):
            return
        joined = self._joinable(conversation)
        if joined is not None and join_text(joined, rendered.text, cue_id=part.cue_id):
            self.counts["joined"] += 1
            if part.occasion is Occasion.RATING:
                joined["content"] = to_document(self._question(joined["content"]["text"], conversation))
            memory.note(part.occasion, None, self.now)
            return
        seq = self._sequence.next(newest_place(conversation))
        asks = part.occasion is Occasion.RATING
        content = self._question(rendered.text, conversation) if asks else TextContent(text=rendered.text)
        message = automatic_message(conversation, content, cue_id=part.cue_id, seq=seq, at=self.now)
        self.messages.append(message)
        self._last[conversation["_id"]] = message
        memory.note(part.occasion, self._mark, self.now)

    def _joinable(self, conversation: ConversationDocument) -> MessageDocument | None:
        """Return the message of this moment that a further text joins, where each message is charged for."""
        is_charged = ChannelKind(conversation["channel_kind"]) in CHARGED_KINDS
        wanted = self._settings(conversation).get("join_auto_replies", True)
        return self._last.get(conversation["_id"]) if is_charged and wanted else None

    def _question(self, text: str, conversation: ConversationDocument) -> OutgoingContent:
        """Make the question after a close, and note in its conversation that it is asked."""
        self.asked.append(Change(conversation, {"rating": to_document(Rating(asked_at=self.now))}))
        return question(text, conversation["_id"], ChannelKind(conversation["channel_kind"]))

    async def _values(
        self,
        translation: Translation,
        conversation: ConversationDocument,
        contact: ContactDocument,
        queue: QueueDocument,
    ) -> Values:
        operator = self.facts.operators.get(conversation["operator_id"] or "")
        shown = variables_in(translation.text)
        asks_place = not shown.isdisjoint(("queue.position", "queue.expected_wait"))
        place = await self.facts.place(conversation) if asks_place else None
        wait = None
        if place is not None and place.wait_seconds is not None:
            wait = wait_in_words(timedelta(seconds=place.wait_seconds), translation.language)
        return Values(
            contact_name=contact.get("name"),
            contact_language=contact.get("language"),
            queue_name=queue["name"],
            queue_position=place.position if place else None,
            queue_expected_wait=wait,
            operator_name=operator["name"] if operator else None,
            workspace_name=_name(self.facts.workspaces.get(conversation["workspace_id"])),
            channel_name=_name(self.facts.channels.get(conversation["channel_id"])),
        )

    def _settings(self, conversation: ConversationDocument) -> WorkspaceSettingsDocument:
        workspace = self.facts.workspaces.get(conversation["workspace_id"])
        return {} if workspace is None else cast(WorkspaceSettingsDocument, dict(workspace.get("settings") or {}))


async def _write(database: Collections, batch: _Batch, cues: Sequence[CueDocument], session: Session) -> None:
    taken = [cue["_id"] for cue in cues if cue["_id"] not in batch.postponed]
    await database.cues.delete_many({"_id": {"$in": taken}}, session=session)
    if batch.postponed:
        again = {"$set": {"due_at": batch.now + ASK_AGAIN}}
        await database.cues.update_many({"_id": {"$in": batch.postponed}}, again, session=session)
    await store_memories(database, batch.facts.memories.values(), batch.now, session=session)
    await store_automatic(database, batch.messages, at=batch.now, session=session)
    for workspace_id in {change.before["workspace_id"] for change in batch.asked}:
        some = [change for change in batch.asked if change.before["workspace_id"] == workspace_id]
        await change_conversations(database, some, EventType.CONVERSATION_UPDATED, at=batch.now, session=session)


def _name(document: WorkspaceDocument | ChannelDocument | None) -> str | None:
    return None if document is None else document.get("name")


def _speaking_order(cue: CueDocument) -> tuple[datetime, int]:
    """Texts of one moment come in the order of the table."""
    return cue["due_at"], ORDER[Occasion(cue["occasion"])]


def _takes_no_question(conversation: ConversationDocument) -> bool:
    """Tell whether a customer can be asked nothing with buttons: WhatsApp's groups have none."""
    kind = ChannelKind(conversation["channel_kind"])
    return kind is ChannelKind.WHATSAPP and is_group(kind, conversation["identity"]["external_id"])
