"""Alive, ready, figures: also while something is away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, BusyLoadingError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError

from gateway.app import build_app
from gateway.http.status_pages import what_redis_refuses
from inbox.storage.database import Database
from inbox.storage.leases import Leases
from inbox.storage.redis_clients import connect_redis
from inbox.storage.runtime import Runtime
from tests.integration.api.support import Actor, Client, Team

NOWHERE = "127.0.0.1:1"


async def test_it_is_ready_when_a_worker_holds_a_lease(client: Client, database: Database) -> None:
    async with client.get("/readyz") as response:
        assert (response.status, (await response.json())["status"]) == (200, "degraded")
    await Leases(database, "worker").acquire("relay")
    async with client.get("/readyz") as response:
        assert await response.json() == {"status": "ready", "mongodb": "ok", "redis": "ok", "workers": "ok"}


async def test_without_redis_it_is_degraded_and_works(runtime: Runtime, team: Team) -> None:
    away = connect_redis(f"redis://{NOWHERE}/0")
    async with TestClient(TestServer(build_app(replace(runtime, redis=away)))) as client:
        async with client.get("/readyz") as response:
            report = await response.json()
            assert (response.status, report["status"], report["redis"]) == (200, "degraded", "does not answer")
        signed_in = await Actor(client, None).post(
            "/auth/login", {"email": "ann@shop.example", "password": "correct horse battery"}
        )
        assert signed_in.status == 200
    await away.aclose()


@pytest.mark.parametrize(
    ("broken", "mended", "code"),
    [
        ("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0", "OOM"),
        ("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE", "READONLY"),
        ("CONFIG SET min-replicas-to-write 1", "CONFIG SET min-replicas-to-write 0", "NOREPLICAS"),
    ],
)
async def test_a_redis_that_refuses_writes_is_told_apart(
    client: Client, redis: Redis, broken: str, mended: str, code: str
) -> None:
    await redis.execute_command(broken)  # type: ignore[no-untyped-call]
    try:
        async with client.get("/readyz") as response:
            report = await response.json()
    finally:
        await redis.execute_command(mended)  # type: ignore[no-untyped-call]
    assert (response.status, report["status"]) == (200, "degraded")
    assert report["redis"].startswith("refuses writes")
    assert f"({code})" in report["redis"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ResponseError("MISCONF Redis is configured to save RDB snapshots"), "MISCONF"),
        (ResponseError("something that nobody has seen yet"), "refuses writes"),
        (BusyLoadingError("Redis is loading the dataset in memory"), "loading"),
        (AuthenticationError("invalid username-password pair"), "GATEWAY_REDIS_URL"),
        (RedisConnectionError("away"), "does not answer"),
        (TimeoutError(), "does not answer"),
    ],
)
def test_what_redis_says_in_words(error: Exception, words: str) -> None:
    assert words in what_redis_refuses(error)


async def test_without_mongodb_it_says_so_and_when_to_come_back(runtime: Runtime) -> None:
    away = Database(f"mongodb://{NOWHERE}/gateway?replicaSet=rs0&serverSelectionTimeoutMS=100")
    async with TestClient(TestServer(build_app(replace(runtime, database=away)))) as client:
        async with client.get("/readyz") as response:
            assert (response.status, (await response.json())["status"]) == (503, "unavailable")
        async with client.get("/healthz") as response:
            assert response.status == 200
        answer = await Actor(client, "gwt_" + "A" * 43).get("/me")
        assert (answer.status, answer.body["code"]) == (503, "unavailable")
        assert int(answer.headers["Retry-After"]) > 0
    away.close()


async def test_figures_are_by_route_and_not_by_address(client: Client, nobody: Actor) -> None:
    await nobody.get("/operators/somebody-in-particular")
    async with client.request("NONSENSE", "/nowhere"), client.get("/metrics") as response:
        text = await response.text()
    assert 'gateway_requests_total{method="GET",route="/api/v1/operators/{id}",status="401"}' in text
    assert "somebody-in-particular" not in text
    assert "NONSENSE" not in text
    assert "gateway_open_sockets" in text


async def test_an_expired_lease_is_no_worker(client: Client, database: Database) -> None:
    await Leases(database, "worker", lease_seconds=timedelta(0).total_seconds()).acquire("relay")
    async with client.get("/readyz") as response:
        assert (await response.json())["workers"] == "none is running"


async def test_figures_are_for_this_machine_and_not_for_who_comes_through_a_proxy(client: Client) -> None:
    async with client.get("/metrics") as here:
        assert here.status == 200
    async with client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}) as through:
        assert (through.status, (await through.json())["code"]) == (403, "forbidden")


async def test_with_a_token_figures_are_for_who_shows_it(runtime: Runtime) -> None:
    settings = runtime.settings.model_copy(update={"metrics_token": SecretStr("a-token-for-prometheus")})
    async with TestClient(TestServer(build_app(replace(runtime, settings=settings)))) as client:
        for token, status in ((None, 401), ("another", 401), ("\u00fc", 401), ("a-token-for-prometheus", 200)):
            headers = {"Authorization": f"Bearer {token}", "Via": "1.1 proxy"} if token else {}
            async with client.get("/metrics", headers=headers) as answer:
                assert answer.status == status
