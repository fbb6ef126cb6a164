"""The contract of channels, kept by every connector through the real server, the real sender and an emulator."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.contract import Capabilities, ChannelAccount, Support
from channels.registry import CONNECTORS
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import OutgoingContent, TextContent
from inbox.sending.outbound import Certainty, OutboundMessage, SendFailedError
from tests.contract.contents import contents
from tests.contract.contract_world import ContractWorld
from tests.contract.messenger import CUSTOMER_NAME, TEXT, Messenger
from tests.contract.table import MESSENGERS
from tests.contract.watching import addresses_called, everything_logged
from tests.waiting import eventually

CONVEYED = (Support.FULL, Support.PARTIAL)
FEATURES = {"reply", "reaction", "edit", "delete", "typing", "read", "album"}
OUTGOING = {str(kind.__struct_config__.tag) for kind in get_args(OutgoingContent)}
NEEDS_A_DEFINITION = {"template"}
"""Sent only as the provider approved it; `tests/integration/templates` has its own suite."""
NEEDS_ITS_OWN_CHAT = {"checklist"}
"""Sent only in the chats of a business account; `tests/integration/telegram/test_checklists.py` does."""
LOCAL = {"127.0.0.1", "::1", "a local socket"}


def capabilities(messenger: Messenger) -> Capabilities:
    return CONNECTORS[messenger.kind]().capabilities()


def test_every_connector_is_in_the_suite() -> None:
    assert set(MESSENGERS) == set(CONNECTORS)


def test_capabilities_name_what_there_is(messenger: Messenger) -> None:
    able = capabilities(messenger)
    assert set(able.features) == FEATURES
    assert set(able.send) <= OUTGOING
    conveyed = {kind for kind, support in able.send.items() if support in CONVEYED}
    assert conveyed - NEEDS_A_DEFINITION - NEEDS_ITS_OWN_CHAT == set(messenger.expected)


async def test_a_customer_writes_and_nobody_hears_it_twice(world: ContractWorld, messenger: Messenger) -> None:
    if messenger.has_provider:
        await world.control("PUT", "/control/faults", {"duplicate_rate": 1})
    await messenger.write(world, TEXT)
    await messenger.write(world, "second")
    conversation = await world.conversation(messenger.customers[0])

    async def both() -> Any:
        found = await world.messages(conversation["id"])
        return found if len(found) > 1 else None

    thread = await eventually(both)
    assert [(m["direction"], m["content"], m["status"]) for m in thread] == [
        ("in", {"type": "text", "text": TEXT}, "received"),
        ("in", {"type": "text", "text": "second"}, "received"),
    ]
    assert conversation["identity"] == {"kind": messenger.kind.value, "external_id": messenger.customers[0]}


async def test_a_forged_message_is_refused_and_not_stored(world: ContractWorld, messenger: Messenger) -> None:
    assert await messenger.forge(world) in (401, 403)
    assert (await world.owner.get("/conversations")).body["items"] == []
    assert (await world.owner.get("/dead-letters")).body["items"] == []


async def test_the_unknown_stops_nothing(world: ContractWorld, messenger: Messenger) -> None:
    await messenger.write_strange(world)
    conversation = await world.conversation(messenger.customers[0])

    async def came() -> Any:
        return any(m["content"].get("text") == "after" for m in await world.messages(conversation["id"]))

    await eventually(came)
    kinds = {m["content"]["type"] for m in await world.messages(conversation["id"])}
    letters = (await world.owner.get("/dead-letters")).body["items"]
    assert "unsupported" in kinds or letters or not messenger.has_provider


async def test_each_kind_of_content_goes_out_exactly_so(world: ContractWorld, messenger: Messenger) -> None:
    samples = contents(world.link)
    expected: list[Any] = []
    for who, (kind, bodies) in enumerate(messenger.expected.items()):
        await messenger.write(world, TEXT, who=who)
        conversation = await world.taken(messenger.customers[who])
        message = await world.settled(await world.send(conversation["id"], samples[kind]))
        assert message["status"] in ("sent", "delivered", "read"), (kind, message["error"])
        expected += json.loads(json.dumps(bodies).replace("LINK", world.link))
        assert await messenger.sent(world) == expected, kind


async def test_what_the_channel_can_not_convey_is_said_aloud(world: ContractWorld, messenger: Messenger) -> None:
    await messenger.write(world, TEXT)
    conversation = await world.taken(messenger.customers[0])
    path = f"/conversations/{conversation['id']}/messages"
    for kind in OUTGOING - set(capabilities(messenger).send) - NEEDS_A_DEFINITION:
        refused = await world.owner.post(path, {"content": contents(world.link)[kind]})
        assert refused.status == 422, kind
        assert messenger.kind.value in refused.body["detail"].lower().replace(" ", ""), refused.body
    assert await messenger.sent(world) == []


async def test_features_are_as_promised(world: ContractWorld, messenger: Messenger) -> None:
    await messenger.write(world, TEXT)
    conversation = await world.taken(messenger.customers[0])
    (theirs,) = await world.messages(conversation["id"])
    able = capabilities(messenger).features
    await world.owner.post(f"/conversations/{conversation['id']}/read")
    ours = await world.settled(
        await world.send(conversation["id"], {"type": "text", "text": "yes"}, reply_to=theirs["id"])
    )
    answers = {
        "reaction": await world.owner.call("PUT", f"/messages/{theirs['id']}/reaction", {"emoji": "👍"}),
        "edit": await world.owner.patch(f"/messages/{ours['id']}", {"content": {"type": "text", "text": "no"}}),
    }
    if able["edit"] in CONVEYED:  # an edit that has not gone out when its message is deleted need not go out

        async def edited() -> Any:
            return "edit" in await messenger.features_heard(world)

        await eventually(edited)
    answers["delete"] = await world.owner.delete(f"/messages/{ours['id']}")
    await world.owner.post(f"/conversations/{conversation['id']}/typing")
    for feature, answer in answers.items():
        assert (answer.status < 300) == (able[feature] in CONVEYED), (feature, answer.body)
        assert answer.status < 500
    promised = {feature for feature, support in able.items() if support in CONVEYED} - {"album"}

    async def heard() -> Any:
        return await messenger.features_heard(world) >= promised

    await eventually(heard)
    assert await messenger.features_heard(world) == promised


async def test_a_text_at_the_limit_goes_out_and_one_above_it_is_refused(
    world: ContractWorld, messenger: Messenger
) -> None:
    await messenger.write(world, TEXT)
    conversation = await world.taken(messenger.customers[0])
    most = capabilities(messenger).max_text_chars
    message = await world.settled(await world.send(conversation["id"], {"type": "text", "text": "x" * most}))
    assert message["status"] in ("sent", "delivered", "read")
    path = f"/conversations/{conversation['id']}/messages"
    refused = await world.owner.post(path, {"content": {"type": "text", "text": "x" * (most + 1)}})
    assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/content/text")


async def test_a_lost_answer_leaves_one_message_that_is_unknown(world: ContractWorld, messenger: Messenger) -> None:
    if not messenger.has_provider:
        return
    await messenger.write(world, TEXT)
    conversation = await world.taken(messenger.customers[0])
    await world.control("PUT", "/control/faults", {"lose_response_rate": 1})
    message = await world.settled(await world.send(conversation["id"], {"type": "text", "text": "once"}))
    assert message["status"] in ("unknown", "sent", "delivered", "read")
    assert len(await messenger.sent(world)) == 1


async def test_no_secret_text_or_customer_in_a_log_and_nobody_else_is_called(
    world: ContractWorld, messenger: Messenger
) -> None:
    with addresses_called() as called, everything_logged() as lines:
        await messenger.write(world, TEXT)
        conversation = await world.taken(messenger.customers[0])
        await world.settled(await world.send(conversation["id"], {"type": "text", "text": "a very private answer"}))
        if messenger.has_provider:
            await world.control("PUT", "/control/faults", {"down": True})
            down = await world.send(conversation["id"], {"type": "text", "text": "a very private answer"})
            await eventually(lambda: _tried(world, down))
        await messenger.forge(world)
        structlog.get_logger().debug("the suite listens")
    written = lines.getvalue()
    assert "the suite listens" in written
    for private in (*messenger.secrets, TEXT, CUSTOMER_NAME, messenger.customers[0], "a very private answer"):
        assert private not in written
    assert set(called) <= LOCAL


async def _tried(world: ContractWorld, message: dict[str, Any]) -> Any:
    return (await world.owner.get(f"/messages/{message['id']}/attempts")).body["items"]


@pytest.mark.parametrize("kind", [kind for kind, one in MESSENGERS.items() if one.has_provider])
async def test_a_channel_leads_nobody_into_our_own_network(kind: ChannelKind) -> None:
    """A tenant names the provider's server; a connector has to be told that it may be a private one."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.json_response({})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        url = str(server.make_url("")).rstrip("/")
        messenger, connector = MESSENGERS[kind], CONNECTORS[kind]()
        credentials = messenger.channel(url)["credentials"]
        account = ChannelAccount(id="c", workspace_id="w", kind=kind, credentials=credentials, provider_base_url=url)
        message = OutboundMessage(id="m", to=messenger.customers[0], content=TextContent(text="hello"))

        with pytest.raises(SendFailedError) as caught:
            await connector.send(message, account)
        await connector.close()

    assert asked == []
    assert caught.value.certainty is Certainty.NOT_SENT
