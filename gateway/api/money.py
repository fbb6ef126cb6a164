"""What messages cost: rate cards, costs, the price of a message, budgets."""

from __future__ import annotations

import asyncio
from typing import Annotated, Final

import msgspec
from aiohttp import web
from msgspec import Meta

from gateway.api.call import Call, Encoded, Route, Who
from inbox.contacts.phone_numbers import looks_like_phone
from inbox.conversation.conversation_reading import visible_conversation
from inbox.foundation.decoding import field_problem
from inbox.foundation.pages import Page, PageQuery
from inbox.foundation.problems import ProblemError, not_found
from inbox.messages.message_reading import visible_message
from inbox.money.ahead import PricesAhead, Recipient, prices_ahead, recipient_of
from inbox.money.budgets import Budget, BudgetFields, get_budget, put_budget
from inbox.money.card_files import MAX_FILE_BYTES, rows_of
from inbox.money.card_models import CardQuery, RateCard, RateCardPage, RateCardRates, UploadedCard
from inbox.money.card_reading import ReadCard, read_card
from inbox.money.card_store import get_card, keep_card, list_cards
from inbox.money.cost_models import CostFormat, CostQuery, CostReport, MessagePrice
from inbox.money.costs import as_csv, price_of_message, report_costs
from inbox.people.access import Action
from inbox.people.sight import seen_contacts
from inbox.storage.database import Session
from queueing.transfers.starting import account_of, recipient_id

_TAG: Final = "Costs"


async def upload_rate_card(call: Call[None, CardQuery]) -> Encoded:
    """Upload a rate card: what a message costs from a date on, by market and category.

    The body is a file, CSV in UTF-8 or XLSX. Either with the columns `effective_date, currency, market, category,
    rate`, or as Meta's own files are: a row for each market, a column for each category. A market is a name of Meta's,
    a calling code (`55`), two letters (`BR`), or `*` for all others; what Meta's file does not say is named in the
    query. What has no rate stays unknown, it is never 0. Of two cards of one date the newer counts; messages that
    have a price keep it, those without one are looked at again.
    """
    data = await _body(call.request)
    card = await asyncio.to_thread(_read, data, call.query)

    async def work(session: Session) -> UploadedCard:
        channel_id = call.query.channel_id
        return await keep_card(call.database, call.caller, card, channel_id, now=call.now, session=session)

    made = await call.create(work, body=data)
    call.parts.wakeups.stir()
    return made


async def show_rate_cards(call: Call[None, PageQuery]) -> Page[RateCard]:
    """List rate cards, what counts last first."""
    return await list_cards(call.database, call.workspace_id, limit=call.query.limit, cursor=call.query.cursor)


async def show_rate_card(call: Call[None, None]) -> RateCardRates:
    """Show a rate card with its rates."""
    return await get_card(call.database, call.workspace_id, call.id)


async def show_costs(call: Call[None, CostQuery]) -> CostReport | web.Response:
    """Add up what delivered messages cost, as JSON or with `format=csv` as CSV. For managers and above."""
    async with call.parts.http.searches.turn(call.workspace_id):
        report = await report_costs(call.database, call.caller, call.query, now=call.now)
    if call.query.format is CostFormat.JSON:
        return report
    headers = {"Content-Disposition": 'attachment; filename="costs.csv"'}
    table = as_csv(report, is_masked=call.caller.is_masked)
    return web.Response(text=table, content_type="text/csv", charset="utf-8", headers=headers)


async def show_price(call: Call[None, None]) -> MessagePrice:
    """Show what a message cost, and how that is known."""
    return await price_of_message(call.database, await visible_message(call.database, call.caller, call.id))


class AheadQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`to`: a phone number with `+` and country code, or a contact's id. Without it no market is known."""

    to: Annotated[str, Meta(min_length=1, max_length=64)] | None = None


async def show_prices_ahead(call: Call[None, None]) -> PricesAhead:
    """Show what a message into a conversation would cost now, before it is sent.

    One answer for all kinds of messages, so that a page asks once, not at each key. It changes with the day's rate
    card, with the replies that are sent, and when the time ends that an advertisement made free.
    """
    conversation = await visible_conversation(call.database, call.caller, call.id)
    return await prices_ahead(call.database, recipient_of(conversation), now=call.now)


