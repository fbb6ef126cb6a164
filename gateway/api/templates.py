"""Templates: drafts, the linter, submission, previews, and reading them from Meta."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from gateway.api.call import Call, Encoded, Route, Who
from inbox.files.uploads import files_named
from inbox.foundation.pages import Page
from inbox.foundation.problems import ProblemError, not_found
from inbox.messages.file_sight import sees_file
from inbox.model.channel_kind import ChannelKind
from inbox.model.template_files import files_of_values
from inbox.people.access import Action
from inbox.sending.outbound import SendFailedError
from inbox.storage.database import Session
from templates_hsm.definition.meta_words import word
from templates_hsm.definition.read_definition import definition_of, read_definition
from templates_hsm.definition.template_definition import Category, TemplateStatus
from templates_hsm.lint.linter import Finding, Severity, lint
from templates_hsm.parameters.check_parameters import check_parameters
from templates_hsm.parameters.faults import Fault
from templates_hsm.parameters.header_files import Files, check_files, with_names
from templates_hsm.render.preview import Preview, preview, text_of
from templates_hsm.store.template_store import TemplateQuery
from templates_hsm.store.template_views import Price, Seconds, TemplateFields, TemplateView, template_of
from templates_hsm.sync.template_accounts import want_reading

SYNC_SECONDS: Final = 8.0
"""Below the time limit of a request; a larger account is read on by a worker."""


class TemplatePage(Page[TemplateView], frozen=True, kw_only=True):
    """A part of the list of templates."""


class LintRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A template to check; nothing is stored."""

    name: str
    language: str
    category: str
    components: tuple[dict[str, Any], ...]
    ttl_seconds: Seconds | None = None
    max_price_per_1000: Price | None = None
    channel_id: str | None = None


class Lint(msgspec.Struct, frozen=True, kw_only=True):
    """What the linter found.

    Attributes:
        ok: Whether it can be submitted: there are no errors.
        preview: What a customer would see, with the examples as values.
    """

    ok: bool
    findings: tuple[Finding, ...]
    preview: Preview


class PreviewRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Values to fill in, as in a message's `parameters`."""

    parameters: dict[str, Any] = {}


class PreviewAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the customer will see.

    Attributes:
        rendered: The same as text, as the history keeps it.
        faults: What does not fit; a send with any is refused.
    """

    preview: Preview
    rendered: str
    faults: tuple[Fault, ...]


class Synchronised(msgspec.Struct, frozen=True, kw_only=True):
    """How a reading ended; `changed` counts templates that became different."""

    changed: int
    synced_at: datetime


async def show_templates(call: Call[None, TemplateQuery]) -> Page[TemplateView]:
    """List templates, each with the reason where it can't be sent; drafts are shown to administrators."""
    drafts = call.caller.may(Action.SEE_TEMPLATE_DRAFTS)
    return await call.parts.templates.store.list(call.workspace_id, call.query, drafts=drafts)


async def make_template(call: Call[TemplateFields, None]) -> Encoded:
    """Make a draft. It may have faults until it is submitted."""

    async def work(session: Session) -> object:
        return await call.parts.templates.store.create(call.workspace_id, call.body, session=session)

    return await call.create(work)


async def show_template(call: Call[None, None]) -> TemplateView:
    """Show one template with its history."""
    view = await call.parts.templates.store.get(call.workspace_id, call.id)
    if view.status is TemplateStatus.DRAFT and not call.caller.may(Action.SEE_TEMPLATE_DRAFTS):
        raise not_found("template")
    return view


async def change_template(call: Call[dict[str, Any], None]) -> TemplateView:
    """Merge a patch into a draft; changes of a submitted template wait as its `draft` until they are submitted."""
    return await call.parts.templates.store.patch(call.workspace_id, call.id, call.body)


async def delete_template(call: Call[None, None]) -> None:
    """Delete a template, here and at WhatsApp."""
    await call.parts.templates.store.delete(call.workspace_id, call.id)


async def submit_template(call: Call[None, None]) -> TemplateView:
    """Submit a draft, or the changes of a template, for WhatsApp's review."""
    return await call.parts.templates.store.submit(call.workspace_id, call.id)


async def preview_template(call: Call[PreviewRequest, None]) -> PreviewAnswer:
    """Show exactly what the customer will see, and what does not fit yet."""
    template = template_of(await call.parts.templates.store.find(call.workspace_id, call.id))
    definition = definition_of(template)
    values: Mapping[str, Any] = call.body.parameters
    faults = check_parameters(definition, values, now=call.now)
    if not faults:
        files = await _seen_files(call)
        faults, values = tuple(check_files(values, files)), with_names(values, files)
    shown = preview(definition, values)
    return PreviewAnswer(preview=shown, rendered=text_of(shown), faults=faults)


