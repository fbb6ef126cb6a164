"""Nothing of one workspace is visible in another: tried on every route of the table."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestClient, TestServer

from gateway.api.call import Route, Who
from gateway.api.routes import ROUTES
from gateway.app import build_app
from gateway.parts import PARTS
from inbox.channel.signup_models import SignupRequest
from inbox.channel.signups import Signups
from inbox.foundation.ids import new_id
from inbox.people.sessions import SHOWN_CHARS
from inbox.people.tokens import token_hash
from inbox.storage.runtime import Runtime
from tests.integration.api.support import (
    Actor,
    Client,
    Team,
    approved_template,
    campaign_of,
    customer_writes,
    draft,
    make_team,
    prepared_reply,
    whatsapp_channel,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

BODIES: dict[tuple[str, str], Any] = {
    ("PATCH", "/channels/{id}"): {"name": "Stolen"},
    ("POST", "/channels/{id}/connecting/steps"): {"step": "webhook"},
    ("POST", "/channels/{id}/retention/preview"): {},
    ("POST", "/channels/{id}/templates/samples"): {"file_id": "0" * 24},
    ("PATCH", "/contacts/{id}"): {"name": "Stolen"},
    ("POST", "/contacts/{id}/merge"): {"contact_id": "0" * 24},
    ("PATCH", "/campaigns/{id}"): {"name": "Stolen"},
    ("POST", "/campaigns/{id}/test"): {"to": "+4915120000000"},
    ("POST", "/campaigns/{id}/forecast"): {},
    ("POST", "/campaigns/{id}/copy"): {},
    ("POST", "/campaigns/{id}/audience/contacts"): {"tag": "vip"},
    ("PUT", "/conversations/{id}/note"): {"text": "hello"},
    ("PUT", "/conversations/{id}/tags"): {"tags": ["hello"]},
    ("PUT", "/conversations/{id}/topics"): {"topics": []},
    ("PATCH", "/contact-fields/{id}"): {"name": "Stolen"},
    ("PATCH", "/tags/{id}"): {"name": "Stolen"},
    ("PATCH", "/topics/{id}"): {"name": "Stolen"},
    ("POST", "/conversations/{id}/assign"): {"operator_id": "0" * 24},
    ("POST", "/conversations/{id}/control"): {"action": "take"},
    ("POST", "/conversations/{id}/close"): {},
    ("PUT", "/conversations/{id}/priority"): {"priority": 1},
    ("POST", "/conversations/{id}/transfer"): {"operator_id": "0" * 24},
    ("PATCH", "/queues/{id}"): {"name": "Stolen"},
    ("PATCH", "/operators/{id}"): {"name": "Stolen"},
    ("PUT", "/operators/{id}/status"): {"status": "ready"},
    ("PATCH", "/groups/{id}"): {"name": "Stolen"},
    ("PATCH", "/statuses/{id}"): {"name": "Stolen"},
    ("PATCH", "/business-hours/{id}"): {"name": "Stolen"},
    ("PATCH", "/views/{id}"): {"name": "Stolen"},
    ("PATCH", "/segments/{id}"): {"name": "Stolen"},
    ("PATCH", "/webhooks/{id}"): {"description": "Stolen"},
    ("POST", "/webhooks/{id}/rotate-secret"): {},
    ("POST", "/webhooks/{id}/replay"): {},
    ("PATCH", "/bots/{id}"): {"name": "Stolen"},
    ("PUT", "/helpers/{id}"): {"url": "https://example.com/stolen"},
    ("POST", "/helpers/{id}/rotate-secret"): {},
    ("POST", "/messages/{id}/translation"): {"language": "en"},
    ("POST", "/bots/{id}/rotate-secret"): {},
    ("POST", "/bots/{id}/rotate-token"): {},
    ("POST", "/conversations/{id}/turn"): {"seen_seq": 1},
    ("POST", "/conversations/{id}/messages"): {"content": {"type": "text", "text": "hello"}},
    ("PATCH", "/templates/{id}"): {"name": "stolen"},
    ("POST", "/templates/{id}/preview"): {"parameters": {}},
    ("PATCH", "/messages/{id}"): {"content": {"text": "hello"}},
    ("PUT", "/messages/{id}/reaction"): {"emoji": "👍"},
    ("PATCH", "/reply-collections/{id}"): {"name": "Stolen"},
    ("POST", "/reply-collections/{id}/replies"): prepared_reply(),
    ("PATCH", "/prepared-replies/{id}"): {"title": "Stolen"},
    ("PUT", "/conversations/{id}/draft"): {"content": {"type": "text", "text": "hello"}},
    ("PUT", "/conversations/{id}/snooze"): {"until": "2026-12-31T10:00:00Z"},
    ("POST", "/conversations/{id}/unread"): {},
    ("PUT", "/conversations/{id}/looking"): {},
    ("PUT", "/channels/{id}/budget"): {"monthly_amount": "500.00", "currency": "EUR"},
    ("POST", "/conversations/{id}/reply"): {"reply_id": "0" * 24},
    ("POST", "/conversations/{id}/reply-preview"): {"reply_id": "0" * 24},
}
"""A good body for each route that needs one, so that nothing but the id can be what is refused."""

RATE_CARD = b"effective_date,currency,market,category,rate\n2026-01-01,USD,BR,marketing,0.0625\n"
BY_ID = [route for route in ROUTES if "{" in route.path]
NO_LIST = {"/workspace-erasure"}
"""Shows what a secret in its query leads to."""
LISTS = [r for r in ROUTES if r.method == "GET" and "{" not in r.path and r.served and r.path not in NO_LIST]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(shared_runtime: Runtime) -> AsyncIterator[Client]:
    """One application for all: nothing that is tried here may change anything."""
    async with TestClient(TestServer(build_app(shared_runtime))) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def team(shared_runtime: Runtime, client: Client) -> Team:
    return await make_team(shared_runtime, client, "shop")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def strangers(shared_runtime: Runtime, client: Client) -> Team:
    return await make_team(shared_runtime, client, "other")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def foreign(strangers: Team) -> Mapping[str, str]:
    return await foreign_ids(strangers)


async def foreign_ids(team: Team) -> dict[str, str]:
    """Make one of everything and give its id by the path's first word."""
    channel = (await team.owner.post("/channels", whatsapp_channel())).body
    await customer_writes(team.owner.client, channel, "private")
    conversation = (await team.owner.get("/conversations")).body["items"][0]
    message = (await team.owner.get(f"/conversations/{conversation['id']}/messages")).body["items"][0]
    collection = (await team.owner.post("/reply-collections", {"name": "private"})).body["id"]
    reply = await team.owner.post(f"/reply-collections/{collection}/replies", prepared_reply(title="private"))
    return {
        "reply-collections": collection,
        "prepared-replies": reply.body["id"],
        "operators": team.operator.id,
        "openid-providers": await _provider(team),
        "me": token_hash(team.operator.token or "")[:SHOWN_CHARS],
        "api-keys": team.key.id,
        "channels": channel["id"],
        "contacts": conversation["contact"]["id"],
        "campaigns": await _campaign(team, channel),
        "conversations": conversation["id"],
        "messages": message["id"],
        "templates": (await team.owner.post("/templates", draft(channel["id"], "private"))).body["id"],
        "dead-letters": await _dead_letter(team),
        "erasures": await _erasure(team),
        "exports": (await team.owner.post("/workspace/export")).body["id"],
        "rate-cards": (await team.owner.post("/rate-cards", RATE_CARD, Content_Type="text/csv")).body["id"],
        "media": await _file(team),
        "queues": (await team.owner.post("/queues", {"name": "private"})).body["id"],
        "reports": "private",
        "views": (await team.owner.post("/views", {"name": "private", "shared": True})).body["id"],
        "signups": await _signup(team),
        "segments": (await team.owner.post("/segments", {"name": "private"})).body["id"],
        "groups": (await team.owner.post("/groups", {"name": "private"})).body["id"],
        "contact-fields": (
            await team.owner.post("/contact-fields", {"key": "private", "name": "private", "type": "text"})
        ).body["id"],
        "webhooks": (await team.owner.post("/webhooks", {"url": "https://example.com/private"})).body["id"],
        "helpers": (await team.owner.post("/helpers", {"kind": "suggest", "url": "https://example.com/h"})).body["id"],
        "bots": (await team.owner.post("/bots", {"name": "private", "url": "https://example.com/b"})).body["id"],
        "tags": (await team.owner.post("/tags", {"name": "private"})).body["id"],
        "topics": (await team.owner.post("/topics", {"name": "private"})).body["id"],
        "statuses": (await team.owner.post("/statuses", {"name": "private"})).body["id"],
        "business-hours": (await team.owner.post("/business-hours", {"name": "private", "time_zone": "UTC"})).body[
            "id"
        ],
    }


