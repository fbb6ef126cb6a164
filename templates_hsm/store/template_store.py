"""Templates of a workspace: list, draft, submit, delete."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, Final, Protocol

from inbox.foundation.clock import Clock
from inbox.foundation.decoding import apply_patch, field_problem
from inbox.foundation.pages import Page, PageQuery, cut_page, decode_cursor
from inbox.foundation.problems import FieldError, ProblemError, not_found
from inbox.foundation.structs import to_document
from inbox.model.channel_kind import ChannelKind
from inbox.sending.outbound import SendFailedError
from inbox.storage.database import Database, DuplicateKeyError, Session
from inbox.storage.documents import TemplateDocument
from inbox.stream.events import write_events
from templates_hsm.definition.meta_words import status_of, word
from templates_hsm.definition.template_definition import Category, TemplateStatus
from templates_hsm.lint.linter import Severity, lint
from templates_hsm.store.template_changes import change_template, deleted_fields, judged, new_document, template_updated
from templates_hsm.store.template_submission import CHANGEABLE, fields_for_meta
from templates_hsm.store.template_views import TemplateFields, TemplateView, template_view

_EDITABLE: Final = ("name", "language", "category", "components", "ttl_seconds", "max_price_per_1000")
_LATER: Final = ("category", "components", "ttl_seconds", "max_price_per_1000")
"""What can still be changed of a submitted template."""
_WRITTEN_HERE: Final = frozenset({TemplateStatus.DRAFT.value})


class TemplateQuery(PageQuery, frozen=True, kw_only=True):
    """Which templates to list.

    Attributes:
        q: Part of a name.
    """

    channel_id: str | None = None
    status: TemplateStatus | None = None
    usable: bool | None = None
    language: str | None = None
    q: str | None = None


class ProviderTemplates(Protocol):
    """Calls to the provider. Each raises `SendFailedError`."""

    async def create_template(self, channel_id: str, body: Mapping[str, object]) -> Mapping[str, object]:
        """Submit a template; return the provider's `id`, `status` and `category`."""
        ...

    async def edit_template(self, channel_id: str, provider_id: str, body: Mapping[str, object]) -> None:
        """Submit a change."""
        ...

    async def delete_template(self, channel_id: str, *, name: str, provider_id: str) -> None:
        """Delete a template in one language."""
        ...