async def _seen_files(call: Call[PreviewRequest, None]) -> Files:
    """Return the stored files that the values name and the caller may see, as in a send."""
    ids = list({one.id for one in files_of_values(call.body.parameters)})
    found = await files_named(call.database, [call.workspace_id], ids)
    return {
        file.id: file
        for file in found.values()
        if await sees_file(call.database, call.caller, file.id, uploaded_by=file.uploaded_by)
    }


async def lint_template(call: Call[LintRequest, None]) -> Lint:
    """Check a template against WhatsApp's rules; each finding says where, why, and where WhatsApp says so."""
    body = call.body
    findings = lint(
        name=body.name,
        language=body.language,
        category=body.category,
        components=body.components,
        ttl_seconds=body.ttl_seconds,
        max_price_per_1000=body.max_price_per_1000,
    )
    definition = read_definition(body.components, word(Category, body.category, Category.UTILITY))
    shown = preview(definition, {}, with_examples=True)
    return Lint(ok=not any(one.severity is Severity.ERROR for one in findings), findings=findings, preview=shown)


async def synchronise(call: Call[None, None]) -> Synchronised:
    """Read all templates of the channel's business account from WhatsApp, now."""
    record = await call.parts.channels.directory.get(call.id)
    if record is None or record.workspace_id != call.workspace_id or record.deleted_at is not None:
        raise not_found("channel")
    if record.kind is not ChannelKind.WHATSAPP or record.scope_key is None:
        raise ProblemError("unsupported_by_channel", "This kind of channel has no templates.")
    try:
        async with asyncio.timeout(SYNC_SECONDS):
            changed = await call.parts.templates.reader.read_all(call.workspace_id, record.scope_key, record.id)
    except SendFailedError as failed:
        raise ProblemError("provider_failed", failed.error.explanation) from None
    except TimeoutError:
        await want_reading(call.database, call.workspace_id, record.scope_key, call.now)
        call.parts.wakeups.stir()
        raise ProblemError(
            "unavailable", "There are many templates: they are being read, look again in a minute."
        ) from None
    return Synchronised(changed=changed, synced_at=call.now)


_EXAMPLE: Final = {
    "channel_id": "0f2b6c9d4e",
    "name": "order_update",
    "language": "en_US",
    "category": "utility",
    "components": [
        {
            "type": "BODY",
            "text": "Hello {{1}}, your order {{2}} is on its way to you.",
            "example": {"body_text": [["Maria", "10482"]]},
        }
    ],
}

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/templates",
        handler=show_templates,
        summary="List templates",
        tag="Templates",
        query=TemplateQuery,
        response=TemplatePage,
    ),
    Route(
        method="POST",
        path="/templates",
        handler=make_template,
        summary="Make a draft",
        tag="Templates",
        who=Who.ADMINISTRATORS,
        request=TemplateFields,
        response=TemplateView,
        status=201,
        problems=("duplicate",),
        creates=True,
        example=_EXAMPLE,
    ),
    Route(
        method="POST",
        path="/templates/lint",
        handler=lint_template,
        summary="Check a template",
        tag="Templates",
        request=LintRequest,
        response=Lint,
        example={name: value for name, value in _EXAMPLE.items() if name != "channel_id"},
    ),
    Route(
        method="GET",
        path="/templates/{id}",
        handler=show_template,
        summary="Show a template",
        tag="Templates",
        response=TemplateView,
    ),
    Route(
        method="PATCH",
        path="/templates/{id}",
        handler=change_template,
        summary="Change a template",
        tag="Templates",
        who=Who.ADMINISTRATORS,
        request=TemplateFields,
        response=TemplateView,
        problems=("conflict", "duplicate"),
        example={"category": "marketing"},
    ),
    Route(
        method="DELETE",
        path="/templates/{id}",
        handler=delete_template,
        summary="Delete a template",
        tag="Templates",
        who=Who.ADMINISTRATORS,
        status=204,
        problems=("conflict", "provider_failed"),
    ),
    Route(
        method="POST",
        path="/templates/{id}/submit",
        handler=submit_template,
        summary="Submit a template",
        tag="Templates",
        who=Who.ADMINISTRATORS,
        response=TemplateView,
        problems=("conflict", "content_invalid", "provider_failed"),
    ),
    Route(
        method="POST",
        path="/templates/{id}/preview",
        handler=preview_template,
        summary="Preview a template",
        tag="Templates",
        request=PreviewRequest,
        response=PreviewAnswer,
        example={"parameters": {"body": ["Maria", "10482"]}},
    ),
    Route(
        method="POST",
        path="/channels/{id}/templates/sync",
        handler=synchronise,
        summary="Read a channel's templates",
        tag="Templates",
        who=Who.ADMINISTRATORS,
        response=Synchronised,
        problems=("provider_failed", "unsupported_by_channel"),
    ),
)
