"""The arq worker: it runs wake-ups. When Redis goes away it ends, and is started again; the sweeps go on.

arq asks Redis for jobs again and again. Here it waits for the bell between two questions, and asks seldom without it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import structlog
from arq.worker import Function, Worker, func
from redis.asyncio import Redis

from inbox.storage.wakeups import QUEUE_NAME, decode_job, encode_job, job_client
from workers.deadlines.reply import Replier
from workers.news import News
from workers.routing.route import Router
from workers.sending.deliver import Deliverer
from workers.sending.tell_provider import ProviderTeller

POLL_SECONDS: Final = 0.02
"""The shortest time between two questions: what comes together is taken together."""
REST_SECONDS: Final = 1.0
"""The longest: how late a wake-up starts whose bell was lost, which is as late as a sweep finds its work."""
JOB_SECONDS: Final = 60
RESTART_SECONDS: Final = 1.0

_log = structlog.get_logger()


class Hands(NamedTuple):
    """Who does what wake-ups ask for."""

    deliverer: Deliverer
    teller: ProviderTeller
    replier: Replier
    router: Router


async def run_wakeups(redis: Redis, hands: Hands, news: News) -> None:
    """Run wake-ups until cancelled."""
    while True:
        worker = _worker(redis, jobs(hands), news)
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


class _BellWorker(Worker):  # type: ignore[misc]  # arq has no types
    """Waits for the bell after each look for jobs, unless some are under way: then others may wait behind them."""

    def __init__(self, functions: Sequence[Function], news: News, **options: Any) -> None:
        super().__init__(functions, **options)
        self._news = news

    async def heart_beat(self) -> None:
        """Do what arq does after each look, then wait."""
        await super().heart_beat()
        if not self.tasks:
            await self._news.bell(REST_SECONDS)


def _worker(redis: Redis, functions: Sequence[Function], news: News) -> Worker:
    return _BellWorker(
        functions,
        news,
        redis_pool=job_client(redis),
        queue_name=QUEUE_NAME,
        handle_signals=False,
        poll_delay=POLL_SECONDS,
        job_serializer=encode_job,
        job_deserializer=decode_job,
        keep_result=0,
        max_tries=1,
    )
