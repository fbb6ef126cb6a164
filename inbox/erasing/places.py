"""Every place in which the system keeps something, and how an erasure goes about it: one table.

A test holds it against the collections that there are: a new one needs a row. Another one holds the steps that rows
name against those that there are, and the page `docs/erasure.md` against the rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec


class Place(msgspec.Struct, frozen=True):
    """A row: a collection, or a kind of key in Redis.

    Attributes:
        steps: Of `inbox.erasing.steps`: which take a person out of it; none where no person is in it.
        why: How the person is found there, or why nobody is there to be found.
    """

    steps: tuple[str, ...]
    why: str


def _holds_nobody(why: str) -> Place:
    return Place((), why)


_CONTENTS: Final = ("contents", "rest_of_contents")
_SETTINGS: Final = "what the business set up"

PLACES: Final[Mapping[str, Place]] = {
    "contacts": Place(("conversations",), "the contact and all that belong to the same person"),
    "conversations": Place(("conversations",), "by contact, last of all: everything else is found by them"),
    "messages": Place(_CONTENTS, "by conversation"),
    "message_terms": Place((*_CONTENTS, "late_terms"), "by message, then by conversation"),
    "outbox": Place(_CONTENTS, "by conversation; what is being sent is waited for"),
    "held_replies": Place(_CONTENTS, "by conversation"),
    "scheduled_messages": Place(_CONTENTS, "by message"),
    "notes": Place(_CONTENTS, "by conversation"),
    "drafts": Place(_CONTENTS, "by conversation"),
    "cues": Place(_CONTENTS, "by conversation"),
    "files": Place(_CONTENTS, "by the messages that name them; not those that others share"),
    "blob_files": Place(_CONTENTS, "with their files"),
    "blob_chunks": Place(_CONTENTS, "with their files"),
    "campaign_failures": Place(_CONTENTS, "by message"),
    "campaign_recipients": Place(("campaign_rows", "campaign_rows_again"), "by number, in every list"),
    "audience_errors": Place(("campaign_rows", "campaign_rows_again"), "by number in any spelling, in every list"),
    "provider_tasks": Place(
        ("contact_book", *_CONTENTS, "provider_tasks", "provider_tasks_again", "contact_book_told"),
        "by message and by account; what makes WhatsApp forget the customer, when that is told",
    ),
    "early_events": Place(
        (*_CONTENTS, "early_events", "early_events_again"), "by message; by number or id in the bytes"
    ),
    "dead_letters": Place(("dead_letters", "dead_letters_again"), "by number, id or address in the bytes"),
    "notices": Place(("notices", "notices_again"), "by number, id or address in the bytes"),
    "audit": Place(("audit_reasons", "audit_reasons_again"), "reasons that are about the contact or name them go"),
    "views": Place(("views", "views_again"), "by contact, number or name in the filter"),
    "segments": Place(("views", "views_again"), "by number or name in a condition on a field"),
    "events": Place(("events",), "by the ids of contact and conversations; each keeps its place"),
    "push_notices": _holds_nobody("ids and times, for hours: names are read when a notice is sent"),
    "webhook_deliveries": Place(("deliveries",), "by contact and conversation"),
    "idempotency": Place(("answers",), "answers with the ids of contact or conversations go; the note stays"),
    "workspace_erasures": _holds_nobody("counts, by which nobody is found"),
    "exports": Place(
        ("exports", "exports_again"), "those of the contact, and of the whole workspace, with their archives"
    ),
    "erasures": Place(("conversations",), "what it is found by goes with the last step; the counts stay"),
    "suppressions": _holds_nobody("keyed hashes: an opt-out outlives the contact, and nobody is named"),
    "workspaces": _holds_nobody(_SETTINGS),
    "operators": _holds_nobody("people of the business, not its customers"),
    "groups": _holds_nobody(_SETTINGS),
    "statuses": _holds_nobody(_SETTINGS),
    "status_changes": _holds_nobody("what operators did"),
    "tokens": _holds_nobody("hashes of what people of the business sign in with"),
    "openid_providers": _holds_nobody(_SETTINGS),
    "openid_logins": _holds_nobody("sign-ins of people of the business that are under way"),
    "mail_servers": _holds_nobody(_SETTINGS),
    "mails": _holds_nobody("to people of the business"),
    "password_requests": _holds_nobody("of people of the business, until they are dealt with"),
    "channels": _holds_nobody(_SETTINGS),
    "signups": _holds_nobody("of people of the business who connect a number"),
    "contact_fields": _holds_nobody(_SETTINGS),
    "tags": _holds_nobody(_SETTINGS),
    "topics": _holds_nobody(_SETTINGS),
    "queues": _holds_nobody(_SETTINGS),
    "told_queues": _holds_nobody("numbers"),
    "rechecks": _holds_nobody("ids of channels and queues"),
    "business_hours": _holds_nobody(_SETTINGS),
    "reply_collections": _holds_nobody(_SETTINGS),
    "prepared_replies": _holds_nobody("the business's own words, for anybody"),
    "reply_versions": _holds_nobody("the business's own words, for anybody"),
    "templates": _holds_nobody("the business's own words, for anybody"),
    "template_accounts": _holds_nobody("ids of the business's accounts"),
    "campaigns": _holds_nobody("the business's own words and numbers of recipients"),
    "campaign_counts": _holds_nobody("numbers"),
    "link_clicks": _holds_nobody("times and numbers of clicks: the provider does not say whose"),
    "audience_uploads": _holds_nobody("ids of lists"),
    "webhooks": _holds_nobody(_SETTINGS),
    "bots": _holds_nobody(_SETTINGS),
    "helpers": _holds_nobody(_SETTINGS),
    "bot_turns": _holds_nobody("ids and times, until the bot has answered or people have the conversation"),
    "target_looks": Place(_CONTENTS, "by conversation"),
    "answer_waits": _holds_nobody("times, and ids of conversations that are gone: they are counted for reports"),
    "charge_reports": Place(("charge_reports",), "by account; what was told of a price and is not in the ledger yet"),
    "charges": _holds_nobody("the ledger: amounts and providers' ids of messages, by which an invoice is checked"),
    "cost_cells": _holds_nobody("sums"),
    "rate_cards": _holds_nobody("prices"),
    "budgets": _holds_nobody(_SETTINGS),
    "rollups": _holds_nobody("numbers"),
    "rollup_marks": _holds_nobody("times"),
    "relay_state": _holds_nobody("a place in MongoDB's log"),
    "leases": _holds_nobody("ids of work"),
    "gateway": _holds_nobody("what the installation knows of itself"),
}
"""By the collection's attribute."""
