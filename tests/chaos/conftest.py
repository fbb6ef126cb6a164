"""One demo for all chaos tests: each test has customers of its own and leaves everything running."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio

from tests.acceptance.demo_process import DemoProcess
from tests.chaos.world import World

LAST: Final = Path(__file__).with_name("test_campaigns.py")
"""Followers read the whole inbox again and again. Campaigns leave two thousand conversations in it, the others some
hundred."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path == LAST)


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProcess]:
    with DemoProcess.started(tmp_path_factory.mktemp("chaos")) as running:
        yield running


@pytest_asyncio.fixture
async def world(demo: DemoProcess) -> AsyncIterator[World]:
    demo.refresh()
    async with World.of(demo) as one:
        yield one


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """What all that is random begins with; shown where a test fails."""
    given = request.config.getoption("--chaos-seed")
    chosen = random.SystemRandom().randrange(10**6) if given is None else int(given)
    print(f"--chaos-seed={chosen}")
    return chosen
