"""Search over the API: what is found, by whom, and how it is narrowed down."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest

from inbox.finding.term_keeping import BEHIND_SECONDS, TermKeeper
from inbox.foundation.clock import FixedClock
from inbox.storage.database import Database
from tests.integration.api.support import Actor, Client, Team, customer_writes, whatsapp_channel


async def keep_terms(database: Database, clock: FixedClock) -> int:
    return await TermKeeper(database, clock, seconds=lambda: time.time() + BEHIND_SECONDS + 1).keep_up()


async def found(actor: Actor, query: str) -> list[dict[str, Any]]:
    answer = await actor.get(f"/search?{query}")
    assert answer.status == 200, answer.body
    items: list[dict[str, Any]] = answer.body["items"]
    return items


async def texts(actor: Actor, query: str) -> list[str]:
    return [hit["message"]["content"]["text"] for hit in await found(actor, query)]


async def test_messages_are_found_by_their_words(
    client: Client, team: Team, database: Database, clock: FixedClock
) -> None:
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    await customer_writes(client, channel, "Где моя доставка? Звоните 8 912 345-67-89")
    await customer_writes(client, channel, "Two orders were cancelled", wa_id="16505550000")
    assert await texts(team.owner, "q=orders") == []
    assert await keep_terms(database, clock) == 2
    assert await keep_terms(database, clock) == 0
    (hit,) = await found(team.owner, "q=ДОСТАВКУ")
    assert hit["excerpt"]["text"].startswith("Где моя доставка?")
    assert [hit["excerpt"]["text"][a:b] for a, b in hit["excerpt"]["marks"]] == ["доставка"]
    assert hit["conversation"]["contact"]["name"] == "Kerry"
    assert await texts(team.owner, "q=cancel+order") == ["Two orders were cancelled"]
    assert len(await texts(team.owner, "q=%2B79123456789")) == 1
    assert await texts(team.owner, "q=order+late") == []
    assert await texts(team.owner, "q=the") == []
    assert len(await found(team.owner, "q=orders&kind=conversations")) == 1
    assert len(await found(team.owner, "q=kerry&kind=conversations")) == 2
    assert len(await found(team.owner, "q=ker&kind=contacts")) == 2
    assert len(await found(team.owner, "q=650+555+1234&kind=contacts")) == 1


async def test_a_search_can_be_narrowed_down(client: Client, team: Team, database: Database, clock: FixedClock) -> None:
    first = (await team.owner.post("/channels", whatsapp_channel())).body
    second = (await team.owner.post("/channels", whatsapp_channel("1002"))).body
    await customer_writes(client, first, "order one")
    await customer_writes(client, second, "order two", wa_id="16505550000")
    await keep_terms(database, clock)
    (conversation,) = (await team.owner.get(f"/conversations?channel_id={first['id']}")).body["items"]
    await team.owner.post(f"/conversations/{conversation['id']}/assign", {"operator_id": team.owner.id})
    for kind in ("messages", "conversations", "contacts"):
        asked = f"q={'kerry' if kind == 'contacts' else 'order'}&kind={kind}"
        assert len(await found(team.owner, asked)) == 2, kind
        for narrow in (
            f"channel_id={first['id']}",
            f"operator_id={team.owner.id}",
            f"contact_id={conversation['contact']['id']}",
        ):
            assert len(await found(team.owner, f"{asked}&{narrow}")) == 1, (kind, narrow)
        for empty in ("from=2100-01-01T00:00:00Z", "to=2020-01-01T00:00:00Z", "queue_id=none", "operator_id=x"):
            assert await found(team.owner, f"{asked}&{empty}") == [], (kind, empty)
        assert len(await found(team.owner, f"{asked}&from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z")) == 2


async def test_one_finds_only_what_one_may_see(
    client: Client, team: Team, strangers: Team, database: Database, clock: FixedClock
) -> None:
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    await customer_writes(client, channel, "secret order")
    await keep_terms(database, clock)
    (conversation,) = (await team.owner.get("/conversations")).body["items"]
    await team.owner.post(f"/conversations/{conversation['id']}/assign", {"operator_id": team.owner.id})
    for kind, q in (
        ("messages", "order"),
        ("conversations", "order"),
        ("conversations", "kerry"),
        ("contacts", "kerry"),
    ):
        assert len(await found(team.owner, f"q={q}&kind={kind}")) == 1
        assert len(await found(team.key, f"q={q}&kind={kind}")) == 1
        assert await found(team.operator, f"q={q}&kind={kind}") == []
        assert await found(strangers.owner, f"q={q}&kind={kind}") == []
    await team.owner.post(f"/conversations/{conversation['id']}/close", {})
    await customer_writes(client, channel, "again")
    (again,) = (await team.owner.get("/conversations")).body["items"]
    await team.operator.post(f"/conversations/{again['id']}/assign", {"operator_id": team.operator.id})
    assert await texts(team.operator, "q=orders") == ["secret order"], "the past of a customer in hand"


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("q=a&kind=people", "/kind"),
        ("q=a&from=yesterday", "/from"),
        ("q=a&from=2026-01-01T00:00:00", "/from"),
        ("q=a&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "/from"),
        ("q=a&cursor=x", "/cursor"),
        ("q=a&limit=0", "/limit"),
        (f"q={'a' * 101}", "/q"),
    ],
)
async def test_odd_values_are_named(team: Team, query: str, pointer: str) -> None:
    answer = await team.owner.get(f"/search?{query}")
    assert answer.status == 422
    assert answer.body["errors"][0]["pointer"] == pointer


async def test_a_message_to_be_sent_later_is_found_by_its_words_of_now(
    client: Client, team: Team, database: Database, clock: FixedClock
) -> None:
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    await customer_writes(client, channel, "hello")
    (conversation,) = (await team.owner.get("/conversations")).body["items"]
    await team.owner.post(f"/conversations/{conversation['id']}/assign", {"operator_id": team.owner.id})
    later = (clock.now() + timedelta(hours=1)).isoformat()
    asked = {"content": {"type": "text", "text": "parcel"}, "send_at": later}
    scheduled = await team.owner.post(f"/conversations/{conversation['id']}/messages", asked)
    assert scheduled.status == 201, scheduled.body
    await keep_terms(database, clock)
    assert await texts(team.owner, "q=parcel") == ["parcel"]
    path = f"/messages/{scheduled.body['id']}"
    assert (await team.owner.patch(path, {"content": {"text": "invoice"}})).status == 200
    assert await texts(team.owner, "q=parcel") == []
    assert await texts(team.owner, "q=invoice") == ["invoice"]
    assert (await team.owner.delete(path)).status == 204
    assert await texts(team.owner, "q=invoice") == []
