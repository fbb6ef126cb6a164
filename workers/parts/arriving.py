"""What is fetched: updates, files, history, and how accounts and templates stand at their provider."""

from __future__ import annotations

from typing import Final

from channels.accounts import ChannelTemplates
from inbox.arriving.ingest import Ingest
from templates_hsm.sync.template_reader import TemplateReader
from workers import fetch_files, import_history, poll_updates, watch_accounts
from workers.import_history import HistoryKeeper
from workers.parts.part import Common, Part
from workers.sweep import Sweep
from workers.traffic import CHANGES, TRAFFIC

READ_TEMPLATES_SECONDS: Final = 1.0
"""How long after Meta's notice a template changes here; a look takes MongoDB less than a millisecond."""
FOLLOW_ACCOUNTS_SECONDS: Final = 5.0
"""How long after a channel was connected its templates are read; a look reads all channels."""


def arriving(common: Common, ingest: Ingest) -> Part:
    """Return what fetches messages and their files."""
    runtime, directory, connectors = common.runtime, common.directory, common.connectors
    poller = poll_updates.Poller(runtime, directory, connectors, ingest)
    fetcher = fetch_files.FileFetcher(runtime, directory, connectors, common.store)
    history = HistoryKeeper(runtime, common.leases(), directory, connectors)
    sweeps = (
        Sweep("poll_updates", poller.sweep, poll_updates.SWEEP_SECONDS, heedless=TRAFFIC),
        Sweep("import_history", history.sweep, import_history.SWEEP_SECONDS, heedless=TRAFFIC),
        *fetcher.sweeps(),
    )
    return Part(sweeps, stops=(poller.stop, fetcher.stop, history.stop))


def accounts(common: Common) -> Part:
    """Return what follows templates and accounts at their provider."""
    runtime, directory, connectors = common.runtime, common.directory, common.connectors
    reader = TemplateReader(runtime.database, runtime.clock, ChannelTemplates(directory, connectors))
    watcher = watch_accounts.AccountWatcher(runtime, directory, connectors)
    sweeps = (
        Sweep(
            "read_templates",
            reader.begin_due,
            READ_TEMPLATES_SECONDS,
            reader.next_due,
            heedless=TRAFFIC - CHANGES,  # a refusal may tell that a template is not what we have of it
        ),
        Sweep("follow_accounts", reader.follow_new, FOLLOW_ACCOUNTS_SECONDS, rests=False),
        Sweep("watch_accounts", watcher.sweep, watch_accounts.SWEEP_SECONDS, watcher.next_due, heedless=TRAFFIC),
        Sweep("adopt_accounts", watcher.follow_new, watch_accounts.ADOPT_SECONDS, rests=False),
    )
    return Part(sweeps, stops=(reader.stop, watcher.stop))
