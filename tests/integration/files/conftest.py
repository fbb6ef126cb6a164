"""A shop with a WhatsApp number at the emulator, the whole server and the whole worker."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from inbox.foundation.clock import Clock
from inbox.foundation.runtime import Runtime
from tests.contract.contract_world import ContractWorld, contract_world
from tests.contract.whatsapp import WhatsApp


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def world(runtime: Runtime) -> AsyncIterator[ContractWorld]:
    async with contract_world(runtime, WhatsApp()) as opened:
        yield opened
