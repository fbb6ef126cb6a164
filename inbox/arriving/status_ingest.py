"""Applies batches of delivery reports to outgoing messages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Final

from inbox.arriving.addressed import StatusReport, check_storable
from inbox.arriving.arrivals import identity_keys
from inbox.arriving.early import drop_early, early_id, keep_early
from inbox.arriving.free_entries import FreeEntry, note_free_entries
from inbox.arriving.inbound import DeliveryStatus, StatusChanged
from inbox.foundation.clock import Clock
from inbox.foundation.structs import to_document
from inbox.messages.message_lookup import MessageKey, find_respelled, provider_id_condition
from inbox.messages.tallying import Change, count_changes, new_writer
from inbox.model.provider_error import ProviderError
from inbox.model.statuses import MessageStatus, may_become
from inbox.money.charge_reports import ChargeReport, Known, note_charges, tells_of_charge
from inbox.storage.database import Collections, Database, Session, UpdateMany, is_transient, post
from inbox.storage.documents import Fields, MessageDocument, with_fields
from inbox.storage.setting_apart import write_setting_apart
from inbox.stream.events import write_events
from inbox.views.telling import message_updated

WITHOUT_RAW: Final[Fields] = {"raw": 0}

_NEW_STATUS: Final[Mapping[DeliveryStatus, MessageStatus]] = {
    DeliveryStatus.SENT: MessageStatus.SENT,
    DeliveryStatus.DELIVERED: MessageStatus.DELIVERED,
    DeliveryStatus.READ: MessageStatus.READ,
    DeliveryStatus.FAILED: MessageStatus.FAILED,
}

_DELIVERED: Final = frozenset({MessageStatus.DELIVERED.value, MessageStatus.READ.value})

UNEXPLAINED: Final = ProviderError(
    code="provider_error", explanation="The provider could not deliver the message and did not say why."
)
"""Of a failure without an error."""
ATTEMPTS_TOGETHER: Final = 3
ATTEMPTS_ALONE: Final = 8
"""Of a transaction that meets other writers: a batch is soon halved, so that the one that they contend for waits alone.
"""


def changes(message: MessageDocument, reports: Sequence[StatusChanged]) -> Fields:
    """Return what reports change in a message: nothing for repeats and steps back.

    The provider's id is learned from a report that came before the answer to the send.
    """
    status = MessageStatus(message["status"])
    changed: Fields = {}
    for report in reports:
        new = _NEW_STATUS[report.status]
        if not may_become(status, new):
            continue
        status = new
        changed |= {"status": new.value, f"status_times.{new.value}": report.provider_at}
        if new is MessageStatus.FAILED or report.error is not None:
            changed["error"] = to_document(report.error or UNEXPLAINED)
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
        self._writer = new_writer()

    async def write(self, reports: Sequence[StatusReport]) -> Sequence[str | Exception | None]:
        """Apply all reports; those about messages that are not there yet are kept and applied later.

        Returns:
            For each report why it can't be stored, None where it is.

        Raises:
            PyMongoError: if nothing could be stored now; the provider repeats.
        """
        return await write_setting_apart(reports, self._write_together, _set_aside, check=check_storable)

    async def _write_together(self, reports: Sequence[StatusReport]) -> Sequence[str | None]:
        early = await self._apply(reports)
        if early:
            await keep_early(self._database, early, at=self._clock.now())
            waiting = {early_id(report) for report in await self._apply(early)}
            await drop_early(self._database, (report for report in early if early_id(report) not in waiting))
        return [None] * len(reports)

    async def _apply(self, reports: Sequence[StatusReport]) -> list[StatusReport]:
        """Apply reports in one transaction; return those that came before their messages."""
        attempts = ATTEMPTS_ALONE if len(reports) == 1 else ATTEMPTS_TOGETHER
        return await self._database.batch_transaction(partial(self._apply_once, reports), attempts=attempts)

    async def _apply_once(
        self, reports: Sequence[StatusReport], database: Collections, session: Session
    ) -> list[StatusReport]:
        """Apply reports to the messages that exist; return the others."""
        messages = await _read_messages(reports, database, session)
        by_message: dict[str, list[StatusChanged]] = defaultdict(list)
        missing = []
        for report in reports:
            message_id = messages.name_of(report)
            if message_id is None:
                missing.append(report)
            else:
                by_message[message_id].append(report.event)
        await note_charges(database, self._charges(reports, messages), session=session)
        await note_free_entries(database, _free_entries(messages, by_message), session=session)
        await self._store(messages, by_message, database, session)
        return missing

    def _charges(self, reports: Sequence[StatusReport], messages: _Messages) -> list[ChargeReport]:
        """Return what reports tell of prices, also of messages that are not here."""
        now = self._clock.now()
        found = []
        seen: set[str | None] = set()
        for report in reports:
            event, message_id = report.event, messages.name_of(report)
            known = _known(messages.by_id.get(message_id or ""), event, is_first=message_id not in seen)
            seen.add(message_id)
            if tells_of_charge(report.channel, event.status, event.pricing, known):
                found.append(
                    ChargeReport(
                        channel=report.channel,
                        provider_id=event.provider_id,
                        message_id=message_id,
                        recipient=event.recipient,
                        status=event.status.value,
                        at=event.provider_at or now,
                        pricing=event.pricing,
                    )
                )
        return found

    async def _store(
        self,
        messages: _Messages,
        reports: Mapping[str, Sequence[StatusChanged]],
        database: Collections,
        session: Session,
    ) -> None:
        """Change messages, those that change alike with one statement, and tell of each."""
        now = self._clock.now()
        alike: dict[str, tuple[Fields, list[str]]] = {}
        events = []
        counted = []
        for message_id, of_message in reports.items():
            message = messages.by_id[message_id]
            changed = changes(message, of_message)
            if changed:
                messages.give_name(message, changed)
                alike.setdefault(repr(changed), (changed, []))[1].append(message_id)
                after = with_fields(message, _top_level(changed))
                counted.append(Change(message, after))
                events.append(message_updated(after, now))
        if events:
            updates = [UpdateMany({"_id": {"$in": ids}}, {"$set": changed}) for changed, ids in alike.values()]
            await post(database.messages.bulk_write(updates, ordered=False, session=session))
            await count_changes(database, counted, writer=self._writer, session=session)
            await write_events(database, events, at=now, session=session)


def _free_entries(messages: _Messages, reports: Mapping[str, Sequence[StatusChanged]]) -> list[FreeEntry]:
    return [
        FreeEntry(messages.by_id[message_id], report.free_entry_until)
        for message_id, of_message in reports.items()
        for report in of_message
        if report.free_entry_until is not None
    ]


def _known(message: MessageDocument | None, event: StatusChanged, *, is_first: bool) -> Known:
    """Return what is known of a message; what `sent` tells of its price is kept there, unless something overtook it."""
    if message is None:
        return Known()
    status = MessageStatus(message["status"])
    is_kept = is_first and event.status is DeliveryStatus.SENT and may_become(status, MessageStatus.SENT)
    return Known(message["status"] in _DELIVERED, is_kept or bool(message.get("pricing")))


def _set_aside(_: StatusReport, error: Exception) -> str | Exception:
    """Drop a report that can never be stored; raise what may pass, so that the provider repeats."""
    return error if is_transient(error) else type(error).__name__


async def _read_messages(reports: Sequence[StatusReport], database: Collections, session: Session) -> _Messages:
    """Read the messages that reports are about: by our id where it travelled, otherwise by the provider's."""
    found = _Messages()
    trackers = {r.event.tracker for r in reports if r.event.tracker}
    if trackers:
        workspaces = list({r.channel.workspace_id for r in reports})
        condition = {"_id": {"$in": list(trackers)}, "workspace_id": {"$in": workspaces}, "direction": "out"}
        found.add(await database.messages.find(condition, WITHOUT_RAW, session=session).to_list(None))
    others = [r for r in reports if found.has_no_name(r)]
    by_provider = provider_id_condition((r.channel.workspace_id, r.channel.id, r.event.provider_id) for r in others)
    if by_provider is not None:
        found.add(await database.messages.find(by_provider, WITHOUT_RAW, session=session).to_list(None))
    people = {
        (r.channel.workspace_id, r.channel.id, r.event.provider_id): identity_keys(r.channel, r.event.customer)
        for r in others
        if r.event.customer is not None and found.name_of(r) is None
    }
    if people:
        found.add_respelled(await find_respelled(database, people.keys(), WITHOUT_RAW, people=people, session=session))
    return found


