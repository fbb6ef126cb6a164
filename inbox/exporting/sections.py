"""What an export has: a table of sections for a contact's and one for the workspace's.

A row is what is stored, in JSON: `_id` is called `id`, what would be raw bytes is left out, and so are the fields that
a section names. All that is secret is stored as bytes, or named here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from inbox.exporting.export_models import ExportKind
from inbox.exporting.walking_rows import (
    READ_MS,
    ROWS_AT_ONCE,
    Asked,
    Page,
    Read,
    Row,
    all_at_once,
    by_conversation,
    by_parent,
    in_order,
    of_contact,
)
from inbox.storage.documents import Condition

_NO_CARD: Final = ("search_terms", "openings")
_NO_TALK: Final = ("promised", "routing_log", "check_at", "window_told")
_NO_MESSAGE: Final = ("raw", "once", "tally")
_NO_PERSON: Final = ("password_hash", "second_factor", "second_factor_secret", "openid")
_REAL: Final[Condition] = {"void": {"$exists": False}}
_STORED: Final[Condition] = {"state": "stored"}
_WITH_FILE: Final[Condition] = {**_REAL, "content.media.id": {"$type": "string"}}


async def _channels(asked: Asked) -> Sequence[str]:
    found = await asked.database.channels.find(asked.own, {"_id": 1}).to_list(None)
    return [channel["_id"] for channel in found]


async def _lists(asked: Asked) -> Sequence[str]:
    found = await asked.database.campaigns.find(asked.own, {"audience.id": 1}).to_list(None)
    return [audience["id"] for campaign in found if (audience := campaign.get("audience"))]


async def _in_lists(asked: Asked, _: list[Any] | None) -> Page:
    """Read the rows of a contact in lists of campaigns: they are named by list and number."""
    rows: list[Row] = []
    for list_id in await _lists(asked):
        ids = [f"{list_id}:{number}" for number in asked.export["numbers"]]
        rows += await asked.database.campaign_recipients.find({**asked.own, "_id": {"$in": ids}}).to_list(None)
    return Page(rows, None)


async def _notes(asked: Asked, after: list[Any] | None) -> Page:
    """Read all notes by conversation, each conversation's on one page: it has ten at most."""
    wanted: Condition = {**asked.own, "conversation_id": {"$gt": after[0] if after else ""}}
    found = asked.database.notes.find(wanted, max_time_ms=READ_MS).sort("conversation_id", 1)
    rows = await found.limit(ROWS_AT_ONCE).to_list(None)
    if len(rows) < ROWS_AT_ONCE:
        return Page(rows, None)
    whole = [row for row in rows if row["conversation_id"] != rows[-1]["conversation_id"]]
    return Page(whole, [whole[-1]["conversation_id"]])


def _themselves(asked: Asked) -> Condition:
    return {"_id": {"$in": asked.export["contact_ids"]}}


def _theirs(asked: Asked) -> Condition:
    return {"contact_id": {"$in": asked.export["contact_ids"]}}


FILES: Final = "files"
"""The section whose rows come with their bytes."""

OF_CONTACT: Final[Mapping[str, Read]] = {
    "contacts": of_contact("contacts", _themselves, without=_NO_CARD),
    "conversations": of_contact("conversations", _theirs, without=_NO_TALK),
    "messages": by_conversation("messages", "seq", among=_REAL, without=_NO_MESSAGE),
    "notes": by_conversation("notes", "_id"),
    "campaign_recipients": _in_lists,
    FILES: by_conversation("messages", "seq", among=_WITH_FILE, without=_NO_MESSAGE),
}
"""The messages that name files, in the place of the files."""

