"""Templates as they are stored, and as the API shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from inbox.storage.database import Document
from templates_hsm.definition.limits import MAX_NAME_CHARS
from templates_hsm.definition.template_definition import (
    Card,
    Category,
    Component,
    Definition,
    Quality,
    Template,
    TemplateStatus,
)
from templates_hsm.render.compose import definition_of
from templates_hsm.store.usable import usability

MAX_COMPONENTS: Final = 10
KEPT_CHANGES: Final = 100


class TemplateChange(msgspec.Struct, frozen=True, kw_only=True):
    """Something that became different at Meta.

    Attributes:
        what: `status`, `category`, `quality` or `components`.
    """

    at: datetime
    what: str
    before: str | None = None
    after: str | None = None
    reason: str | None = None


class Needed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Values that a send has to bring.

    Attributes:
        header: `text`, or the kind of file or place that the header shows; None if it needs nothing.
        header_variable: A text header's variable.
        body: The body's variables: `1`, `2`, … or names.
        buttons: Indexes of the buttons that need a value, with their kind and label.
        cards: The same for each card of a carousel.
        offer: Whether the offer's end is needed.
    """

    header: str | None = None
    header_variable: str | None = None
    body: tuple[str, ...] = ()
    buttons: tuple[NeededButton, ...] = ()
    cards: tuple[Needed, ...] = ()
    offer: bool = False


class NeededButton(msgspec.Struct, frozen=True, kw_only=True):
    """A button that needs a value."""

    index: int
    type: str
    text: str


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """Changes of a submitted template that are not submitted yet."""

    category: Category
    components: tuple[dict[str, Any], ...]


class TemplateView(msgspec.Struct, frozen=True, kw_only=True):
    """A template as the API shows it.

    Attributes:
        reason: Why it can't be sent; for one that can, what threatens it.
        draft: What was changed here since it was submitted.
        changes: What Meta changed, the newest last.
    """

    id: str
    channel_id: str
    waba_id: str
    name: str
    language: str
    category: Category
    status: TemplateStatus
    reason: str | None
    usable: bool
    quality: Quality
    components: tuple[dict[str, Any], ...]
    parameters_needed: Needed
    draft: Draft | None = None
    changes: tuple[TemplateChange, ...] = ()
    created_at: datetime
    updated_at: datetime


class TemplateFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What makes a draft."""

    channel_id: Annotated[str, Meta(min_length=1, max_length=64)]
    name: Annotated[str, Meta(min_length=1, max_length=MAX_NAME_CHARS)]
    language: Annotated[str, Meta(min_length=1, max_length=20)]
    category: Annotated[str, Meta(min_length=1, max_length=20)]
    components: Annotated[tuple[dict[str, Any], ...], Meta(max_length=MAX_COMPONENTS)]


def template_of(stored: Document) -> Template:
    """Read a stored template."""
    return Template(
        id=stored["_id"],
        workspace_id=stored["workspace_id"],
        channel_id=stored["channel_id"],
        waba_id=stored["waba_id"],
        name=stored["name"],
        language=stored["language"],
        category=Category(stored["category"]),
        status=TemplateStatus(stored["status"]),
        usable=stored["usable"],
        reason=stored["reason"],
        components=tuple(stored["components"]),
        quality=Quality(stored["quality"]),
        provider_id=stored.get("provider_id"),
    )


def template_view(stored: Document) -> TemplateView:
    """Show a stored template."""
    template = template_of(stored)
    draft = stored.get("draft")
    return TemplateView(
        id=template.id,
        channel_id=template.channel_id,
        waba_id=template.waba_id,
        name=template.name,
        language=template.language,
        category=template.category,
        status=template.status,
        reason=template.reason,
        usable=template.usable,
        quality=template.quality,
        components=tuple(stored["components"]),
        parameters_needed=needed(definition_of(template)),
        draft=msgspec.convert(draft, Draft) if draft else None,
        changes=tuple(msgspec.convert(change, TemplateChange) for change in stored.get("changes", ())),
        created_at=stored["created_at"],
        updated_at=stored["updated_at"],
    )


def judged(
    status: TemplateStatus,
    category: Category,
    components: Sequence[Component],
    *,
    quality: Quality = Quality.UNKNOWN,
    said: str | None = None,
) -> Document:
    """Return the stored fields that say whether a template can be sent."""
    probe = _probe(category, components)
    usable, reason = usability(status, quality=quality, said=said, unknown=definition_of(probe).unknown)
    return {"status": status.value, "usable": usable, "reason": reason}


def _probe(category: Category, components: Sequence[Component]) -> Template:
    return Template(
        id="",
        workspace_id="",
        channel_id="",
        waba_id="",
        name="",
        language="",
        category=category,
        status=TemplateStatus.DRAFT,
        usable=False,
        components=tuple(components),
    )


def needed(definition: Definition) -> Needed:
    """Say which values a send has to bring."""
    needs = _needed_of(definition)
    expires = definition.offer is not None and definition.offer.expires
    buttons = () if definition.is_code else needs.buttons
    cards = tuple(_needed_of(card) for card in definition.cards)
    return msgspec.structs.replace(needs, buttons=buttons, cards=cards, offer=expires)


def _needed_of(holder: Definition | Card) -> Needed:
    header, variable = holder.header, None
    if header is not None and header.text is not None:
        variable = next(iter(header.text.variables), None)
    shows = header.format.value if header is not None and (variable or header.text is None) else None
    return Needed(
        header=shows,
        header_variable=variable,
        body=holder.body.variables if holder.body is not None else (),
        buttons=tuple(_needed_buttons(holder)),
    )


def _needed_buttons(holder: Definition | Card) -> Iterator[NeededButton]:
    for button in holder.buttons:
        if button.takes_value:
            yield NeededButton(index=button.index, type=button.kind.value, text=button.label)


def fields_for_meta(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body with which a template is created at Meta."""
    return {
        "name": stored["name"],
        "language": stored["language"],
        "category": str(stored["category"]).upper(),
        **_format(stored),
        "components": [_upper_type(component) for component in stored["components"]],
    }


def _format(stored: Mapping[str, Any]) -> dict[str, str]:
    """Say that variables have names: Meta takes them for positions otherwise."""
    body = definition_of(_probe(Category(stored["category"]), stored["components"])).body
    named = body is not None and any(not name.isdigit() for name in body.variables)
    return {"parameter_format": "NAMED"} if named else {}


def _upper_type(component: Component) -> dict[str, Any]:
    return {**component, "type": str(component.get("type", "")).upper()}
