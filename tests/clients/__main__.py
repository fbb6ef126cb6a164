"""Starts the emulators here and runs each client against them: `python -m tests.clients [--errors]`.

aiogram and pywa are there anyway; python-telegram-bot and pyTelegramBotAPI count where they are installed.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from channels.sandbox.app import SandboxConfig, make_app
from channels.sandbox.clock import SandboxClock
from channels.sandbox.graph.state import NumberConfig
from channels.sandbox.telegram.media_objects import SMALL_PNG
from channels.sandbox.telegram.state import BotConfig
from tests.clients.outcomes import Report, table
from tests.clients.pywa_calls import NUMBER, run_pywa
from tests.clients.telegram_calls import prepare
from tests.clients.telegram_clients import OTHERS, installed, run_aiogram


async def reports() -> list[Report]:
    """Run all clients that are installed, each against a fresh bot or number."""
    found = [await run_pywa_alone()]
    for place, client in enumerate([run_aiogram, *(run for name, run in OTHERS.items() if installed(name))]):
        token = f"{7_000_000_001 + place}:AAH-token_1"
        bots = [BotConfig(token=token, username="shop_bot", name="Shop")]
        async with _serving(SandboxConfig(bots=bots)) as base_url, aiohttp.ClientSession() as http:
            seen = await prepare(base_url, token, http, SMALL_PNG)
            found.append(await client(base_url, token, seen, SMALL_PNG))
    return found


async def run_pywa_alone() -> Report:
    """Run pywa against a number whose customer has written."""
    async with _serving(SandboxConfig(numbers=[NumberConfig(**NUMBER)])) as base_url, aiohttp.ClientSession() as http:
        return await run_pywa(base_url, http, SMALL_PNG)


@asynccontextmanager
async def _serving(config: SandboxConfig) -> AsyncIterator[str]:
    runner = web.AppRunner(make_app(config, SandboxClock(None)), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def main() -> None:
    """Print the table, and on request what each call that was not carried out met."""
    parser = argparse.ArgumentParser(prog="python -m tests.clients")
    parser.add_argument("--errors", action="store_true", help="also print the error of each call")
    arguments = parser.parse_args()
    found = asyncio.run(reports())
    print(table(found))
    for report in found if arguments.errors else ():
        for name, error in report.errors.items():
            print(f"{report.library} {name}: {report.outcomes[name]}: {error[:200]}")


if __name__ == "__main__":
    main()
