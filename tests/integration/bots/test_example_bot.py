"""The example of a bot talks with a customer over the real gateway, and hands over."""

from __future__ import annotations

import asyncio
import importlib.util
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestServer

from tests.integration.bots.bot_world import BotWorld

EXAMPLE = Path(__file__).parents[3] / "examples" / "bot.py"
PATIENCE_SECONDS = 30


def load_example() -> Any:
    spec = importlib.util.spec_from_file_location("example_bot", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def test_the_example_answers_and_hands_over(world: BotWorld) -> None:
    gateway = str(world.team.owner.client.make_url("")).rstrip("/")
    server = TestServer(load_example().make_app(gateway, world.made["token"], world.made["secret"]))
    await server.start_server()
    await world.team.owner.patch(f"/bots/{world.bot.id}", {"url": str(server.make_url("/"))})
    for number, text in enumerate(("Hello", "It is 10482", "I want my money back"), start=1):
        await world.write(text)
        await world.tell()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await world.database.messages.count_documents({"author.kind": "bot"}) < number:
                continue
    shown = await world.conversation()
    assert [text for _, text in await world.said(shown["id"])] == [
        "Hello",
        "Hello! What is the number of your order?",
        "It is 10482",
        "Your order 10482 is on its way.",
        "I want my money back",
        "Let me find a person who can help you.",
    ]
    assert (shown["state"], shown["tags"], shown["priority"]) == ("new", ["order"], 1)
    forged = {"webhook-id": "x", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
    async with world.team.owner.client.session.post(server.make_url("/"), data=b"{}", headers=forged) as answer:
        assert answer.status == 400
    await server.close()
