"""Indexes of operators, their tokens, teams and queues."""

from __future__ import annotations

from typing import Final

from inbox.storage.indexes.index import DAY_SECONDS, DUE, IS_STRING, IS_THERE, Index, Table

STATUS_CHANGE_KEEP_SECONDS: Final = 400 * DAY_SECONDS
"""A year and a month, so that a month can be held against the same one of the year before."""
AUDIT_KEEP_SECONDS: Final = 3 * 365 * DAY_SECONDS
"""As long as claims usually live: who asks why somebody got marketing messages asks within three years."""

_ANY_IN_WORKSPACE: Final = {"workspace_id": "w", "_id": {"$gt": "a"}}
_WAITED_IN: Final = {"waiting": {"$gt": 0}}

PEOPLE: Final[Table] = {
    "workspaces": (),
    "operators": (
        Index("email_once", "workspace_id email", "inbox.people.accounts", unique=True),
        Index(
            "openid_once",
            "workspace_id openid.issuer openid.subject",
            "inbox.people.openid_store",
            unique=True,
            partial={"openid": IS_THERE},
        ),
        Index("sign_in", "email", "inbox.people.sign_in", {"email": "a@example.com", "active": True}),
        Index("presence", "presence_until", "queueing.operators.presence", {"presence_until": DUE}),
        Index(
            "planned_status",
            "next_status",
            "queueing.operators.operator_statuses",
            {"next_status": IS_STRING, "load": {"$not": {"$gt": 0}}},
            partial={"next_status": IS_STRING},
        ),
        Index(
            "gone",
            "status away_since",
            "queueing.deadlines.returning",
            {"status": "offline", "load": {"$gt": 0}, "$or": [{"workspace_id": {"$in": ["w"]}, "away_since": DUE}]},
            partial={"load": {"$gt": 0}},
        ),
    ),
    "tokens": (
        Index("by_owner", "workspace_id owner_id", "inbox.people.sessions", {"workspace_id": "w", "owner_id": "o"}),
        Index(
            "by_maker",
            "workspace_id made_by",
            "inbox.people.sessions",
            {"workspace_id": "w", "made_by": "o"},
            partial={"made_by": IS_THERE},
        ),
        Index(
            "by_provider",
            "workspace_id openid_provider openid_subject",
            "inbox.people.openid_store",
            {"workspace_id": "w", "openid_provider": "p"},
            partial={"openid_provider": IS_THERE},
        ),
        Index(
            "by_push",
            "push.id",
            "inbox.push.push_subscriptions",
            {"workspace_id": "w", "push.id": "p"},
            partial={"push.id": IS_THERE},
        ),
        Index(
            "told_once",
            "push.endpoint_hash",
            "inbox.push.push_subscriptions",
            {"push.endpoint_hash": "h"},
            unique=True,
            partial={"push.endpoint_hash": IS_THERE},
        ),
        Index("expiry", "expires_at", "inbox.people.tokens", keep_seconds=0),
    ),
    "audit": (
        Index("newest", "workspace_id -_id", "inbox.people.audit", {"workspace_id": "w"}),
        Index("by_person", "workspace_id by -_id", "inbox.people.audit", {"workspace_id": "w", "by": "operator:o"}),
        Index("by_action", "workspace_id action", "inbox.people.audit", {"workspace_id": "w", "action": "tag.made"}),
        Index("by_object", "workspace_id object_id", "inbox.people.audit", {"workspace_id": "w", "object_id": "o"}),
        Index("expiry", "at", "inbox.people.audit", keep_seconds=AUDIT_KEEP_SECONDS),
    ),
    "queues": (
        Index("by_workspace", "workspace_id _id", "queueing.settings.queue_store", _ANY_IN_WORKSPACE),
        Index("waited_in", "waiting", "queueing.queues.queue_telling", _WAITED_IN, partial=_WAITED_IN),
        Index(
            "with_targets",
            "targets_set_at workspace_id",
            "workers.deadlines.keep_targets",
            {"targets_set_at": {"$type": "date"}},
            partial={"targets_set_at": {"$type": "date"}},
        ),
        Index(
            "with_rests",
            "resting_after_seconds workspace_id",
            "workers.deadlines.wake_resting",
            {"resting_after_seconds": {"$type": "number"}},
            partial={"resting_after_seconds": {"$type": "number"}},
        ),
    ),
    "told_queues": (Index("waited_in", "waiting", "queueing.queues.queue_telling", _WAITED_IN, partial=_WAITED_IN),),
    "groups": (Index("by_workspace", "workspace_id _id", "queueing.settings.team_settings", _ANY_IN_WORKSPACE),),
    "statuses": (Index("by_workspace", "workspace_id _id", "queueing.settings.team_settings", _ANY_IN_WORKSPACE),),
    "business_hours": (
        Index("by_workspace", "workspace_id _id", "queueing.settings.team_settings", _ANY_IN_WORKSPACE),
    ),
    "status_changes": (
        Index(
            "by_operator",
            "workspace_id operator_id -_id",
            "queueing.operators.operator_statuses",
            {"workspace_id": "w", "operator_id": "o"},
        ),
        Index("expiry", "at", "queueing.operators.operator_statuses", keep_seconds=STATUS_CHANGE_KEEP_SECONDS),
    ),
}
