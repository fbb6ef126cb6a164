"""Messages to be sent later: visible in the thread as `scheduled`, until their time comes or they are withdrawn.

What happens at their time is in `inbox.sending.scheduled_sending`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from inbox.channel.connected import check_connected
from inbox.conversation.conversation_reading import visible_conversation
from inbox.conversation.conversation_rules import ConversationFacts, check_write
from inbox.files.named_files import asked_files, named_file, with_facts
from inbox.files.uploads import files_named, keep_named
from inbox.finding.message_terms import change_terms
from inbox.foundation.clock import Clock
from inbox.foundation.decoding import apply_patch
from inbox.foundation.problems import ProblemError
from inbox.foundation.structs import to_document
from inbox.messages.append import NewMessages, append, newest_place, touched
from inbox.messages.file_sight import check_named_file
from inbox.messages.message_reading import visible_message
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import Content, OutgoingContent
from inbox.model.content_rules import check_outgoing, patch_of_words
from inbox.model.statuses import MessageStatus
from inbox.people.access import Action, Caller
from inbox.sending.acceptance_batch import CheckContent
from inbox.sending.completing import CompleteTemplates
from inbox.sending.delivery_rules import failure
from inbox.sending.outgoing import Time, author_of, outgoing_document
from inbox.sending.scheduled_content import complete_template, editable
from inbox.sending.scheduled_rules import WITHDRAWN, check_time
from inbox.storage.database import Database, Session
from inbox.storage.documents import (
    ConversationDocument,
    Fields,
    MessageDocument,
    ScheduledMessageDocument,
    with_fields,
)
from inbox.storage.sequence import SequenceClock
from inbox.stream.events import write_events
from inbox.views.message_views import MessageView, content_of, message_view
from inbox.views.telling import message_updated


class ScheduledFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be changed of a message before its time."""

    content: OutgoingContent
    send_at: Time


