"""What else is done to messages: sending one again, reacting to one."""

from __future__ import annotations

from datetime import datetime

import msgspec

from inbox.channel.connected import check_connected
from inbox.channel.provider_tasks import reaction
from inbox.conversation.conversation_reading import visible_conversation
from inbox.conversation.conversation_rules import ConversationFacts, check_write
from inbox.foundation.clock import Clock
from inbox.foundation.problems import ProblemError
from inbox.foundation.structs import to_document
from inbox.messages.append import NewMessages, append, newest_place, touched
from inbox.messages.message_reading import visible_message
from inbox.messages.once import once_for_retry
from inbox.model.authors import AuthorKind, Direction
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import Content
from inbox.model.direct_utility import DirectUtility
from inbox.model.reactable import may_react
from inbox.model.statuses import RETRYABLE, MessageStatus
from inbox.people.access import Caller
from inbox.sending.abilities import Ability, CheckAbility
from inbox.sending.direct import admit, refused_among
from inbox.sending.outgoing import author_of, check_window, outgoing_document, reply_row
from inbox.storage.database import Database, Session, is_duplicate
from inbox.storage.documents import ConversationDocument, MessageDocument, with_fields
from inbox.storage.sequence import SequenceClock
from inbox.stream.events import write_events
from inbox.views.message_views import MessageView, content_of, message_view
from inbox.views.telling import message_updated


class Outbox:
    """Single operations on messages, each inside a transaction of the caller's."""

    def __init__(self, database: Database, clock: Clock, sequence: SequenceClock, *, ability: CheckAbility) -> None:
        self._ability = ability
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

    async def react(self, caller: Caller, message_id: str, emoji: str, *, session: Session) -> MessageView:
        """React to a customer's message; an empty `emoji` takes the reaction back.

        Raises:
            ProblemError: `not_found`, `conversation_closed`, `not_assigned`, `window_closed`, `conflict`,
                `unsupported_by_channel`.
        """
        message = await visible_message(self._database, caller, message_id, session=session)
        conversation = await visible_conversation(self._database, caller, message["conversation_id"], session=session)
        await check_connected(self._database, conversation, session=session)
        check_write(ConversationFacts.of(conversation), caller)
        kind = ChannelKind(conversation["channel_kind"])
        self._ability(kind, Ability.REACTION)
        if not may_react(kind, conversation["identity"]["external_id"]):
            raise ProblemError("unsupported_by_channel", "Nobody can react in this chat.")
        if not message.get("provider_id"):
            raise ProblemError("conflict", "The provider does not know this message yet. Try again when it is sent.")
        now = self._clock.now()
        check_window(conversation, None, now)
        author = to_document(author_of(caller))
        others = [r for r in message.get("reactions", []) if r["author"]["kind"] == AuthorKind.CONTACT.value]
        reactions = [*others, {"author": author, "emoji": emoji, "at": now}]
        await self._database.messages.update_one(
            {"_id": message_id, "workspace_id": caller.workspace_id},
            {"$set": {"reactions": reactions}},
            session=session,
        )
        await reaction(self._database, conversation, message, emoji, at=now, session=session)
        changed = with_fields(message, {"reactions": reactions})
        await write_events(self._database, [message_updated(changed, now)], at=now, session=session)
        return message_view(changed)

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
