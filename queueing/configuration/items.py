"""A configuration as it is sent: strict in its sections; items are checked against the models of what they become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from inbox.conversation.integration_models import IntegrationFields
from inbox.foundation.decoding import convert, field_problem
from inbox.people.accounts import WorkspaceSettings
from queueing.configuration.references import Item, Known, with_ids, with_names
from queueing.configuration.sections import Section

MOST_ITEMS: Final = 5_000
"""Of a section: more than a workspace may have of anything."""
MAX_BYTES: Final = 4 * 1024 * 1024
"""A hundred queues with all their texts, and two thousand prepared replies."""

Items = Annotated[tuple[dict[str, Any], ...], Meta(max_length=MOST_ITEMS)] | UnsetType


class Configuration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What administrators set up, without people, secrets and credentials. A section that is left out is left alone.

    Attributes:
        settings: Of the workspace.
        integration_page: Without its secrets; null where there is none.
        left_out: Said by an export: what it could not take along. An import passes it over.
    """

    version: Literal[1] = 1
    settings: WorkspaceSettings | UnsetType = UNSET
    integration_page: IntegrationFields | UnsetType | None = UNSET
    business_hours: Items = UNSET
    groups: Items = UNSET
    statuses: Items = UNSET
    contact_fields: Items = UNSET
    tags: Items = UNSET
    topics: Items = UNSET
    queues: Items = UNSET
    reply_collections: Items = UNSET
    prepared_replies: Items = UNSET
    channels: Items = UNSET
    views: Items = UNSET
    webhooks: Items = UNSET
    left_out: tuple[str, ...] = ()


def to_item(section: Section, stored: Mapping[str, Any], known: Known) -> Item:
    """Return a stored object as an item, complete with defaults."""
    own = {name: stored[name] for name in section.model.__struct_encode_fields__ if name in stored}
    extra = {name: stored[name] for name in section.extra}
    return normal(section, {**_complete(section, own), **extra}, known)


def to_fields(section: Section, item: Item, known: Known) -> Item:
    """Return the fields that an item stands for, complete with defaults.

    Raises:
        ProblemError: `invalid_request`, with a pointer into the item.
    """
    references = [*section.references, *(one for inner in section.inside.values() for one in inner)]
    _refuse(item, (*section.kept, *(one.field for one in section.references)), "")
    fields = with_ids(item, section.references, known)
    for name, inner in section.inside.items():
        if isinstance(fields.get(name), dict):
            _refuse(fields[name], (*section.kept_inside.get(name, ()), *(one.field for one in inner)), f"/{name}")
            fields[name] = with_ids(fields[name], inner, known, within=f"/{name}")
    extra = {name: fields.pop(name, None) for name in section.extra}
    for name, value in extra.items():
        if not isinstance(value, str):
            said = next((one.name for one in references if one.field == name), name)
            raise field_problem(f"/{said}", "must be named")
    return {**_complete(section, {**section.forced, **fields}), **extra}


def _refuse(item: Item, names: Sequence[str], within: str) -> None:
    for name in names:
        if name in item:
            raise field_problem(f"{within}/{name}", "is no part of a configuration")


def _complete(section: Section, own: Item) -> Item:
    complete: Item = msgspec.to_builtins(convert(own, section.model))
    return complete


def normal(section: Section, fields: Item, known: Known) -> Item:
    """Return fields as the item that an export would show."""
    item = with_names(fields, section.references, known)
    for name, inner in section.inside.items():
        named, kept = with_names(item[name], inner, known), section.kept_inside.get(name, ())
        item[name] = {field: value for field, value in named.items() if field not in kept}
    return {name: value for name, value in item.items() if name not in section.kept}
