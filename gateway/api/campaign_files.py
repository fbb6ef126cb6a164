"""A campaign's files: the list that comes in, the report and the list's errors that go out. All are streamed."""

from __future__ import annotations

import asyncio
import io
import tempfile
from collections.abc import AsyncIterable, AsyncIterator
from datetime import timedelta
from typing import IO, Any, Final

import msgspec
from aiohttp import web

from gateway.api.call import Call, Route, Who
from inbox.contacts.whole_contacts import read_wholes
from inbox.foundation.decoding import decode_json
from inbox.foundation.problems import ProblemError
from inbox.labels.label_reading import keys_of_tag
from inbox.model.channel_kind import ChannelKind
from inbox.storage.database import Database
from inbox.storage.documents import CampaignDocument, ContactDocument, Fields
from templates_hsm.campaigns.audience.audience_csv import AudienceFile, encoding_of
from templates_hsm.campaigns.audience.audience_store import AudienceWriter
from templates_hsm.campaigns.life.list_retention import check_list_kept
from templates_hsm.campaigns.model.campaign_models import Audience, Campaign, ContactAudience
from templates_hsm.campaigns.model.campaign_states import EDITABLE, CampaignState
from templates_hsm.campaigns.model.result_models import AnswerQuery, CampaignResults, ResultFormat, ResultQuery
from templates_hsm.campaigns.outcome.link_clicks import link_clicks
from templates_hsm.campaigns.outcome.report import error_lines, report_lines
from templates_hsm.campaigns.outcome.results import campaign_results, results_csv

MAX_FILE_BYTES: Final = 256 * 1024 * 1024
"""Two million rows of a hundred characters."""
IN_MEMORY_BYTES: Final = 1024 * 1024
"""Larger files go to the disk while they arrive."""
FILE_SECONDS: Final = 900.0
"""Time for a file on a slow line, and for checking a million rows."""
_OF_RECIPIENT: Final[Fields] = dict.fromkeys(("workspace_id", "identities", "name", "language", "family"), 1)
SILENT_SECONDS: Final = 30.0
"""Longest silence of an upload."""


async def upload_audience(call: Call[None, None]) -> Campaign:
    """Give the campaign its recipients, in place of an earlier list.

    The body is a CSV file (`Content-Type: text/csv`, UTF-8) whose first line names the columns; one of them is
    called `phone` (or `to`, `number`, `mobile`, …), otherwise the first one is the phone. The other columns are
    the variables. Every row is checked; a number counts once, in whichever spelling. Or the body is JSON, as that of
    `audience/contacts`.

    The answer comes when all is checked and frozen; `audience` in it says how many rows were taken.
    """
    if call.request.content_type == "application/json":
        return await _from_contacts(call, decode_json(await call.request.read(), ContactAudience))
    campaign = await _editable(call)
    writer = await _new_writer(call)
    with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as file:
        await _receive(call.request, file)
        audience = await _from_file(writer, file, campaign)
    return await call.parts.campaigns.store.fill(call.workspace_id, call.id, audience)


async def choose_contacts(call: Call[ContactAudience, None]) -> Campaign:
    """Give the campaign its recipients from the contacts, in place of an earlier list: `{"tag": "vip"}`, those who have
    the tag now, or `{"segment_id": "…"}`, those who are in a segment when the campaign starts.

    The columns are `name` and `language`; of a segment also the workspace's own fields, by their keys.
    """
    return await _from_contacts(call, call.body)


async def _from_contacts(call: Call[Any, None], asked: ContactAudience) -> Campaign:
    await _editable(call)
    store = call.parts.campaigns.store
    if asked.segment_id is not None:
        return await store.choose(call.workspace_id, call.id, asked.segment_id)
    audience = await _by_tag(call, await _new_writer(call), asked.tag or "")
    return await store.fill(call.workspace_id, call.id, audience)


async def _editable(call: Call[Any, None]) -> CampaignDocument:
    """Find a campaign that was not started. Raises `ProblemError` (`not_found`, `conflict`)."""
    campaign = await call.parts.campaigns.store.find(call.workspace_id, call.id)
    if CampaignState(campaign["state"]) not in EDITABLE:
        raise ProblemError("conflict", "The campaign was started: its recipients can't be changed any more.")
    return campaign


async def _new_writer(call: Call[Any, None]) -> AudienceWriter:
    """Begin a list; what is left of it if this breaks off is removed by a sweep."""
    writer = AudienceWriter(call.database, call.workspace_id, call.id)
    await call.database.audience_uploads.insert_one(
        {"_id": writer.audience_id, "workspace_id": call.workspace_id, "campaign_id": call.id, "at": call.now}
    )
    return writer


async def download_errors(call: Call[None, None]) -> web.StreamResponse:
    """Download the rows of the list that are no recipients, as CSV: row, value, reason."""
    campaign = await call.parts.campaigns.store.find(call.workspace_id, call.id)
    check_list_kept(campaign)
    return await _stream(call.request, error_lines(call.database, campaign), "errors.csv")


