"""A shop with a WhatsApp number at the emulator, the whole server and the whole worker."""

from __future__ import annotations

import urllib.request
import uuid
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
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


@pytest.fixture
def s3_settings(s3_url: str) -> S3Settings:
    """A bucket of its own, made by a bare request: a client of S3 takes half a second to load what S3 can do."""
    bucket = f"files-{uuid.uuid4().hex[:8]}"
    with urllib.request.urlopen(urllib.request.Request(f"{s3_url}/{bucket}", method="PUT")) as answer:
        assert answer.status == 200
    return S3Settings(bucket=bucket, region="us-east-1", endpoint=s3_url, access_key="us", secret_key="ours")
