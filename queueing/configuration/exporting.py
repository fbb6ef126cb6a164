"""Reads a workspace's configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from inbox.conversation.integration_models import IntegrationFields
from inbox.foundation.structs import from_document
from inbox.people.accounts import get_workspace
from inbox.storage.database import Database
from queueing.configuration.items import MOST_ITEMS, Configuration, to_item
from queueing.configuration.references import Item, Known
from queueing.configuration.sections import Section
from queueing.configuration.table import SECTIONS

Stored = Mapping[str, Mapping[str, Any]]
"""Documents of a section by id, oldest first."""


class Inventory(msgspec.Struct, frozen=True):
    """What a workspace has: names and ids, and the items of each section by id, oldest first."""

    known: Known
    items: dict[str, dict[str, Item]]
    left_out: tuple[str, ...]


async def read_inventory(database: Database, workspace_id: str) -> Inventory:
    """Read all that belongs into a configuration, in one transaction's view of it."""
    known, items, left_out = Known(), {}, []
    for section in SECTIONS:
        stored = await _read(database, workspace_id, section)
        for id_, document in stored.items():
            known.add(section.name, _name(section, document, stored, known), id_)
        named = {id_: to_item(section, document, known) for id_, document in stored.items()}
        items[section.name] = {id_: item for id_, item in named.items() if not _names_files(item)}
        left_out += [_said(section, item) for item in named.values() if _names_files(item)]
    return Inventory(known, items, tuple(left_out))


async def export_configuration(database: Database, workspace_id: str) -> Configuration:
    """Return the configuration of a workspace."""
    inventory = await read_inventory(database, workspace_id)
    workspace = await get_workspace(database, workspace_id)
    sections: Any = {name: tuple(items.values()) for name, items in inventory.items.items()}
    return Configuration(
        settings=workspace.settings,
        integration_page=await read_page(database, workspace_id),
        left_out=inventory.left_out,
        **sections,
    )


async def read_page(database: Database, workspace_id: str) -> IntegrationFields | None:
    """Return the integration page without its secrets; None where there is none."""
    stored = await database.workspaces.find_one({"_id": workspace_id}, {"integration_page": 1})
    page = None if stored is None else stored.get("integration_page")
    return None if page is None else from_document(page, IntegrationFields)


async def _read(database: Database, workspace_id: str, section: Section) -> Stored:
    wanted = {"workspace_id": workspace_id, **section.among}
    found = getattr(database, section.collection).find(wanted).sort("_id", 1)
    return {document["_id"]: document for document in await found.limit(MOST_ITEMS).to_list(None)}


def _name(section: Section, document: Mapping[str, Any], stored: Stored, known: Known) -> Any:
    """Return what a document is called; of a topic the path of names that leads to it."""
    referring = {reference.name: reference for reference in section.references}
    parts: list[str] = []
    for field in section.key:
        if field not in referring:
            parts.append(document[field])
            continue
        above = document.get(referring[field].field) or ""
        if referring[field].section == section.name:
            parts += _name(section, stored[above], stored, known) if above in stored else []
        else:
            parts.append(known.name_of(referring[field].section, above))
    return parts[0] if len(section.key) == 1 else parts


def _names_files(item: Item) -> bool:
    """Tell whether an item names an uploaded file, which stays where it is."""
    contents = [one for messages in item.get("translations", {}).values() for one in messages]
    return any("id" in one.get("media", {}) for one in contents)


def _said(section: Section, item: Item) -> str:
    return f"{section.name}: {' / '.join(map(str, _parts(section, item)))} (its files stay here)"


def _parts(section: Section, item: Item) -> list[Any]:
    name = section.name_of(item)
    return name if isinstance(name, list) else [name]
