"""The arq worker: it runs wake-ups. When Redis goes away it ends, and is started again; the sweeps go on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import structlog
from arq.connections import ArqRedis
from arq.worker import Function, Worker, func
from redis.asyncio import Redis

from inbox.storage.wakeups import QUEUE_NAME, decode_job, encode_job
from workers.deadlines.reply import Replier
from workers.routing.route import Router
from workers.sending.deliver import Deliverer
from workers.sending.tell_provider import ProviderTeller

POLL_SECONDS: Final = 0.02
"""arq polls: a wake-up starts after 23 ms in the median for 3 % of a core (0.05 s: 27 ms for 1.5 %)."""
JOB_SECONDS: Final = 60
RESTART_SECONDS: Final = 1.0

_log = structlog.get_logger()


class Hands(NamedTuple):
    """Who does what wake-ups ask for."""

    deliverer: Deliverer
    teller: ProviderTeller
    replier: Replier
    router: Router


async def run_wakeups(redis: Redis, hands: Hands) -> None:
    """Run wake-ups until cancelled."""
    while True:
        worker = _worker(redis, jobs(hands))
        try:
            await worker.main()
        except Exception as error:
            _log.warning("wake-ups interrupted", error=type(error).__name__)
        finally:
            worker.tasks.clear()
        await asyncio.sleep(RESTART_SECONDS)


def jobs(hands: Hands) -> Sequence[Function]:
    """Return the jobs by their explicit names."""
    deliverer, teller, replier, router = hands

    async def deliver(_: Any, channel_id: str) -> None:
        deliverer.wake(channel_id)

    async def tell_provider(_: Any) -> None:
        await teller.tell_due()

    async def show_typing(_: Any, conversation_id: str) -> None:
        await teller.show_typing(conversation_id)

    async def reply(_: Any) -> None:
        replier.wake()

    async def route(_: Any, queue_id: str) -> None:
        router.wake(queue_id)

    async def route_all(_: Any, workspace_id: str) -> None:
        await router.wake_all(workspace_id)

    return [
        func(job, name=job.__name__, keep_result=0, timeout=JOB_SECONDS, max_tries=1)
        for job in (deliver, tell_provider, show_typing, reply, route, route_all)
    ]


def _worker(redis: Redis, functions: Sequence[Function]) -> Worker:
    return Worker(
        functions,
        redis_pool=ArqRedis(connection_pool=redis.connection_pool),
        queue_name=QUEUE_NAME,
        handle_signals=False,
        poll_delay=POLL_SECONDS,
        job_serializer=encode_job,
        job_deserializer=decode_job,
        keep_result=0,
        max_tries=1,
    )
