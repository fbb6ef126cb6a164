"""A campaign by the API: made, filled, tried out, started, reported."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import aiohttp
import msgspec
import pytest

from inbox.messages.tallying import Change, count_changes
from inbox.storage.database import Database
from inbox.stream.events import decode_items
from tests.integration.api.support import API, Team, approved_template, campaign_of, whatsapp_channel

LIST = "Phone;First name\n+49 151 20000000;Ann\n+4915120000001;Bob\nnobody;Eve\n004915120000000;Twin\n"


async def campaign(team: Team, **changes: Any) -> dict[str, Any]:
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    await approved_template(team.owner.client, team.owner.workspace_id, channel)
    made = await team.owner.post("/campaigns", campaign_of(channel, region="DE", **changes))
    assert made.status == 201, made.body
    return dict(made.body)


async def upload(team: Team, campaign_id: str, text: str | bytes, kind: str = "text/csv") -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {team.owner.token}", "Content-Type": kind}
    data = text.encode() if isinstance(text, str) else text
    path = f"{API}/campaigns/{campaign_id}/audience"
    async with team.owner.client.post(path, data=data, headers=headers) as answer:
        return answer.status, await answer.json()


async def download(team: Team, path: str) -> list[dict[str, str]]:
    headers = {"Authorization": f"Bearer {team.owner.token}"}
    async with team.owner.client.get(API + path, headers=headers) as answer:
        assert (answer.status, answer.content_type) == (200, "text/csv")
        return list(csv.DictReader(io.StringIO(await answer.text())))


async def test_list_is_checked_and_its_errors_can_be_read(team: Team) -> None:
    made = await campaign(team)
    assert (made["state"], made["audience"]) == ("draft", None)
    status, filled = await upload(team, made["id"], LIST)
    assert (status, filled["state"]) == (200, "ready")
    audience = filled["audience"]
    assert (audience["accepted"], audience["duplicates"], audience["rejected"]) == (2, 1, 1)
    assert (audience["columns"], audience["countries"]) == (["first_name"], {"49": 2})
    errors = await download(team, f"/campaigns/{made['id']}/audience/errors")
    assert [(e["row"], e["value"]) for e in errors] == [("3", "nobody"), ("4", "4915120000000")]


async def test_new_list_takes_the_place_of_the_old_one(team: Team) -> None:
    made = await campaign(team)
    await upload(team, made["id"], LIST)
    _, filled = await upload(team, made["id"], "phone,name\n+4915120000009,Zoe\n")
    assert filled["counts"]["total"] == 1
    shown = (await team.owner.get(f"/campaigns/{made['id']}/recipients")).body["items"]
    assert [(one["phone"], one["state"]) for one in shown] == [("+4915120000009", "waiting")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "empty"),
        ("phone,\xe9\n+4915120000000,x\n".encode("latin-1"), "UTF-8"),
        ("phone,name,name\n", "name of its own"),
        ("phone,name\nnobody,x\n", "no row that is a recipient"),
        ("phone\n+4915120000000\n", None),
    ],
)
async def test_bad_lists_are_refused_in_words(team: Team, text: str | bytes, message: str | None) -> None:
    made = await campaign(team)
    status, answer = await upload(team, made["id"], text)
    if message is None:
        assert status == 200
        return
    assert status == 422
    assert message in answer["detail"]


async def test_variable_that_is_no_column_is_refused(team: Team) -> None:
    made = await campaign(team, variables={"body": ["{{ surname }}"]})
    status, answer = await upload(team, made["id"], LIST)
    assert (status, answer["errors"][0]["pointer"]) == (422, "/variables/body/0")
    assert "first_name" in answer["detail"]


async def test_audience_by_tag(team: Team, database: Database) -> None:
    made = await campaign(team)
    await database.contacts.insert_one(
        {
            "_id": "c1",
            "workspace_id": team.owner.workspace_id,
            "name": "Ann",
            "tags": ["vip"],
            "identities": [{"kind": "whatsapp", "external_id": "4915120000000"}],
            "identity_keys": ["whatsapp:4915120000000"],
            "version": 1,
        }
    )
    status, filled = await upload(team, made["id"], b'{"tag": "vip"}', "application/json")
    assert (status, filled["audience"]["columns"], filled["audience"]["accepted"]) == (200, ["name", "language"], 1)


async def test_test_goes_to_oneself_and_is_not_counted(team: Team, database: Database) -> None:
    made = await campaign(team)
    _, filled = await upload(team, made["id"], LIST)
    answer = await team.owner.post(f"/campaigns/{made['id']}/test", {"to": "0151 29999999"})
    assert answer.status == 200, answer.body
    message = await database.messages.find_one({"_id": answer.body["message_id"]})
    assert (message["to"], message["content"]["rendered"]) == ("4915129999999", "Hello Ann, 20 % off.")
    assert (await team.owner.get(f"/campaigns/{made['id']}")).body["counts"] == filled["counts"]
    await team.owner.post(f"/campaigns/{made['id']}/test", {"to": "0151 29999999"})


async def test_a_list_whose_rows_are_gone_has_none_to_test_with(team: Team, database: Database) -> None:
    made = await campaign(team)
    await upload(team, made["id"], LIST)
    await database.campaign_recipients.delete_many({})
    answer = await team.owner.post(f"/campaigns/{made['id']}/test", {"to": "0151 29999999"})
    assert (answer.status, answer.body["code"]) == (409, "conflict")


async def test_forecast(team: Team) -> None:
    made = await campaign(team, rate_per_second=10)
    await upload(team, made["id"], LIST)
    asked = {"messaging_limit": 1, "prices": {"*": 0.05}}
    answer = (await team.owner.post(f"/campaigns/{made['id']}/forecast", asked)).body
    assert answer == {
        "recipients": 2,
        "rate_per_second": 10.0,
        "seconds": 1,
        "days": 2,
        "limited_by": "messaging_limit",
        "cost": 0.1,
        "unpriced": 0,
        "by_card": None,
        "checked": 2,
        "is_all": True,
        "will_get": 2,
        "versions": [
            {"variant": "a", "template": {"name": "sale", "language": "en"}, "recipients": 2, "by_card": None}
        ],
        "later": 0,
        "left_out": [],
    }


async def test_forecast_by_the_rate_card_of_the_day(team: Team) -> None:
    made = await campaign(team)
    await upload(team, made["id"], LIST)
    card = b"effective_date,currency,market,category,rate\n2026-01-01,EUR,DE,marketing,0.1131\n"
    uploaded = (await team.owner.post("/rate-cards", card)).body
    answer = (await team.owner.post(f"/campaigns/{made['id']}/forecast", {})).body
    assert answer["by_card"] == {
        "rate_card_id": uploaded["id"],
        "currency": "EUR",
        "amount": "0.2262",
        "unknown": 0,
        "by_market": {"49": "0.2262"},
    }


async def test_forecast_tells_what_each_variant_costs(team: Team) -> None:
    card = b"effective_date,currency,market,category,rate\n2026-01-01,EUR,DE,marketing,0.1\n"
    assert (await team.owner.post("/rate-cards", card, Content_Type="text/csv")).status == 201
    consent = {"source": "shop", "at": "2026-01-01T00:00:00Z", "wording": "Send me offers."}
    template = {"name": "sale", "language": "en"}
    made = await campaign(team, variant={"template": template, "share": 50}, consent=consent)
    numbers = [f"+4915120000{n:03}" for n in range(100)]
    status, _ = await upload(team, made["id"], "\n".join(["phone,first_name", *(f"{one},Ann" for one in numbers)]))
    assert status == 200
    answer = (await team.owner.post(f"/campaigns/{made['id']}/forecast", {})).body
    a, b = answer["versions"]
    assert (a["variant"], a["template"], b["variant"]) == ("a", template, "b")
    assert a["recipients"] + b["recipients"] == answer["will_get"] == 100
    for one in (a, b):
        assert 20 < one["recipients"] < 80
        assert Decimal(one["by_card"]["amount"]) * 10 == one["recipients"]
    assert Decimal(answer["by_card"]["amount"]) == 10


async def test_forecast_tells_who_would_get_nothing_before_the_campaign_starts(team: Team, database: Database) -> None:
    made = await campaign(team, consent=None, variables={"body": ["{{ first_name }}"]})
    rows = "".join(f"+491512000000{n};{name}\n" for n, name in enumerate(["Ann", "Bob", " ", "Dan"]))
    await upload(team, made["id"], f"phone;first name\n{rows}")
    out = {"marketing": {"accepts": False}}
    consent = {"consent": {"source": "shop"}}
    for n, fields in enumerate([out, consent, consent]):
        key = f"491512000000{n}"
        await database.contacts.insert_one(
            {"_id": f"c{n}", "workspace_id": team.owner.workspace_id, "identity_keys": [f"whatsapp:{key}"], **fields}
        )
    card = b"effective_date,currency,market,category,rate\n2026-01-01,EUR,DE,marketing,0.1131\n"
    assert (await team.owner.post("/rate-cards", card)).status == 201
    answer = (await team.owner.post(f"/campaigns/{made['id']}/forecast", {"prices": {"*": 0.05}})).body
    told = {one["reason"]: one["count"] for one in answer["left_out"]}
    assert told == {"opted_out": 1, "values_dont_fit": 1, "no_consent": 1}
    assert (answer["recipients"], answer["checked"], answer["will_get"]) == (4, 4, 1)
    assert (answer["by_card"]["amount"], answer["cost"]) == ("0.1131", 0.05), "those who get nothing cost nothing"
    assert all(one["explanation"] for one in answer["left_out"])
    assert await database.messages.count_documents({}) == 0


async def test_reasons_of_a_list_that_was_refused_as_a_whole_can_be_read(team: Team, database: Database) -> None:
    made = await campaign(team)
    status, answer = await upload(team, made["id"], "phone,name\n12,a\n013,b\nfoo,c\n")
    assert (status, len(answer["errors"]), answer["errors"][0]["pointer"]) == (422, 3, "/lines/2")
    assert [e["line"] for e in await download(team, f"/campaigns/{made['id']}/audience/errors")] == ["2", "3", "4"]
    assert (await team.owner.get(f"/campaigns/{made['id']}")).body["state"] == "draft"
    await upload(team, made["id"], "phone,name\n+4915120000009,Zoe\n")
    assert await download(team, f"/campaigns/{made['id']}/audience/errors") == []
    kept = await database.audience_uploads.count_documents({})
    assert kept == 2, "the sweep removes what is not needed"


async def test_list_with_a_mark_that_is_never_closed_is_refused_by_its_line(team: Team) -> None:
    made = await campaign(team)
    text = 'phone,name\n+4915120000001,Ann\n+4915120000002,"Bob\n+4915120000003,Eve\n'
    status, answer = await upload(team, made["id"], text)
    assert (status, "Line 3" in answer["detail"]) == (422, True)


async def test_audience_says_why_lines_were_left_out(team: Team) -> None:
    made = await campaign(team)
    _, filled = await upload(team, made["id"], LIST + '+4915120000003;"Dan\n+4915120000004;Fay"\n')
    audience = filled["audience"]
    assert (audience["lines"], audience["accepted"], audience["duplicates"], audience["rejected"]) == (6, 2, 1, 3)
    assert sum(audience["reasons"].values()) == 4


async def test_campaign_that_was_never_started_can_be_deleted(team: Team) -> None:
    made = await campaign(team)
    await upload(team, made["id"], LIST)
    path = f"/campaigns/{made['id']}"
    assert (await team.owner.delete(path)).status == 204
    assert (await team.owner.get(path)).status == 404
    assert (await team.owner.get("/campaigns")).body["items"] == []
    started = await campaign_that_runs(team, made)
    assert (await team.owner.delete(f"/campaigns/{started['id']}")).status == 409


async def campaign_that_runs(team: Team, like: dict[str, Any]) -> dict[str, Any]:
    body = {"name": "Next", "channel_id": like["channel_id"], "template": like["template"], "consent": like["consent"]}
    made = (await team.owner.post("/campaigns", body)).body
    await upload(team, made["id"], "phone,name\n+4915120000001,Ann\n")
    return dict((await team.owner.post(f"/campaigns/{made['id']}/start")).body)


async def test_list_of_campaigns_has_the_counts_of_each(team: Team, database: Database) -> None:
    made = await campaign_that_runs(team, await campaign(team))
    message = {"_id": "m1", "conversation_id": "v1", "seq": 1, "workspace_id": team.owner.workspace_id}
    read: Any = {**message, "tally": made["id"], "recipient": "r1", "status": "read"}
    await database.transaction(lambda s: count_changes(database, [Change(None, read)], writer="test", session=s))
    listed = (await team.owner.get("/campaigns")).body["items"]
    shown = {one["id"]: one["counts"] for one in listed}
    assert shown[made["id"]] == (await team.owner.get(f"/campaigns/{made['id']}")).body["counts"]
    assert shown[made["id"]]["read"] == 1


async def test_states_and_report(team: Team) -> None:
    made = await campaign(team)
    path = f"/campaigns/{made['id']}"
    assert (await team.owner.post(f"{path}/start")).status == 409
    await upload(team, made["id"], LIST)
    for action, state in (("start", "running"), ("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")):
        answer = await team.owner.post(f"{path}/{action}")
        assert (answer.status, answer.body["state"]) == (200, state)
    assert (await team.owner.post(f"{path}/start")).status == 409
    report = await download(team, f"{path}/report")
    assert [(line["phone"], line["state"]) for line in report] == [
        ("+4915120000000", "waiting"),
        ("+4915120000001", "waiting"),
    ]


async def test_progress_is_told(team: Team, database: Database) -> None:
    made = await campaign(team)
    await upload(team, made["id"], LIST)
    documents = await database.events.find({}).to_list(None)
    told = [msgspec.json.decode(item.body) for document in documents for item in decode_items(document["items"])]
    progress = [event["data"] for event in told if event["type"] == "campaign.progress"]
    assert [(one["id"], one["state"], one["counts"]["total"]) for one in progress] == [(made["id"], "ready", 2)]


async def test_upload_that_breaks_off_leaves_the_campaign_as_it_was(team: Team, database: Database) -> None:
    made = await campaign(team)
    await upload(team, made["id"], LIST)

    async def broken() -> Any:
        yield b"phone,name\n+4915120000005,Dan\n"
        raise aiohttp.ClientConnectionError

    headers = {"Authorization": f"Bearer {team.owner.token}", "Content-Type": "text/csv"}
    with pytest.raises(aiohttp.ClientError):
        await team.owner.client.post(f"{API}/campaigns/{made['id']}/audience", data=broken(), headers=headers)
    assert (await team.owner.get(f"/campaigns/{made['id']}")).body["counts"]["total"] == 2
    assert await database.audience_uploads.count_documents({}) >= 1


async def test_campaigns_are_found_by_name_template_state_and_channel(team: Team) -> None:
    first = await campaign(team, name="Spring (50 % off)")
    await team.owner.post(f"/campaigns/{first['id']}/copy", {"name": "Autumn"})
    await team.owner.post(f"/campaigns/{first['id']}/cancel")

    async def found(query: str) -> list[str]:
        answer = await team.owner.get(f"/campaigns?{query}")
        assert answer.status == 200, answer.body
        return [one["name"] for one in answer.body["items"]]

    assert await found("q=SPRING+(50") == ["Spring (50 % off)"]
    assert await found("q=.*") == []
    assert await found(f"q={first['template']['name']}") == ["Autumn", "Spring (50 % off)"]
    assert await found("state=cancelled") == ["Spring (50 % off)"]
    assert await found(f"channel_id={first['channel_id']}&state=draft") == ["Autumn"]
    assert await found("channel_id=other") == []
    assert (await team.owner.get("/campaigns?state=asleep")).status == 422


async def test_a_copy_has_the_settings_and_neither_list_nor_consent_nor_time(team: Team) -> None:
    consent = {"source": "shop", "at": "2026-01-01T00:00:00Z", "wording": "Yes."}
    made = await campaign(team, consent=consent, schedule_at="2030-01-01T00:00:00Z", rate_per_second=7)
    await upload(team, made["id"], LIST)
    answer = await team.owner.post(f"/campaigns/{made['id']}/copy", {})
    assert answer.status == 201, answer.body
    copy = answer.body
    assert (copy["name"], copy["state"], copy["audience"]) == (f"{made['name']} (copy)", "draft", None)
    assert (copy["consent"], copy["schedule_at"], copy["started_at"]) == (None, None, None)
    same = ("channel_id", "template", "variables", "rate_per_second", "quiet_hours", "region", "by_language", "variant")
    assert {name: copy[name] for name in same} == {name: made[name] for name in same}
    long = await campaign_with_long_name(team, made)
    assert len((await team.owner.post(f"/campaigns/{long}/copy", {})).body["name"]) == 200


async def campaign_with_long_name(team: Team, made: dict[str, Any]) -> str:
    await team.owner.patch(f"/campaigns/{made['id']}", {"name": "x" * 200})
    return str(made["id"])


async def test_a_campaign_to_a_segment_and_its_copy(team: Team, database: Database) -> None:
    made = await campaign(team)
    segment = (await team.owner.post("/segments", {"name": "All"})).body
    chosen = {"segment_id": segment["id"]}
    status, filled = await upload(team, made["id"], msgspec.json.encode(chosen), "application/json")
    assert (status, filled["state"], filled["audience"]["segment"]["name"]) == (200, "ready", "All")
    typed = await team.owner.post(f"/campaigns/{made['id']}/audience/contacts", chosen)
    assert (typed.status, typed.body["audience"]["segment"]["id"]) == (200, segment["id"])
    filled = typed.body
    both = {"segment_id": segment["id"], "tag": "vip"}
    assert (await upload(team, made["id"], msgspec.json.encode(both), "application/json"))[0] == 422
    nobody = {"segment_id": "0" * 24}
    assert (await upload(team, made["id"], msgspec.json.encode(nobody), "application/json"))[0] == 409
    copy = (await team.owner.post(f"/campaigns/{made['id']}/copy", {})).body
    assert (copy["state"], copy["audience"]["segment"]) == ("ready", filled["audience"]["segment"])
    assert copy["audience"]["id"] != filled["audience"]["id"]
    started = await team.owner.post(f"/campaigns/{made['id']}/start")
    assert (started.status, started.body["state"]) == (200, "running")
    late = await team.owner.post(f"/campaigns/{made['id']}/audience/contacts", chosen)
    assert (late.status, late.body["code"]) == (409, "conflict")
    assert (await team.owner.get(f"/campaigns/{made['id']}/results")).body["total"]["messages"] == 0
    lines = await download(team, f"/campaigns/{made['id']}/results?format=csv")
    assert [line["variant"] for line in lines] == ["a"]
