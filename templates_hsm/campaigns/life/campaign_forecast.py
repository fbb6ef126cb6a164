"""Estimates a campaign's time and cost from its audience, its number and the rate card of the day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

import msgspec

from inbox.channel.channel_models import WHATSAPP_PER_SECOND
from inbox.foundation.problems import ProblemError
from inbox.money.card_costs import CardCost, cost_in
from inbox.money.card_store import read_cards
from inbox.storage.database import Database
from inbox.storage.documents import CampaignDocument
from templates_hsm.campaigns.feed.outlook import Outlook, VersionFor
from templates_hsm.campaigns.model.campaign_models import Letter
from templates_hsm.campaigns.model.forecast import forecast
from templates_hsm.campaigns.model.forecast_models import Forecast, ForecastAsked, VersionOutlook
from templates_hsm.definition.template_definition import TemplateName
from templates_hsm.store.find_template import find_template


async def estimate_campaign(
    database: Database,
    stored: CampaignDocument,
    asked: ForecastAsked,
    *,
    now: datetime,
    outlook: Outlook | None = None,
) -> Forecast:
    """Estimate how long a campaign takes and what it costs.

    Args:
        database: Where it is.
        stored: The campaign.
        asked: What only the business knows.
        now: The current time.
        outlook: Who would get which version of the message. Recipients who would get nothing take no time, and cost
            nothing.

    Raises:
        ProblemError: `conflict` where it has no audience.
    """
    audience, workspace_id = stored["audience"], stored["workspace_id"]
    if audience is None:
        raise ProblemError("conflict", "The campaign has no audience yet.")
    looked = outlook or Outlook()
    by_country = audience["countries"] if looked.countries is None else looked.countries
    channel = await database.channels.find_one(
        {"_id": stored["channel_id"], "workspace_id": workspace_id}, {"messages_per_second": 1, "scope_key": 1}
    )
    getting = Counter(by_country) - looked.left_out_countries
    guess = forecast(
        getting,
        wished_rate=stored.get("rate_per_second"),
        number_rate=(channel and channel.get("messages_per_second")) or WHATSAPP_PER_SECOND,
        asked=asked,
    )
    price = await _price(database, stored, str(channel and channel.get("scope_key")), now)
    told = [
        VersionOutlook(variant=letter, template=template, recipients=sum(counts.values()), by_card=price(counts))
        for (letter, template), counts in _by_version(looked.versions)
    ]
    return msgspec.structs.replace(
        guess, recipients=sum(by_country.values()), by_card=price(getting), versions=tuple(told)
    )


def _by_version(
    versions: Mapping[VersionFor, int],
) -> list[tuple[tuple[Letter, TemplateName], Counter[str]]]:
    """Return each version with its recipients by country: A before B, the most frequent language first."""
    found: dict[tuple[Letter, TemplateName], Counter[str]] = defaultdict(Counter)
    for (letter, template, country), count in versions.items():
        found[letter, template][country] += count
    return sorted(found.items(), key=lambda one: (one[0][0].value, -one[1].total(), one[0][1].language))


async def _price(
    database: Database, stored: CampaignDocument, waba_id: str, now: datetime
) -> Callable[[Mapping[str, int]], CardCost | None]:
    """Return what tells the cost of recipients by country: None without a rate card, or without the template."""
    workspace_id, named = stored["workspace_id"], TemplateName(**stored["template"])
    template = await find_template(database, workspace_id, waba_id, named, None)
    at = max(now, stored.get("schedule_at") or now)
    card = (await read_cards(database, {workspace_id})).card_for(workspace_id, stored["channel_id"], at)
    if template is None or card is None:
        return lambda _: None
    return partial(cost_in, card, category=template.category.value.lower())
