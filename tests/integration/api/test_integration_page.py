"""The page beside a conversation: set, signed, masked, its secret rotated without a gap."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from inbox.foundation.clock import FixedClock
from inbox.foundation.secret_box import SecretBox
from inbox.storage.installation import seal_anew
from inbox.storage.runtime import Runtime
from tests.integration.api.support import Actor, Client, Team, customer_writes, prepared_reply, whatsapp_channel

PAGE = "/workspace/integration-page"
FIELDS = ["contact.id", "contact.name", "contact.phone", "contact.fields.vip", "operator.email", "conversation.id"]
SET = {"url": "https://10.0.0.7/card?phone={{ contact.phone }}&who={{ contact.name }}", "fields": FIELDS}


async def put(actor: Actor, path: str, body: Any) -> Any:
    return await actor.call("PUT", path, body)


@pytest.fixture
async def conversation(client: Client, team: Team) -> dict[str, Any]:
    """Kerry, a VIP, whose conversation the operator has."""
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    await customer_writes(client, channel, "hello")
    found: dict[str, Any] = (await team.owner.get("/conversations")).body["items"][0]
    await team.operator.post(f"/conversations/{found['id']}/assign", {"operator_id": team.operator.id})
    await team.owner.post("/contact-fields", {"key": "vip", "name": "VIP", "type": "boolean"})
    await team.owner.patch(f"/contacts/{found['contact']['id']}", {"fields": {"vip": True}})
    return found


async def opened(actor: Actor, conversation: dict[str, Any]) -> tuple[dict[str, str], str]:
    """Open the page; return the address's parameters and its token."""
    answer = await actor.get(f"/conversations/{conversation['id']}/integration-page")
    assert answer.status == 200, answer.body
    parts = urlsplit(answer.body["url"])
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return query, query.pop("token")


def read(token: str, secret: str, clock: FixedClock) -> dict[str, Any]:
    """Read a token as the other system does, at the gateway's time."""
    unlike_ours = {"verify_exp": False, "verify_iat": False}
    claims = jwt.decode(token, secret, ["HS256"], audience="https://10.0.0.7", options=unlike_ours)
    assert claims["iat"] <= clock.now().timestamp() < claims["exp"]
    return dict(claims)


async def test_it_is_told_what_it_is_set_to_get(team: Team, conversation: dict[str, Any], clock: FixedClock) -> None:
    path = f"/conversations/{conversation['id']}/integration-page"
    assert (await team.operator.get(path)).status == 404
    assert (await put(team.operator, PAGE, SET)).status == 403
    assert (await put(team.owner, PAGE, SET)).body == SET | {"valid_seconds": 300, "keys": []}
    assert (await team.operator.get(path)).body["code"] == "conflict"
    made = (await team.owner.post(f"{PAGE}/secret", {})).body
    query, token = await opened(team.operator, conversation)
    assert query == {"phone": "+16505551234", "who": "Kerry"}
    claims = read(token, made["secret"], clock)
    assert (claims["sub"], claims["iss"]) == (team.operator.id, "http://127.0.0.1:8080")
    assert claims["exp"] - claims["iat"] == 300
    assert claims["fields"] == {
        "contact.id": conversation["contact"]["id"],
        "contact.name": "Kerry",
        "contact.phone": "+16505551234",
        "contact.fields.vip": "true",
        "operator.email": "ann@shop.example",
        "conversation.id": conversation["id"],
    }
    _, another = await opened(team.operator, conversation)
    assert read(another, made["secret"], clock)["jti"] != claims["jti"]


async def test_what_is_masked_stays_masked_in_the_address_and_in_the_token(
    team: Team, conversation: dict[str, Any], clock: FixedClock
) -> None:
    await put(team.owner, PAGE, SET)
    secret = (await team.owner.post(f"{PAGE}/secret", {})).body["secret"]
    name = {"name": "Kerry +49 1512 3456789"}
    await team.owner.patch(f"/contacts/{conversation['contact']['id']}", name)
    await team.owner.patch("/workspace", {"settings": {"masked_roles": ["operator"]}})
    fresh = Actor(team.operator.client, (await sign_in(team)), team.operator.workspace_id, team.operator.id)
    query, token = await opened(fresh, conversation)
    assert query == {"phone": "•••34", "who": "Kerry •••89"}
    raw = base64.urlsafe_b64decode(token.split(".")[1] + "==").decode()
    assert "16505551234" not in raw + str(query)
    fields = read(token, secret, clock)["fields"]
    assert (fields["contact.phone"], fields["contact.id"]) == ("•••34", conversation["contact"]["id"])
    query, _ = await opened(team.owner, conversation)
    assert query["phone"] == "+16505551234"


async def sign_in(team: Team) -> str:
    """Sign in anew: what a token may see is remembered for a second."""
    answer = await team.operator.post("/auth/login", {"email": "ann@shop.example", "password": "correct horse battery"})
    return str(answer.body["token"])