class TemplateStore:
    """The templates of all workspaces."""

    def __init__(self, database: Database, clock: Clock, provider: ProviderTemplates) -> None:
        self._database = database
        self._clock = clock
        self._provider = provider

    async def create(self, workspace_id: str, fields: TemplateFields, *, session: Session) -> TemplateView:
        """Make a draft; it may still have faults. Raises `ProblemError` (`duplicate`, `invalid_request`)."""
        now = self._clock.now()
        waba_id = await self._account_of(workspace_id, fields.channel_id, session)
        document = new_document(workspace_id, waba_id, fields.channel_id, now, _draft_fields(fields))
        try:
            await self._database.templates.insert_one(document, session=session)
        except DuplicateKeyError:
            raise _taken() from None
        await write_events(self._database, [template_updated(document, now)], at=now, session=session)
        return template_view(document)

    async def get(self, workspace_id: str, template_id: str) -> TemplateView:
        """Get one template. Raises `ProblemError` (`not_found`)."""
        return template_view(await self.find(workspace_id, template_id))

    async def list(self, workspace_id: str, query: TemplateQuery, *, drafts: bool) -> Page[TemplateView]:
        """List templates, oldest first; without `drafts` only those that were submitted."""
        condition: dict[str, Any] = {"workspace_id": workspace_id, "deleted_at": None, **_wanted(query)}
        condition["_id"] = {"$gt": decode_cursor(query.cursor, str) or ""}
        if not drafts:
            condition["provider_id"] = {"$type": "string"}
        if query.channel_id is not None:
            condition["waba_id"] = await self._account_of(workspace_id, query.channel_id, None)
        found = self._database.templates.find(condition).sort("_id", 1).limit(query.limit + 1)
        views = [template_view(stored) for stored in await found.to_list(None)]
        return cut_page(views, query.limit, lambda view: view.id)

    async def patch(self, workspace_id: str, template_id: str, patch: Mapping[str, Any]) -> TemplateView:
        """Merge a patch (RFC 7396): into a draft, or into changes that wait to be submitted.

        Raises:
            ProblemError: `not_found`, `invalid_request`, `duplicate`.
        """
        return await self._database.transaction(partial(self._patch, workspace_id, template_id, patch))

    async def submit(self, workspace_id: str, template_id: str) -> TemplateView:
        """Submit a draft, or the changes of a template, for Meta's review.

        Raises:
            ProblemError: `content_invalid` with the linter's errors, `conflict`, `provider_failed` with Meta's words.
        """
        stored = await self.find(workspace_id, template_id)
        wanted: dict[str, Any] = {**stored, **stored["draft"]} if stored["draft"] else {**stored}
        if stored["provider_id"] is not None and stored.get("draft") is None:
            raise ProblemError("conflict", "It is submitted already: change it first.")
        _refuse_faults(wanted)
        try:
            fields = await self._submitted(stored, wanted)
        except SendFailedError as failed:
            raise _provider_failed(failed) from None
        return await self._changed(stored, fields)

    async def delete(self, workspace_id: str, template_id: str) -> None:
        """Delete a template, at Meta too. Raises `ProblemError` (`not_found`, `provider_failed`)."""
        stored = await self.find(workspace_id, template_id)
        _refuse_generated(stored)
        if stored["provider_id"] is not None and stored["status"] != TemplateStatus.DELETED.value:
            try:
                await self._provider.delete_template(
                    stored["channel_id"], name=stored["name"], provider_id=stored["provider_id"]
                )
            except SendFailedError as failed:
                raise _provider_failed(failed) from None
        await self._changed(stored, {**deleted_fields(stored), "deleted_at": self._clock.now()})

    async def find(self, workspace_id: str, template_id: str, *, session: Session | None = None) -> TemplateDocument:
        """Read a template's document. Raises `ProblemError` (`not_found`)."""
        stored: TemplateDocument | None = await self._database.templates.find_one(
            {"_id": template_id, "workspace_id": workspace_id, "deleted_at": None}, session=session
        )
        if stored is None:
            raise not_found("template")
        return stored

    async def _patch(
        self, workspace_id: str, template_id: str, patch: Mapping[str, Any], session: Session
    ) -> TemplateView:
        now = self._clock.now()
        stored = await self.find(workspace_id, template_id, session=session)
        _refuse_generated(stored)
        current = {name: stored.get(name) for name in ("channel_id", *_EDITABLE)} | (stored.get("draft") or {})
        changed = apply_patch(current, patch, TemplateFields)
        if changed.channel_id != stored["channel_id"]:
            raise field_problem("/channel_id", "a template stays with its channel")
        fields = _draft_fields(changed)
        if stored["provider_id"] is not None:
            fields = {"draft": _waiting(stored, fields)}
        try:
            after = await change_template(self._database, stored, fields, at=now, session=session)
        except DuplicateKeyError:
            raise _taken() from None
        if after is not None:
            await write_events(self._database, [template_updated(after, now)], at=now, session=session)
        return template_view(after or stored)

    async def _submitted(self, stored: TemplateDocument, wanted: dict[str, Any]) -> dict[str, Any]:
        """Submit to Meta; return the changed fields. Raises `SendFailedError`."""
        category, status, provider_id = wanted["category"], TemplateStatus.PENDING, stored["provider_id"]
        body = fields_for_meta(wanted)
        if provider_id is None:
            made = await self._provider.create_template(stored["channel_id"], body)
            provider_id = str(made.get("id"))
            status = status_of(made.get("status", status))
            category = word(Category, made.get("category"), Category(category)).value
        else:
            changes = {name: value for name, value in body.items() if name in CHANGEABLE}
            await self._provider.edit_template(stored["channel_id"], provider_id, changes)
        components = body["components"]
        return {
            **judged(status, Category(category), components),
            "category": category,
            "components": components,
            "ttl_seconds": wanted.get("ttl_seconds"),
            "max_price_per_1000": wanted.get("max_price_per_1000"),
            "provider_id": provider_id,
            "draft": None,
        }

    async def _changed(self, stored: TemplateDocument, fields: dict[str, Any]) -> TemplateView:
        now = self._clock.now()

        async def change(session: Session) -> TemplateView:
            current = await self._database.templates.find_one(
                {"_id": stored["_id"], "workspace_id": stored["workspace_id"]}, session=session
            )
            after = await change_template(
                self._database, current or stored, fields, at=now, read_at=now, session=session
            )
            if after is not None:
                await write_events(self._database, [template_updated(after, now)], at=now, session=session)
            return template_view(after or stored)

        return await self._database.transaction(change)

    async def _account_of(self, workspace_id: str, channel_id: str, session: Session | None) -> str:
        channel = await self._database.channels.find_one(
            {"_id": channel_id, "workspace_id": workspace_id, "deleted_at": None}, session=session
        )
        if channel is None or channel["kind"] != ChannelKind.WHATSAPP.value:
            raise field_problem("/channel_id", "name a WhatsApp channel of yours")
        return str(channel["scope_key"])


