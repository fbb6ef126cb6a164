"""The last check before a campaign's message is sent: the campaign still runs, the customer has not opted out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from inbox.contacts.suppression import Suppression, has_opted_out
from inbox.contacts.whole_contacts import read_wholes
from inbox.model.content import TemplateContent
from inbox.model.provider_error import ProviderError
from inbox.sending.gate import Postponed, Verdicts, Withheld
from inbox.storage.database import Collections, Session
from inbox.storage.documents import CampaignDocument, ContactDocument, Fields, MessageDocument
from inbox.views.message_views import content_of
from templates_hsm.campaigns.model.campaign_models import QuietHours
from templates_hsm.campaigns.model.campaign_states import WAITS, CampaignState
from templates_hsm.campaigns.model.eligibility import EXPLANATIONS, Skip
from templates_hsm.campaigns.model.quiet_hours import quiet_until, zones_of
from templates_hsm.definition.template_definition import Category
from templates_hsm.parameters.fill_parameters import read_time

LOOK_AGAIN: Final = timedelta(seconds=2)
"""How often a message of a campaign that is paused, or that met quiet hours, asks whether it may go."""
_LOOKED_AT: Final = {"state": 1, "frozen": 1, "quiet_hours": 1}
_WISHES: Final[Fields] = dict.fromkeys(("workspace_id", "identity_keys", "marketing", "blocked", "family"), 1)
_OPTED_OUT: Final = Withheld(ProviderError(code=Skip.OPTED_OUT.value, explanation=EXPLANATIONS[Skip.OPTED_OUT]))
_ENDED: Final = Withheld(ProviderError(code=Skip.OFFER.value, explanation=EXPLANATIONS[Skip.OFFER]))
_CANCELLED: Final = Withheld(ProviderError(code=Skip.CANCELLED.value, explanation=EXPLANATIONS[Skip.CANCELLED]))


class CampaignGate:
    """Withholds or postpones campaign messages: cancelled, paused, quiet hours, offer over, opted out."""

    def __init__(self, suppression: Suppression) -> None:
        self._suppression = suppression

    async def __call__(
        self, messages: Sequence[MessageDocument], now: datetime, database: Collections, session: Session
    ) -> Verdicts:
        """Return the messages that may not go now, with the reason."""
        own = [message for message in messages if message.get("tally")]
        if not own:
            return {}
        workspace_id = own[0]["workspace_id"]
        campaigns = await _campaigns(database, workspace_id, {message["tally"] for message in own}, session)
        verdicts: dict[str, Withheld | Postponed] = {}
        for message in own:
            verdict = _verdict(campaigns[message["tally"]], message, now)
            if verdict is not None:
                verdicts[message["_id"]] = verdict
        asked = [m for m in own if m["_id"] not in verdicts and _is_marketing(campaigns[m["tally"]])]
        unwilling = await self._unwilling(database, workspace_id, asked, session)
        return verdicts | dict.fromkeys(unwilling, _OPTED_OUT)

    async def _unwilling(
        self, database: Collections, workspace_id: str, messages: Sequence[MessageDocument], session: Session
    ) -> frozenset[str]:
        if not messages:
            return frozenset()
        keys = {message["_id"]: f"whatsapp:{message['to']}" for message in messages}
        contacts = await database.contacts.find(
            {"workspace_id": workspace_id, "identity_keys": {"$in": list(keys.values())}},
            _WISHES,
            session=session,
        ).to_list(None)
        wholes = await read_wholes(database, contacts, _WISHES, session=session)
        known = {key: one.contact for one in wholes for key in one.contact["identity_keys"]}
        out = await self._suppression.suppressed(database, workspace_id, {*keys.values(), *known}, session=session)
        return frozenset(message_id for message_id, key in keys.items() if _is_unwilling(key, known.get(key), out))


def _is_unwilling(key: str, contact: ContactDocument | None, out: frozenset[str]) -> bool:
    """Tell whether a customer opted out or is blocked, under any of their ids."""
    if contact is None:
        return key in out
    return has_opted_out(contact) or bool(contact.get("blocked")) or not out.isdisjoint(contact["identity_keys"])


def _verdict(campaign: CampaignDocument, message: MessageDocument, now: datetime) -> Withheld | Postponed | None:
    """Return why a message may not go now: while it waited, quiet hours began or its offer ended; None if it may."""
    state, quiet = campaign["state"], campaign.get("quiet_hours")
    if state == CampaignState.CANCELLED.value:
        return _CANCELLED
    if state in WAITS:
        return Postponed(now + LOOK_AGAIN)
    is_quiet = quiet is not None and quiet_until(now, zones_of(message["to"]), QuietHours(**quiet)) is not None
    if is_quiet:
        return Postponed(now + LOOK_AGAIN)
    content = content_of(message)
    end = read_time(content.parameters.get("offer")) if isinstance(content, TemplateContent) else None
    return _ENDED if end is not None and end <= now else None


async def _campaigns(
    database: Collections, workspace_id: str, ids: set[str], session: Session
) -> Mapping[str, CampaignDocument]:
    found = await database.campaigns.find(
        {"_id": {"$in": list(ids)}, "workspace_id": workspace_id}, _LOOKED_AT, session=session
    ).to_list(None)
    return {campaign["_id"]: campaign for campaign in found}


def _is_marketing(campaign: CampaignDocument) -> bool:
    frozen = campaign.get("frozen")
    return frozen is not None and frozen["category"] == Category.MARKETING.value
