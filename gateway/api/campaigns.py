"""Campaigns: made, filled with an audience, started, watched."""

from __future__ import annotations

from typing import Any, Final

from gateway.api.call import Call, Encoded, Route, Who
from gateway.api.campaign_files import FILE_ROUTES
from inbox.contacts.phone_numbers import PhoneRefusedError, read_phone
from inbox.foundation.decoding import field_problem
from inbox.foundation.ids import new_id
from inbox.foundation.pages import Page, PageQuery
from inbox.foundation.problems import ProblemError
from inbox.storage.database import Session
from templates_hsm.campaigns.feed.decide import RecipientRow
from templates_hsm.campaigns.feed.due_rows import first_values
from templates_hsm.campaigns.life.campaign_forecast import estimate_campaign
from templates_hsm.campaigns.life.campaign_lists import list_campaigns
from templates_hsm.campaigns.life.list_retention import check_list_kept
from templates_hsm.campaigns.model.campaign_models import (
    Campaign,
    CampaignCopy,
    CampaignFields,
    CampaignPage,
    CampaignQuery,
    Recipient,
    RecipientPage,
    TestTo,
)
from templates_hsm.campaigns.model.campaign_states import Action
from templates_hsm.campaigns.model.forecast_models import Forecast, ForecastAsked
from templates_hsm.campaigns.outcome.report import recipients_page

FORECAST_SECONDS: Final = 30.0
"""A hundred thousand recipients are looked at in seven, on a quiet machine."""


async def show_campaigns(call: Call[None, CampaignQuery]) -> Page[Campaign]:
    """List campaigns, the newest first: all, those with a word in their or their template's name, by state, channel."""
    return await list_campaigns(call.database, call.workspace_id, call.query)


async def make_campaign(call: Call[CampaignFields, None]) -> Encoded:
    """Make a draft; give it an audience next."""

    async def work(session: Session) -> object:
        return await call.parts.campaigns.store.create(call.workspace_id, call.body, session=session)

    return await call.create(work)


async def show_campaign(call: Call[None, None]) -> Campaign:
    """Show a campaign with its counts as they are now."""
    return await call.parts.campaigns.store.get(call.workspace_id, call.id)


async def change_campaign(call: Call[dict[str, Any], None]) -> Campaign:
    """Merge a patch, as long as the campaign was not started."""
    return await call.parts.campaigns.store.patch(call.workspace_id, call.id, call.body)


async def copy_campaign(call: Call[CampaignCopy, None]) -> Encoded:
    """Make a draft like another campaign, for another list. Its segment is taken along; its list, the consent of who
    is on it, and its time are not.
    """

    async def work(session: Session) -> object:
        return await call.parts.campaigns.store.copy(call.workspace_id, call.id, call.body.name, session=session)

    return await call.create(work)


async def delete_campaign(call: Call[None, None]) -> None:
    """Delete a campaign that was never started, with its list."""
    await call.parts.campaigns.store.delete(call.workspace_id, call.id)


async def start_campaign(call: Call[None, None]) -> Campaign:
    """Start, or wait for `schedule_at` if that is in the future."""
    return await call.parts.campaigns.store.act(call.workspace_id, call.id, Action.START)


async def pause_campaign(call: Call[None, None]) -> Campaign:
    """Send no more until it is resumed. What is on its way to WhatsApp at this moment still goes."""
    return await call.parts.campaigns.store.act(call.workspace_id, call.id, Action.PAUSE)


async def resume_campaign(call: Call[None, None]) -> Campaign:
    """Go on after a pause or a stop; what failed for the reason that stopped the campaign is sent again."""
    return await call.parts.campaigns.store.resume(call.workspace_id, call.id)


async def cancel_campaign(call: Call[None, None]) -> Campaign:
    """End the campaign for good."""
    return await call.parts.campaigns.store.act(call.workspace_id, call.id, Action.CANCEL)


async def retry_campaign(call: Call[None, None]) -> Campaign:
    """Send again to those whose message failed, where a retry may help."""
    return await call.parts.campaigns.store.retry(call.workspace_id, call.id)


async def test_campaign(call: Call[TestTo, None]) -> Encoded:
    """Send what the first recipient would get to a number of yours. It is counted nowhere."""
    campaign = await call.parts.campaigns.store.find(call.workspace_id, call.id)
    if campaign["audience"] is None:
        raise ProblemError("conflict", "The campaign has no audience yet: the test needs a row's values.")
    check_list_kept(campaign)
    try:
        phone = read_phone(call.body.to, campaign.get("region"))
    except PhoneRefusedError as refused:
        raise field_problem("/to", str(refused)) from None
    values = await first_values(call.database, campaign, now=call.now)
    if values is None:
        raise ProblemError("conflict", "The campaign's audience has no recipients: the test needs a row's values.")
    name = f"test:{new_id()}"
    row = RecipientRow(id=name, key=name, phone=phone, values=tuple(values))
    message_id = await call.parts.campaigns.feeder.test(call.workspace_id, call.id, row, call.body.variant)
    if message_id is None:
        raise ProblemError("content_invalid", "The first row's values do not fit the template.")
    call.parts.wakeups.deliver(campaign["channel_id"])
    return Encoded(b'{"message_id": "%s"}' % message_id.encode())


