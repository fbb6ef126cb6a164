"""Which values a send of a template has to bring."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from templates_hsm.definition.template_definition import Card, Definition


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


def needed(definition: Definition) -> Needed:
    """Return the values that a send has to bring."""
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
