"""The real application with a workspace, and the worker's part that sends mails."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from inbox.storage.leases import Leases
from inbox.storage.runtime import Runtime
from tests.integration.api.conftest import client, nobody, strangers, team
from tests.integration.people.mail_world import Mailbox, listening
from workers.mails.send_mails import MailSender

__all__ = ["client", "nobody", "strangers", "team"]


@pytest_asyncio.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with listening() as box:
        yield box


@pytest_asyncio.fixture
async def sender(runtime: Runtime) -> AsyncIterator[MailSender]:
    made = MailSender(runtime, Leases(runtime.database, "one"))
    yield made
    await made.stop()
