"""One world for each messenger, watched: what is logged, and with whom it speaks."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from inbox.foundation.clock import Clock
from inbox.storage.runtime import Runtime
from tests.contract.contract_world import ContractWorld, contract_world
from tests.contract.messenger import Messenger
from tests.contract.table import MESSENGERS


@pytest.fixture(params=list(MESSENGERS), ids=str)
def messenger(request: pytest.FixtureRequest) -> Messenger:
    return MESSENGERS[request.param]


@pytest.fixture
def clock() -> Clock:
    """The real one: providers' emulators and the pace of sends live in real time."""
    return Clock()


@pytest_asyncio.fixture
async def world(runtime: Runtime, messenger: Messenger) -> AsyncIterator[ContractWorld]:
    async with contract_world(runtime, messenger) as opened:
        yield opened