async def show_prices_to(call: Call[None, AheadQuery]) -> PricesAhead:
    """Show what a message would cost that begins a conversation, before it is sent."""
    record = await call.parts.channels.directory.get(call.id)
    if record is None or record.workspace_id != call.workspace_id or record.deleted_at is not None:
        raise not_found("channel")
    to = call.query.to
    address, free_until = None, None
    if to is not None and looks_like_phone(to):
        address = recipient_id(to)
    elif to is not None:
        if not await seen_contacts(call.database, call.caller, [to]):
            raise field_problem("/to", "there is no such contact; a phone number begins with +")
        customer, contact = await account_of(call.database, call.workspace_id, record.kind, to)
        address = customer.external_id
        free_until = contact.get("windows", {}).get(record.id, {}).get("free_entry_expires_at")
    recipient = Recipient(
        workspace_id=call.workspace_id, channel_id=record.id, kind=record.kind, address=address, free_until=free_until
    )
    return await prices_ahead(call.database, recipient, now=call.now)


async def show_budget(call: Call[None, None]) -> Budget:
    """Show what a channel's marketing may cost this month, and what of it is spent. For managers and above."""
    return await get_budget(call.database, call.caller, call.id, now=call.now)


async def set_budget(call: Call[BudgetFields, None]) -> Budget:
    """Set what a channel's marketing may cost a month, or with `monthly_amount` null take the budget away."""
    return await put_budget(call.database, call.caller, call.id, call.body, now=call.now)


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > MAX_FILE_BYTES:
        raise _too_large()
    data = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        data += chunk
        if len(data) > MAX_FILE_BYTES:
            raise _too_large()
    return bytes(data)


def _read(data: bytes, query: CardQuery) -> ReadCard:
    return read_card(rows_of(data), effective_date=query.effective_date, currency=query.currency)


def _too_large() -> ProblemError:
    return ProblemError("too_large", f"A rate card has at most {MAX_FILE_BYTES:,} bytes.")


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/rate-cards",
        handler=show_rate_cards,
        summary="List rate cards",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        query=PageQuery,
        response=RateCardPage,
    ),
    Route(
        method="POST",
        path="/rate-cards",
        handler=upload_rate_card,
        summary="Upload a rate card",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        query=CardQuery,
        body_type="text/csv",
        response=UploadedCard,
        status=201,
        problems=("invalid_request", "not_found", "conflict", "too_large"),
        creates=True,
    ),
    Route(
        method="GET",
        path="/rate-cards/{id}",
        handler=show_rate_card,
        summary="Show a rate card",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        response=RateCardRates,
    ),
    Route(
        method="GET",
        path="/reports/costs",
        handler=show_costs,
        summary="Report what messages cost",
        tag=_TAG,
        asks=Action.READ_COSTS,
        query=CostQuery,
        response=CostReport,
        answer_types=("text/csv",),
        problems=("forbidden", "too_broad", "too_many_requests"),
    ),
    Route(
        method="GET",
        path="/messages/{id}/price",
        handler=show_price,
        summary="Show what a message cost",
        tag=_TAG,
        response=MessagePrice,
    ),
    Route(
        method="GET",
        path="/conversations/{id}/prices",
        handler=show_prices_ahead,
        summary="Show what a message would cost",
        tag=_TAG,
        response=PricesAhead,
    ),
    Route(
        method="GET",
        path="/channels/{id}/prices",
        handler=show_prices_to,
        summary="Show what a first message would cost",
        tag=_TAG,
        query=AheadQuery,
        response=PricesAhead,
    ),
    Route(
        method="GET",
        path="/channels/{id}/budget",
        handler=show_budget,
        summary="Show a channel's budget",
        tag=_TAG,
        asks=Action.READ_COSTS,
        response=Budget,
        problems=("forbidden",),
    ),
    Route(
        method="PUT",
        path="/channels/{id}/budget",
        handler=set_budget,
        summary="Set a channel's budget",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        request=BudgetFields,
        response=Budget,
        example={"monthly_amount": "500.00", "currency": "EUR", "warn_at_percent": 80, "stops": True},
    ),
)