class ScheduledMessages:
    """Schedules messages, changes and withdraws them.

    Args:
        check: Holds a content against the channel's limits.
        complete: Holds a template against its definition.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sequence: SequenceClock,
        *,
        check: CheckContent,
        complete: CompleteTemplates,
    ) -> None:
        self._database = database
        self._clock = clock
        self._sequence = sequence
        self._check = check
        self._complete = complete

    async def schedule(
        self,
        caller: Caller,
        conversation_id: str,
        content: Content,
        send_at: datetime,
        *,
        reply_to: str | None,
        session: Session,
    ) -> MessageView:
        """Store a message that goes at its time. The reply window is looked at then, not now.

        Raises:
            ProblemError: `not_found`, `channel_deleted`, `conversation_closed`, `not_assigned`, `content_invalid`,
                `invalid_request`, and what a template is refused for.
        """
        conversation = await visible_conversation(self._database, caller, conversation_id, session=session)
        await check_connected(self._database, conversation, session=session)
        check_write(ConversationFacts.of(conversation), caller)
        now = self._clock.now()
        check_time(send_at, now)
        whole = await self._checked(content, conversation)
        seq = self._sequence.next(newest_place(conversation))
        document = outgoing_document(conversation, whole, author_of(caller), seq, now)
        waits: Fields = {"status": MessageStatus.SCHEDULED.value, "send_at": send_at}
        answered = await self._answered(caller, conversation, reply_to, session)
        message = with_fields(document, {**waits, **answered})
        await keep_named(self._database, [message], session)
        new = NewMessages(messages=[message], touched=touched(conversation, seq, now))
        await append(self._database, new, at=now, session=session)
        await self._database.scheduled_messages.insert_one(_row(message, send_at), session=session)
        return message_view(message)

    async def change(
        self, caller: Caller, message_id: str, patch: Mapping[str, Any], *, session: Session
    ) -> MessageView | None:
        """Merge a patch into a message before its time; None if it is not scheduled (any more).

        Who changes it becomes its author: at its time their right to write counts.

        Raises:
            ProblemError: as `schedule`.
        """
        message, conversation = await self._waiting(caller, message_id, session)
        if message is None:
            return None
        check_write(ConversationFacts.of(conversation), caller)
        said = editable(content_of(message))
        current = {"content": said, "send_at": message["send_at"]}
        fields = apply_patch(msgspec.to_builtins(current), patch_of_words(patch), ScheduledFields)
        await check_named_file(self._database, caller, fields.content, named_already=asked_files(said))
        now = self._clock.now()
        check_time(fields.send_at, now)
        content = await self._checked(fields.content, conversation)
        news: Fields = {"content": to_document(content), "send_at": fields.send_at, "edited_at": now}
        news["author"] = to_document(author_of(caller))
        changed = with_fields(message, news)
        await keep_named(self._database, [changed], session)
        ours = {"_id": message_id, "workspace_id": caller.workspace_id}
        await self._database.messages.update_one(ours, {"$set": news}, session=session)
        await change_terms(self._database, [changed], session)
        await self._database.scheduled_messages.update_one(ours, {"$set": {"send_at": fields.send_at}}, session=session)
        await write_events(self._database, [message_updated(changed, now)], at=now, session=session)
        return message_view(changed)

    async def withdraw(self, caller: Caller, message_id: str, *, session: Session) -> bool:
        """Take a message back before its time; False if it is not scheduled (any more).

        Its author may, whoever may write in the conversation, and supervisors and above.
        """
        message, conversation = await self._waiting(caller, message_id, session)
        if message is None:
            return False
        if message["author"]["id"] != caller.id and not caller.may(Action.WORK_FOR_OTHERS) and conversation["open"]:
            check_write(ConversationFacts.of(conversation), caller)
        now = self._clock.now()
        ended = {**failure(WITHDRAWN), "deleted_at": now}
        ours = {"_id": message_id, "workspace_id": caller.workspace_id}
        await self._database.messages.update_one(ours, {"$set": ended}, session=session)
        await change_terms(self._database, [with_fields(message, ended)], session)
        await self._database.scheduled_messages.delete_one(ours, session=session)
        await write_events(self._database, [message_updated(with_fields(message, ended), now)], at=now, session=session)
        return True

    async def _waiting(
        self, caller: Caller, message_id: str, session: Session
    ) -> tuple[MessageDocument | None, ConversationDocument]:
        """Read a scheduled message (None if it is not scheduled) and its conversation, both visible."""
        message = await visible_message(self._database, caller, message_id, session=session)
        conversation = await visible_conversation(self._database, caller, message["conversation_id"], session=session)
        return (message if message["status"] == MessageStatus.SCHEDULED.value else None), conversation

    async def _checked(self, content: Content, conversation: ConversationDocument) -> Content:
        """Return a content with what is known of its file or template. Raises `ProblemError`."""
        check_outgoing(content)
        workspace_id, file_id = conversation["workspace_id"], named_file(content)
        files = await files_named(self._database, [workspace_id], [file_id] if file_id else [])
        whole = with_facts(content, files, workspace_id)
        self._check(ChannelKind(conversation["channel_kind"]), whole)
        completed = await complete_template(self._database, self._complete, whole, conversation)
        if isinstance(completed, ProblemError):
            raise completed
        return completed

    async def _answered(
        self, caller: Caller, conversation: ConversationDocument, reply_to: str | None, session: Session
    ) -> Fields:
        """Name the message that is answered, in our words and the provider's. Raises `ProblemError`."""
        if reply_to is None:
            return {}
        message = await visible_message(self._database, caller, reply_to, session=session)
        if message["conversation_id"] != conversation["_id"]:
            raise ProblemError("invalid_request", "The message in reply_to is of another conversation.")
        return {"reply_to": reply_to, "reply_to_provider_id": message.get("provider_id")}


def _row(message: MessageDocument, send_at: datetime) -> ScheduledMessageDocument:
    return {
        "_id": message["_id"],
        "workspace_id": message["workspace_id"],
        "conversation_id": message["conversation_id"],
        "send_at": send_at,
    }