async def _campaign(team: Team, channel: dict[str, Any]) -> str:
    await approved_template(team.owner.client, team.owner.workspace_id, channel)
    return str((await team.owner.post("/campaigns", campaign_of(channel, name="private"))).body["id"])


async def _provider(team: Team) -> str:
    assert team.owner.client.app is not None
    runtime, now = team.owner.client.app[PARTS].runtime, datetime.now(UTC)
    provider = {
        "_id": new_id(),
        "workspace_id": team.owner.workspace_id,
        "name": "private",
        "issuer": "https://private.example",
        "client_id": "inbox",
        "secrets": runtime.secret_box.seal({"client_secret": ""}),
        "link_by": "invitation",
        "created_at": now,
    }
    await runtime.database.openid_providers.insert_one(provider)
    return str(provider["_id"])


async def _file(team: Team) -> str:
    assert team.owner.client.app is not None
    now = datetime.now(UTC)
    file = {"_id": new_id(), "workspace_id": team.owner.workspace_id, "state": "stored", "created_at": now}
    await team.owner.client.app[PARTS].runtime.database.files.insert_one(file)
    return str(file["_id"])


async def _dead_letter(team: Team) -> str:
    assert team.owner.client.app is not None
    letter = {"_id": new_id(), "workspace_id": team.owner.workspace_id, "key": "private"}
    await team.owner.client.app[PARTS].runtime.database.dead_letters.insert_one(letter)
    return letter["_id"]


