"""Is it alive, is it ready, what are its figures."""

from __future__ import annotations

import asyncio
import hmac
from enum import StrEnum
from typing import Final

import msgspec
from aiohttp import web
from redis.asyncio import Redis
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)

from gateway.http.http_parts import HTTP
from gateway.http.metrics import CONTENT_TYPE, SOCKETS, render_metrics
from gateway.http.problem_response import UNAVAILABLE_RETRY_SECONDS
from inbox.foundation.problems import ProblemError
from inbox.storage.database import Database, is_unavailable

CHECK_SECONDS: Final = 2.0
PROBE_KEY: Final = "gateway:ready"
PROBE_MILLISECONDS: Final = 1000
"""Nobody reads it; the shorter it lives, the less it matters which process wrote it."""

_REDIS_REFUSALS: Final[tuple[tuple[type[RedisError], str, str], ...]] = (
    (ReadOnlyError, "", "refuses writes: it is a replica (READONLY); set GATEWAY_REDIS_URL to the primary"),
    (OutOfMemoryError, "", "refuses writes: its memory is full (OOM); raise maxmemory"),
    (ResponseError, "MISCONF", "refuses writes: it can't save to its disk (MISCONF); see its log"),
    (ResponseError, "NOREPLICAS", "refuses writes: too few of its replicas answer (NOREPLICAS)"),
    (ResponseError, "NOPERM", "refuses writes: its user may not write (NOPERM)"),
    (AuthenticationError, "", "refuses the login; check GATEWAY_REDIS_URL"),
    (BusyLoadingError, "", "is still loading its data"),
)
"""The error, how its text begins, and what it means. Source: redis.io/docs, error replies; redis-py's exceptions."""


class Readiness(StrEnum):
    """How ready the process is: degraded still takes and keeps everything."""

    READY = "ready"
    DEGRADED = "degraded"
    UNAVAILABLE = "unavailable"


class ReadyReport(msgspec.Struct, frozen=True, kw_only=True):
    """Answer of `/readyz`; each part is `ok` or says what is wrong."""

    status: Readiness
    mongodb: str
    redis: str
    workers: str


def register_status_pages(app: web.Application) -> None:
    """Add the routes."""
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)


async def healthz(_: web.Request) -> web.Response:
    """Alive."""
    return web.json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """Ready: MongoDB decides. Without Redis or workers everything is still taken and kept."""
    runtime = request.app[HTTP].runtime
    (mongodb, workers), redis = await asyncio.gather(_check_mongodb(runtime.database), _check_redis(runtime.redis))
    if mongodb != "ok":
        status = Readiness.UNAVAILABLE
    elif redis != "ok" or workers != "ok":
        status = Readiness.DEGRADED
    else:
        status = Readiness.READY
    report = ReadyReport(status=status, mongodb=mongodb, redis=redis, workers=workers)
    response = web.Response(body=msgspec.json.encode(report), content_type="application/json")
    if status is Readiness.UNAVAILABLE:
        response.set_status(503)
        response.headers["Retry-After"] = str(UNAVAILABLE_RETRY_SECONDS)
    return response


async def metrics(request: web.Request) -> web.Response:
    """Figures of this process, or of all that share a directory for them, for who may see them."""
    _check_reader(request)
    SOCKETS.set(len(request.app[HTTP].sockets))
    return web.Response(body=render_metrics(), headers={"Content-Type": CONTENT_TYPE})


def _check_reader(request: web.Request) -> None:
    """Let in who shows the token of the settings; without one, programs on this machine.

    Raises:
        ProblemError: `unauthenticated`, `forbidden`.
    """
    http = request.app[HTTP]
    token = http.runtime.settings.metrics_token
    if token is None:
        if not http.addresses.is_this_machine(request):
            raise ProblemError(
                "forbidden", "Only this machine may read the figures: set GATEWAY_METRICS_TOKEN for others."
            )
        return
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not hmac.compare_digest(shown.encode(errors="replace"), token.get_secret_value().encode()):
        raise ProblemError("unauthenticated", "Send the token of GATEWAY_METRICS_TOKEN: Authorization: Bearer TOKEN.")


async def _check_mongodb(database: Database) -> tuple[str, str]:
    """Look for a lease that a worker holds: that proves both at once."""
    held = {"$expr": {"$gt": ["$until", "$$NOW"]}}
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            lease = await database.leases.find_one(held, {"_id": 1})
    except Exception as error:
        if not is_unavailable(error):
            raise
        return "does not answer", "unknown"
    return "ok", "ok" if lease else "none is running"


async def _check_redis(redis: Redis) -> str:
    """Write something that is gone a moment later: a Redis that answers may still refuse to write."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await redis.set(PROBE_KEY, 1, px=PROBE_MILLISECONDS)
    except (RedisError, OSError, TimeoutError) as error:
        return what_redis_refuses(error)
    return "ok"


def what_redis_refuses(error: BaseException) -> str:
    """Say in words why Redis did not write."""
    for kind, code, words in _REDIS_REFUSALS:
        if isinstance(error, kind) and str(error).startswith(code):
            return words
    return "refuses writes" if isinstance(error, ResponseError) else "does not answer"
