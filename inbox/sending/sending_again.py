"""Sending a message again that failed, or whose fate is unknown."""

from __future__ import annotations

from datetime import datetime

import msgspec

from inbox.channel.connected import check_connected
from inbox.conversation.conversation_reading import visible_conversation
from inbox.conversation.conversation_rules import ConversationFacts, check_write
from inbox.foundation.clock import Clock
from inbox.foundation.problems import ProblemError
from inbox.foundation.structs import to_document
from inbox.messages.append import NewMessages, append, newest_place, touched
from inbox.messages.message_reading import visible_message
from inbox.messages.once import once_for_retry
from inbox.model.authors import Direction
from inbox.model.content import Content
from inbox.model.direct_utility import DirectUtility
from inbox.model.statuses import RETRYABLE, MessageStatus
from inbox.people.access import Caller
from inbox.sending.direct import admit, refused_among
from inbox.sending.outgoing import author_of, outgoing_document, reply_row
from inbox.storage.database import Database, Session, is_duplicate
from inbox.storage.documents import ConversationDocument, MessageDocument
from inbox.storage.sequence import SequenceClock
from inbox.views.message_views import MessageView, content_of, message_view


class SendingAgain:
    """Messages are sent again, each inside a transaction of the caller's."""

    def __init__(self, database: Database, clock: Clock, sequence: SequenceClock) -> None:
        self._database = database
        self._clock = clock
        self._sequence = sequence

    async def retry(self, caller: Caller, message_id: str, *, session: Session) -> MessageView:
        """Send a failed or uncertain message again, as a new one that names it; once only.

        Raises:
            ProblemError: as `accept`, and `not_retryable`.
        """
        old = await visible_message(self._database, caller, message_id, session=session)
        if old["direction"] != Direction.OUT.value or MessageStatus(old["status"]) not in RETRYABLE:
            raise ProblemError(
                "not_retryable", "Only a message that failed, or whose fate is unknown, can be sent again."
            )
        conversation = await visible_conversation(self._database, caller, old["conversation_id"], session=session)
        await check_connected(self._database, conversation, session=session)
        check_write(ConversationFacts.of(conversation), caller)
        content: Content = content_of(old)
        now = self._clock.now()
        direct = await self._direct_again(conversation, old, now, session)
        seq = self._sequence.next(newest_place(conversation))
        document = outgoing_document(conversation, content, author_of(caller), seq, now)
        document |= {
            "retry_of": message_id,
            "once": [once_for_retry(message_id)],
            "reply_to": old["reply_to"],
            "reply_to_provider_id": old["reply_to_provider_id"],
        }
        if direct is not None:
            document["direct_utility"] = to_document(direct)
        try:
            return await self._store(conversation, document, session)
        except Exception as error:
            if is_duplicate(error, "once"):
                raise ProblemError("not_retryable", "This message was already sent again.") from None
            if is_duplicate(error, "thread"):
                raise ProblemError("unavailable", "Somebody wrote here at the same moment. Try again.") from None
            raise

    async def _direct_again(
        self, conversation: ConversationDocument, old: MessageDocument, now: datetime, session: Session
    ) -> DirectUtility | None:
        """Say how a message goes again: one that went without a template does so, if it still has to and may."""
        stored = old.get("direct_utility")
        asked = None if stored is None else msgspec.convert(stored, DirectUtility)
        place = ([conversation["workspace_id"]], [conversation["channel_id"]])
        refused = asked is not None and bool(await refused_among(self._database, *place, now, session=session))
        return admit(conversation, content_of(old), asked, refused=refused, now=now)

    async def _store(
        self, conversation: ConversationDocument, document: MessageDocument, session: Session
    ) -> MessageView:
        at: datetime = document["created_at"]
        place = touched(conversation, document["seq"], at)
        new = NewMessages(messages=[document], waiting=[reply_row(document)], touched=place)
        await append(self._database, new, at=at, session=session)
        return message_view(document)
