"""Rules for carousels: their place in the template, and what their cards have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from templates_hsm.definition.limits import (
    MAX_CARD_BODY_CHARS,
    MAX_CARD_BUTTONS,
    MAX_CARDS,
    MIN_CARDS,
    chars,
)
from templates_hsm.definition.template_definition import (
    ButtonKind,
    Card,
    Category,
    HeaderFormat,
)
from templates_hsm.lint.rule import (
    CAROUSEL,
    Check,
    Facts,
    Rule,
)

_CARD_BUTTONS: Final = frozenset({ButtonKind.QUICK_REPLY, ButtonKind.URL, ButtonKind.PHONE_NUMBER})


def _cards_place(facts: Facts) -> list[str]:
    return [card.place.rsplit("/", 1)[0] for card in facts.definition.cards[:1]]


def _beside_cards(facts: Facts) -> Iterator[str]:
    if facts.definition.cards:
        for place, component in enumerate(facts.components):
            if str(component.get("type", "")).upper() not in {"BODY", "CAROUSEL"}:
                yield f"/{place}"


def _strange_card_parts(facts: Facts) -> Iterator[str]:
    for card in facts.definition.cards:
        yield from (f"{card.place}/components/{place}" for place in card.strange)


def _cards_with(wrong: Callable[[Card], object]) -> Check:
    return lambda facts: (card.place for card in facts.definition.cards if wrong(card))


def _card_count(facts: Facts) -> Iterator[str]:
    cards = facts.definition.cards
    if cards and not MIN_CARDS <= len(cards) <= MAX_CARDS:
        yield cards[0].place.rsplit("/", 1)[0]


def _unlike_first(facts: Facts) -> Iterator[str]:
    cards = facts.definition.cards
    yield from (card.place for card in cards[1:] if _shape(card) != _shape(cards[0]))


def _shape(card: Card) -> tuple[HeaderFormat | None, bool, Sequence[ButtonKind]]:
    header = card.header.format if card.header is not None else None
    return header, card.body is not None, [button.kind for button in card.buttons]


def _wrong_card_header(card: Card) -> bool:
    return card.header is None or card.header.format not in {HeaderFormat.IMAGE, HeaderFormat.VIDEO}


RULES: Final[tuple[Rule, ...]] = (
    Rule("cards_count", f"A carousel has {MIN_CARDS} to {MAX_CARDS} cards.", CAROUSEL, _card_count),
    Rule("cards_category", "Carousels are for marketing templates.", CAROUSEL,
         lambda facts: iter(_cards_place(facts) if facts.category is not Category.MARKETING else [])),
    Rule("cards_alone", "A template with a carousel has a body, and no header, footer, buttons or offer.", CAROUSEL,
         _beside_cards),
    Rule("card_parts", "A card has a header, a body and buttons, nothing else.", CAROUSEL, _strange_card_parts),
    Rule("card_button_kinds", "A card's buttons are quick replies, links and phone numbers.", CAROUSEL,
         lambda facts: (b.place for c in facts.definition.cards for b in c.buttons if b.kind not in _CARD_BUTTONS)),
    Rule("cards_differ", "All cards have the same parts in the same order.", CAROUSEL, _unlike_first),
    Rule("card_header", "Each card begins with an image or a video.", CAROUSEL, _cards_with(_wrong_card_header)),
    Rule("card_body_length", f"A card's body has at most {MAX_CARD_BODY_CHARS} characters.", CAROUSEL,
         _cards_with(lambda card: card.body is not None and chars(card.body.text) > MAX_CARD_BODY_CHARS)),
    Rule("card_buttons", f"Each card has 1 to {MAX_CARD_BUTTONS} buttons.", CAROUSEL,
         _cards_with(lambda card: not 1 <= len(card.buttons) <= MAX_CARD_BUTTONS)),
)  # fmt: skip
