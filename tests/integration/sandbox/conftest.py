from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from sandbox_world import World, world


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
