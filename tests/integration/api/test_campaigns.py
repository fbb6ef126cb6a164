"""A campaign by the API: made, filled, tried out, started, reported."""

from __future__ import annotations

import csv
import io
from typing import Any

import aiohttp
import msgspec
import pytest

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
    await upload(team, made["id"], LIST)
    answer = await team.owner.post(f"/campaigns/{made['id']}/test", {"to": "0151 29999999"})
    assert answer.status == 200, answer.body
    message = await database.messages.find_one({"_id": answer.body["message_id"]})
    assert (message["to"], message["content"]["rendered"]) == ("4915129999999", "Hello Ann, 20 % off.")
    assert (await team.owner.get(f"/campaigns/{made['id']}")).body["counts"]["waiting"] == 0
    await team.owner.post(f"/campaigns/{made['id']}/test", {"to": "0151 29999999"})


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
    }


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
