"""Several messages of one author at once: all of them, in their order and with nothing between, or none."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from inbox.channel.connected import check_connected
from inbox.conversation.conversation_reading import visible_conversation
from inbox.conversation.conversation_rules import ConversationFacts, check_write
from inbox.files.named_files import named_file, with_facts
from inbox.files.uploads import files_named, keep_named
from inbox.foundation.clock import Clock
from inbox.messages.append import NewMessages, append, newest_place, touched
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import Content
from inbox.model.content_rules import check_outgoing
from inbox.people.access import Caller
from inbox.sending.acceptance_batch import CheckContent
from inbox.sending.outgoing import author_of, check_window, outgoing_document, reply_row
from inbox.storage.database import Database, Session
from inbox.storage.sequence import SequenceClock
from inbox.views.message_views import MessageView, message_view


class MessageSeries:
    """Stores series of messages to be sent, each in a transaction of the caller's."""

    def __init__(self, database: Database, clock: Clock, sequence: SequenceClock, *, check: CheckContent) -> None:
        self._database = database
        self._clock = clock
        self._sequence = sequence
        self._check = check

    async def send(
        self, caller: Caller, conversation_id: str, contents: Sequence[Content], *, session: Session
    ) -> list[MessageView]:
        """Store the messages, which follow each other in the thread.

        Raises:
            ProblemError: `not_found`, `channel_deleted`, `conversation_closed`, `not_assigned`, `window_closed`,
                `content_invalid`.
        """
        conversation = await visible_conversation(self._database, caller, conversation_id, session=session)
        await check_connected(self._database, conversation, session=session)
        check_write(ConversationFacts.of(conversation), caller)
        now = self._clock.now()
        whole = await self._complete(caller.workspace_id, contents)
        for content in whole:
            self._check(ChannelKind(conversation["channel_kind"]), content)
            check_window(conversation, content, now)
        last = self._sequence.reserve(len(whole), newest_place(conversation))
        make = partial(outgoing_document, conversation, author=author_of(caller), now=now)
        documents = [make(content, seq=last - len(whole) + place) for place, content in enumerate(whole, 1)]
        await keep_named(self._database, documents, session)
        waiting = [reply_row(document) for document in documents]
        new = NewMessages(messages=documents, waiting=waiting, touched=touched(conversation, last, now))
        await append(self._database, new, at=now, session=session)
        return [message_view(document) for document in documents]

    async def _complete(self, workspace_id: str, contents: Sequence[Content]) -> list[Content]:
        """Put what is known of their files into the contents. Raises `ProblemError` (`content_invalid`)."""
        for content in contents:
            check_outgoing(content)
        named = [file_id for content in contents if (file_id := named_file(content))]
        files = await files_named(self._database, [workspace_id], named)
        return [with_facts(content, files, workspace_id) for content in contents]
