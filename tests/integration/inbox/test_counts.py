"""A count is the length of the list: for whoever asks, whatever the view and the filter; and it reads indexes only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import strategies as st

from inbox.conversation.conversation_counts import count_unread, count_view
from inbox.conversation.conversation_lists import ConversationQuery, list_conversations
from inbox.conversation.list_filters import ConversationFilter, ListView, RatingState, TargetState, WindowState
from inbox.model.conversation_state import ConversationState
from inbox.people.access import Caller, CallerKind, Role
from inbox.storage.database import Database, Document
from tests.drawing import drawn

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
WORKSPACE = "w1"
PEOPLE = ("ana", "ben", "cleo", "sue")
QUEUES = ("q1", "q2", "q3")
CHANNELS = {"c1": "whatsapp", "c2": "telegram"}
CONTACTS = 60
CONVERSATIONS = 300
TRIES = 150

filters = st.builds(
    ConversationFilter,
    view=st.sampled_from(ListView),
    state=st.none() | st.sampled_from(ConversationState),
    queue_id=st.none() | st.sampled_from(QUEUES),
    channel_id=st.none() | st.sampled_from([*CHANNELS]),
    contact_id=st.none() | st.sampled_from(["k1", "k2", "nobody"]),
    operator_id=st.none() | st.sampled_from([*PEOPLE, "nobody"]),
    tag=st.none() | st.sampled_from(["vip", "late"]),
    window=st.none() | st.sampled_from(WindowState),
    snoozed=st.none() | st.booleans(),
    target=st.none() | st.sampled_from(TargetState),
    rating=st.none() | st.sampled_from(RatingState),
    from_=st.none() | st.just(NOW - timedelta(minutes=200)),
)
loose_filters = st.builds(ConversationFilter, view=st.sampled_from(ListView), snoozed=st.none() | st.booleans())
callers = st.builds(
    Caller,
    workspace_id=st.just(WORKSPACE),
    kind=st.sampled_from([CallerKind.OPERATOR, CallerKind.API_KEY]),
    id=st.sampled_from([*PEOPLE, "key"]),
    role=st.sampled_from(Role),
    queue_ids=st.frozensets(st.sampled_from(QUEUES)),
    supervised_ids=st.frozensets(st.sampled_from(PEOPLE)),
)


def _conversation(random: Random, number: int) -> Document:
    """Make a conversation in some state; each account has one that is open at most."""
    state = random.choice([*ConversationState])
    open_ = state is not ConversationState.CLOSED
    channel = random.choice([*CHANNELS])
    at = NOW - timedelta(minutes=number)
    has_operator = state is ConversationState.ASSIGNED or (not open_ and random.random() < 0.8)
    maybe: dict[str, Any] = {
        "tags": random.sample(["vip", "late"], random.randint(1, 2)),
        "snooze": {"until": NOW + timedelta(hours=1), "by": "operator:ana", "at": at},
        "target": {"kind": "first_answer", "since": at, "due_at": NOW, "breached": random.random() < 0.5},
        "window_expires_at": NOW + timedelta(hours=random.choice([-1, 1])),
        "rating": {"asked_at": at, "score": random.choice([None, 1, 5])},
    }
    return {
        "_id": f"{CONVERSATIONS - number:04}",
        "workspace_id": WORKSPACE if number % 10 else "w2",
        "channel_id": channel,
        "channel_kind": CHANNELS[channel],
        "identity": {"kind": CHANNELS[channel], "external_id": f"{number}"},
        "contact_id": f"k{number % CONTACTS}",
        "open": open_,
        "state": state.value,
        "queue_id": random.choice([None, *QUEUES]),
        "operator_id": random.choice(PEOPLE) if has_operator else None,
        "priority": 0,
        "opened_at": at,
        "queued_at": at,
        "active_at": at,
        "read_seq": random.choice([0, 10]),
        "version": 1,
        "promised": {},
        **({"bot": {"id": "b1"}} if state is ConversationState.BOT else {}),
        **{name: value for name, value in maybe.items() if random.random() < 0.5},
    }


def _message(conversation: Document) -> Document:
    content = {"type": "text", "text": "hello"}
    return {
        "_id": f"m{conversation['_id']}",
        "workspace_id": conversation["workspace_id"],
        "conversation_id": conversation["_id"],
        "channel_id": conversation["channel_id"],
        "seq": 5,
        "direction": "in",
        "author": {"kind": "contact", "id": conversation["contact_id"]},
        "status": "received",
        "content": content,
        "created_at": conversation["opened_at"],
    }


@pytest_asyncio.fixture
async def populated(database: Database) -> Database:
    random = Random(7)
    contacts = [
        {"_id": f"k{n}", "workspace_id": WORKSPACE, "name": f"K{n}", "identities": [], "identity_keys": [f"x:{n}"]}
        for n in range(CONTACTS)
    ]
    conversations = [_conversation(random, number) for number in range(CONVERSATIONS)]
    await database.contacts.insert_many(contacts)
    await database.conversations.insert_many(conversations)
    await database.messages.insert_many([_message(one) for one in conversations])
    return database


async def listed(database: Database, caller: Caller, asked: ConversationFilter) -> list[bool]:
    """Read a whole list page by page; of each row whether something in it is unread."""
    fields: Mapping[str, Any] = {name: getattr(asked, name) for name in ConversationFilter.__struct_fields__}
    rows: list[bool] = []
    cursor: str | None = None
    while True:
        page = await list_conversations(database, caller, ConversationQuery(**fields, limit=40, cursor=cursor), now=NOW)
        rows += [one.unread > 0 for one in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return rows


async def test_a_count_is_the_length_of_the_list(populated: Database) -> None:
    seen = 0
    for caller, asked in drawn(st.tuples(callers, loose_filters | filters), TRIES):
        rows = await listed(populated, caller, asked)
        count = await count_view(populated, caller, asked, now=NOW)
        assert (count.count, count.more) == (len(rows), False), (caller, asked)
        seen += bool(rows)
        if asked.view is ListView.MINE and not asked.is_of_closed:
            assert await count_unread(populated, caller, asked, now=NOW) == sum(rows), (caller, asked)
        if rows:
            capped = await count_view(populated, caller, asked, now=NOW, exact_to=len(rows) - 1)
            assert (capped.count, capped.more) == (len(rows) - 1, True), (caller, asked)
    assert seen > TRIES / 4, "the draws find something"


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SUPERVISOR, Role.MANAGER])
@pytest.mark.parametrize("view", [*ListView])
async def test_a_whole_view_is_counted_without_reading_a_document(
    populated: Database, role: Role, view: ListView
) -> None:
    caller = Caller(
        workspace_id=WORKSPACE,
        kind=CallerKind.OPERATOR,
        id="ana",
        role=role,
        queue_ids=frozenset(QUEUES[:2]),
        supervised_ids=frozenset({"ben"} if role is Role.SUPERVISOR else ()),
    )
    started = datetime.now(UTC)
    await populated.command("profile", slowms=-1)
    try:
        count = await count_view(populated, caller, ConversationFilter(view=view), now=NOW)
        ran = await _profiled(populated, started)
    finally:
        await populated.command("profile", value=0, slowms=100)
        await getattr(populated, "system.profile").drop()
    assert count.count
    assert ran
    for one in ran:
        assert "COLLSCAN" not in one["planSummary"], one["planSummary"]
        assert one["docsExamined"] == 0, one["planSummary"]
        assert one["keysExamined"] <= CONVERSATIONS


async def _profiled(database: Database, since: datetime) -> list[Document]:
    asked = {"ts": {"$gte": since}, "op": "command", "ns": f"{database.name}.conversations"}
    found: list[Document] = await getattr(database, "system.profile").find(asked).to_list(None)
    return found