async def forecast_campaign(call: Call[ForecastAsked, None]) -> Forecast:
    """Say who would get it and why the others would not; guess how long it takes, and what it costs: by the
    rate card (`by_card`), and by prices in the request.
    """
    campaigns = call.parts.campaigns
    campaign = await campaigns.store.find(call.workspace_id, call.id)
    outlook = await campaigns.feeder.look_ahead(campaign)
    guess = await estimate_campaign(call.database, campaign, call.body, now=call.now, outlook=outlook)
    return outlook.told_in(guess)


async def show_recipients(call: Call[None, PageQuery]) -> Page[Recipient]:
    """List recipients by number, with what became of each."""
    campaign = await call.parts.campaigns.store.find(call.workspace_id, call.id)
    check_list_kept(campaign)
    return await recipients_page(call.database, campaign, limit=call.query.limit, cursor=call.query.cursor)


def _action(name: str, handler: Any, summary: str) -> Route:
    return Route(
        method="POST",
        path=f"/campaigns/{{id}}/{name}",
        handler=handler,
        summary=summary,
        tag="Campaigns",
        who=Who.ADMINISTRATORS,
        response=Campaign,
        problems=("conflict",),
    )


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/campaigns",
        handler=show_campaigns,
        summary="List campaigns",
        tag="Campaigns",
        who=Who.ADMINISTRATORS,
        query=CampaignQuery,
        response=CampaignPage,
        problems=("too_broad",),
    ),
    Route(
        method="POST",
        path="/campaigns",
        handler=make_campaign,
        summary="Make a campaign",
        tag="Campaigns",
        who=Who.ADMINISTRATORS,
        request=CampaignFields,
        response=Campaign,
        status=201,
        creates=True,
        example={
            "name": "Spring sale",
            "channel_id": "66f0c0ffee",
            "template": {"name": "spring_sale", "language": "en"},
            "variables": {"body": ["{{ first_name }}"]},
            "quiet_hours": {"begin": "21:00", "end": "09:00"},
        },
    ),
    Route(
        method="GET",
        path="/campaigns/{id}",
        handler=show_campaign,
        summary="Show a campaign",
        tag="Campaigns",
        who=Who.ADMINISTRATORS,
        response=Campaign,
    ),
    Route(
        method="PATCH",
        path="/campaigns/{id}",
        handler=change_campaign,
        summary="Change a campaign",
        tag="Campaigns",
        who=Who.ADMINISTRATORS,
        request=CampaignFields,
        response=Campaign,
        problems=("conflict",),
        example={"rate_per_second": 20},
    ),
    Route(
        method="DELETE",
        path="/campaigns/{id}",
        handler=delete_campaign,
        summary="Delete a campaign",
        tag="Campaigns",
        who=Who.ADMINISTRATORS,
        status=204,
        problems=("conflict",),
    ),
    Route(
        method="POST",
        path="/campaigns/{id}/copy",
        handler=copy_campaign,
        summary="Copy a campaign",
        tag="Campaigns",
        who=Who.ADMINISTRATORS,
        request=CampaignCopy,
        response=Campaign,
        status=201,
        creates=True,
        example={"name": "Summer sale"},
    ),
    _action("start", start_campaign, "Start a campaign"),
    _action("pause", pause_campaign, "Pause a campaign"),
    _action("resume", resume_campaign, "Resume a campaign"),
    _action("cancel", cancel_campaign, "Cancel a campaign"),
    _action("retry", retry_campaign, "Retry what failed"),
    Route(
        method="POST",
        path="/campaigns/{id}/test",
        handler=test_campaign,
        summary="Send a test to oneself",
        tag="Campaigns",
        who=Who.ADMINISTRATORS,
        request=TestTo,
        response=dict[str, str],
        problems=("conflict", "content_invalid"),
        example={"to": "+4915123456789"},
    ),
    Route(
        method="POST",
        path="/campaigns/{id}/forecast",
        handler=forecast_campaign,
        summary="Say who gets it; guess time and cost",
        seconds=FORECAST_SECONDS,
        tag="Campaigns",
        who=Who.ADMINISTRATORS,
        request=ForecastAsked,
        response=Forecast,
        problems=("conflict",),
        example={"messaging_limit": 10000, "prices": {"49": 0.1131, "*": 0.06}},
    ),
    Route(
        method="GET",
        path="/campaigns/{id}/recipients",
        handler=show_recipients,
        summary="List recipients",
        tag="Campaigns",
        who=Who.ADMINISTRATORS,
        query=PageQuery,
        response=RecipientPage,
    ),
    *FILE_ROUTES,
)
