"""The worker process: the relay, the senders, the sweeps, and arq for what should happen at once."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import structlog

from channels.accounts import ChannelTemplates
from channels.contract import Connector
from channels.registry import open_connectors
from inbox.arriving.ingest import Ingest, Listeners
from inbox.channel.channel_directory import ChannelDirectory
from inbox.contacts.filling_terms import fill_search_terms
from inbox.contacts.suppression import Suppression
from inbox.erasing.erasing_tools import Tools
from inbox.exporting.export_steps import ExportTools
from inbox.files.blob_store import BlobStore
from inbox.files.stores import open_blob_store
from inbox.finding.term_keeping import TermKeeper
from inbox.foundation.ending_tasks import end_tasks
from inbox.foundation.garbage import calm_garbage_collection
from inbox.foundation.ids import new_id
from inbox.foundation.logs import log_lost_exceptions
from inbox.foundation.settings import Settings
from inbox.model.channel_kind import ChannelKind
from inbox.money.budgets import BudgetKeeper
from inbox.money.ledger import LedgerKeeper
from inbox.money.repricing import Repricer
from inbox.reports.rollups import RollupKeeper
from inbox.sending.carrying_over import prepare_database
from inbox.storage.leases import Leases
from inbox.storage.runtime import Runtime, open_runtime
from inbox.storage.sequence import SequenceClock
from queueing.bots.agents import AgentsLeft
from queueing.queues.queue_telling import QueueTelling
from templates_hsm.campaigns.feed.campaign_gate import CampaignGate
from templates_hsm.sync.template_reader import TemplateReader
from workers import erase, erase_workspaces, export, import_history, watch_accounts
from workers.bots import take_turns
from workers.bots.take_turns import TurnTaker
from workers.deadlines import delete_old, fire_deadlines, keep_targets, keep_windows, remind, reply, send_scheduled
from workers.deadlines.delete_old import OldDeleter
from workers.deadlines.fire_deadlines import DeadlineKeeper
from workers.deadlines.keep_targets import TargetKeeper, TargetMarker
from workers.deadlines.keep_windows import WindowKeeper
from workers.deadlines.remind import Reminder
from workers.deadlines.reply import Replier
from workers.deadlines.send_scheduled import ScheduledSender
from workers.deadlines.wake_resting import RestingMarker
from workers.erase import Eraser
from workers.erase_workspaces import WorkspaceEraser
from workers.export import Exporter
from workers.fetch_files import FileFetcher
from workers.import_history import HistoryKeeper
from workers.mails import send_mails
from workers.mails.send_mails import MailSender
from workers.news import News
from workers.poll_updates import Poller
from workers.push import send_notices
from workers.push.send_notices import NoticeSender
from workers.push.write_notices import NoticeWriter
from workers.relay.relay import Relay
from workers.relay.relay_log import Keep
from workers.relay.relay_source import EventDocument, Place
from workers.routing import route
from workers.routing.route import Router
from workers.run_campaigns import Campaigner
from workers.sending import deliver, end_channels, tell_provider
from workers.sending.deliver import Deliverer
from workers.sending.end_channels import ChannelEnder
from workers.sending.hear_answers import hear_answer
from workers.sending.tell_provider import ProviderTeller
from workers.sweep import Sweeps, nothing_in_sight, sweep
from workers.wakeup_worker import Hands, run_wakeups
from workers.watch_accounts import AccountWatcher
from workers.webhooks import send_webhooks
from workers.webhooks.send_webhooks import WebhookSender
from workers.webhooks.write_deliveries import DeliveryWriter

CLOCK_CHECK_SECONDS = 60.0
READ_TEMPLATES_SECONDS = 1.0
"""How long after Meta's notice a template changes here; a look takes MongoDB less than a millisecond."""
FOLLOW_ACCOUNTS_SECONDS = 5.0
"""How long after a channel was connected its templates are read; a look reads all channels."""
FILL_TERMS_SECONDS = 3600.0
"""After the start for all contacts from before there were search terms, then for those of older processes beside us."""
KEEP_TERMS_SECONDS = 2.0
"""A message is found at most four seconds after it came. A look reads one index entry."""
ROLLUPS_SECONDS = 60.0
"""Reports count what was not counted yet themselves: it only should not become much."""
SETTLE_TERMS_SECONDS = 60.0
"""For what was committed late; it is looked for five minutes after its time."""
AGENTS_SECONDS = 0.5
"""A customer whom another agent has handed over waits."""
LEDGER_SECONDS = 1.0
"""Statuses of one message come within seconds: what comes together is one transaction."""
BUDGETS_SECONDS = 30.0
"""A campaign at 80 a second sends 2,400 messages meanwhile: what that costs may go beyond a budget."""
ABANDONED_CHECK_SECONDS = 1.0
"""A look takes MongoDB less than a millisecond."""

