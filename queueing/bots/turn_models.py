"""A bot's answer, and what becomes of it."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from inbox.foundation.patterns import VISIBLE
from inbox.labels.label_models import MAX_TAGS, MAX_TOPICS, LabelId, TagName
from inbox.messages.message_reading import Seq
from inbox.model.content import OutgoingContent
from inbox.model.priorities import Priority
from inbox.views.conversation_views import ConversationView
from inbox.views.message_views import MessageView
from queueing.queues.queue_models import Id

MAX_SAID: Final = 10
"""Messages of one turn: more at once is read by nobody, and a bot that runs wild ends here."""

SkillName = Annotated[str, Meta(min_length=1, max_length=50, pattern=VISIBLE)]
HandOverNote = Annotated[str, Meta(min_length=1, max_length=1_000, pattern=VISIBLE)]


class TurnTransfer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom the conversation goes to; without either the queue of the channel. `note` is for whoever gets it."""

    queue_id: Id | None = None
    operator_id: Id | None = None
    note: HandOverNote | None = None

    def __post_init__(self) -> None:
        """Refuse both."""
        if self.queue_id is not None and self.operator_id is not None:
            raise ValueError("name `queue_id` or `operator_id`, or neither")


class Turn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A bot's answer: all of it counts, or nothing.

    Attributes:
        seen_seq: The newest message that the bot has read.
        messages: What the customer gets, in this order.
        more: The bot is not done: it may go on without the customer writing, as `answer_seconds` begin anew.
        priority: In the line of a queue; null leaves it.
        skills: What whoever gets the conversation should know, likewise.
        tags: All that the conversation has from now on, likewise.
        topics: By their ids, likewise.
        transfer: Hand the conversation over.
        close: Close it.
    """

    seen_seq: Seq
    messages: Annotated[tuple[OutgoingContent, ...], Meta(max_length=MAX_SAID)] = ()
    more: bool = False
    priority: Priority | None = None
    skills: Annotated[tuple[SkillName, ...], Meta(max_length=10)] | None = None
    tags: Annotated[tuple[TagName, ...], Meta(max_length=MAX_TAGS)] | None = None
    topics: Annotated[tuple[LabelId, ...], Meta(max_length=MAX_TOPICS)] | None = None
    transfer: TurnTransfer | None = None
    close: bool = False

    def __post_init__(self) -> None:
        """Refuse several ends."""
        if self.more + self.close + (self.transfer is not None) > 1:
            raise ValueError("an answer has at most one of `more`, `transfer` and `close`")


class TurnTaken(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer did: the messages that will be sent, and the conversation as it is then."""

    conversation: ConversationView
    messages: tuple[MessageView, ...]