async def test_a_secret_rotates_without_a_gap(
    team: Team, conversation: dict[str, Any], clock: FixedClock, runtime: Runtime
) -> None:
    await put(team.owner, PAGE, SET)
    first = (await team.owner.post(f"{PAGE}/secret", {})).body
    second = (await team.owner.post(f"{PAGE}/secret", {"signs_after_seconds": 3600})).body
    keys = (await team.owner.get(PAGE)).body["keys"]
    assert [key["id"] for key in keys] == [first["id"], second["id"]]
    known = {first["id"]: first["secret"], second["id"]: second["secret"]}
    for expected in (first, second):
        _, token = await opened(team.operator, conversation)
        kid = jwt.get_unverified_header(token)["kid"]
        assert kid == expected["id"]
        read(token, known[kid], clock)
        clock.advance(timedelta(hours=1))
    leaked = (await team.owner.post(f"{PAGE}/secret", {"signs_after_seconds": 0})).body
    _, token = await opened(team.operator, conversation)
    read(token, leaked["secret"], clock)
    assert [key["id"] for key in (await team.owner.get(PAGE)).body["keys"]] == [leaked["id"]]
    stored = await runtime.database.workspaces.find_one({"_id": team.owner.workspace_id})
    assert leaked["secret"] not in str(stored)


async def test_the_installations_key_rotates_with_it(runtime: Runtime, team: Team, secret_key: str) -> None:
    await put(team.owner, PAGE, SET | {"fields": []})
    await team.owner.post(f"{PAGE}/secret", {})
    newer = SecretBox(SecretBox.new_key(), [secret_key])
    await seal_anew(runtime.database, newer)
    stored = await runtime.database.workspaces.find_one({"_id": team.owner.workspace_id})
    assert stored is not None
    assert newer.is_current(stored["integration_secrets"])


async def test_it_goes_with_its_secrets_and_the_log_knows(runtime: Runtime, team: Team) -> None:
    await put(team.owner, PAGE, SET | {"fields": []})
    await team.owner.post(f"{PAGE}/secret", {})
    assert (await team.owner.delete(PAGE)).status == 204
    assert (await team.owner.get(PAGE)).body == {"url": None, "fields": [], "valid_seconds": 300, "keys": []}
    assert (await team.owner.delete(PAGE)).status == 404
    stored = await runtime.database.workspaces.find_one({"_id": team.owner.workspace_id})
    assert not {"integration_page", "integration_keys", "integration_secrets"} & set(stored or {})
    acts = [entry["action"] for entry in (await team.owner.get("/audit")).body["items"]]
    assert acts == [f"integration_page.{what}" for what in ("deleted", "secret_made", "changed")]


async def test_the_workspace_is_changed_with_an_entry_in_the_log(team: Team) -> None:
    languages = {"language": "pt", "languages": ["pt", "en"]}
    changed = await team.owner.patch("/workspace", {"name": "Shop 2", "settings": languages})
    assert (changed.status, changed.body["settings"]["languages"]) == (200, ["pt", "en"])
    entry = (await team.owner.get("/audit")).body["items"][0]
    named = ["name", "settings.language", "settings.languages"]
    assert (entry["action"], entry["reason"], entry["fields"]) == ("workspace.changed", None, named)
    refused = await team.owner.patch("/workspace", {"settings": {"language": "de"}})
    assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/settings/languages")
    assert len((await team.owner.get("/audit")).body["items"]) == 1


async def test_texts_that_lack_a_language_are_listed(team: Team) -> None:
    path = "/workspace/missing-translations"
    texts = {"greeting": {"en": "Hello", "pt-BR": "Olá"}, "closed": {"en": "Bye"}}
    queue = (await team.owner.post("/queues", {"name": "Sales", "texts": texts})).body
    collection = (await team.owner.post("/reply-collections", {"name": "Common"})).body
    reply = await team.owner.post(f"/reply-collections/{collection['id']}/replies", prepared_reply("Hello"))
    assert (await team.owner.get(path)).body["items"] == []
    await team.owner.patch("/workspace", {"settings": {"languages": ["en", "pt", "de"]}})
    assert (await team.owner.get(path)).body["items"] == [
        lacking("queue_text", queue["id"], "Sales", "greeting", "de"),
        lacking("queue_text", queue["id"], "Sales", "closed", "pt", "de"),
        lacking("prepared_reply", reply.body["id"], "Greeting", None, "pt", "de"),
    ]
    assert (await team.operator.get(path)).status == 403


def lacking(kind: str, id_: str, name: str, occasion: str | None, *languages: str) -> dict[str, Any]:
    return {"kind": kind, "id": id_, "name": name, "occasion": occasion, "languages": list(languages)}


async def test_a_page_of_ours_frames_it_and_nothing_else(
    client: Client, team: Team, conversation: dict[str, Any], clock: FixedClock
) -> None:
    await put(team.owner, PAGE, SET)
    await team.owner.post(f"{PAGE}/secret", {})
    address = (await team.operator.get(f"/conversations/{conversation['id']}/integration-page")).body["frame_url"]
    async with client.get(address) as answer:
        assert answer.status == 200
        policy = dict(one.split(" ", 1) for one in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["frame-src"] == "https://10.0.0.7"
    assert (policy["default-src"], policy["frame-ancestors"]) == ("'none'", "'self'")
    tricks = (
        address.replace("10.0.0.7", "10.0.0.8"),
        address.replace("&until", "%20https%3A%2F%2Fevil.example&until"),
        address.replace("until=", "until=9"),
        address[:-1],
        "/integration-frame",
    )
    for trick in tricks:
        async with client.get(trick) as answer:
            assert answer.status == 404, trick
    clock.advance(timedelta(hours=2))
    async with client.get(address) as answer:
        assert answer.status == 404
