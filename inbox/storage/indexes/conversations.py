"""Indexes of contacts, conversations and what is due in them.

A conversation changes with each message. In a transaction MongoDB 6 pays for all indexes of a document once one of
their fields changes: what changes often, and what a sweep looks for, belongs into a small collection of its own.
"""

from __future__ import annotations

from typing import Final

from inbox.storage.indexes.index import DAY_SECONDS, DUE, IS_THERE, SOME_TIME, Index, Table

ANSWER_WAIT_KEEP_SECONDS: Final = 40 * DAY_SECONDS
"""Reports count them twice, at the end of their half hour and 26 hours later; the rest is for whoever asks why."""
_OPEN: Final = {"open": True}
_OF_ACCOUNT: Final = {"workspace_id": "w", "channel_id": "c", "identity.external_id": "1"}
_QUEUED: Final = {**_OPEN, "state": "queued"}
_ASKED: Final = {"rating.asked_at": IS_THERE}
_WITH_BOT: Final = {"state": "bot"}

CONVERSATIONS: Final[Table] = {
    "contacts": (
        Index("identity_once", "workspace_id identity_keys", "inbox.arriving.whereabouts", unique=True),
        Index("newest", "workspace_id -_id", "inbox.contacts.contact_store", {"workspace_id": "w"}),
        Index(
            "tagged",
            "workspace_id tags -_id",
            "inbox.contacts.contact_store",
            {"workspace_id": "w", "tags": "vip"},
            partial={"tags": IS_THERE},
        ),
        Index(
            "search",
            "workspace_id search_terms -_id",
            "inbox.contacts.search_terms",
            {"workspace_id": "w", "search_terms": {"$gte": "a", "$lt": "b"}},
        ),
        Index(
            "joined",
            "workspace_id joined_ids",
            "inbox.contacts.contact_store",
            {"workspace_id": "w", "joined_ids": "c"},
            partial={"joined_ids": IS_THERE},
        ),
    ),
    "segments": (
        Index("name_once", "workspace_id folded", "inbox.segments.segment_store", unique=True),
        Index("oldest", "workspace_id _id", "inbox.segments.segment_store", {"workspace_id": "w", "_id": {"$gt": "a"}}),
    ),
    "suppressions": (),
    "conversations": (
        Index(
            "one_open",
            "workspace_id channel_id identity.external_id",
            "inbox.arriving.arrival_writing",
            {**_OF_ACCOUNT, **_OPEN},
            unique=True,
            partial=_OPEN,
        ),
        Index("episodes", "workspace_id channel_id identity.external_id -_id", "gateway.webchat.thread", _OF_ACCOUNT),
        # the queue is last: who counts what an operator sees reads no document
        Index(
            "placed",
            "workspace_id open operator_id -_id queue_id",
            "inbox.conversation.conversation_counts",
            {"workspace_id": "w", **_OPEN, "operator_id": "o"},
        ),
        Index(
            "reminders",
            "snooze.until",
            "inbox.conversation.snoozing",
            {"snooze.until": {"$type": "date", **DUE}},
            partial={"snooze.until": {"$type": "date"}},
        ),
        Index(
            "by_time",
            "workspace_id open -_id",
            "inbox.conversation.conversation_lists",
            {"workspace_id": "w", **_OPEN},
        ),
        Index(
            "set_aside",
            "workspace_id -_id",
            "inbox.conversation.list_filters",
            {"workspace_id": "w", **_OPEN, "snooze.until": {"$type": "date"}},
            partial={"snooze.until": {"$type": "date"}},
        ),
        Index(
            "by_waiting",
            "workspace_id queued_at _id",
            "inbox.conversation.conversation_lists",
            {"workspace_id": "w", **_QUEUED, "queued_at": {"$gt": SOME_TIME}},
            partial=_QUEUED,
        ),
        Index(
            "history",
            "workspace_id contact_id -_id",
            "inbox.conversation.conversation_lists",
            {"workspace_id": "w", "contact_id": "k"},
        ),
        Index(
            "closes",
            "workspace_id closed_at",
            "inbox.reports.facts",
            {"workspace_id": "w", "closed_at": {"$gte": SOME_TIME, "$lt": SOME_TIME}},
            partial={"closed_at": {"$exists": True}},
        ),
        Index(
            "with_words",
            "workspace_id channel_id closed_at _id",
            "inbox.retention.old_conversations",
            {"workspace_id": "w", "channel_id": "c", "closed_at": {"$type": "date", **DUE}, "emptied_at": None},
            partial={"closed_at": {"$type": "date"}, "emptied_at": None},
        ),
        Index(
            "by_due",
            "workspace_id target.due_at _id",
            "inbox.conversation.conversation_lists",
            {"workspace_id": "w", **_OPEN, "target.due_at": {"$type": "date"}},
            partial={"target.due_at": {"$type": "date"}},
        ),
        # also for `workers.routing.route`, which looks for new ones: it skips from queue to queue
        Index(
            "line",
            "queue_id state -priority queued_at opened_at _id",
            "inbox.conversation.queue_places",
            {"workspace_id": "w", "queue_id": "q", **_QUEUED},
            partial=_OPEN,
        ),
        Index(
            "deadlines",
            "check_at",
            "queueing.deadlines.deadline_sweep",
            {**_OPEN, "$or": [{"check_at": None}, {"check_at": DUE}]},
            partial=_OPEN,
        ),
        Index(
            "held_by_bots",
            "workspace_id bot.id _id",
            "inbox.bots.turn_rows",
            {"workspace_id": "w", "bot.id": "b", **_WITH_BOT},
            partial=_WITH_BOT,
        ),
        Index(
            "held_by_agents",
            "control.agent_at",
            "queueing.bots.agents",
            {**_WITH_BOT, "control.agent_at": IS_THERE},
            partial={**_WITH_BOT, "control.agent_at": IS_THERE},
        ),
        Index(
            "windows",
            "window_expires_at",
            "inbox.conversation.window_watch",
            {**_OPEN, "window_expires_at": {"$gt": SOME_TIME, "$lte": SOME_TIME}},
            partial=_OPEN,
        ),
        Index(
            "tagged",
            "workspace_id tags -_id",
            "inbox.conversation.conversation_lists",
            {"workspace_id": "w", "tags": {"$in": ["vip"]}},
            partial={"tags": IS_THERE},
        ),
        Index(
            "about",
            "workspace_id topics -_id",
            "inbox.conversation.conversation_lists",
            {"workspace_id": "w", "topics": {"$in": ["t"]}},
            partial={"topics": IS_THERE},
        ),
        Index(
            "asked",
            "workspace_id rating.asked_at",
            "inbox.reports.facts",
            {"workspace_id": "w", "rating.asked_at": {"$gte": SOME_TIME, "$lt": SOME_TIME}},
            partial=_ASKED,
        ),
        Index(
            "answered",
            "workspace_id rating.answered_at",
            "inbox.reports.facts",
            {"workspace_id": "w", "rating.answered_at": {"$type": "date", "$gte": SOME_TIME, "$lt": SOME_TIME}},
            partial={"rating.answered_at": {"$type": "date"}},
        ),
        Index(
            "scored",
            "workspace_id rating.score -_id",
            "inbox.conversation.list_filters",
            {"workspace_id": "w", "open": False, **_ASKED, "rating.score": {"$in": [4, 5]}},
            partial=_ASKED,
        ),
    ),
    "target_looks": (
        Index("due", "look_at", "queueing.targets.target_sweep", {"look_at": DUE}),
        Index("expiry", "gone_at", "queueing.targets.target_sweep", keep_seconds=DAY_SECONDS),
    ),
    "answer_waits": (
        Index("by_time", "workspace_id at", "inbox.reports.facts", {"workspace_id": "w", "at": {"$gte": SOME_TIME}}),
        Index("expiry", "at", "queueing.targets.target_sweep", keep_seconds=ANSWER_WAIT_KEEP_SECONDS),
    ),
    "cues": (Index("due", "due_at", "queueing.texts.auto_replies", {"due_at": DUE}),),
}
