from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from sandbox_world import World, world
from telegram_world import TelegramWorld, telegram_world


@pytest.fixture
async def sandbox() -> AsyncIterator[World]:
    async with world() as made:
        yield made


@pytest.fixture
async def chatting(sandbox: World) -> World:
    """A sandbox whose customer has just written."""
    written = await sandbox.write()
    await sandbox.receiver.until(lambda: written["id"] in [m["id"] for m in sandbox.receiver.items("messages")])
    return sandbox


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramWorld]:
    async with telegram_world() as made:
        yield made


@pytest.fixture
async def hooked(telegram: TelegramWorld) -> TelegramWorld:
    """A Telegram whose bot has a webhook, and whose customer has just written."""
    await telegram.listen()
    await telegram.write()
    await telegram.hook.next("message")
    return telegram