_log = structlog.get_logger()


async def work(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; then finish what is on the wire and give all leases back."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    log_lost_exceptions(loop)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with open_runtime(settings) as runtime:
        await prepare_database(runtime.database)
        await work_until(stop, runtime, on_loaded=calm_garbage_collection)


async def work_until(stop: asyncio.Event, runtime: Runtime, *, on_loaded: Callable[[], None] = lambda: None) -> None:
    """Work until `stop` is set.

    Args:
        on_loaded: Called when everything that stays is in memory; a process of its own then freezes it.
    """
    directory = ChannelDirectory(runtime.database, runtime.secret_box, clock=runtime.clock)
    connectors = open_connectors(
        allow_private=runtime.settings.allow_private_urls, versions=runtime.settings.provider_versions
    )
    warming = await _begin_warming(runtime, connectors)
    suppression = Suppression(runtime.database, runtime.hash_opt_out)
    store = open_blob_store(runtime.settings, runtime.database)
    deliverer = Deliverer(runtime, directory, connectors, store, gate=CampaignGate(suppression))
    campaigner = Campaigner(runtime, deliverer.wake)
    teller = ProviderTeller(runtime, directory, connectors)
    replier = Replier(runtime, deliverer.wake)
    router = Router(runtime, replier.wake)
    hands = Hands(deliverer, teller, replier, router)
    watcher = AccountWatcher(runtime, directory, connectors)
    history = HistoryKeeper(runtime, Leases(runtime.database, new_id()), directory, connectors)
    reader = TemplateReader(runtime.database, runtime.clock, ChannelTemplates(directory, connectors))
    ingest = Ingest(
        runtime.database,
        runtime.clock,
        SequenceClock(runtime.clock.server_seconds),
        timeout_seconds=runtime.settings.mongo_timeout_seconds,
        suppression=suppression,
        listeners=Listeners(on_queue=router.wake),
    )
    deliverer.hear = partial(hear_answer, ingest)
    fetcher = FileFetcher(runtime, directory, connectors, store)
    poller = Poller(runtime, directory, connectors, ingest)
    news = News(runtime.redis, runtime.clock)
    sweeps = Sweeps(news, runtime.clock)
    scheduled = ScheduledSender(runtime, suppression, deliverer.wake)
    webhooks = WebhookSender(runtime, Leases(runtime.database, new_id()))
    notices = NoticeSender(runtime, Leases(runtime.database, new_id()))
    turns = TurnTaker(runtime, Leases(runtime.database, new_id()), router.wake)
    agents = AgentsLeft(runtime.database, runtime.clock, router.wake)
    mails = MailSender(runtime, Leases(runtime.database, new_id()))
    posting = _posting(runtime, webhooks, mails, notices, sweeps)
    due = _due(runtime, scheduled, sweeps)
    following = (*_reading(reader, watcher, history, sweeps), *posting, *due, *_bots(turns, agents, sweeps))
    data = _DataWorkers.of(runtime, store)
    parts_works = (*campaigner.works(sweeps), fetcher.run(sweeps), poller.run(sweeps), *data.works(sweeps), *following)
    all_works = (
        news.listen(),
        run_wakeups(runtime.redis, hands, news),
        *_works(runtime, hands),
        *_resting(runtime, hands, sweeps),
        *parts_works,
    )
    works = [asyncio.create_task(work) for work in all_works]
    stopped = asyncio.create_task(stop.wait())
    on_loaded()
    _log.info("working")
    try:
        ended, _ = await asyncio.wait([stopped, *works], return_when=asyncio.FIRST_COMPLETED)
        for task in ended - {stopped}:
            task.result()
            raise AssertionError("a part of the worker came to an end by itself")
    finally:
        _log.info("stopping")
        parts = (
            deliverer,
            router,
            replier,
            poller,
            fetcher,
            campaigner,
            teller,
            reader,
            watcher,
            history,
            webhooks,
            mails,
            notices,
            *data,
            turns,
        )
        await asyncio.gather(*(part.stop() for part in parts), end_tasks([stopped, *warming, *works]))
        await ingest.drain()
        for connector in connectors.values():
            await connector.close()
        await store.close()
        await directory.close()


class _DataWorkers(NamedTuple):
    """Those that take data away, and out."""

    eraser: Eraser
    workspace_eraser: WorkspaceEraser
    exporter: Exporter

    @classmethod
    def of(cls, runtime: Runtime, store: BlobStore) -> _DataWorkers:
        """Make them."""
        tools = Tools(runtime.database, runtime.clock, runtime.redis, store)
        export_tools = ExportTools(runtime.database, runtime.clock, store)
        return cls(
            Eraser(tools, Leases(runtime.database, new_id())),
            WorkspaceEraser(tools, Leases(runtime.database, new_id())),
            Exporter(export_tools, Leases(runtime.database, new_id())),
        )

    def works(self, sweeps: Sweeps) -> tuple[Coroutine[Any, Any, None], ...]:
        """Return their sweeps."""
        rows = (
            ("erase", self.eraser, erase.SWEEP_SECONDS),
            ("erase_workspaces", self.workspace_eraser, erase_workspaces.SWEEP_SECONDS),
            ("export", self.exporter, export.SWEEP_SECONDS),
        )
        return tuple(
            sweeps.resting(name, worker.sweep, every_seconds=every, next_due=worker.next_due)
            for name, worker, every in rows
        )


def _bots(turns: TurnTaker, agents: AgentsLeft, sweeps: Sweeps) -> tuple[Coroutine[Any, Any, None], ...]:
    """Return what tells bots that it is their turn, and what hands over."""
    every = take_turns.SWEEP_SECONDS
    return (
        sweeps.resting("bots", turns.sweep, every_seconds=every, next_due=turns.next_due),
        sweeps.resting("agents_left", agents.pass_on, every_seconds=AGENTS_SECONDS, next_due=agents.next_due),
    )


def _reading(
    reader: TemplateReader, watcher: AccountWatcher, history: HistoryKeeper, sweeps: Sweeps
) -> tuple[Coroutine[Any, Any, None], ...]:
    """Return what follows templates and accounts at their provider."""
    every, due = READ_TEMPLATES_SECONDS, reader.next_due
    return (
        sweep("follow_accounts", reader.follow_new, every_seconds=FOLLOW_ACCOUNTS_SECONDS),
        sweeps.resting("read_templates", reader.begin_due, every_seconds=every, next_due=due),
        sweeps.resting("import_history", history.sweep, every_seconds=import_history.SWEEP_SECONDS),
        sweep("adopt_accounts", watcher.follow_new, every_seconds=watch_accounts.ADOPT_SECONDS),
        sweeps.resting(
            "watch_accounts", watcher.sweep, every_seconds=watch_accounts.SWEEP_SECONDS, next_due=watcher.next_due
        ),
    )


def _posting(
    runtime: Runtime, webhooks: WebhookSender, mails: MailSender, notices: NoticeSender, sweeps: Sweeps
) -> tuple[Coroutine[Any, Any, None], ...]:
    """Return the relay, which writes deliveries of webhooks and notices, what posts them, and what sends mails."""
    every, due = send_webhooks.SWEEP_SECONDS, webhooks.next_due
    writer = DeliveryWriter(runtime.database, runtime.clock, webhooks.wake)
    return (
        _relay(runtime, writer, NoticeWriter(runtime.database, runtime.clock, notices.wake)),
        sweeps.resting("webhooks", webhooks.sweep, every_seconds=every, next_due=due),
        sweeps.resting("push", notices.sweep, every_seconds=send_notices.SWEEP_SECONDS, next_due=notices.next_due),
        sweeps.resting("mails", mails.sweep, every_seconds=send_mails.SWEEP_SECONDS, next_due=mails.next_due),
    )


def _due(runtime: Runtime, scheduled: ScheduledSender, sweeps: Sweeps) -> tuple[Coroutine[Any, Any, None], ...]:
    """Return what people have put off: messages to be sent later, and reminders."""
    reminder = Reminder(runtime)
    rows = (
        ("send_scheduled", scheduled.send_due, send_scheduled.SWEEP_SECONDS, scheduled.next_due),
        ("remind", reminder.remind_due, remind.SWEEP_SECONDS, reminder.next_due),
    )
    return tuple(sweeps.resting(name, work, every_seconds=every, next_due=due) for name, work, every, due in rows)


def _works(runtime: Runtime, hands: Hands) -> list[Coroutine[Any, Any, None]]:
    """Return what goes on all the time, or seldom enough."""
    windows = WindowKeeper(runtime, hands.deliverer.wake)
    return [
        sweep("recount", hands.router.recount, every_seconds=route.RECOUNT_SECONDS),
        sweep("watch_windows", windows.watch, every_seconds=keep_windows.WATCH_SECONDS),
        sweep("fill_terms", lambda: fill_search_terms(runtime.database), every_seconds=FILL_TERMS_SECONDS),
        sweep("rollups", RollupKeeper(runtime.database, runtime.clock).keep_up, every_seconds=ROLLUPS_SECONDS),
        sweep("budgets", BudgetKeeper(runtime.database, runtime.clock).look, every_seconds=BUDGETS_SECONDS),
        sweep("settle_terms", TermKeeper(runtime.database, runtime.clock).settle, every_seconds=SETTLE_TERMS_SECONDS),
        sweep("retention", OldDeleter(runtime).delete_old, every_seconds=delete_old.SWEEP_SECONDS),
        sweep("clock", lambda: _set_clock(runtime), every_seconds=CLOCK_CHECK_SECONDS),
    ]


def _relay(runtime: Runtime, writer: DeliveryWriter, notices: NoticeWriter) -> Coroutine[Any, Any, None]:
    settings = runtime.settings
    keep = Keep(count=settings.event_keep_count, seconds=settings.event_keep_seconds)
    targets, resting = TargetMarker(runtime.database, runtime.clock), RestingMarker(runtime.database, runtime.clock)

    async def write(documents: Sequence[EventDocument]) -> None:
        for follower in (targets, resting, writer, notices):
            await follower.write(documents)

    async def make_up(after: Place) -> AsyncIterator[Place]:
        for marker in (targets, resting):
            await marker.look_everywhere()
        async for reached in writer.make_up(after):
            yield reached

    relay = Relay(runtime.database, runtime.redis, runtime.clock, keep=keep, on_batch=write, on_gap=make_up)
    return relay.run()


def _resting(runtime: Runtime, hands: Hands, sweeps: Sweeps) -> list[Coroutine[Any, Any, None]]:
    """Return the sweeps that find due work, and rest while there is none."""
    deliverer, teller, replier, router = hands
    keeper = DeadlineKeeper(runtime, replier.wake, router.wake_all)
    telling = QueueTelling(runtime.database, runtime.clock)
    windows = WindowKeeper(runtime, deliverer.wake)
    terms = TermKeeper(runtime.database, runtime.clock)
    targets = TargetKeeper(runtime)
    ledger, repricer = LedgerKeeper(runtime.database), Repricer(runtime.database)
    ender = ChannelEnder(runtime, router.wake_all)
    rows = (
        ("deliver", deliverer.sweep, deliver.SWEEP_SECONDS, nothing_in_sight),
        ("tell_provider", teller.tell_due, tell_provider.SWEEP_SECONDS, teller.next_due),
        ("reply", replier.speak_all, reply.SWEEP_SECONDS, replier.next_due),
        ("route", router.sweep, route.SWEEP_SECONDS, nothing_in_sight),
        ("tend", router.tend, route.SWEEP_SECONDS, router.next_tending),
        ("tell_queues", telling.tell_changed, route.SWEEP_SECONDS, telling.next_change),
        ("fire_deadlines", keeper.fire_all, fire_deadlines.SWEEP_SECONDS, keeper.next_due),
        ("targets", targets.look_due, keep_targets.SWEEP_SECONDS, targets.next_due),
        ("end_channels", ender.sweep, end_channels.SWEEP_SECONDS, nothing_in_sight),
        ("release_held", windows.release_held, keep_windows.RELEASE_SECONDS, windows.next_release),
        ("keep_terms", terms.keep_up, KEEP_TERMS_SECONDS, terms.next_due),
        ("ledger", ledger.keep_up, LEDGER_SECONDS, nothing_in_sight),
        ("reprice", repricer.reprice, LEDGER_SECONDS, nothing_in_sight),
        ("abandoned", lambda: _end_abandoned(runtime), ABANDONED_CHECK_SECONDS, nothing_in_sight),
    )
    return [sweeps.resting(name, work, every_seconds=every, next_due=due) for name, work, every, due in rows]


async def _begin_warming(runtime: Runtime, connectors: Mapping[ChannelKind, Connector]) -> list[asyncio.Task[None]]:
    """Begin to load what the channels need. What stops the event loop is over when this returns: no lease is held yet.

    Whoever loads beside the running loop goes on meanwhile.
    """
    kinds = await runtime.database.channels.distinct("kind", {"deleted_at": None})
    warming = [asyncio.create_task(c.make_ready()) for kind, c in connectors.items() if kind.value in kinds]
    if warming:
        await asyncio.wait(warming, timeout=0)
    return warming


async def _set_clock(runtime: Runtime) -> None:
    runtime.clock.set_server_offset(await runtime.database.check())


async def _end_abandoned(runtime: Runtime) -> None:
    ended = await runtime.database.end_abandoned_transactions()
    if ended:
        _log.warning("transactions of dead processes ended", transactions=ended)
