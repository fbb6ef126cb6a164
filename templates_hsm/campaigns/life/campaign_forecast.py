"""Estimates a campaign's time and cost from its audience, its number and the rate card of the day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from inbox.channel.channel_models import WHATSAPP_PER_SECOND
from inbox.foundation.problems import ProblemError
from inbox.money.card_costs import CardCost, cost_by_card
from inbox.storage.database import Database
from inbox.storage.documents import CampaignDocument
from templates_hsm.campaigns.model.forecast import forecast
from templates_hsm.campaigns.model.forecast_models import Forecast, ForecastAsked
from templates_hsm.definition.template_definition import TemplateName
from templates_hsm.store.find_template import find_template


async def estimate_campaign(
    database: Database,
    stored: CampaignDocument,
    asked: ForecastAsked,
    *,
    now: datetime,
    countries: Mapping[str, int] | None = None,
) -> Forecast:
    """Estimate how long a campaign takes and what it costs.

    Args:
        database: Where it is.
        stored: The campaign.
        asked: What only the business knows.
        now: The current time.
        countries: Recipients by country calling code, where they are not written down yet.

    Raises:
        ProblemError: `conflict` where it has no audience.
    """
    audience, workspace_id = stored["audience"], stored["workspace_id"]
    if audience is None:
        raise ProblemError("conflict", "The campaign has no audience yet.")
    by_country = audience["countries"] if countries is None else countries
    channel = await database.channels.find_one(
        {"_id": stored["channel_id"], "workspace_id": workspace_id}, {"messages_per_second": 1, "scope_key": 1}
    )
    guess = forecast(
        by_country,
        wished_rate=stored.get("rate_per_second"),
        number_rate=(channel and channel.get("messages_per_second")) or WHATSAPP_PER_SECOND,
        asked=asked,
    )
    by_card = await _cost(database, stored, by_country, str(channel and channel.get("scope_key")), now)
    return msgspec.structs.replace(guess, by_card=by_card)


async def _cost(
    database: Database, stored: CampaignDocument, countries: Mapping[str, int], waba_id: str, now: datetime
) -> CardCost | None:
    """Return what the recipients cost by the rate card; None without a card, or without the template."""
    workspace_id, named = stored["workspace_id"], TemplateName(**stored["template"])
    template = await find_template(database, workspace_id, waba_id, named, None)
    if template is None:
        return None
    at = max(now, stored.get("schedule_at") or now)
    category = template.category.value.lower()
    return await cost_by_card(database, workspace_id, stored["channel_id"], countries, category, at=at)
