"""The audit log: what administrators did, when, to which object, and why."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from inbox.foundation.ids import new_id
from inbox.foundation.pages import Page, PageQuery, cut_page, decode_cursor
from inbox.foundation.structs import read_as
from inbox.people.access import Caller
from inbox.storage.database import Database, Session
from inbox.storage.documents import AuditDocument, Condition, Fields
from inbox.storage.time_limits import READ_MS, told_when_too_slow

TOO_BROAD: Final = "Finding these took too long: name a span of time, since and until."
EXPORTED_AT_ONCE: Final = 1_000
EXPORT_MS: Final = 10_000
"""Of one part; a seldom action may be far between."""
Word = Annotated[str, Meta(max_length=100)]


class Act(StrEnum):
    """The actions whose entries are written in their own transactions; the others are those of calls."""

    API_KEY_MADE = "api_key.made"
    API_KEY_DELETED = "api_key.deleted"
    BUDGET_CHANGED = "budget.changed"
    CONTACT_ERASED = "contact.erased"
    CONTACT_EXPORTED = "contact.exported"
    WORKSPACE_EXPORTED = "workspace.exported"
    EXPORT_DELETED = "export.deleted"
    PERSON_PROVISIONED = "operator.provisioned"
    PERSON_REMOVED_BY_DIRECTORY = "operator.removed_by_directory"
    GROUP_PROVISIONED = "group.provisioned"
    GROUP_REMOVED_BY_DIRECTORY = "group.removed_by_directory"
    HELPER_MADE = "helper.made"
    HELPER_CHANGED = "helper.changed"
    HELPER_DELETED = "helper.deleted"
    HELPER_SECRET_ROTATED = "helper.secret_rotated"  # noqa: S105 - a word, no secret
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
    OPENID_PROVIDER_MADE = "openid_provider.made"
    OPENID_PROVIDER_DELETED = "openid_provider.deleted"
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
    """One line of the log; `by` is `kind:id` of who did it, `object_id` names what it was done to.

    `fields` are the names of those that a change named. `is_done` is false while it is being done, and for good where
    the process that did it ended in the middle: then nobody knows.
    """

    id: str
    at: datetime
    by: str
    action: str
    object_id: str | None = None
    reason: str | None = None
    fields: tuple[str, ...] = ()
    is_done: bool = True


class AuditPage(Page[AuditEntry], frozen=True, kw_only=True):
    """A part of the log, the newest first."""


BY_COMMAND: Final = "command:gateway"
"""Who did it, where somebody at the installation's own machine did."""


class AuditNote(msgspec.Struct, frozen=True):
    """An entry to write: the action, its object, the reason that somebody gave, and the fields that a change named."""

    action: Act
    object_id: str | None = None
    reason: str | None = None
    fields: tuple[str, ...] = ()


async def write_audit(
    database: Database, caller: Caller, noted: AuditNote, *, at: datetime, session: Session = None
) -> None:
    """Add a line, inside the transaction of what it tells of."""
    entry = _entry(caller.workspace_id, noted, by=f"{caller.kind}:{caller.id}", at=at)
    await database.audit.insert_one(entry, session=session)


async def write_command_audit(
    database: Database, workspace_id: str, noted: AuditNote, *, at: datetime, session: Session
) -> None:
    """Add a line about what a command of the installation did, inside the transaction that does it."""
    await database.audit.insert_one(_entry(workspace_id, noted, by=BY_COMMAND, at=at), session=session)


def _entry(workspace_id: str, noted: AuditNote, *, by: str, at: datetime) -> AuditDocument:
    return {
        "_id": new_id(),
        "workspace_id": workspace_id,
        "at": at,
        "by": by,
        "action": noted.action.value,
        "object_id": noted.object_id,
        "reason": noted.reason,
        "fields": list(noted.fields),
    }


async def begin_audit(
    database: Database, caller: Caller, action: str, *, object_id: str | None, fields: Sequence[str], at: datetime
) -> str:
    """Add a line before an act begins, and return its id."""
    entry: AuditDocument = {
        "_id": new_id(),
        "workspace_id": caller.workspace_id,
        "at": at,
        "by": f"{caller.kind}:{caller.id}",
        "action": action,
        "object_id": object_id,
        "reason": None,
        "fields": list(fields),
        "is_done": False,
    }
    await database.audit.insert_one(entry)
    return entry["_id"]


async def confirm_audit(database: Database, workspace_id: str, entry_id: str, *, made_id: str | None) -> None:
    """Note that an act was done, and what it made."""
    made: Fields = {} if made_id is None else {"object_id": made_id}
    own = {"_id": entry_id, "workspace_id": workspace_id}
    await database.audit.update_one(own, {"$set": {"is_done": True, **made}})


async def drop_audit(database: Database, workspace_id: str, entry_id: str) -> None:
    """Take a line away whose act was refused, or had been done before."""
    await database.audit.delete_one({"_id": entry_id, "workspace_id": workspace_id})


class AuditQuery(PageQuery, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which entries: of one action, of one who did it (`kind:id`), about one object, in a span of time.

    Attributes:
        action: As `campaign.started`; a word without a dot, as `campaign`, means all acts about such objects.
    """

    action: Word | None = None
    by: Word | None = None
    object_id: Word | None = None
    since: datetime | None = None
    until: datetime | None = None


def wanted_entries(workspace_id: str, query: AuditQuery) -> Condition:
    """Return the condition of a query."""
    wanted: Condition = {"workspace_id": workspace_id}
    for name in ("by", "object_id"):
        if (value := getattr(query, name)) is not None:
            wanted[name] = value
    if query.action is not None:
        wanted["action"] = query.action if "." in query.action else _about(query.action)
    span = {"$gte": query.since, "$lt": query.until}
    if given := {name: at for name, at in span.items() if at is not None}:
        wanted["at"] = given
    return wanted


def _about(noun: str) -> Condition:
    """Return the span of all actions about such objects: `/` follows the dot."""
    return {"$gte": f"{noun}.", "$lt": f"{noun}/"}


async def list_audit(database: Database, workspace_id: str, query: AuditQuery) -> Page[AuditEntry]:
    """List the log, newest first. Raises `ProblemError` (`too_broad`)."""
    wanted, limit, cursor = wanted_entries(workspace_id, query), query.limit, query.cursor
    before = decode_cursor(cursor, str)
    if before is not None:
        wanted["_id"] = {"$lt": before}
    with told_when_too_slow(TOO_BROAD):
        entries = database.audit.find(wanted, max_time_ms=READ_MS).sort("_id", -1).limit(limit + 1)
        found = await entries.to_list(None)
    return cut_page([read_as(entry, AuditEntry) for entry in found], limit, lambda entry: entry.id)


async def all_entries(database: Database, workspace_id: str, query: AuditQuery) -> AsyncIterator[Sequence[AuditEntry]]:
    """Yield all entries that a query wants, the oldest first, some at a time."""
    wanted, last = wanted_entries(workspace_id, query), ""
    while True:
        later = {**wanted, "_id": {"$gt": last}}
        found = (
            await database.audit.find(later, max_time_ms=EXPORT_MS).sort("_id", 1).limit(EXPORTED_AT_ONCE).to_list(None)
        )
        if not found:
            return
        last = found[-1]["_id"]
        yield [read_as(entry, AuditEntry) for entry in found]
