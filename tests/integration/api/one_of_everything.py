"""A shop in which every route finds something."""

from __future__ import annotations

from typing import Final

import aiohttp

from gateway.api.routes import PREFIX, ROUTES
from tests.integration.api.support import (
    Actor,
    Team,
    approved_template,
    campaign_of,
    customer_writes,
    draft,
    prepared_reply,
    whatsapp_channel,
)

SITE: Final = "https://shop.example"
MADE_AS_DOCUMENTED: Final = (
    *("queues", "groups", "statuses", "business-hours", "tags", "topics", "views", "contact-fields", "webhooks"),
    "segments",
)
NOBODY_ANSWERS: Final = "http://127.0.0.1:9"
"""The provider of the shop's number: nothing that a test tries leaves this machine."""


async def one_of_everything(team: Team) -> dict[str, str]:
    """Make it; the ids by the first word of the path, or by the name in the path."""
    owner = team.owner
    channel = (await owner.post("/channels", whatsapp_channel(provider_base_url=NOBODY_ANSWERS))).body
    site = {"kind": "webchat", "name": "Site", "credentials": {"allowed_origins": [SITE], "identity_secret": "s" * 32}}
    webchat = (await owner.post("/channels", site)).body
    await customer_writes(owner.client, channel, "hello")
    conversation = (await owner.get("/conversations?view=all")).body["items"][0]
    await owner.post(f"/conversations/{conversation['id']}/assign", {"operator_id": owner.id})
    message = (await owner.get(f"/conversations/{conversation['id']}/messages")).body["items"][0]
    ids = {
        **{"channels": channel["id"], "channel_id": webchat["id"], "kind": "whatsapp", "media": await _upload(owner)},
        **{"conversations": conversation["id"], "messages": message["id"], "contacts": conversation["contact"]["id"]},
        **{"operators": team.operator.id, "file": "main.js"},
        "templates": (await owner.post("/templates", draft(channel["id"]))).body["id"],
    }
    await approved_template(owner.client, owner.workspace_id, channel)
    ids["campaigns"] = (await owner.post("/campaigns", campaign_of(channel))).body["id"]
    collection = (await owner.post("/reply-collections", {"name": "Sales"})).body["id"]
    reply = await owner.post(f"/reply-collections/{collection}/replies", prepared_reply())
    ids |= {"reply-collections": collection, "prepared-replies": reply.body["id"]}
    return ids | {name: await _made_as_documented(owner, name) for name in MADE_AS_DOCUMENTED}


async def _made_as_documented(owner: Actor, name: str) -> str:
    (create,) = (r for r in ROUTES if (r.method, r.path) == ("POST", f"/{name}"))
    made = await owner.post(f"/{name}", create.example)
    assert made.status == 201, made.body
    return str(made.body["id"])


async def _upload(owner: Actor) -> str:
    form = aiohttp.FormData()
    form.add_field("file", b"words", filename="a.txt")
    token = {"Authorization": f"Bearer {owner.token}"}
    async with owner.client.post(PREFIX + "/media", data=form, headers=token) as answer:
        return str((await answer.json())["id"])
