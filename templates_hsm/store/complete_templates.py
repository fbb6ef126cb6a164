"""Checks outgoing templates against their stored definitions, a batch with two queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from inbox.contacts.suppression import Suppression, has_opted_out
from inbox.contacts.whole_contacts import read_wholes
from inbox.files.file_models import StoredFile
from inbox.files.named_files import asked_files
from inbox.files.uploads import files_named
from inbox.foundation.clock import Clock
from inbox.foundation.problems import FieldError, ProblemError
from inbox.model.content import TemplateContent
from inbox.sending.completing import Incomplete
from inbox.storage.database import Collections
from inbox.storage.documents import ContactDocument, Fields, TemplateDocument
from templates_hsm.definition.read_definition import definition_of
from templates_hsm.definition.template_definition import Category
from templates_hsm.parameters.header_files import Files
from templates_hsm.render.compose import ParametersDontFitError, compose
from templates_hsm.store.template_views import template_of

Key = tuple[str, str, str, str]
_OPTED_OUT: Final = ProblemError(
    "opted_out", "The customer wants no marketing messages: send a utility template instead."
)


_WISHES: Final[Fields] = dict.fromkeys(("workspace_id", "identity_keys", "marketing", "family"), 1)
"""Of a customer: what one contact said counts for all that were merged with it."""


async def complete_templates(
    clock: Clock, suppression: Suppression, database: Collections, wanted: Sequence[Incomplete]
) -> Sequence[TemplateContent | ProblemError]:
    """Return for each the content to store, or why not: `content_invalid`, `template_unusable`, `opted_out`."""
    now = clock.now()
    accounts = await _accounts(database, wanted)
    keys = [_key(one, accounts.get((one.workspace_id, one.channel_id), "")) for one in wanted]
    known = await _templates(database, keys)
    stored = [known.get(key) for key in keys]
    files = await _files(database, wanted)
    marketing = [place for place, template in enumerate(stored) if _is_marketing(template)]
    opted_out = await _opted_out(database, suppression, {place: wanted[place] for place in marketing})
    return [
        _OPTED_OUT
        if place in opted_out
        else complete_template(template, one.content, files=files.get(one.workspace_id, {}), now=now)
        for place, (one, template) in enumerate(zip(wanted, stored, strict=True))
    ]


def complete_template(
    stored: TemplateDocument | None, content: TemplateContent, *, files: Files, now: datetime
) -> TemplateContent | ProblemError:
    """Complete one template by its stored definition."""
    if stored is None:
        message = f"There is no template {content.name} in {content.language}: read the channel's templates again."
        return ProblemError("content_invalid", message, errors=[FieldError("/content/name", message)])
    template = template_of(stored)
    if not template.usable:
        detail = f"The template {template.name} can't be sent now. {template.reason or ''}".strip()
        return ProblemError("template_unusable", detail, extra={"template_status": template.status.value})
    try:
        return compose(template, definition_of(template), content.parameters, files=files, now=now)
    except ParametersDontFitError as fault:
        errors = [FieldError(f"/content/parameters{one.pointer}", one.message) for one in fault.faults]
        return ProblemError("content_invalid", f"The values don't fit the template: {errors[0].message}", errors=errors)


async def _files(database: Collections, wanted: Sequence[Incomplete]) -> Mapping[str, Files]:
    """Read the files that the values name, by their workspaces."""
    ids = {id_ for one in wanted for id_ in asked_files(one.content)}
    found = await files_named(database, list({one.workspace_id for one in wanted}), list(ids))
    by_workspace: dict[str, dict[str, StoredFile]] = {}
    for (workspace_id, file_id), file in found.items():
        by_workspace.setdefault(workspace_id, {})[file_id] = file
    return by_workspace


def _is_marketing(stored: TemplateDocument | None) -> bool:
    return stored is not None and stored["category"] == Category.MARKETING.value


async def _opted_out(
    database: Collections, suppression: Suppression, wanted: Mapping[int, Incomplete]
) -> frozenset[int]:
    """Return the places of those who want no marketing messages, as their contact or the suppression list says."""
    if not wanted:
        return frozenset()
    contacts = await _contacts(database, wanted.values())
    keys = {place: _identity_keys(one, contacts) for place, one in wanted.items()}
    listed: set[tuple[str, str]] = set()
    for workspace_id in {one.workspace_id for one in wanted.values()}:
        own = {key for place, one in wanted.items() if one.workspace_id == workspace_id for key in keys[place]}
        listed |= {(workspace_id, key) for key in await suppression.suppressed(database, workspace_id, own)}
    refused = {contact_id for contact_id, contact in contacts.items() if has_opted_out(contact)}
    return frozenset(
        place
        for place, one in wanted.items()
        if one.contact_id in refused or any((one.workspace_id, key) in listed for key in keys[place])
    )


async def _contacts(database: Collections, wanted: Iterable[Incomplete]) -> Mapping[str, ContactDocument]:
    asked = [(one.workspace_id, one.contact_id) for one in wanted if one.contact_id is not None]
    condition = {
        "_id": {"$in": list({contact_id for _, contact_id in asked})},
        "workspace_id": {"$in": list({workspace_id for workspace_id, _ in asked})},
    }
    found = await database.contacts.find(condition, _WISHES).to_list(None)
    wholes = await read_wholes(database, found, _WISHES)
    return {contact["_id"]: one.contact for contact, one in zip(found, wholes, strict=True)}


def _identity_keys(one: Incomplete, contacts: Mapping[str, ContactDocument]) -> Sequence[str]:
    contact = contacts.get(one.contact_id or "")
    return one.identity_keys if contact is None else contact["identity_keys"]


def _key(one: Incomplete, waba_id: str) -> Key:
    return (one.workspace_id, waba_id, one.content.name, one.content.language)


async def _accounts(database: Collections, wanted: Iterable[Incomplete]) -> Mapping[tuple[str, str], str]:
    channel_ids = {one.channel_id for one in wanted}
    condition = {
        "_id": {"$in": list(channel_ids)},
        "workspace_id": {"$in": list({one.workspace_id for one in wanted})},
    }
    found = await database.channels.find(condition, {"workspace_id": 1, "scope_key": 1}).to_list(None)
    return {(channel["workspace_id"], channel["_id"]): str(channel.get("scope_key")) for channel in found}


async def _templates(database: Collections, keys: Sequence[Key]) -> Mapping[Key, TemplateDocument]:
    workspaces, accounts, names, languages = (list(set(part)) for part in zip(*keys, strict=True))
    found = await database.templates.find(
        {
            "workspace_id": {"$in": workspaces},
            "waba_id": {"$in": accounts},
            "name": {"$in": names},
            "language": {"$in": languages},
            "deleted_at": None,
        }
    ).to_list(None)
    return {(one["workspace_id"], one["waba_id"], one["name"], one["language"]): one for one in found}
