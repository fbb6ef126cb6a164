"""Reads what decisions on recipients need: the channel, how messages are made, what is known of the customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, cast

import msgspec

from inbox.contacts.phone_aliases import phone_aliases
from inbox.contacts.suppression import Suppression
from inbox.contacts.whole_contacts import read_wholes
from inbox.files.uploads import files_named
from inbox.messages.once import once_for_retry
from inbox.model.channel_kind import ChannelKind
from inbox.model.channel_ref import ChannelRef
from inbox.storage.database import Collections
from inbox.storage.documents import CampaignDocument, ChannelDocument, ContactDocument
from templates_hsm.campaigns.feed.decide import GotAs, Known, Plan, RecipientRow
from templates_hsm.campaigns.feed.versions import Translating, Wording, read_versions
from templates_hsm.campaigns.model.campaign_models import FrequencyCap, QuietHours
from templates_hsm.campaigns.model.eligibility import Terms
from templates_hsm.campaigns.model.stop_rules import Frozen
from templates_hsm.campaigns.model.versions import FrozenVersions
from templates_hsm.definition.template_definition import Category, TemplateName
from templates_hsm.store.find_template import find_template

LANGUAGE: Final = "language"
"""The column that says which language a recipient speaks."""


class FeedChannel(msgspec.Struct, frozen=True, kw_only=True):
    """The channel of a campaign; `scope_key` is its business account."""

    ref: ChannelRef
    scope_key: str


async def read_plan(database: Collections, campaign: CampaignDocument, channel: FeedChannel) -> Plan | None:
    """Read how a campaign's messages are made; None if a template of it is gone."""
    audience = campaign.get("audience")
    columns = audience["columns"] if audience is not None else []
    of_account = campaign["workspace_id"], channel.scope_key
    translating = await _translating(database, campaign, of_account) if campaign.get("by_language") else None
    said = Wording(template=TemplateName(**campaign["template"]), variables=campaign["variables"], columns=columns)
    versions = await read_versions(database, of_account, said, translating)
    if versions is None:
        return None
    variant = campaign.get("variant")
    second = None
    if variant is not None:
        said = Wording(template=TemplateName(**variant["template"]), variables=variant["variables"], columns=columns)
        second = await read_versions(database, of_account, said, translating)
        if second is None:
            return None
    files = await files_named(database, [campaign["workspace_id"]], campaign.get("files", []))
    quiet, cap = campaign.get("quiet_hours"), campaign.get("frequency_cap")
    return Plan(
        a=versions,
        b=second,
        share=variant["share"] if variant is not None else 0,
        language_at=columns.index(LANGUAGE) if translating is not None and LANGUAGE in columns else None,
        quiet_hours=QuietHours(**quiet) if quiet else None,
        once_as=GotAs(campaign["channel_id"], campaign["_id"]) if audience and audience.get("segment") else None,
        files={file_id: file for (_, file_id), file in files.items()},
        terms=Terms(
            marketing=category_of(campaign, versions.main.template.category) is Category.MARKETING,
            needs_consent=await _needs_consent(database, campaign["workspace_id"]),
            list_consent=campaign.get("consent") is not None,
            frequency_cap=FrequencyCap(**cap) if cap else None,
        ),
    )


async def _translating(
    database: Collections, campaign: CampaignDocument, of_account: tuple[str, str]
) -> Translating | None:
    """Return which translations may stand in: those of the campaign's category, as they were at the start."""
    frozen = campaign.get("frozen_versions")
    if campaign.get("frozen") is not None:
        category = category_of(campaign, Category.MARKETING)
        kept = msgspec.convert(frozen, FrozenVersions) if frozen is not None else FrozenVersions()
        return Translating(category=category, frozen=kept)
    template = await find_template(database, *of_account, TemplateName(**campaign["template"]), None)
    return None if template is None else Translating(category=template.category, frozen=None)


async def read_known(
    database: Collections, suppression: Suppression, channel: FeedChannel, rows: Sequence[RecipientRow]
) -> Mapping[str, Known]:
    """Read what is known of the rows' customers, by the row's id."""
    workspace_id, kind = channel.ref.workspace_id, channel.ref.kind
    keys = {row.id: [f"{kind}:{digits}" for digits in (row.phone, *phone_aliases(row.phone))] for row in rows}
    wanted = [key for own in keys.values() for key in own]
    condition = {"workspace_id": workspace_id, "identity_keys": {"$in": wanted}}
    found = await database.contacts.find(condition).to_list(None)
    contacts: dict[str, tuple[ContactDocument, ContactDocument]] = {}
    for own, one in zip(found, await read_wholes(database, found), strict=True):
        contacts |= dict.fromkeys(own["identity_keys"], (own, one.contact))
    all_keys = {key for _, customer in contacts.values() for key in customer["identity_keys"]}
    suppressed = await suppression.suppressed(database, workspace_id, {*wanted, *all_keys})
    by_hand = await _sent_again(database, workspace_id, rows)
    return {row_id: _known_of(own, contacts, suppressed, sent_again=row_id in by_hand) for row_id, own in keys.items()}


def _known_of(
    own: Sequence[str],
    contacts: Mapping[str, tuple[ContactDocument, ContactDocument]],
    suppressed: frozenset[str],
    *,
    sent_again: bool,
) -> Known:
    """Return what is known of a number; an opt-out under any other id of its customer counts too."""
    contact, customer = next((contacts[key] for key in own if key in contacts), (None, None))
    keys = {*own, *(customer["identity_keys"] if customer is not None else ())}
    return Known(contact=contact, customer=customer, suppressed=not suppressed.isdisjoint(keys), sent_again=sent_again)


async def _sent_again(database: Collections, workspace_id: str, rows: Sequence[RecipientRow]) -> frozenset[str]:
    """Return the rows whose failed message somebody has sent again by hand: the campaign must not do so, too."""
    names = {once_for_retry(row.retry_of): row.id for row in rows if row.retry_of}
    if not names:
        return frozenset()
    taken = {"workspace_id": workspace_id, "once": {"$in": list(names)}}
    found = await database.messages.find(taken, {"once": 1}).to_list(None)
    return frozenset(names[name] for message in found for name in message.get("once", ()) if name in names)


def category_of(campaign: CampaignDocument, current: Category) -> Category:
    """Return the template category that the campaign was started with; before, the current one."""
    frozen = campaign.get("frozen")
    return msgspec.convert(frozen, Frozen).category if frozen else current


async def _needs_consent(database: Collections, workspace_id: str) -> bool:
    asked = {"settings.marketing_needs_consent": 1}
    workspace = await database.workspaces.find_one({"_id": workspace_id}, asked)
    return workspace is None or bool(workspace.get("settings", {}).get("marketing_needs_consent", True))


async def read_channel(database: Collections, campaign: CampaignDocument) -> FeedChannel:
    """Read the channel that a campaign sends through, also a deleted one."""
    own = {"_id": campaign["channel_id"], "workspace_id": campaign["workspace_id"]}
    stored = cast(ChannelDocument, await database.channels.find_one(own))
    ref = ChannelRef(
        workspace_id=stored["workspace_id"],
        id=stored["_id"],
        kind=ChannelKind(stored["kind"]),
        name=stored["name"],
        queue_id=stored.get("queue_id"),
    )
    return FeedChannel(ref=ref, scope_key=cast(str, stored["scope_key"]))
