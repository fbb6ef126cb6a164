"""Stores an audience: each recipient once, thousands of rows a statement, refused rows with their reasons.

A recipient's row is named by audience and number, so that the collection's own index keeps it unique and in
order. Rows are written before the campaign names the audience: an upload that breaks off leaves the campaign
as it was, and rows that a sweep removes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, Final

from inbox.contacts.phone_numbers import canonical, country_code
from inbox.foundation.ids import new_id
from inbox.storage.database import BulkWriteError, Collections, Database, Session, is_duplicate
from inbox.storage.documents import (
    AudienceErrorsDocument,
    AudienceUploadDocument,
    CampaignDocument,
    ContactDocument,
    RecipientDocument,
)
from inbox.storage.isolation import Isolated
from templates_hsm.campaigns.audience.audience_csv import AudienceFile, CsvRow, RefusedRow
from templates_hsm.campaigns.model.campaign_models import Audience

BATCH: Final = 5_000
"""Rows written together: some 60 ms of a thread, and 1 MB."""
ERRORS_KEPT: Final = 100_000
"""Of one audience; nobody reads more, and a file that is all wrong would fill the database."""
ERRORS_TOGETHER: Final = 500
REASONS_TOLD: Final = 10
"""Different reasons that an audience names, and first errors that a refused list shows."""
NO_NUMBER: Final = "the contact has no phone number at WhatsApp"
TWIN: Final = "the number is in the list already"
END: Final = ";"
"""The character after `:`: where the rows of an audience end."""


def row_name(audience_id: str, phone: str) -> str:
    """Return the id of a recipient's row."""
    return f"{audience_id}:{canonical(phone)}"


def rows_of(audience_id: str, *, above: str | None = None) -> dict[str, Any]:
    """Return the condition on `_id` for an audience's rows, or for those above one of them."""
    return {"$gt": above or f"{audience_id}:", "$lt": f"{audience_id}{END}"}


class AudienceWriter:
    """Writes one new audience."""

    def __init__(self, database: Database, workspace_id: str, campaign_id: str) -> None:
        self._database = database
        self._workspace_id = workspace_id
        self._campaign_id = campaign_id
        self.audience_id = new_id()
        self._accepted = self._duplicates = self._rejected = 0
        self._countries: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()

    async def write_file(self, file: AudienceFile) -> Audience:
        """Write a whole file, batch by batch. Raises `ProblemError`."""
        rows = file.rows()
        while await self._database.in_thread(partial(self._write_next, rows)):
            pass
        return self._audience(file.columns, lines=file.lines, joined=file.joined)

    async def write_contacts(self, contacts: AsyncIterable[ContactDocument], kind: str) -> Audience:
        """Write contacts as rows: their account with one messenger, with name and language as values."""
        rows: list[CsvRow | RefusedRow] = []
        number = 0
        async for contact in contacts:
            number += 1
            rows.append(row_of_contact(contact, kind, number))
            if len(rows) == BATCH:
                await self._database.in_thread(partial(self._write, rows))
                rows = []
        await self._database.in_thread(partial(self._write, rows))
        return self._audience(["name", "language"], lines=number)

    def _audience(self, columns: Sequence[str], *, lines: int, joined: int = 0) -> Audience:
        return Audience(
            id=self.audience_id,
            columns=tuple(columns),
            lines=lines,
            joined=joined,
            accepted=self._accepted,
            duplicates=self._duplicates,
            rejected=self._rejected,
            reasons=dict(self._reasons.most_common(REASONS_TOLD)),
            countries=dict(self._countries.most_common()),
        )

    async def _write_next(self, rows: Iterator[CsvRow | RefusedRow], database: Collections) -> bool:
        batch = list(islice(rows, BATCH))
        await self._write(batch, database)
        return len(batch) == BATCH

    async def _write(self, batch: Iterable[CsvRow | RefusedRow], database: Collections) -> None:
        good = [row for row in batch if isinstance(row, CsvRow)]
        errors = [row for row in batch if isinstance(row, RefusedRow)]
        self._rejected += len(errors)
        twins = await self._insert(good, database)
        self._duplicates += len(twins)
        self._accepted += len(good) - len(twins)
        self._countries.update(country_code(row.phone) for place, row in enumerate(good) if place not in twins)
        told = [_twin_of(good[place]) for place in sorted(twins)]
        self._reasons.update(error.reason for error in (*errors, *told))
        await self._keep_errors([*errors, *told], database)

    async def _insert(self, rows: Sequence[CsvRow], database: Collections) -> frozenset[int]:
        """Insert rows; return the places of those whose number was there already."""
        if not rows:
            return frozenset()
        documents = [self._document(row) for row in rows]
        try:
            await database.campaign_recipients.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            if not is_duplicate(error) or any(item["code"] != _DUPLICATE for item in error.details["writeErrors"]):
                raise
            return frozenset(item["index"] for item in error.details["writeErrors"])
        return frozenset()

    def _document(self, row: CsvRow) -> RecipientDocument:
        name = row_name(self.audience_id, row.phone)
        document: RecipientDocument = {
            "_id": name,
            "workspace_id": self._workspace_id,
            "campaign_id": self._campaign_id,
            "row": row.number,
            "values": row.values,
        }
        if not name.endswith(row.phone):
            document["phone"] = row.phone
        return document

    async def _keep_errors(self, errors: Sequence[RefusedRow], database: Collections) -> None:
        if not errors or self._rejected + self._duplicates - len(errors) >= ERRORS_KEPT:
            return
        kept = error_documents(self._workspace_id, self._campaign_id, self.audience_id, errors)
        await database.audience_errors.insert_many(kept)