async def show_results(call: Call[None, ResultQuery]) -> CampaignResults | web.Response:
    """Show what a campaign achieved: what became of its messages, answers, pressed buttons, opt-outs, costs; for each
    variant.

    Of a campaign with more than 5,000 recipients the workers count what came back when somebody asks: meanwhile
    `is_counting` is true, and the answer has the count before. With `format=csv` as CSV.
    """
    campaign = await call.parts.campaigns.store.find(call.workspace_id, call.id)
    async with call.parts.http.searches.turn(call.workspace_id):
        results = await campaign_results(call.database, campaign, call.query.answer_days, now=call.now)
        clicks = await link_clicks(call.database, campaign, now=call.now)
    if call.query.format is ResultFormat.JSON:
        return msgspec.structs.replace(results, link_clicks=clicks)
    headers = {"Content-Disposition": 'attachment; filename="results.csv"'}
    return web.Response(text=results_csv(results), content_type="text/csv", charset="utf-8", headers=headers)


async def download_report(call: Call[None, AnswerQuery]) -> web.StreamResponse:
    """Download what became of each recipient, as CSV with a line for each: state, variant, answer, cost."""
    campaign = await call.parts.campaigns.store.find(call.workspace_id, call.id)
    check_list_kept(campaign)
    return await _stream(
        call.request, report_lines(call.database, campaign, timedelta(days=call.query.answer_days)), "report.csv"
    )


async def _receive(request: web.Request, file: IO[bytes]) -> None:
    size = 0
    chunks = request.content.iter_chunked(64 * 1024)
    try:
        while True:
            async with asyncio.timeout(SILENT_SECONDS):
                chunk = await anext(chunks, b"")
            if not chunk:
                break
            size += len(chunk)
            if size > MAX_FILE_BYTES:
                raise ProblemError("too_large", f"A list may have at most {MAX_FILE_BYTES:,} bytes: split it.")
            file.write(chunk)
    except TimeoutError:
        raise ProblemError("malformed", f"Nothing came for {SILENT_SECONDS:g} seconds.") from None
    if not size:
        raise ProblemError("invalid_request", "The list is empty.")
    file.seek(0)


async def _from_file(writer: AudienceWriter, file: IO[bytes], campaign: CampaignDocument) -> Audience:
    encoding = encoding_of(file.read(2))
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        return await writer.write_file(AudienceFile(text, campaign.get("region")))
    except UnicodeError:
        raise ProblemError("invalid_request", "The file is not UTF-8: save it as CSV in UTF-8.") from None
    finally:
        text.detach()


async def _by_tag(call: Call[Any, None], writer: AudienceWriter, tag: str) -> Audience:
    keys = await keys_of_tag(call.database, call.workspace_id, tag)
    tagged = {"workspace_id": call.workspace_id, "tags": {"$in": keys}}
    found = call.database.contacts.find(tagged, _OF_RECIPIENT)
    return await writer.write_contacts(_customers(call.database, found), ChannelKind.WHATSAPP.value)


async def _customers(database: Database, contacts: AsyncIterable[ContactDocument]) -> AsyncIterator[ContactDocument]:
    """Yield contacts as the customers that they are a part of: the account may be another part's."""
    async for contact in contacts:
        for customer in await read_wholes(database, [contact], _OF_RECIPIENT):
            yield customer.contact


async def _stream(request: web.Request, lines: AsyncIterator[str], name: str) -> web.StreamResponse:
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        }
    )
    await response.prepare(request)
    async for piece in lines:
        await response.write(piece.encode())
    await response.write_eof()
    return response


def _download(name: str, handler: Any, summary: str, query: type[msgspec.Struct] | None = None) -> Route:
    return Route(
        method="GET",
        path=f"/campaigns/{{id}}/{name}",
        handler=handler,
        summary=summary,
        tag="Campaigns",
        who=Who.ADMINISTRATORS,
        query=query,
        answer_types=("text/csv",),
        seconds=FILE_SECONDS,
    )


FILE_ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="POST",
        path="/campaigns/{id}/audience",
        handler=upload_audience,
        summary="Upload the recipients",
        tag="Campaigns",
        who=Who.ADMINISTRATORS,
        response=Campaign,
        body_type="text/csv",
        problems=("conflict", "invalid_request", "malformed", "too_large"),
        seconds=FILE_SECONDS,
    ),
    Route(
        method="POST",
        path="/campaigns/{id}/audience/contacts",
        handler=choose_contacts,
        summary="Choose recipients from the contacts",
        tag="Campaigns",
        who=Who.ADMINISTRATORS,
        request=ContactAudience,
        response=Campaign,
        problems=("conflict",),
        seconds=FILE_SECONDS,
        example={"segment_id": "66f0c0ffee"},
    ),
    _download("audience/errors", download_errors, "Download the list's errors"),
    _download("report", download_report, "Download the report", AnswerQuery),
    Route(
        method="GET",
        path="/campaigns/{id}/results",
        handler=show_results,
        summary="Show what a campaign achieved",
        tag="Campaigns",
        who=Who.ADMINISTRATORS,
        query=ResultQuery,
        response=CampaignResults,
        answer_types=("text/csv",),
        problems=("too_many_requests",),
    ),
)
