"""Faulty requests: each has one shape of answer, and says where the fault is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.api.support import Actor, Client, Team, whatsapp_channel


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"nonsense": 1}, "/nonsense"),
        ({"name": ""}, "/name"),
        ({"name": None}, "/name"),
        ({"name": "x" * 101}, "/name"),
        ({"kind": "fax"}, "/kind"),
        ({"enabled": "yes"}, "/enabled"),
        ({"auto_close": {"assigned_seconds": 59}}, "/auto_close/assigned_seconds"),
        ({"auto_close": {"unassigned_seconds": 604801}}, "/auto_close/unassigned_seconds"),
        ({"auto_close": {"later": 1}}, "/auto_close/later"),
        ({"credentials": {}}, "/credentials/phone_number_id"),
        ({"credentials": []}, "/credentials"),
        ({"queue_id": "nowhere"}, "/queue_id"),
        ({"provider_base_url": "not a url"}, "/provider_base_url"),
        ({"name": "a\0b"}, "/name"),
    ],
)
async def test_a_fault_is_named_by_its_pointer(team: Team, change: dict[str, Any], pointer: str) -> None:
    answer = await team.owner.post("/channels", whatsapp_channel(**change))
    assert (answer.status, answer.body["code"]) == (422, "invalid_request")
    assert [error["pointer"] for error in answer.body["errors"]] == [pointer]
    assert answer.body["errors"][0]["message"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"nope", b'{"name": "\xff"}', b'{"name": "\\ud83d"}', b'{"name": NaN}', b"[" * 100_000]
)
async def test_what_is_no_json_is_malformed(team: Team, body: bytes) -> None:
    answer = await team.owner.post("/api-keys", body)
    assert (answer.status, answer.body["code"]) in [(400, "malformed"), (422, "invalid_request")]
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_a_body_that_is_too_long_is_refused(team: Team) -> None:
    answer = await team.owner.post("/api-keys", b'{"name": "' + b"x" * 1024 * 1024 + b'"}')
    assert (answer.status, answer.body["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/limit"),
        ("limit=201", "/limit"),
        ("limit=ten", "/limit"),
        ("cursor=nonsense", "/cursor"),
        ("cursor=%C3%A9", "/cursor"),
        ("page=2", "/page"),
    ],
)
async def test_faulty_query_parameters_are_named(team: Team, query: str, pointer: str) -> None:
    answer = await team.owner.get(f"/operators?{query}")
    assert (answer.status, answer.body["code"]) == (422, "invalid_request")
    assert answer.body["errors"][0]["pointer"] == pointer


async def test_an_unknown_address_and_method_are_problems_too(team: Team) -> None:
    missing = await team.owner.get("/nowhere")
    assert (missing.status, missing.body["code"]) == (404, "not_found")
    wrong = await team.owner.call("PUT", "/me")
    assert (wrong.status, wrong.body["code"], wrong.headers["Allow"]) == (405, "method_not_allowed", "GET")
    for answer in (missing, wrong):
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert {"type", "title", "status", "detail", "code"} <= set(answer.body)
        assert answer.body["status"] == answer.status


async def test_every_answer_has_a_request_id_and_takes_a_sane_one(nobody: Actor) -> None:
    assert (await nobody.get("/me", X_Request_Id="trace-7.a")).headers["X-Request-Id"] == "trace-7.a"
    made_up = (await nobody.get("/me", X_Request_Id="bad id!")).headers["X-Request-Id"]
    assert made_up != "bad id!"
    assert len(made_up) == 16


async def test_lists_are_cut_into_pages(team: Team) -> None:
    for number in range(5):
        assert (await team.owner.post("/channels", whatsapp_channel(f"10{number}"))).status == 201
    keys, path = [], "/channels?limit=2"
    while True:
        page = (await team.owner.get(path)).body
        keys += [channel["account_key"] for channel in page["items"]]
        if page["next_cursor"] is None:
            break
        path = f"/channels?limit=2&cursor={page['next_cursor']}"
    assert keys == ["100", "101", "102", "103", "104"]


DEFAULTS = {"time_zone": "UTC", "language": "en", "return_after_seconds": None, "presence_grace_seconds": 60}


async def test_a_patch_merges_and_null_restores_the_default(team: Team) -> None:
    changed = await team.owner.patch("/workspace", {"settings": {"time_zone": "Europe/Lisbon"}})
    assert {**DEFAULTS, "time_zone": "Europe/Lisbon"}.items() <= changed.body["settings"].items()
    changed = await team.owner.patch("/workspace", {"name": "New", "settings": {"time_zone": None, "language": "pt"}})
    assert {**DEFAULTS, "language": "pt"}.items() <= changed.body["settings"].items()
    assert (await team.operator.get("/workspace")).body == changed.body
    for faulty, pointer in [
        ({"name": None}, "/name"),
        ({"id": "x"}, "/id"),
        ({"settings": {"time_zone": "Mars"}}, "/settings/time_zone"),
    ]:
        answer = await team.owner.patch("/workspace", faulty)
        assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, pointer)
    assert (await team.owner.patch("/workspace", [])).status == 422


async def test_pages_of_other_origins_are_not_allowed_by_default(client: Client, team: Team) -> None:
    answer = await team.owner.get("/workspace", Origin="https://crm.example")
    assert "Access-Control-Allow-Origin" not in answer.headers
    asked = {"Origin": "https://crm.example", "Access-Control-Request-Method": "GET"}
    async with client.options("/api/v1/workspace", headers=asked) as preflight:
        assert preflight.status == 204
        assert "Access-Control-Allow-Origin" not in preflight.headers
