"""Puts the parts of the worker process together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from inbox.arriving.ingest import Ingest, Listeners
from inbox.storage.sequence import SequenceClock
from templates_hsm.campaigns.feed.campaign_gate import CampaignGate
from workers.deadlines.reply import Replier
from workers.news import News
from workers.parts.arriving import accounts, arriving
from workers.parts.attending import bots, deadlines, routing
from workers.parts.keeping import counting, data, database_care, finding
from workers.parts.part import Common, Part
from workers.parts.sending import campaigns, sending
from workers.parts.telling import telling
from workers.routing.route import Router
from workers.sending.deliver import Deliverer
from workers.sending.hear_answers import hear_answer
from workers.sending.tell_provider import ProviderTeller
from workers.wakeup_worker import Hands, run_wakeups


class Assembled(NamedTuple):
    """The process as it is put together.

    Attributes:
        parts: All parts; the first hears wake-ups.
        ingest: What parts take in goes through it: it is drained when they have stopped.
    """

    parts: Sequence[Part]
    ingest: Ingest


def assemble(common: Common, news: News) -> Assembled:
    """Put all parts together. What providers' answers to sends tell goes the way of what they send themselves."""
    hands = _hands(common)
    ingest = _ingest(common, hands)
    hands.deliverer.hear = partial(hear_answer, ingest)
    parts = (
        Part(works=(news.listen, partial(run_wakeups, common.runtime.redis, hands, news))),
        sending(common, hands),
        campaigns(common, hands),
        routing(common, hands),
        deadlines(common, hands),
        bots(common, hands),
        arriving(common, ingest),
        accounts(common),
        telling(common),
        finding(common),
        counting(common),
        data(common),
        database_care(common),
    )
    return Assembled(parts, ingest)


def _hands(common: Common) -> Hands:
    """Return those whom wake-ups reach. Each wakes the one before it: routing has texts said, which are sent."""
    runtime, directory, connectors = common.runtime, common.directory, common.connectors
    deliverer = Deliverer(runtime, directory, connectors, common.store, gate=CampaignGate(common.suppression))
    replier = Replier(runtime, deliverer.wake)
    return Hands(deliverer, ProviderTeller(runtime, directory, connectors), replier, Router(runtime, replier.wake))


def _ingest(common: Common, hands: Hands) -> Ingest:
    runtime = common.runtime
    return Ingest(
        runtime.database,
        runtime.clock,
        SequenceClock(runtime.clock.server_seconds),
        timeout_seconds=runtime.settings.mongo_timeout_seconds,
        suppression=common.suppression,
        listeners=Listeners(on_queue=hands.router.wake),
    )
