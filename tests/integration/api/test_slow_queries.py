"""No list reads more than it shows: every list of the table is asked for while MongoDB keeps a profile of its queries.

What each query examined is held against what it returned, whatever the code that made it; a new route is tried as soon
as it stands in the table.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from gateway.api.routes import ROUTES
from inbox.contacts.search_terms import with_terms
from inbox.foundation.ids import new_id
from inbox.storage.database import Database, Document
from tests.integration.api.support import Team

CONTACTS = 1_500
RARE = 40
"""Every fortieth contact has the rare name; every fourth conversation is open."""
PAGE = 5
MOST_FOR_EACH = 120
"""Documents or keys that a query may look at for each that it returns."""
MOST_AT_ALL = 600
MONGODB_SLOW_MS = 100
"""Its own default."""
LISTS = [r.path for r in ROUTES if r.method == "GET" and "{" not in r.path and r.served and r.who.value != "anyone"]
FILTERED = (
    "/conversations?order=oldest",
    "/conversations?order=waiting",
    "/conversations?view=mine",
    "/conversations?view=unassigned",
    "/conversations?view=unassigned&order=waiting",
    "/conversations?state=closed",
    "/conversations?state=queued",
    "/conversations?state=assigned",
    "/conversations?state=closed&order=oldest",
    "/conversations?q=customer",
    "/conversations?q=rare",
    "/conversations?q=rare&state=closed",
    "/conversations?q=%2B4915100000040",
    "/conversations?operator_id=gone&state=closed",
    "/conversations?from=2026-01-01T00:00:00Z",
    "/conversations/counts?tag=vip",
    "/conversations/counts?saved=true",
    "/views?counts=true",
    "/search?q=rare&kind=contacts",
    "/search?q=rare&kind=conversations",
    "/search?q=order",
    "/contacts?q=customer",
    "/contacts?q=rare",
    "/contacts?q=rare+customer",
    "/contacts?q=nobody",
    "/contacts?q=015100000040",
    "/contacts?tag=vip",
    "/contacts?tag=vip&q=customer",
)


@pytest_asyncio.fixture
async def many(team: Team, database: Database) -> None:
    """Contacts of whom some are rare, each with a closed conversation, some with an open one too."""
    began = datetime(2026, 1, 1, tzinfo=UTC)
    workspace_id = team.owner.workspace_id
    contacts, conversations = [], []
    for number in range(CONTACTS):
        at = began + timedelta(minutes=number)
        contact = _contact(workspace_id, number, at)
        contacts.append(contact)
        conversations.append(_conversation(contact, at, open_=False, operator_id="gone"))
        if number % 4 == 0:
            conversations.append(_conversation(contact, at, open_=True, operator_id=_whose(team, number)))
    await database.contacts.insert_many(contacts)
    await database.conversations.insert_many(conversations)


def _contact(workspace_id: str, number: int, at: datetime) -> Document:
    name = f"{'Rare' if number % RARE == 0 else 'Common'} Customer {number}"
    return with_terms(
        {
            "_id": new_id(),
            "workspace_id": workspace_id,
            "name": name,
            "profile_name": name,
            "identity_keys": [f"whatsapp:49151{number:08}"],
            "identities": [{"kind": "whatsapp", "external_id": f"49151{number:08}", "aliases": []}],
            "tags": ["vip"] if number % RARE == 0 else [],
            "created_at": at,
            "version": 1,
        }
    )


def _whose(team: Team, number: int) -> str | None:
    return {0: team.owner.id, 1: team.operator.id}.get(number // 4 % 10)


def _conversation(contact: Document, at: datetime, *, open_: bool, operator_id: str | None) -> Document:
    state = "closed" if not open_ else "queued" if operator_id is None else "assigned"
    return {
        "_id": new_id(),
        "workspace_id": contact["workspace_id"],
        "channel_id": "c1",
        "channel_kind": "whatsapp",
        "identity": {"kind": "whatsapp", "external_id": contact["identities"][0]["external_id"]},
        "contact_id": contact["_id"],
        "open": open_,
        "state": state,
        "queue_id": None,
        "operator_id": operator_id,
        "priority": 0,
        "opened_at": at,
        "queued_at": at if state == "queued" else None,
        "active_at": at,
        "read_seq": 0,
        "version": 1,
        "promised": {},
    }


@pytest_asyncio.fixture
async def profile(database: Database, many: None) -> AsyncIterator[Any]:
    """The queries that MongoDB ran since then: all of them count as slow."""
    await database.command("profile", slowms=-1)
    yield getattr(database, "system.profile")
    await database.command("profile", value=0, slowms=MONGODB_SLOW_MS)
    await getattr(database, "system.profile").drop()


@pytest.mark.parametrize("caller", ["owner", "operator"])
async def test_lists_read_little_more_than_they_show(team: Team, profile: Any, caller: str) -> None:
    actor = getattr(team, caller)
    faults, looked_at = [], 0
    for path in (*LISTS, *FILTERED):
        start = datetime.now(UTC)
        answer = await actor.get(f"{path}{'&' if '?' in path else '?'}limit={PAGE}")
        if answer.status == 422:  # the list has no pages
            answer = await actor.get(path)
        assert answer.status in (200, 403), (path, answer.body)
        ran = await profile.find({"ts": {"$gte": start}, "op": {"$in": ["query", "command", "getmore"]}}).to_list(None)
        looked_at += len(ran)
        faults += [f"{path}: {_summary(one)}" for one in ran if _reads_too_much(one)]
    assert looked_at > len(FILTERED), "the profile has the queries"
    assert not faults, "\n".join(faults)


def _reads_too_much(ran: Document) -> bool:
    if "COLLSCAN" in ran.get("planSummary", "") and not ran["ns"].endswith("system.profile"):
        return True
    examined = max(ran.get("docsExamined", 0), ran.get("keysExamined", 0))
    return examined > MOST_FOR_EACH * max(1, ran.get("nreturned", 0)) and examined > MOST_AT_ALL


def _summary(ran: Document) -> str:
    figures = {name: ran.get(name) for name in ("planSummary", "keysExamined", "docsExamined", "nreturned")}
    return f"{ran['ns']} {figures}"
