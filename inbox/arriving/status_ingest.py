"""Moving outgoing messages forward by what providers report, in batches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final

import msgspec

from inbox.arriving.inbound import DeliveryStatus, StatusChanged
from inbox.arriving.ingest_events import message_updated
from inbox.channel.channel_ref import ChannelRef
from inbox.foundation.clock import Clock
from inbox.messages.message_lookup import provider_id_condition
from inbox.messages.statuses import MessageStatus, may_become
from inbox.messages.views import to_document
from inbox.storage.database import BlockingDatabase, Database, Document, Session, UpdateMany, UpdateOne, is_transient
from inbox.storage.setting_apart import write_setting_apart
from inbox.stream.events import insert_events

WITHOUT_RAW: Final[Document] = {"raw": 0}

_NEW_STATUS: Final[Mapping[DeliveryStatus, MessageStatus]] = {
    DeliveryStatus.SENT: MessageStatus.SENT,
    DeliveryStatus.DELIVERED: MessageStatus.DELIVERED,
    DeliveryStatus.READ: MessageStatus.READ,
    DeliveryStatus.FAILED: MessageStatus.FAILED,
}


class StatusReport(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's report on one message of a channel."""

    channel: ChannelRef
    event: StatusChanged


def changes(message: Document, reports: Sequence[StatusChanged]) -> Document:
    """Give what reports change in a message: nothing for repeats and steps back.

    The provider's id is learned from a report that came before the answer to the send.
    """
    status = MessageStatus(message["status"])
    changed: Document = {}
    for report in reports:
        new = _NEW_STATUS[report.status]
        if not may_become(status, new):
            continue
        status = new
        changed |= {"status": new.value, f"status_times.{new.value}": report.provider_at, "due": False}
        if report.error is not None:
            changed["error"] = to_document(report.error)
        if report.pricing:
            changed["pricing"] = report.pricing
        if message.get("provider_id") is None:
            changed["provider_id"] = report.provider_id
    return changed


class StatusIngest:
    """Writes batches of reports; made for `GroupCommit`, one batch at a time."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def write(self, reports: Sequence[StatusReport]) -> Sequence[str | None]:
        """Apply all reports; those about messages that are not there yet are kept and applied later.

        Gives for each report why it can't be stored, None where it is.

        Raises:
            PyMongoError: if nothing could be stored now; the provider repeats.
        """
        return await write_setting_apart(reports, self._write_together, _set_aside)

    async def _write_together(self, reports: Sequence[StatusReport]) -> Sequence[str | None]:
        early = await self._database.batch_transaction(partial(self._apply, reports))
        if early:
            await keep_early(self._database, early, at=self._clock.now())
            arrived = await self._database.batch_transaction(partial(self._apply, early))
            await drop_early(self._database, [r for r in early if r not in arrived])
        return [None] * len(reports)

    def _apply(
        self, reports: Sequence[StatusReport], blocking: BlockingDatabase, session: Session
    ) -> list[StatusReport]:
        """Apply reports to the messages that exist; give the others back."""
        messages = _read_messages(reports, blocking, session)
        by_message: dict[str, list[StatusChanged]] = defaultdict(list)
        missing = []
        for report in reports:
            message_id = messages.name_of(report)
            if message_id is None:
                missing.append(report)
            else:
                by_message[message_id].append(report.event)
        self._store(messages, by_message, blocking, session)
        return missing

    def _store(
        self,
        messages: _Messages,
        reports: Mapping[str, Sequence[StatusChanged]],
        blocking: BlockingDatabase,
        session: Session,
    ) -> None:
        """Change messages, those that change alike with one statement, and tell of each."""
        now = self._clock.now()
        alike: dict[str, tuple[Document, list[str]]] = {}
        events = []
        for message_id, of_message in reports.items():
            message = messages.by_id[message_id]
            changed = changes(message, of_message)
            if changed:
                alike.setdefault(repr(changed), (changed, []))[1].append(message_id)
                events.append(message_updated(message | _top_level(changed), now))
        if events:
            updates = [UpdateMany({"_id": {"$in": ids}}, {"$set": changed}) for changed, ids in alike.values()]
            blocking.messages.bulk_write(updates, ordered=False, session=session)
            insert_events(blocking, events, at=now, session=session)


def _set_aside(_: StatusReport, error: Exception) -> str:
    """Give up on a report that can never be stored; what may pass is raised, so that the provider repeats."""
    if is_transient(error):
        raise error
    return type(error).__name__


def _read_messages(reports: Sequence[StatusReport], blocking: BlockingDatabase, session: Session) -> _Messages:
    """Read the messages that reports are about: by our id where it travelled, otherwise by the provider's."""
    found = _Messages()
    trackers = {r.event.tracker for r in reports if r.event.tracker}
    if trackers:
        workspaces = list({r.channel.workspace_id for r in reports})
        condition = {"_id": {"$in": list(trackers)}, "workspace_id": {"$in": workspaces}, "direction": "out"}
        found.add(blocking.messages.find(condition, WITHOUT_RAW, session=session))
    others = [r for r in reports if found.name_of(r) is None]
    by_provider = provider_id_condition((r.channel.workspace_id, r.channel.id, r.event.provider_id) for r in others)
    if by_provider is not None:
        found.add(blocking.messages.find(by_provider, WITHOUT_RAW, session=session))
    return found


