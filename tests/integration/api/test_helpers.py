"""Helpers: set up by administrators, asked by operators, trusted by nobody."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.helper_asking import ANSWER_BYTES, AT_ONCE
from inbox.storage.runtime import Runtime
from tests.integration.api.documented import undocumented_request
from tests.integration.api.support import Actor, Client, Team, customer_writes, whatsapp_channel

EXAMPLE = Path(__file__).parents[3] / "examples" / "helpers.py"


async def conversation_of(team: Team, client: Client, text: str = "Where is my order?") -> tuple[str, str]:
    """Have a customer write; return the ids of conversation and message."""
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    await customer_writes(client, channel, text)
    conversation = (await team.owner.get("/conversations")).body["items"][0]["id"]
    message = (await team.owner.get(f"/conversations/{conversation}/messages")).body["items"][0]["id"]
    return conversation, message


async def made(owner: Actor, kind: str, url: str, deadline_ms: int = 3000) -> Any:
    answer = await owner.post("/helpers", {"kind": kind, "url": url, "deadline_ms": deadline_ms})
    assert answer.status == 201, answer.body
    return answer.body


@asynccontextmanager
async def answering(handler: Any) -> AsyncIterator[str]:
    """Run a helper that answers with what `handler` makes."""
    app = web.Application()
    app.router.add_post("/", handler)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))


async def test_the_example_helps_over_the_real_gateway(team: Team, client: Client) -> None:
    spec = importlib.util.spec_from_file_location("example_helpers", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    conversation, message = await conversation_of(team, client)
    secrets: list[str] = []
    async with TestServer(example.make_app(secrets)) as server:
        for kind in ("suggest", "translate", "summarise"):
            secrets.append((await made(team.owner, kind, str(server.make_url("/"))))["secret"])
        suggested = (await team.operator.post(f"/conversations/{conversation}/suggestions")).body
        assert [one["text"] for one in suggested["suggestions"]] == example.REPLIES["order"]
        translated = (await team.operator.post(f"/messages/{message}/translation", {"language": "de"})).body
        assert translated == {"text": "wo ist meine Bestellung?", "language": "de"}
        summary = (await team.operator.post(f"/conversations/{conversation}/summary")).body
        assert summary["text"] == "1 messages of the customer, who began with: Where is my order?"
        async with client.session.post(server.make_url("/"), data=b"{}") as unsigned:
            assert unsigned.status == 400
    messages = (await team.owner.get(f"/conversations/{conversation}/messages")).body["items"]
    assert [one["content"]["text"] for one in messages] == ["Where is my order?"], "nothing is sent or changed"


async def test_each_kind_is_asked_as_documented(team: Team, client: Client) -> None:
    conversation, message = await conversation_of(team, client)
    asked: list[Any] = []

    async def handler(request: web.Request) -> web.Response:
        asked.append(await request.json())
        suggests = asked[-1]["type"] == "helper.suggest"
        return web.json_response({"suggestions": [{"text": "yes"}]} if suggests else {"text": "yes"})

    async with answering(handler) as url:
        for kind in ("suggest", "translate", "summarise"):
            await made(team.owner, kind, url)
        await team.operator.post(f"/conversations/{conversation}/suggestions")
        await team.operator.post(f"/messages/{message}/translation", {"language": "de"})
        await team.operator.post(f"/conversations/{conversation}/summary")
    assert [one["type"] for one in asked] == ["helper.suggest", "helper.translate", "helper.summarise"]
    assert [undocumented_request(one["type"], one) for one in asked] == [[], [], []]


async def test_the_secret_is_shown_once_and_there_is_one_of_a_kind(team: Team) -> None:
    helper = await made(team.owner, "suggest", "https://example.com/h")
    assert (await team.operator.get("/helper-kinds")).body == {"kinds": ["suggest"]}
    listed = (await team.owner.get("/helpers")).body["items"]
    assert listed == [{name: value for name, value in helper.items() if name != "secret"}]
    again = await team.owner.post("/helpers", {"kind": "suggest", "url": "https://example.com/other"})
    assert (again.status, again.body["code"]) == (409, "duplicate")
    rotated = (await team.owner.post(f"/helpers/{helper['id']}/rotate-secret", {"keep_hours": 1})).body
    assert rotated["secret"] != helper["secret"]
    changed = await team.owner.call("PUT", f"/helpers/{helper['id']}", {"url": "https://example.com/new"})
    assert (changed.body["url"], changed.body["previous_secret_until"] is not None) == ("https://example.com/new", True)
    assert (await team.owner.delete(f"/helpers/{helper['id']}")).status == 204
    assert (await team.owner.delete(f"/helpers/{helper['id']}")).status == 404
    assert (await team.owner.get("/helpers")).body["items"] == []
    acts = [entry["action"] for entry in (await team.owner.get("/audit")).body["items"]]
    assert acts[:4] == ["helper.deleted", "helper.changed", "helper.secret_rotated", "helper.made"]


async def test_only_administrators_set_up_and_each_workspace_has_its_own(
    team: Team, strangers: Team, client: Client
) -> None:
    await made(strangers.owner, "suggest", "https://example.com/theirs")
    assert (await team.operator.post("/helpers", {"kind": "suggest", "url": "https://example.com/h"})).status == 403
    conversation, _ = await conversation_of(team, client)
    answer = await team.operator.post(f"/conversations/{conversation}/suggestions")
    assert (answer.status, answer.body["code"]) == (409, "no_helper")
    assert (await strangers.owner.post(f"/conversations/{conversation}/suggestions")).status == 404


async def _endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(ANSWER_BYTES // 1024 + 64):
        await response.write(b"x" * 1024)
    return response


async def _silent(_: web.Request) -> web.Response:
    await asyncio.sleep(60)
    return web.Response()


def _says(body: str, status: int = 200, **headers: str) -> Any:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(text=body, status=status, content_type="application/json", headers=headers)

    return handler


@pytest.mark.parametrize(
    ("handler", "said"),
    [
        (_silent, "within 0.1 seconds"),
        (_endless, "longer than"),
        (_says("", 500), "answered 500"),
        (_says("", 302, Location="http://127.0.0.1:1/"), "answered 302"),
        (_says("no JSON"), "not what was asked for"),
        (_says('{"suggestions": "all"}'), "not what was asked for"),
        (_says('{"suggestions": [{"text": ""}]}'), "not what was asked for"),
        (_says('{"suggestions": [' + ", ".join(['{"text": "x"}'] * 6) + "]}"), "not what was asked for"),
    ],
)
async def test_a_bad_helper_costs_its_deadline_and_nothing_else(
    team: Team, client: Client, handler: Any, said: str
) -> None:
    conversation, _ = await conversation_of(team, client)
    async with answering(handler) as url:
        await made(team.owner, "suggest", url, deadline_ms=100 if handler is _silent else 8000)
        answer = await team.operator.post(f"/conversations/{conversation}/suggestions")
    assert (answer.status, answer.body["code"]) == (502, "helper_failed")
    assert said in answer.body["detail"]
    assert (await team.operator.get(f"/conversations/{conversation}")).status == 200


async def test_a_helper_that_is_gone_is_told(team: Team, client: Client) -> None:
    conversation, _ = await conversation_of(team, client)
    await made(team.owner, "suggest", "http://127.0.0.1:1/")
    answer = await team.operator.post(f"/conversations/{conversation}/suggestions")
    assert "no connection" in answer.body["detail"]


async def test_so_many_are_asked_at_once_and_no_more(team: Team, client: Client) -> None:
    conversation, _ = await conversation_of(team, client)
    asked, go_on = asyncio.Semaphore(0), asyncio.Event()

    async def slow(_: web.Request) -> web.Response:
        asked.release()
        await go_on.wait()
        return web.json_response({"suggestions": []})

    async with answering(slow) as url:
        await made(team.owner, "suggest", url, deadline_ms=8000)
        path = f"/conversations/{conversation}/suggestions"
        waiting = [asyncio.create_task(team.operator.post(path)) for _ in range(AT_ONCE)]
        for _ in range(AT_ONCE):
            await asked.acquire()
        refused = await team.operator.post(path)
        go_on.set()
        assert {answer.status for answer in await asyncio.gather(*waiting)} == {200}
        assert (refused.status, refused.body["code"]) == (429, "too_many_requests")
        assert (await team.operator.post(path)).status == 200, "and then again"


async def test_only_sound_is_transcribed(team: Team, client: Client) -> None:
    _, message = await conversation_of(team, client)
    await made(team.owner, "transcribe", "https://example.com/t")
    answer = await team.operator.post(f"/messages/{message}/transcription")
    assert (answer.status, answer.body["code"]) == (422, "content_invalid")


async def test_what_a_helper_says_is_masked_for_a_masked_role(team: Team, client: Client, runtime: Runtime) -> None:
    conversation, _ = await conversation_of(team, client)
    await team.owner.patch("/workspace", {"settings": {"masked_roles": ["operator"]}})
    async with answering(_says('{"text": "Call +16505551234"}')) as url:
        await made(team.owner, "summarise", url)
        path = f"/conversations/{conversation}/summary"
        assert "6505551234" in (await team.owner.post(path)).body["text"]
        shown = (await team.operator.post(path)).body["text"]
    assert "6505551234" not in shown


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"kind": "sing"}, "/kind"),
        ({"url": "gopher://example.com"}, "/url"),
        ({"deadline_ms": 8001}, "/deadline_ms"),
        ({"colour": "red"}, "/colour"),
    ],
)
async def test_odd_values_are_refused_at_their_place(team: Team, fields: dict[str, Any], pointer: str) -> None:
    answer = await team.owner.post("/helpers", {"kind": "suggest", "url": "https://example.com/h", **fields})
    assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, pointer)
