"""The audit log: what administrators did, when, to which object, and why."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from inbox.foundation.ids import new_id
from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.structs import read_as
from inbox.people.access import Caller
from inbox.storage.database import Database, Session
from inbox.storage.documents import AuditDocument, Condition


class Act(StrEnum):
    """The audited actions."""

    API_KEY_MADE = "api_key.made"
    API_KEY_DELETED = "api_key.deleted"
    BUDGET_CHANGED = "budget.changed"
    CONTACT_ERASED = "contact.erased"
    OPT_OUT_UNDONE = "contact.opt_out_undone"
    CONTACT_MERGED = "contact.merged"
    CONTACT_UNMERGED = "contact.unmerged"
    BOT_MADE = "bot.made"
    BOT_CHANGED = "bot.changed"
    BOT_DELETED = "bot.deleted"
    BOT_SECRET_ROTATED = "bot.secret_rotated"  # noqa: S105 - a word, no secret
    BOT_TOKEN_ROTATED = "bot.token_rotated"  # noqa: S105 - a word, no secret
    NUMBERS_TAKEN_OFF = "opt_outs.removed"
    SIGN_INS_ENDED = "operator.sign_ins_ended"
    RATE_CARD_UPLOADED = "rate_card.uploaded"
    PASSWORD_LINK_MADE = "operator.password_link_made"  # noqa: S105 - a word, no secret
    MAIL_SERVER_SET = "mail_server.set"
    MAIL_SERVER_REMOVED = "mail_server.removed"
    SECOND_FACTOR_REMOVED = "operator.second_factor_removed"
    WORKSPACE_CHANGED = "workspace.changed"
    CONFIGURATION_IMPORTED = "configuration.imported"
    INTEGRATION_PAGE_CHANGED = "integration_page.changed"
    INTEGRATION_PAGE_DELETED = "integration_page.deleted"
    INTEGRATION_SECRET_MADE = "integration_page.secret_made"  # noqa: S105 - an action
    WEBHOOK_MADE = "webhook.made"
    WEBHOOK_CHANGED = "webhook.changed"
    WEBHOOK_DELETED = "webhook.deleted"
    WEBHOOK_ROTATED = "webhook.secret_rotated"


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the log; `by` is `kind:id` of who did it, `object_id` names what it was done to."""

    id: str
    at: datetime
    by: str
    action: Act
    object_id: str | None = None
    reason: str | None = None


class AuditPage(Page[AuditEntry], frozen=True, kw_only=True):
    """A part of the log, the newest first."""


class AuditNote(msgspec.Struct, frozen=True):
    """An entry to write: the action, its object and the reason."""

    action: Act
    object_id: str | None = None
    reason: str | None = None


async def write_audit(
    database: Database, caller: Caller, noted: AuditNote, *, at: datetime, session: Session = None
) -> None:
    """Add a line, inside the transaction of what it tells of."""
    entry: AuditDocument = {
        "_id": new_id(),
        "workspace_id": caller.workspace_id,
        "at": at,
        "by": f"{caller.kind}:{caller.id}",
        "action": noted.action.value,
        "object_id": noted.object_id,
        "reason": noted.reason,
    }
    await database.audit.insert_one(entry, session=session)


async def list_audit(database: Database, workspace_id: str, *, limit: int, cursor: str | None) -> Page[AuditEntry]:
    """List the log, newest first."""
    wanted: Condition = {"workspace_id": workspace_id}
    before = decode_cursor(cursor, str)
    if before is not None:
        wanted["_id"] = {"$lt": before}
    found = await database.audit.find(wanted).sort("_id", -1).limit(limit + 1).to_list(None)
    return cut_page([read_as(entry, AuditEntry) for entry in found], limit, lambda entry: entry.id)