def _draft_fields(fields: TemplateFields) -> dict[str, Any]:
    category = word(Category, fields.category, None)
    if category is None:
        raise field_problem("/category", f"one of {', '.join(Category)}")
    document = to_document(fields)
    return {
        **{name: document[name] for name in _EDITABLE},
        **judged(TemplateStatus.DRAFT, category, fields.components),
        "category": category.value,
        "quality": "unknown",
    }


def _waiting(stored: TemplateDocument, fields: dict[str, Any]) -> dict[str, Any]:
    """Return what waits to be submitted of a submitted template, whose name and language are fixed."""
    for name in ("name", "language"):
        if fields[name] != stored[name]:
            raise field_problem(f"/{name}", "can't change once it is submitted: make another template")
    return {name: fields[name] for name in _LATER}


def _wanted(query: TemplateQuery) -> dict[str, Any]:
    condition: dict[str, Any] = {}
    if query.status is not None:
        condition["status"] = query.status.value
    if query.usable is not None:
        condition["usable"] = query.usable
    if query.language is not None:
        condition["language"] = query.language
    if query.q:
        condition["name"] = {"$regex": re.escape(query.q.lower())}
    return condition


def _refuse_faults(wanted: dict[str, Any]) -> None:
    findings = lint(
        name=wanted["name"],
        language=wanted["language"],
        category=str(wanted["category"]),
        components=wanted["components"],
        ttl_seconds=wanted.get("ttl_seconds"),
        max_price_per_1000=wanted.get("max_price_per_1000"),
    )
    errors = [FieldError(one.pointer, one.message) for one in findings if one.severity is Severity.ERROR]
    if errors:
        raise ProblemError("content_invalid", "WhatsApp would reject this template.", errors=errors)


def _refuse_generated(stored: TemplateDocument) -> None:
    """Refuse to touch what WhatsApp made itself. Raises `ProblemError` (`conflict`)."""
    if stored.get("generated"):
        raise ProblemError("conflict", stored["reason"] or "WhatsApp made it: it can't be changed.")


def _taken() -> ProblemError:
    return ProblemError("duplicate", "There is a template with this name and language already.")


def _provider_failed(failed: SendFailedError) -> ProblemError:
    """Return the problem with Meta's own message where there is one."""
    error = failed.error
    return ProblemError(
        "provider_failed", error.provider_message or error.explanation, extra={"provider": error.provider_code}
    )