def error_documents(
    workspace_id: str, campaign_id: str, audience_id: str, errors: Sequence[RefusedRow]
) -> list[AudienceErrorsDocument]:
    """Make the documents that keep refused rows."""
    return [
        {
            "_id": f"{audience_id}:{new_id()}",
            "workspace_id": workspace_id,
            "campaign_id": campaign_id,
            "errors": [list(error) for error in errors[start : start + ERRORS_TOGETHER]],
        }
        for start in range(0, len(errors), ERRORS_TOGETHER)
    ]


def row_of_contact(contact: ContactDocument, kind: str, number: int) -> CsvRow | RefusedRow:
    """Make the row of a contact: the account with one messenger, with name and language as values."""
    account = next((i["external_id"] for i in contact["identities"] if i["kind"] == kind), "")
    if not account.isdecimal():
        return RefusedRow(number, str(contact["_id"]), NO_NUMBER)
    return CsvRow(number, account, [contact.get("name") or "", contact.get("language") or ""])


def _twin_of(row: CsvRow) -> RefusedRow:
    return RefusedRow(row.number, row.phone, TWIN, row.line)


async def audience_errors(database: Database, workspace_id: str, audience_id: str) -> AsyncIterator[RefusedRow]:
    """Yield the refused rows of a list, in the order of the file's batches."""
    condition = {"_id": rows_of(audience_id), "workspace_id": workspace_id}
    async for kept in database.audience_errors.find(condition).sort("_id", 1):
        for error in kept["errors"]:
            yield RefusedRow(*error)


async def forget_audiences(database: Database, campaign: CampaignDocument, *, at: datetime, session: Session) -> None:
    """Mark the rows of a campaign's lists for the sweep that deletes them."""
    for audience_id in own_lists(campaign):
        await database.audience_uploads.update_one(
            {"_id": audience_id},
            {"$set": {"workspace_id": campaign["workspace_id"], "campaign_id": campaign["_id"], "at": at}},
            upsert=True,
            session=session,
        )


def own_lists(campaign: CampaignDocument) -> tuple[str, ...]:
    """Return the ids of the lists that a campaign still needs: its audience, and the last refused list."""
    if campaign.get("list_ended_at") is not None:
        return ()
    audience, refused = campaign.get("audience"), campaign.get("refused_list")
    return (*([audience["id"]] if audience else []), *([refused] if refused else []))


async def remove_abandoned(database: Database, *, older_than: datetime, isolated: Isolated) -> int:
    """Delete rows of uploads that were broken off or replaced; return of how many lists."""

    async def remove(upload: AudienceUploadDocument) -> bool:
        campaign = await database.campaigns.find_one(
            {"_id": upload["campaign_id"], "workspace_id": upload["workspace_id"]},
            {"audience.id": 1, "refused_list": 1, "list_ended_at": 1},
        )
        is_gone = campaign is None or upload["_id"] not in own_lists(campaign)
        if is_gone:
            gone = {"_id": rows_of(upload["_id"]), "workspace_id": upload["workspace_id"]}
            await database.campaign_recipients.delete_many(gone)
            await database.audience_errors.delete_many(gone)
        await database.audience_uploads.delete_one({"_id": upload["_id"], "workspace_id": upload["workspace_id"]})
        return is_gone

    found = await database.audience_uploads.find(isolated.among({"at": {"$lt": older_than}})).to_list(None)
    return sum(await isolated.each(found, remove))


_DUPLICATE: Final = 11000
