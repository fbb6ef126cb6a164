"""What each event carries and who gets it: `docs/events.md` and `/asyncapi.json` are made of this table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from inbox.channel.channel_models import Channel
from inbox.contacts.field_models import ContactField
from inbox.conversation.notes import Note
from inbox.conversation.snoozing import SnoozeEnded
from inbox.conversation.window_watch import WindowClosing
from inbox.erasing.erasure_models import ErasedNotice
from inbox.labels.label_models import Tag, Topic
from inbox.messages.drafts import DraftUpdated
from inbox.money.budgets import BudgetNotice
from inbox.people.accounts import Operator
from inbox.stream.events import EventType
from inbox.subscriptions.subscription_models import WebhookNotice
from inbox.views.contact_views import ContactBrief, ContactsMerged
from inbox.views.conversation_views import ConversationView
from inbox.views.message_views import MessageView
from queueing.queues.queue_models import Queue
from queueing.targets.target_sweep import TargetTold
from templates_hsm.campaigns.model.campaign_models import Campaign
from templates_hsm.store.template_views import TemplateView


class EventRow(NamedTuple):
    """An event in the documents.

    Attributes:
        data: Model of `data`.
        says: What it carries, in Markdown.
        audience: Who gets it.
    """

    data: Any
    says: str
    audience: str


_ALL: Final = "everybody"
_SEES: Final = "who sees the conversation"
_BEFORE_OR_AFTER: Final = "who sees it before or after"

EVENTS: Final[Mapping[EventType, EventRow]] = {
    EventType.MESSAGE_CREATED: EventRow(
        MessageView,
        "the message, as `GET …/messages` shows it, without addresses of files",
        _SEES,
    ),
    EventType.MESSAGE_UPDATED: EventRow(
        MessageView,
        "the same, after a status, an edit, a deletion or a reaction",
        _SEES,
    ),
    EventType.CONVERSATION_CREATED: EventRow(
        ConversationView,
        "the conversation, as `GET /conversations/{id}` shows it",
        _BEFORE_OR_AFTER,
    ),
    EventType.CONVERSATION_QUEUED: EventRow(
        ConversationView,
        "the same",
        _BEFORE_OR_AFTER,
    ),
    EventType.CONVERSATION_ASSIGNED: EventRow(
        ConversationView,
        "the same",
        _BEFORE_OR_AFTER,
    ),
    EventType.CONVERSATION_TRANSFERRED: EventRow(
        ConversationView,
        "the same",
        _BEFORE_OR_AFTER,
    ),
    EventType.CONVERSATION_CLOSED: EventRow(
        ConversationView,
        "the same",
        _BEFORE_OR_AFTER,
    ),
    EventType.CONVERSATION_UPDATED: EventRow(
        ConversationView,
        "the same",
        _BEFORE_OR_AFTER,
    ),
    EventType.CONVERSATION_RATED: EventRow(
        ConversationView,
        "the same, when the customer has [rated](auto-replies.md#ratings) it, or corrects that: `rating.score`",
        _BEFORE_OR_AFTER,
    ),
    EventType.CONTROL_CHANGED: EventRow(
        ConversationView,
        "the same: in a chat with [several agents](channels/whatsapp.md#several-agents) another one answers now",
        _BEFORE_OR_AFTER,
    ),
    EventType.TAG_UPDATED: EventRow(
        Tag,
        "the tag; `deleted` in the last one about it",
        _ALL,
    ),
    EventType.TOPIC_UPDATED: EventRow(
        Topic,
        "the topic, likewise",
        _ALL,
    ),
    EventType.CONTACT_FIELD_UPDATED: EventRow(
        ContactField,
        "the field of the contact card, likewise",
        _ALL,
    ),
    EventType.NOTE_UPDATED: EventRow(
        Note,
        "the note, new or changed",
        _SEES,
    ),
    EventType.DRAFT_UPDATED: EventRow(
        DraftUpdated,
        "`conversation_id`, `operator_id`, `writing`: somebody has begun a draft, or dropped it",
        _SEES,
    ),
    EventType.SNOOZE_ENDED: EventRow(
        SnoozeEnded,
        "`conversation_id`, `until`, `note`, `by`: the time of a reminder has come",
        "who set it, and who sees the conversation",
    ),
    EventType.SLA_DUE: EventRow(
        TargetTold,
        "`conversation_id`, `queue_id`, `operator_id`, `kind` (`first_answer`, `next_answer`), `since`, "
        "`due_at`: an answer is due [soon](queues.md#targets)",
        _SEES,
    ),
    EventType.SLA_BREACHED: EventRow(
        TargetTold,
        "the same: it is overdue; once a wait",
        _SEES,
    ),
    EventType.CONTACT_MERGED: EventRow(
        ContactsMerged,
        "`contact`: id, name, identities of the customer; `merged_ids`: the contacts that are a part of "
        "it now ([what to do](contacts.md#merging-by-hand))",
        "who sees a conversation of one of them",
    ),
    EventType.CONTACT_UPDATED: EventRow(
        ContactBrief,
        "id, name, identities; also of one that was [added](contacts.md#adding)",
        "who sees one of the contact's conversations",
    ),
    EventType.CONTACT_ERASED: EventRow(
        ErasedNotice,
        "`id` of the contact, `erasure_id` (null where it stands in the place of an event that was about "
        "the contact): forget what you know of it ([erasure](erasure.md))",
        "who saw one of the contact's conversations",
    ),
    EventType.OPERATOR_STATUS: EventRow(
        Operator,
        "the operator",
        _ALL,
    ),
    EventType.QUEUE_UPDATED: EventRow(
        Queue,
        "the queue with the number that waits, at most once a second",
        _ALL,
    ),
    EventType.TEMPLATE_UPDATED: EventRow(
        TemplateView,
        "the template",
        _ALL,
    ),
    EventType.CAMPAIGN_PROGRESS: EventRow(
        Campaign,
        "the campaign with its counts",
        _ALL,
    ),
    EventType.CHANNEL_HEALTH: EventRow(
        Channel,
        "the channel",
        _ALL,
    ),
    EventType.BUDGET_WARNING: EventRow(
        BudgetNotice,
        "a [budget](money.md) for a channel's marketing is nearly spent, or spent: `channel_id`, `level` "
        "(`warning`, `spent`), `month`, `monthly_amount`, `spent`, `currency`, `stops`; once a month for "
        "each level",
        _ALL,
    ),
    EventType.WEBHOOK_DISABLED: EventRow(
        WebhookNotice,
        "`id`, `description`, `disabled_reason` of an [outgoing webhook](webhooks.md) that took nothing for three days",
        _ALL,
    ),
    EventType.WINDOW_CLOSING: EventRow(
        WindowClosing,
        "`conversation_id`, `expires_at`: an hour before a reply window closes (`GATEWAY_WINDOW_WARNING_MINUTES`)",
        _SEES,
    ),
}


def events_table() -> str:
    """Return the table of `docs/events.md`."""
    rows = [f"| `{type_.value}` | {row.says} | {row.audience} |" for type_, row in EVENTS.items()]
    return "\n".join(["| type | data | who gets it |", "| --- | --- | --- |", *rows])
