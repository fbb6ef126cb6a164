"""The templates that a composer offers for a conversation whose reply window is closed."""

from __future__ import annotations

from typing import Final

import msgspec

from inbox.storage.database import Database
from templates_hsm.definition.read_definition import definition_of
from templates_hsm.definition.template_definition import Category, Template
from templates_hsm.parameters.needed_values import Needed, needed
from templates_hsm.render.preview import preview, text_of
from templates_hsm.store.template_views import template_of

OFFERED: Final = 50
"""More can't be chosen from in a composer; the list of templates has them all."""
_LAST: Final = {Category.UTILITY: 0, Category.MARKETING: 1}


class TemplateOffer(msgspec.Struct, frozen=True, kw_only=True):
    """A template that can be sent now.

    Attributes:
        preview: What the customer would see, with variables in the place of values.
    """

    id: str
    name: str
    language: str
    category: Category
    preview: str
    parameters_needed: Needed


async def template_offers(database: Database, workspace_id: str, conversation_id: str) -> list[TemplateOffer]:
    """List the templates for a conversation: utility before marketing, by name; none for one-time passwords."""
    conversation = await database.conversations.find_one(
        {"_id": conversation_id, "workspace_id": workspace_id}, {"channel_id": 1}
    )
    channel = conversation and await database.channels.find_one(
        {"_id": conversation["channel_id"], "workspace_id": workspace_id}, {"scope_key": 1}
    )
    if not channel:
        return []
    condition = {
        "workspace_id": workspace_id,
        "waba_id": channel.get("scope_key"),
        "usable": True,
        "deleted_at": None,
        "category": {"$ne": Category.AUTHENTICATION.value},
    }
    found = await database.templates.find(condition).sort([("name", 1), ("language", 1)]).limit(OFFERED).to_list(None)
    offers = [_offer(template_of(stored)) for stored in found]
    return sorted(offers, key=lambda offer: _LAST.get(offer.category, len(_LAST)))


def _offer(template: Template) -> TemplateOffer:
    definition = definition_of(template)
    return TemplateOffer(
        id=template.id,
        name=template.name,
        language=template.language,
        category=template.category,
        preview=text_of(preview(definition, {})),
        parameters_needed=needed(definition),
    )
