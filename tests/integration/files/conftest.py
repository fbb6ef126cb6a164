"""A shop with a WhatsApp number at the emulator, the whole server and the whole worker."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from aiobotocore.session import get_session
from moto.server import ThreadedMotoServer

from inbox.files.s3_store import S3Settings
from inbox.foundation.clock import Clock
from inbox.storage.runtime import Runtime
from tests.contract.contract_world import ContractWorld, contract_world
from tests.contract.whatsapp import WhatsApp


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def world(runtime: Runtime) -> AsyncIterator[ContractWorld]:
    async with contract_world(runtime, WhatsApp()) as opened:
        yield opened


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest_asyncio.fixture
async def s3_settings(s3_url: str) -> S3Settings:
    settings = S3Settings(
        bucket=f"files-{uuid.uuid4().hex[:8]}", region="us-east-1", endpoint=s3_url, access_key="us", secret_key="ours"
    )
    login = {"aws_access_key_id": "us", "aws_secret_access_key": "ours", "region_name": "us-east-1"}
    async with get_session().create_client("s3", endpoint_url=s3_url, **login) as client:
        await client.create_bucket(Bucket=settings.bucket)
    return settings