async def _signup(team: Team) -> str:
    assert team.owner.client.app is not None
    database = team.owner.client.app[PARTS].runtime.database
    request = SignupRequest(name="private")
    return (await Signups(database, "http://x").begin(team.owner.workspace_id, request, now=datetime.now(UTC))).id


async def _erasure(team: Team) -> str:
    assert team.owner.client.app is not None
    erasure = {"_id": new_id(), "workspace_id": team.owner.workspace_id, "state": "done"}
    await team.owner.client.app[PARTS].runtime.database.erasures.insert_one(erasure)
    return erasure["_id"]


def _filled(route: Route, known: str) -> str:
    """Return the path with an id in each place of one."""
    return re.sub(r"{\w+}", known.replace("\\", r"\\"), route.path)


@pytest.mark.parametrize("route", BY_ID, ids=lambda route: f"{route.method} {route.path}")
async def test_an_id_of_another_workspace_is_not_found(team: Team, foreign: Mapping[str, str], route: Route) -> None:
    theirs, nobodys = foreign[route.path.split("/")[1]], "0" * 24
    texts = {}
    for known in (theirs, nobodys, "%00", "..%2f", "x" * 2000):
        body = BODIES[route.method, route.path] if route.request is not None else None
        answer = await team.owner.call(route.method, _filled(route, known), body)
        assert (answer.status, answer.body["code"]) == (404, "not_found"), known
        texts[known] = answer.body
    assert texts[theirs] == texts[nobodys]


@pytest.mark.parametrize("route", LISTS, ids=lambda route: f"{route.method} {route.path}")
async def test_lists_hold_nothing_of_another_workspace(
    team: Team, strangers: Team, foreign: Mapping[str, str], route: Route
) -> None:
    private = {*foreign.values(), strangers.owner.workspace_id, strangers.owner.id, "private"}
    answer = await team.owner.call(route.method, route.path)
    assert answer.status == 200
    assert not [known for known in private if known in str(answer.body)]


async def test_what_another_workspace_tried_changed_nothing(
    team: Team, strangers: Team, foreign: Mapping[str, str]
) -> None:
    before = (await strangers.owner.get(f"/conversations/{foreign['conversations']}")).body
    for route in BY_ID:
        known = foreign[route.path.split("/")[1]]
        await team.owner.call(route.method, _filled(route, known), BODIES.get((route.method, route.path)))
    assert (await strangers.owner.get(f"/conversations/{foreign['conversations']}")).body == before
    assert (await strangers.key.get(f"/channels/{foreign['channels']}")).body["name"] == "Sales"


@pytest.mark.parametrize("route", [r for r in ROUTES if r.who is not Who.ANYONE], ids=lambda r: f"{r.method} {r.path}")
async def test_every_other_route_asks_for_a_token(client: Client, route: Route) -> None:
    answer = await Actor(client, None).call(route.method, _filled(route, "x"))
    assert (answer.status, answer.body["code"]) == (401, "unauthenticated")
