"""The sandbox as a process of its own."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from pathlib import Path

import aiohttp
import msgspec
from sandbox_world import PHONE_ID, WABA_ID, number_config


async def start(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "channels.sandbox", *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def test_it_says_where_it_listens_and_ends_at_once(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    template = {
        "waba_id": WABA_ID, "name": "hello", "language": "en", "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Hi"}],
    }  # fmt: skip
    config.write_text(json.dumps({"numbers": [msgspec.to_builtins(number_config())], "templates": [template]}))
    process = await start("--port", "0", "--config", str(config))
    assert process.stdout
    line = (await process.stdout.readline()).decode()
    assert line.startswith("sandbox listening on http://127.0.0.1:")
    async with aiohttp.ClientSession() as http:
        url = line.split()[-1]
        async with http.get(f"{url}/control/whatsapp/numbers") as answer:
            assert (await answer.json())["numbers"][0]["phone_number_id"] == PHONE_ID
        async with http.get(f"{url}/control/whatsapp/templates") as answer:
            assert (await answer.json())["templates"][0]["status"] == "APPROVED"
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
    assert time.monotonic() - started < 5


async def test_a_faulty_configuration_is_explained(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text('{"numbers": [{"phone_number_id": 1}]}')
    process = await start("--config", str(config))
    _, error = await process.communicate()
    assert process.returncode == 2
    assert b"$.numbers[0].phone_number_id" in error