OF_WORKSPACE: Final[Mapping[str, Read]] = {
    "workspaces": all_at_once("workspaces", own="_id"),
    "operators": all_at_once("operators", without=_NO_PERSON),
    "groups": all_at_once("groups"),
    "statuses": all_at_once("statuses"),
    "status_changes": in_order("status_changes", "operator_id", "-_id"),
    "channels": all_at_once("channels"),
    "queues": all_at_once("queues"),
    "business_hours": all_at_once("business_hours"),
    "tags": all_at_once("tags"),
    "topics": all_at_once("topics"),
    "contact_fields": all_at_once("contact_fields"),
    "views": all_at_once("views"),
    "segments": all_at_once("segments"),
    "reply_collections": all_at_once("reply_collections"),
    "prepared_replies": all_at_once("prepared_replies"),
    "templates": all_at_once("templates"),
    "webhooks": all_at_once("webhooks"),
    "bots": all_at_once("bots"),
    "helpers": all_at_once("helpers"),
    "openid_providers": all_at_once("openid_providers"),
    "mail_servers": all_at_once("mail_servers", own="_id"),
    "rate_cards": all_at_once("rate_cards"),
    "budgets": all_at_once("budgets"),
    "contacts": in_order("contacts", "-_id", without=_NO_CARD),
    "conversations": in_order("conversations", "contact_id", "-_id", without=_NO_TALK),
    "messages": in_order("messages", "conversation_id", "seq", among=_REAL, without=_NO_MESSAGE),
    "notes": _notes,
    "campaigns": in_order("campaigns", "-_id"),
    "campaign_recipients": by_parent("campaign_recipients", _lists),
    "charges": by_parent("charges", _channels),
    "audit": in_order("audit", "-_id"),
    "erasures": in_order("erasures", "-_id", without=("person",)),
    FILES: in_order("files", "_id", among=_STORED),
}

LEFT_OUT: Final[Mapping[str, str]] = {
    "campaign_counts": "in the campaigns",
    "link_clicks": "times of clicks; the provider has them",
    "campaign_failures": "in the messages",
    "rollups": "counted of conversations",
    "rollup_marks": "counted of conversations",
    "answer_waits": "counted of conversations",
    "cost_cells": "summed up from charges",
    "message_terms": "made of messages",
    "scheduled_messages": "in the messages",
    "held_replies": "in the messages",
    "reply_versions": "what prepared replies were before",
    "suppressions": "keyed hashes, which only this installation can read",
    "blob_files": "with the files",
    "blob_chunks": "with the files",
    "promised_conversations": "the conversations once more",
    **dict.fromkeys(("tokens", "openid_logins", "password_requests", "signups"), "ways in"),
    **dict.fromkeys(
        ("outbox", "provider_tasks", "mails", "webhook_deliveries", "push_notices", "bot_turns"), "work under way"
    ),
    **dict.fromkeys(("cues", "rechecks", "told_queues", "target_looks", "charge_reports"), "work under way"),
    **dict.fromkeys(("drafts", "early_events", "audience_uploads", "audience_errors"), "work under way"),
    **dict.fromkeys(("dead_letters", "notices"), "raw, and could not be read"),
    **dict.fromkeys(("events", "idempotency", "exports"), "kept for days, of what is exported itself"),
    **dict.fromkeys(
        ("relay_state", "leases", "gateway", "template_accounts", "workspace_erasures"), "of the installation"
    ),
}
"""Collection → why the workspace's export has no section of it."""

SECTIONS: Final[Mapping[ExportKind, Mapping[str, Read]]] = {
    ExportKind.CONTACT: OF_CONTACT,
    ExportKind.WORKSPACE: OF_WORKSPACE,
}


def following(kind: ExportKind, section: str) -> str | None:
    """Return the section after another one; None after the last."""
    names = list(SECTIONS[kind])
    at = names.index(section) + 1
    return names[at] if at < len(names) else None


def line_of(row: Row) -> bytes:
    """Return a row as a line of JSON."""
    return msgspec.json.encode(shown(row)) + b"\n"


def shown(row: Row) -> dict[str, Any]:
    """Return what of a stored row is exported."""
    plain: dict[str, Any] = _plain(row)
    plain.pop("workspace_id", None)
    return {"id": plain.pop("_id"), **plain} if "_id" in plain else plain


def _plain(value: Any) -> Any:
    """Leave out raw bytes, wherever they stand; numbers of the database's own types become plain ones."""
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items() if not isinstance(item, bytes)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value if not isinstance(item, bytes)]
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    return value
