"""Indexes of campaigns and their recipients."""

from __future__ import annotations

from typing import Final

from inbox.storage.indexes.index import DAY_SECONDS, DUE, IS_STRING, IS_THERE, SOME_TIME, Index, Table

CLICK_KEEP_SECONDS: Final = 180 * DAY_SECONDS
"""As long as the lists of campaigns."""
_OF_CAMPAIGN: Final = {"workspace_id": "w", "campaign_id": "p"}

CAMPAIGNS: Final[Table] = {
    "campaigns": (
        Index("newest", "workspace_id -_id", "templates_hsm.campaigns.life.campaign_store", {"workspace_id": "w"}),
        Index(
            "by_state",
            "state ended_at",
            "templates_hsm.campaigns.life.list_retention",
            {"state": {"$in": ["completed", "cancelled"]}, "ended_at": DUE, "list_ended_at": None},
        ),
        Index(
            "counted",
            "count_at",
            "workers.run_campaigns",
            {"count_at": {**DUE, "$type": "date"}},
            partial={"count_at": {"$type": "date"}},
        ),
        Index(
            "to_count",
            "results_count.answer_days",
            "workers.run_campaigns",
            {"results_count.answer_days": IS_THERE},
            partial={"results_count.answer_days": IS_THERE},
        ),
        Index(
            "by_file",
            "workspace_id files",
            "inbox.files.uploads",
            {"workspace_id": "w", "files": {"$eq": "f", **IS_STRING}},
            partial={"files": IS_STRING},
        ),
        Index("unsettled", "unsettled", "workers.run_campaigns", {"unsettled": True}, partial={"unsettled": True}),
    ),
    "campaign_recipients": (
        Index(
            "due",
            "workspace_id campaign_id due_at",
            "templates_hsm.campaigns.feed.due_rows",
            {**_OF_CAMPAIGN, "due_at": DUE},
            partial={"due_at": IS_THERE},
        ),
        Index(
            "skipped",
            "workspace_id campaign_id",
            "templates_hsm.campaigns.outcome.tally",
            {**_OF_CAMPAIGN, "skipped": IS_THERE},
            partial={"skipped": IS_THERE},
        ),
    ),
    "campaign_counts": (Index("of_campaign", "workspace_id campaign_id", "inbox.messages.tallying", {**_OF_CAMPAIGN}),),
    "campaign_failures": (
        Index(
            "by_code",
            "workspace_id campaign_id code",
            "templates_hsm.campaigns.outcome.retry_failed",
            {**_OF_CAMPAIGN, "code": {"$in": ["a", "b"]}},
        ),
    ),
    "audience_uploads": (Index("by_age", "at", "templates_hsm.campaigns.audience.audience_store", {"at": DUE}),),
    "audience_errors": (),
    "link_clicks": (
        Index(
            "by_time",
            "workspace_id channel_id at",
            "templates_hsm.campaigns.outcome.link_clicks",
            {"workspace_id": "w", "channel_id": "c", "at": {"$gte": SOME_TIME, "$lt": SOME_TIME}},
        ),
        Index("expiry", "at", "inbox.arriving.clicks", keep_seconds=CLICK_KEEP_SECONDS),
    ),
}
