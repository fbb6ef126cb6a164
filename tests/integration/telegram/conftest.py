"""A bot at the emulator, connected to the real server, with the real sender."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from inbox.storage.runtime import Runtime
from tests.integration.telegram.telegram_world import TelegramWorld, telegram_world


@pytest_asyncio.fixture
async def world(runtime: Runtime) -> AsyncIterator[TelegramWorld]:
    async with telegram_world(runtime) as opened:
        yield opened
