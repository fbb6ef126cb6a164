"""Renders what the customer will see: as parts for a preview, as text for the history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from templates_hsm.definition.template_definition import ButtonKind, Card, Definition, Header, TemplateButton, TextPart
from templates_hsm.parameters.fill_parameters import fill, values_by_name


class ShownHeader(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A header: its text, or the file or place as it was given."""

    format: str
    text: str | None = None
    shows: Mapping[str, Any] | None = None


class ShownButton(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A button: what is on it and what it does."""

    type: str
    text: str
    url: str | None = None
    phone_number: str | None = None
    code: str | None = None


class ShownCard(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A card of a carousel."""

    header: ShownHeader | None = None
    body: str | None = None
    buttons: tuple[ShownButton, ...] = ()


class Preview(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the customer sees."""

    header: ShownHeader | None = None
    offer: str | None = None
    body: str | None = None
    footer: str | None = None
    buttons: tuple[ShownButton, ...] = ()
    cards: tuple[ShownCard, ...] = ()


def preview(definition: Definition, parameters: Mapping[str, Any], *, with_examples: bool = False) -> Preview:
    """Show a template with its values; a missing one is shown as its variable, or as its example.

    Args:
        definition: The template's.
        parameters: In the contract's form, checked or not.
        with_examples: Fill in what is missing with the definition's examples (for somebody who writes it).
    """
    body = parameters.get("body")
    cards = parameters.get("cards")
    values = cards if isinstance(cards, list | tuple) else ()
    return Preview(
        header=_header(definition.header, parameters.get("header"), with_examples),
        offer=definition.offer.text if definition.offer is not None else None,
        body=_words(definition.body, body, with_examples),
        footer=definition.footer.text if definition.footer is not None else None,
        buttons=tuple(_buttons(definition, parameters, with_examples)),
        cards=tuple(
            _card(card, values[place] if place < len(values) else {}, with_examples)
            for place, card in enumerate(definition.cards)
        ),
    )


def text_of(shown: Preview) -> str:
    """Write a preview as text, one part a line, for the history and lists."""
    return "\n".join(line for line in _lines(shown) if line)


def _lines(shown: Preview | ShownCard) -> Iterator[str]:
    if shown.header is not None:
        yield shown.header.text or f"[{shown.header.format}]"
    if isinstance(shown, Preview):
        yield shown.offer or ""
    yield shown.body or ""
    if isinstance(shown, Preview):
        yield shown.footer or ""
    yield from (_button_line(button) for button in shown.buttons)
    if isinstance(shown, Preview):
        for card in shown.cards:
            yield from _lines(card)


def _button_line(button: ShownButton) -> str:
    target = button.url or button.phone_number or button.code
    return f"[{button.text}: {target}]" if target else f"[{button.text}]"


def _words(part: TextPart | None, given: Any, with_examples: bool) -> str | None:
    if part is None:
        return None
    examples = part.examples if with_examples else {}
    return fill(part, {**examples, **_of_only_variable(part, given)})


def _of_only_variable(part: TextPart, given: Any) -> Mapping[str, str]:
    """Return values by name; one text for a single named variable is that variable's."""
    values = values_by_name(given)
    names = part.variables
    if len(names) == 1 and not isinstance(given, Mapping) and values:
        return {names[0]: next(iter(values.values()))}
    return values


def _header(header: Header | None, given: Any, with_examples: bool) -> ShownHeader | None:
    if header is None:
        return None
    if header.text is not None:
        return ShownHeader(format=header.format.value, text=_words(header.text, given, with_examples))
    shows = given.get(header.format.value) if isinstance(given, Mapping) else None
    return ShownHeader(format=header.format.value, shows=shows if isinstance(shows, Mapping) else None)


def _buttons(holder: Definition | Card, parameters: Mapping[str, Any], with_examples: bool) -> Iterator[ShownButton]:
    given = parameters.get("buttons")
    items = [item for item in given if isinstance(item, Mapping)] if isinstance(given, list | tuple) else []
    values = {item.get("index"): item.get("value") for item in items}
    for button in holder.buttons:
        yield _button(button, values.get(button.index), with_examples)


def _button(button: TemplateButton, value: Any, with_examples: bool) -> ShownButton:
    code = None
    if button.kind is ButtonKind.COPY_CODE:
        code = value if isinstance(value, str) else (button.example if with_examples else None)
    return ShownButton(
        type=button.kind.value,
        text=button.label,
        url=_words(button.url, value, with_examples),
        phone_number=button.phone_number,
        code=code,
    )


def _card(card: Card, values: Any, with_examples: bool) -> ShownCard:
    given = values if isinstance(values, Mapping) else {}
    return ShownCard(
        header=_header(card.header, given.get("header"), with_examples),
        body=_words(card.body, given.get("body"), with_examples),
        buttons=tuple(_buttons(card, given, with_examples)),
    )
