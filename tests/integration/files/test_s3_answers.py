"""A store whose answers do not end: it does not work, and nothing else is harmed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from inbox.files.blob_store import StoreUnavailableError
from inbox.files.s3_store import S3Settings, S3Store
from inbox.foundation.capped_answers import MAX_LIST_BYTES


@pytest_asyncio.fixture(params=[200, 404])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[S3Store]:
    async def endless(asked: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(status=request.param, headers={"Content-Type": "application/xml"})
        await answer.prepare(asked)
        for _ in range(64):
            await answer.write(b" " * MAX_LIST_BYTES)
        return answer

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", endless)
    async with TestServer(app) as server:
        opened = S3Store(
            S3Settings(
                bucket="files",
                region="us-east-1",
                endpoint=str(server.make_url("")),
                access_key="us",
                secret_key="ours",
            )
        )
        yield opened
        await opened.close()


async def test_a_list_without_an_end(store: S3Store) -> None:
    with pytest.raises(StoreUnavailableError, match="AnswerTooLargeError"):
        await store.names(after="", before="g", limit=100)


async def test_an_error_without_an_end(store: S3Store) -> None:
    with pytest.raises(StoreUnavailableError, match="AnswerTooLargeError"):
        await store.delete("a1")
