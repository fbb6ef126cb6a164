"""Reports: held against a recount, after a kill, a late change, merged tags; rights; CSV; the live picture."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from inbox.foundation.clock import FixedClock
from inbox.foundation.ids import lowest_id
from inbox.reports.facts import count_slot
from inbox.reports.rollups import AGAIN, RollupKeeper, store_slot
from inbox.reports.slots import SLOT, slot_of
from inbox.storage.database import Database
from tests.integration.api.support import Client, Team, customer_writes, whatsapp_channel

QUEUES = ("q1", "q2", None)
REASONS = ("operator", "inactivity", "queue_full")


def conversation(workspace_id: str, number: int, rng: random.Random, now: datetime) -> dict[str, Any]:
    """Make one of the last three days: some are open, some were never assigned."""
    opened_at = now - timedelta(seconds=rng.randint(0, 3 * 86_400))
    assigned = rng.random() < 0.8
    log = [
        {"at": opened_at, "rule": "admission", "answer": "queued", "queue_id": "q1", "operator_id": None, "by": "queue"}
    ]
    if assigned:
        at = opened_at + timedelta(seconds=rng.randint(1, 500))
        log.append(
            {
                "at": at,
                "rule": "distribution",
                "answer": "assigned",
                "queue_id": "q1",
                "operator_id": "o",
                "by": "queue",
            }
        )
    if rng.random() < 0.3:
        log.append({**log[-1], "rule": "transfer"})
    closed_at = opened_at + timedelta(seconds=rng.randint(600, 50_000))
    closes = {} if closed_at > now else {"closed_at": closed_at, "close_reason": rng.choice(REASONS)}
    return {
        "_id": lowest_id(opened_at.timestamp())[:12] + f"{number:012x}",
        "workspace_id": workspace_id,
        "channel_id": "ch",
        "identity": {"kind": "whatsapp", "external_id": str(number)},
        "contact_id": "k",
        "open": not closes,
        "queue_id": rng.choice(QUEUES),
        "operator_id": "o" if assigned else None,
        "opened_at": opened_at,
        "routing_log": log,
        "tags": rng.choice(([], ["a"], ["a", "b"])),
        **closes,
    }


def answer(of: dict[str, Any], seconds: int) -> dict[str, Any]:
    return {
        "_id": "m" + of["_id"],
        "workspace_id": of["workspace_id"],
        "conversation_id": of["_id"],
        "seq": 5,
        "direction": "out",
        "author": {"kind": "operator", "id": "o"},
        "created_at": of["opened_at"] + timedelta(seconds=seconds),
    }


async def rows(team: Team, name: str, query: str = "") -> dict[str, dict[str, Any]]:
    report = (await team.owner.get(f"/reports/{name}?{query}")).body
    return {row["key"]: dict(zip(report["columns"], row["values"], strict=True)) for row in report["rows"]}


def recount(all_of_them: list[dict[str, Any]], key: str) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for one in all_of_them:
        keys = one[key] if isinstance(one[key], list) else [one[key] or ""]
        for value in keys:
            counts = found.setdefault(value, Counter())
            counts["opened"] += 1
            if "closed_at" in one:
                counts["closed"] += 1
                counts["never_assigned"] += one["operator_id"] is None
                counts["transfers"] += sum(note["rule"] == "transfer" for note in one["routing_log"])
    return found


@pytest.mark.parametrize("seed", [1, 2])
async def test_reports_are_what_a_recount_gives(team: Team, database: Database, clock: FixedClock, seed: int) -> None:
    """Some half hours are counted by the worker, one of them twice, some not yet; what comes late is counted again."""
    rng, workspace_id, now = random.Random(seed), team.owner.workspace_id, clock.now()
    made = [conversation(workspace_id, number, rng, now) for number in range(300)]
    await database.conversations.insert_many(made)
    answered = [one for one in made if one["operator_id"] is not None]
    await database.messages.insert_many([answer(one, 40) for one in answered])
    keeper = RollupKeeper(database, clock)
    await keeper.keep_up()
    twice = slot_of(made[0]["opened_at"])
    await store_slot(database, workspace_id, twice, await count_slot(database, workspace_id, twice))
    await RollupKeeper(database, clock).keep_up()
    span = f"from={(now - timedelta(days=4)).strftime('%Y-%m-%dT%H:%M:%SZ')}"
    for group, key in (("queue", "queue_id"), ("operator", "operator_id"), ("tag", "tags"), ("channel", "channel_id")):
        counted = await rows(team, "conversations", f"{span}&group_by={group}")
        assert {k: +Counter(v) for k, v in counted.items()} == {k: +v for k, v in recount(made, key).items()}, group
    closed = [one for one in made if "closed_at" in one]
    (first,) = (await rows(team, "first_answer", span)).values()
    assert (first["count"], first["average_seconds"]) == (sum(one["operator_id"] is not None for one in closed), 40)
    (reasons,) = (await rows(team, "closes", span)).values()
    assert {r: reasons[r] for r in REASONS} == {r: sum(one["close_reason"] == r for one in closed) for r in REASONS}
    days = await rows(team, "conversations", f"{span}&group_by=day&time_zone=Asia/Kolkata")
    zone = timedelta(hours=5, minutes=30)
    local = Counter((one["opened_at"] + zone).strftime("%Y-%m-%d") for one in made)
    assert {day: row["opened"] for day, row in days.items() if row["opened"]} == dict(local)


async def test_what_is_sorted_later_is_counted_a_day_later(team: Team, database: Database, clock: FixedClock) -> None:
    now = clock.now()
    made = conversation(team.owner.workspace_id, 1, random.Random(1), now)
    opened_at = now - timedelta(hours=3)
    times = {
        "opened_at": opened_at,
        "closed_at": opened_at + timedelta(hours=1),
        "close_reason": "operator",
        "open": False,
    }
    made |= {**times, "_id": lowest_id(opened_at.timestamp()), "tags": []}
    await database.conversations.insert_one(made)
    keeper = RollupKeeper(database, clock)
    await keeper.keep_up()
    await database.conversations.update_one({"_id": made["_id"]}, {"$set": {"tags": ["late"]}})
    await keeper.keep_up()
    span = f"from={(now - timedelta(days=1)).strftime('%Y-%m-%dT%H:%M:%SZ')}&group_by=tag"
    assert await rows(team, "conversations", span) == {}
    clock.advance(AGAIN + SLOT)
    await keeper.keep_up()
    assert (await rows(team, "conversations", span))["late"]["closed"] == 1
    tag = {
        "_id": "t",
        "workspace_id": team.owner.workspace_id,
        "name": "Late",
        "keys": ["t", "late"],
        "deleted_at": None,
    }
    await database.tags.insert_one(tag)
    assert (await rows(team, "conversations", span))["Late"]["closed"] == 1, "merged tags are one row"


def note(at: datetime, rule: str, *, queue: str | None = None, operator: str | None = None, by: str = "queue") -> Any:
    return {"at": at, "rule": rule, "answer": "", "queue_id": queue, "operator_id": operator, "by": by}


def closed_at(at: datetime, workspace_id: str, log: list[Any], **more: Any) -> dict[str, Any]:
    """Return a conversation that was opened and closed at a time."""
    made = conversation(workspace_id, 0, random.Random(1), at)
    times = {"opened_at": at, "closed_at": at, "close_reason": "operator", "open": False}
    return made | times | {"_id": lowest_id(at.timestamp()), "routing_log": log, "tags": ["vip"]} | more


async def test_who_handed_on_and_to_whom(team: Team, database: Database, clock: FixedClock) -> None:
    at = clock.now() - timedelta(hours=2)
    log = [
        note(at, "admission", queue="q1"),
        note(at, "distribution", queue="q1", operator="ann"),
        note(at, "transfer", operator="ben", by="operator:ann"),
        note(at, "transfer", queue="q2", by="operator:ben"),
    ]
    made = closed_at(at, team.owner.workspace_id, log, queue_id="q2", operator_id="eve")
    await database.conversations.insert_one(made)
    names = ("transferred", "to_queues", "to_operators", "received")

    async def counted(group: str) -> dict[str, list[Any]]:
        found = await rows(team, "transfers", f"group_by={group}")
        return {key: [row[name] for name in names] for key, row in found.items()}

    assert await counted("nothing") == {"": [1, 1, 1, 2]}
    assert await counted("tag") == {"vip": [1, 1, 1, 2]}
    assert await counted("operator") == {"ann": [0, 0, 1, 0], "ben": [0, 1, 0, 1], "eve": [1, 0, 0, 0]}
    assert await counted("queue") == {"q1": [0, 1, 1, 0], "q2": [1, 0, 0, 1]}


async def test_targets_are_counted_for_who_answered(team: Team, database: Database, clock: FixedClock) -> None:
    at = clock.now() - timedelta(hours=2)
    workspace_id = team.owner.workspace_id
    made = closed_at(at - timedelta(hours=5), workspace_id, [], queue_id="q2", operator_id="eve")
    await database.conversations.insert_one(made)
    wait = {"workspace_id": workspace_id, "conversation_id": made["_id"], "channel_id": "c", "queue_id": "q1"}
    outcomes = [("first_answer", True, "ann"), ("next_answer", False, "ben"), ("next_answer", False, "ben")]
    for number, (kind, breached, who) in enumerate(outcomes):
        decided = {"kind": kind, "breached": breached, "operator_id": who, "at": at, "since": at, "due_at": at}
        await database.answer_waits.insert_one({**wait, **decided, "_id": f"w{number}"})
    await RollupKeeper(database, clock).keep_up()
    (whole,) = (await rows(team, "targets")).values()
    assert list(whole.values()) == [0, 1, 0.0, 2, 0, 1.0]
    by_operator = await rows(team, "targets", "group_by=operator")
    assert {key: (row["first_late"], row["next_in_time"]) for key, row in by_operator.items() if key != "eve"} == {
        "ann": (1, 0),
        "ben": (0, 2),
    }
    assert (await rows(team, "targets", "group_by=tag"))["vip"]["next_in_time"] == 2
    assert (await rows(team, "targets", "group_by=queue"))["q1"]["first_late"] == 1


async def test_a_close_that_was_taken_back_counts_when_it_is_closed_again(
    team: Team, database: Database, clock: FixedClock
) -> None:
    """Days are summed only when nothing of them changes any more; a report over them says what half hours say."""
    at = clock.now() - timedelta(days=4)
    made = closed_at(at, team.owner.workspace_id, [])
    await database.conversations.insert_one(made)
    again = {"closed_at": None, "close_reason": None, "open": True}
    await database.conversations.update_one({"_id": made["_id"]}, {"$set": again})
    keeper = RollupKeeper(database, clock)
    await keeper.keep_up()
    assert [row["closed"] for row in (await rows(team, "closes")).values()] == [0]
    later = {"closed_at": at + timedelta(days=1), "close_reason": "operator", "open": False}
    await database.conversations.update_one({"_id": made["_id"]}, {"$set": later})
    await database.rollup_marks.delete_many({})
    await keeper.keep_up()
    summed = await database.rollups.find({"group": "all/day"}).sort("slot", 1).to_list(None)
    assert [[(one["opened"], one["closed"]) for one in day["counts"]] for day in summed] == [[(1, 0)], [(0, 1)]]
    assert [(row["opened"], row["closed"]) for row in (await rows(team, "conversations")).values()] == [(1, 1)]
    middle = (at + timedelta(hours=12)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert [row["closed"] for row in (await rows(team, "closes", f"from={middle}")).values()] == [1]


async def test_csv_and_names(client: Client, team: Team) -> None:
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    await customer_writes(client, channel, "hello")
    headers = {"Authorization": f"Bearer {team.owner.token}"}
    path = "/api/v1/reports/conversations?group_by=channel&format=csv"
    async with client.get(path, headers=headers) as response:
        assert response.content_type == "text/csv"
        lines = (await response.text()).splitlines()
    assert lines == ["channel,name,opened,closed,never_assigned,transfers", f"{channel['id']},Sales,1,0,0,0"]


async def test_who_sees_reports(team: Team, strangers: Team) -> None:
    assert (await team.owner.get("/reports/waiting")).status == 200
    assert (await team.key.get("/reports/waiting")).status == 200
    assert (await team.operator.get("/reports/waiting")).status == 403
    assert (await team.operator.get("/reports/waiting?group_by=queue")).status == 403
    assert (await team.owner.get("/reports/secrets")).status == 404
    live = (await team.operator.get("/reports/live")).body
    assert [operator["id"] for operator in live["operators"]] == [team.operator.id]
    assert {operator["id"] for operator in (await team.owner.get("/reports/live")).body["operators"]} == {
        team.owner.id,
        team.operator.id,
    }


async def test_the_live_picture(team: Team, database: Database, clock: FixedClock) -> None:
    queue = (await team.owner.post("/queues", {"name": "Sales"})).body
    waits = {
        "_id": "c",
        "workspace_id": team.owner.workspace_id,
        "open": True,
        "state": "queued",
        "queue_id": queue["id"],
    }
    await database.conversations.insert_one({**waits, "queued_at": clock.now() - timedelta(seconds=90)})
    await database.queues.update_one({"_id": queue["id"]}, {"$set": {"waiting": 1}})
    (shown,) = (await team.owner.get("/reports/live")).body["queues"]
    assert (shown["name"], shown["waiting"], shown["longest_wait_seconds"]) == ("Sales", 1, 90)


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("group_by=colour", "/group_by"),
        ("time_zone=Mars/Base", "/time_zone"),
        ("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "/from"),
        ("from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", "/from"),
        ("from=yesterday", "/from"),
        ("format=pdf", "/format"),
    ],
)
async def test_odd_values_are_named(team: Team, query: str, pointer: str) -> None:
    answer_ = await team.owner.get(f"/reports/waiting?{query}")
    assert (answer_.status, answer_.body["errors"][0]["pointer"]) == (422, pointer)


def rated(
    workspace_id: str, number: int, asked_at: datetime, score: int | None, after: timedelta, **more: Any
) -> dict[str, Any]:
    """Make a closed conversation whose customer was asked, and answered with a score or not at all."""
    answered_at = None if score is None else asked_at + after
    return {
        "_id": lowest_id(asked_at.timestamp())[:12] + f"{number:012x}",
        "workspace_id": workspace_id,
        "channel_id": "ch",
        "channel_kind": "whatsapp",
        "identity": {"kind": "whatsapp", "external_id": str(number)},
        "contact_id": "k",
        "open": False,
        "state": "closed",
        "queue_id": "q1",
        "operator_id": "o",
        "opened_at": asked_at,
        "active_at": asked_at,
        "closed_at": asked_at,
        "close_reason": "operator",
        "read_seq": 0,
        "version": 1,
        "promised": {},
        "rating": {"asked_at": asked_at, "score": score, "answered_at": answered_at, "pressed_at": None, "presses": []},
        **more,
    }


async def test_ratings_count_when_they_were_asked_and_answered(
    team: Team, database: Database, clock: FixedClock
) -> None:
    """An answer that comes days later counts on its day, also where nothing else happened in that half hour."""
    workspace_id, now = team.owner.workspace_id, clock.now()
    long_ago = now - timedelta(days=6)
    scores = (5, 4, 4, 1, None)
    days = timedelta(days=3)
    asked = [rated(workspace_id, n, long_ago, score, days, tags=["vip"]) for n, score in enumerate(scores)]
    others = [rated("w-other", 90, long_ago, 1, days), rated(workspace_id, 91, now, 2, timedelta(0), queue_id="q2")]
    await database.conversations.insert_many([*asked, *others])
    await RollupKeeper(database, clock).keep_up()
    by_day = await rows(team, "ratings", "group_by=day&time_zone=UTC")
    first, later = long_ago.strftime("%Y-%m-%d"), (long_ago + days).strftime("%Y-%m-%d")
    assert (by_day[first]["asked"], by_day[first]["answered"], by_day[first]["average_score"]) == (5, 0, None)
    assert (by_day[later]["asked"], by_day[later]["answered"]) == (0, 4)
    by_queue = await rows(team, "ratings", "group_by=queue")
    assert by_queue["q1"] == {
        "asked": 5,
        "answered": 4,
        "average_score": 3.5,
        "good_share": 0.75,
        "score_1": 1,
        "score_2": 0,
        "score_3": 0,
        "score_4": 2,
        "score_5": 1,
    }
    assert (by_queue["q2"]["answered"], by_queue["q2"]["score_2"]) == (1, 1)
    assert (await rows(team, "ratings", "group_by=tag"))["vip"]["asked"] == 5
    assert (await rows(team, "ratings", "group_by=operator"))["o"]["answered"] == 5


async def test_a_corrected_score_is_counted_anew(team: Team, database: Database, clock: FixedClock) -> None:
    workspace_id, now = team.owner.workspace_id, clock.now()
    one = rated(workspace_id, 1, now - timedelta(hours=5), 1, timedelta(minutes=1))
    await database.conversations.insert_one(one)
    keeper = RollupKeeper(database, clock)
    await keeper.keep_up()
    assert (await rows(team, "ratings"))[""]["score_1"] == 1
    await database.conversations.update_one({"_id": one["_id"]}, {"$set": {"rating.score": 5}})
    clock.advance(AGAIN)
    await keeper.keep_up()
    counted = (await rows(team, "ratings"))[""]
    assert (counted["score_1"], counted["score_5"], counted["answered"]) == (0, 1, 1)


async def test_ratings_as_csv(client: Client, team: Team, database: Database, clock: FixedClock) -> None:
    await database.conversations.insert_one(
        rated(team.owner.workspace_id, 1, clock.now() - timedelta(hours=5), 4, timedelta(0))
    )
    headers = {"Authorization": f"Bearer {team.owner.token}"}
    async with client.get("/api/v1/reports/ratings?format=csv", headers=headers) as response:
        header, row = (await response.text()).splitlines()
    assert header.split(",")[2:6] == ["asked", "answered", "average_score", "good_share"]
    assert row.split(",")[2:6] == ["1", "1", "4.0", "1.0"]


async def test_lists_by_rating(team: Team, database: Database, clock: FixedClock) -> None:
    now = clock.now() - timedelta(hours=5)
    scores = (5, 3, None)
    workspace_id = team.owner.workspace_id
    made = [rated(workspace_id, n, now, score, timedelta(0)) for n, score in enumerate(scores)]
    await database.conversations.insert_many(made)
    await database.channels.insert_one({"_id": "ch", "workspace_id": workspace_id, "name": "Shop"})
    await database.contacts.insert_one({"_id": "k", "workspace_id": workspace_id, "name": "Ann", "identities": []})

    async def found(query: str) -> list[Any]:
        items = (await team.owner.get(f"/conversations?{query}")).body["items"]
        return [item["rating"]["score"] for item in items]

    assert await found("rating=answered") == [3, 5]
    assert await found("rating=unanswered") == [None]
    assert await found("rating=good&state=closed") == [5]
    assert await found("rating=bad") == [3]
    assert await found("rating=bad&state=assigned") == []
    view = await team.owner.post("/views", {"name": "Unhappy", "filter": {"rating": "bad"}})
    assert view.status == 201, view.body
    assert await found(f"view_id={view.body['id']}") == [3]
    odd = await team.owner.get("/conversations?rating=6")
    assert (odd.status, odd.body["errors"][0]["pointer"]) == (422, "/rating")