class _Messages:
    """Messages found for a batch of reports, by our id and by the provider's."""

    def __init__(self) -> None:
        self.by_id: dict[str, MessageDocument] = {}
        self._by_provider_id: dict[tuple[str, str], str] = {}

    def add(self, messages: Iterable[MessageDocument]) -> None:
        for message in messages:
            self.by_id[message["_id"]] = message
            if provider_id := message.get("provider_id"):
                self._by_provider_id[message["channel_id"], provider_id] = message["_id"]

    def add_respelled(self, messages: Mapping[MessageKey, MessageDocument]) -> None:
        """Add messages under the names by which reports know them."""
        self.add(messages.values())
        self._by_provider_id |= {key[1:]: message["_id"] for key, message in messages.items()}

    def has_no_name(self, report: StatusReport) -> bool:
        """Tell whether the message of a report is not found, or has no provider's id yet."""
        message = self.by_id.get(self.name_of(report) or "")
        return message is None or message.get("provider_id") is None

    def give_name(self, message: MessageDocument, changed: Fields) -> None:
        """Store a message's provider id, unless another message has it."""
        learned = changed.get("provider_id")
        if learned is None:
            return
        owner = self._by_provider_id.setdefault((message["channel_id"], learned), message["_id"])
        if owner != message["_id"]:
            del changed["provider_id"]

    def name_of(self, report: StatusReport) -> str | None:
        tracked = self.by_id.get(report.event.tracker or "")
        if tracked is not None and tracked["channel_id"] == report.channel.id:
            return report.event.tracker
        return self._by_provider_id.get((report.channel.id, report.event.provider_id))


def _top_level(changed: Fields) -> Fields:
    return {name: value for name, value in changed.items() if "." not in name}
