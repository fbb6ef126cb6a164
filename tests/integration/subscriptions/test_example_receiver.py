"""The example of a receiver takes what the gateway posts, each event once, and nothing that it did not sign."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from tests.integration.subscriptions.webhook_world import World

EXAMPLE = Path(__file__).parents[3] / "examples" / "webhook_receiver.py"


def load_example() -> Any:
    spec = importlib.util.spec_from_file_location("webhook_receiver", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def test_the_example_takes_each_event_once(world: World) -> None:
    heard: list[Any] = []
    example = load_example()
    made = await world.subscribe("http://127.0.0.1:9/")
    server = TestServer(example.make_app(made.secret, heard.append))
    async with TestClient(server) as client:
        await world.store.patch("w1", made.id, {"url": str(server.make_url("/"))})
        await world.tell(world.happened(1, 2))
        assert [event["data"]["n"] for event in heard] == [1, 2]
        (first, _) = await world.runtime.database.webhook_deliveries.find({}).sort("place", 1).to_list(None)
        await world.replay(made.id, first["_id"])
        await world.post()
        assert [event["data"]["n"] for event in heard] == [1, 2], "a repeat is dropped"
        assert await world.states() == ["delivered"] * 2
        forged = {"webhook-id": "x", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
        async with client.post("/", data=b"{}", headers=forged) as answer:
            assert answer.status == 400
    assert len(heard) == 2
