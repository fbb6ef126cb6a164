"""What keeps the data in order: what is found, counted and paid, what is taken out, and what goes."""

from __future__ import annotations

from typing import Final

import structlog

from inbox.contacts.filling_terms import fill_search_terms
from inbox.erasing.erasing_tools import Tools
from inbox.exporting.export_steps import ExportTools
from inbox.finding.term_keeping import TermKeeper
from inbox.money.budgets import BudgetKeeper
from inbox.money.ledger import LedgerKeeper
from inbox.money.repricing import Repricer
from inbox.reports.rollups import RollupKeeper
from inbox.storage.runtime import Runtime
from workers import erase, erase_workspaces, export
from workers.deadlines import delete_old
from workers.parts.part import Common, Part
from workers.sweep import Sweep
from workers.traffic import CHANGES, CONTACTS, MESSAGES, TRAFFIC

CLOCK_CHECK_SECONDS: Final = 60.0
FILL_TERMS_SECONDS: Final = 3600.0
"""After the start for all contacts from before there were search terms, then for those of older processes beside us."""
KEEP_TERMS_SECONDS: Final = 2.0
"""A message is found at most four seconds after it came. A look reads one index entry."""
SETTLE_TERMS_SECONDS: Final = 60.0
"""For what was committed late; it is looked for five minutes after its time."""
ROLLUPS_SECONDS: Final = 60.0
"""Reports count what was not counted yet themselves: it only should not become much."""
LEDGER_SECONDS: Final = 1.0
"""Statuses of one message come within seconds: what comes together is one transaction."""
BUDGETS_SECONDS: Final = 30.0
"""A campaign at 80 a second sends 2,400 messages meanwhile: what that costs may go beyond a budget."""
ABANDONED_CHECK_SECONDS: Final = 1.0
"""A look takes MongoDB less than a millisecond."""

_log = structlog.get_logger()


def finding(common: Common) -> Part:
    """Return what makes messages and contacts searchable."""
    database = common.runtime.database
    terms = TermKeeper(database, common.runtime.clock)
    sweeps = (
        Sweep("keep_terms", terms.keep_up, KEEP_TERMS_SECONDS, terms.next_due, heedless=TRAFFIC - MESSAGES),
        Sweep("settle_terms", terms.settle, SETTLE_TERMS_SECONDS, rests=False),
        Sweep("fill_terms", lambda: fill_search_terms(database), FILL_TERMS_SECONDS, rests=False),
    )
    return Part(sweeps)


def counting(common: Common) -> Part:
    """Return what counts messages and money."""
    database, clock = common.runtime.database, common.runtime.clock
    sweeps = (
        Sweep("ledger", LedgerKeeper(database).keep_up, LEDGER_SECONDS, heedless=TRAFFIC - CHANGES),
        Sweep("reprice", Repricer(database).reprice, LEDGER_SECONDS, heedless=TRAFFIC),
        Sweep("budgets", BudgetKeeper(database, clock).look, BUDGETS_SECONDS, rests=False),
        Sweep("rollups", RollupKeeper(database, clock).keep_up, ROLLUPS_SECONDS, rests=False),
    )
    return Part(sweeps)


def data(common: Common) -> Part:
    """Return what takes data out, and away."""
    runtime = common.runtime
    tools = Tools(runtime.database, runtime.clock, runtime.redis, common.store)
    eraser = erase.Eraser(tools, common.leases())
    workspaces = erase_workspaces.WorkspaceEraser(tools, common.leases())
    exporter = export.Exporter(ExportTools(runtime.database, runtime.clock, common.store), common.leases())
    old = delete_old.OldDeleter(runtime)
    sweeps = (
        Sweep("erase", eraser.sweep, erase.SWEEP_SECONDS, eraser.next_due, heedless=TRAFFIC - CONTACTS),
        Sweep(
            "erase_workspaces",
            workspaces.sweep,
            erase_workspaces.SWEEP_SECONDS,
            workspaces.next_due,
            heedless=TRAFFIC,
        ),
        Sweep("export", exporter.sweep, export.SWEEP_SECONDS, exporter.next_due, heedless=TRAFFIC),
        Sweep("retention", old.delete_old, delete_old.SWEEP_SECONDS, rests=False),
    )
    return Part(sweeps, stops=(eraser.stop, workspaces.stop, exporter.stop))


def database_care(common: Common) -> Part:
    """Return what measures MongoDB's time, and ends what dead processes left open in it."""
    runtime = common.runtime
    sweeps = (
        Sweep("clock", lambda: _set_clock(runtime), CLOCK_CHECK_SECONDS, rests=False),
        Sweep("abandoned", lambda: _end_abandoned(runtime), ABANDONED_CHECK_SECONDS),
    )
    return Part(sweeps)


async def _set_clock(runtime: Runtime) -> None:
    runtime.clock.set_server_offset(await runtime.database.check())


async def _end_abandoned(runtime: Runtime) -> None:
    ended = await runtime.database.end_abandoned_transactions()
    if ended:
        _log.warning("transactions of dead processes ended", transactions=ended)