class _Messages:
    """Messages found for a batch of reports, by our id and by the provider's."""

    def __init__(self) -> None:
        self.by_id: dict[str, Document] = {}
        self._by_provider_id: dict[tuple[str, str], str] = {}

    def add(self, messages: Iterable[Document]) -> None:
        for message in messages:
            self.by_id[message["_id"]] = message
            if message.get("provider_id"):
                self._by_provider_id[message["channel_id"], message["provider_id"]] = message["_id"]

    def name_of(self, report: StatusReport) -> str | None:
        tracked = self.by_id.get(report.event.tracker or "")
        if tracked is not None and tracked["channel_id"] == report.channel.id:
            return report.event.tracker
        return self._by_provider_id.get((report.channel.id, report.event.provider_id))


def _top_level(changed: Document) -> Document:
    return {name: value for name, value in changed.items() if "." not in name}


async def keep_early(database: Database, reports: Sequence[StatusReport], *, at: datetime) -> None:
    """Keep reports about messages that are not there (yet), each once."""
    await database.early_statuses.bulk_write(
        [
            UpdateOne({"_id": _early_id(report)}, {"$setOnInsert": _early_document(report, at)}, upsert=True)
            for report in reports
        ],
        ordered=False,
    )


async def drop_early(database: Database, reports: Sequence[StatusReport]) -> None:
    """Forget reports that were applied after all."""
    if reports:
        await database.early_statuses.delete_many({"_id": {"$in": [_early_id(report) for report in reports]}})


def _early_id(report: StatusReport) -> str:
    return f"{report.channel.id}:{report.event.provider_id}:{report.event.status}"


def _early_document(report: StatusReport, at: datetime) -> Document:
    return {
        "workspace_id": report.channel.workspace_id,
        "channel_id": report.channel.id,
        "provider_id": report.event.provider_id,
        "at": at,
        "report": to_document(msgspec.structs.replace(report.event, raw=b"")),
    }


async def early_reports(database: Database, channel: ChannelRef, provider_ids: Sequence[str]) -> list[StatusReport]:
    """Give the kept reports on messages that have got their provider's id."""
    if not provider_ids:
        return []
    condition = {
        "workspace_id": channel.workspace_id,
        "channel_id": channel.id,
        "provider_id": {"$in": list(provider_ids)},
    }
    found = await database.early_statuses.find(condition).to_list(None)
    return [
        StatusReport(
            channel=channel, event=msgspec.convert(d["report"], StatusChanged, builtin_types=(datetime, bytes))
        )
        for d in found
    ]
