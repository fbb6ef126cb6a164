"""Takes in what phone apps hand over, a channel at a time, wherever a process was killed."""

from __future__ import annotations

from typing import Final

import structlog

from channels.abilities import ReadsHandedOver
from channels.connecting_looks import done, not_needed, waiting
from channels.contract import Connector
from inbox.arriving.history import HistoryImport, Imported
from inbox.channel.channel_directory import ChannelDirectory, ChannelRecord
from inbox.channel.connecting import ChannelConnecting
from inbox.channel.connecting_models import Step, StepLook
from inbox.contacts.suppression import Suppression
from inbox.model.channel_kind import ChannelKind
from inbox.storage.database import ASCENDING
from inbox.storage.documents import Condition, NoticeDocument
from inbox.storage.isolation import Isolated
from inbox.storage.leases import Leases
from inbox.storage.runtime import Runtime
from workers.keyed import KeyedWorker, Run

SWEEP_SECONDS: Final = 1.0
LEASE_PREFIX: Final = "import:"
QUERY_MS: Final = 2_000
LOOKED_AT: Final = 50

_log = structlog.get_logger()


class HistoryKeeper:
    """Imports for all channels to which something was handed over; any number of workers may run one."""

    def __init__(
        self,
        runtime: Runtime,
        leases: Leases,
        directory: ChannelDirectory,
        connectors: dict[ChannelKind, Connector],
    ) -> None:
        self._database = runtime.database
        self._clock = runtime.clock
        self._suppression = Suppression(runtime.database, runtime.hash_opt_out)
        self._directory = directory
        self._readers = {kind: one for kind, one in connectors.items() if isinstance(one, ReadsHandedOver)}
        self._topics = [topic for reader in self._readers.values() for topic in reader.handed_over_topics]
        self._connecting = ChannelConnecting(runtime.database)
        self._apart = Isolated("handed_over")
        self._worker = KeyedWorker(leases, self._import, lease_of=lambda channel_id: LEASE_PREFIX + channel_id)

    async def sweep(self) -> bool:
        """Begin to import for every channel to which something was handed over; tell whether there is one."""
        channels = await self._database.notices.distinct("channel_id", self._waiting())
        for channel_id in channels:
            self._worker.wake(channel_id)
        return bool(channels)

    async def finished(self, channel_id: str) -> None:
        """Wait until nothing is done for a channel (tests)."""
        await self._worker.finished(channel_id)

    async def stop(self) -> None:
        """Stop at once: what was half done is done again by the next."""
        await self._worker.stop()

    async def _import(self, run: Run[str]) -> None:
        """Take in what was handed over, the oldest first, until nothing is left; what can't be taken stops no other."""
        while await self._apart.each(await self._next(run.key), self._heed):
            continue

    async def _next(self, channel_id: str) -> list[NoticeDocument]:
        """Return the next notices without what they hand over: one may have megabytes."""
        own: Condition = {**self._waiting(), "channel_id": channel_id}
        found = self._database.notices.find(own, {"workspace_id": 1}, max_time_ms=QUERY_MS)
        return await found.sort("_id", ASCENDING).limit(LOOKED_AT).to_list(None)

    async def _heed(self, named: NoticeDocument) -> bool:
        of: Condition = {"_id": named["_id"], "workspace_id": named["workspace_id"]}
        notice = await self._database.notices.find_one({**of, "handled_at": None})
        record = None if notice is None else await self._owner(notice)
        if notice is not None and record is not None:
            await self._take(record, notice)
        await self._database.notices.update_one(of, {"$set": {"handled_at": self._clock.now()}})
        return True

    async def _owner(self, notice: NoticeDocument) -> ChannelRecord | None:
        """Return the channel of the number that the notice names: one address serves all numbers of an app."""
        record = await self._directory.get(notice["channel_id"])
        key = notice["account_key"]
        if record is not None and key is not None and key != record.account_key:
            record = await self._directory.sibling(record.workspace_id, record.kind, key)
        return record if record is not None and record.deleted_at is None else None

    async def _take(self, record: ChannelRecord, notice: NoticeDocument) -> None:
        reader = self._readers.get(record.kind)
        imported = None if reader is None else reader.read_handed_over(notice["topic"], bytes(notice["raw"]))
        if imported is None:
            _log.warning("what a phone app handed over can't be read", channel=record.id)
            return
        new = await HistoryImport(self._database, record.ref, self._suppression, self._clock.now()).take(imported)
        _log.info("handed over", channel=record.id, messages=new, contacts=len(imported.contacts))
        look = _look(imported)
        if look is not None:
            await self._connecting.finish(record.workspace_id, record.id, look, now=self._clock.now())

    def _waiting(self) -> Condition:
        return self._apart.among({"topic": {"$in": self._topics}, "handled_at": None})


def _look(imported: Imported) -> StepLook | None:
    """Say how far an import is."""
    if imported.declined:
        return not_needed(
            Step.HISTORY, "history_declined", "The business chose in the phone app not to share its history."
        )
    if imported.contacts and imported.progress is None:
        detail = "Contacts of the phone app have come; later changes come by themselves."
        return done(Step.CONTACTS, "contacts_imported", detail)
    if imported.progress is None:
        return None
    if imported.progress.done:
        return done(Step.HISTORY, "history_imported", "The history has come: 100 %.")
    return waiting(
        Step.HISTORY,
        "history_arriving",
        f"The history comes: {imported.progress.percent} %.",
        "Nothing is to be done. It comes in parts, over some hours.",
    )
