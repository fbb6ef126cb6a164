"""Rules for limited-time offers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from templates_hsm.definition.limits import (
    MAX_OFFER_BODY_CHARS,
    MAX_OFFER_CHARS,
    chars,
)
from templates_hsm.definition.template_definition import (
    ButtonKind,
    Category,
    HeaderFormat,
)
from templates_hsm.lint.rule import (
    OFFER,
    Check,
    Facts,
    Rule,
)


def _offer_header(facts: Facts) -> list[str]:
    header, offer = facts.definition.header, facts.definition.offer
    wrong = header is not None and offer is not None and header.format not in {HeaderFormat.IMAGE, HeaderFormat.VIDEO}
    return [header.place] if header is not None and wrong else []


def _offers_with(wrong: Callable[[Facts], object]) -> Check:
    def check(facts: Facts) -> Iterator[str]:
        offer = facts.definition.offer
        if offer is not None and wrong(facts):
            yield offer.place

    return check


def _offer_text(facts: Facts) -> str:
    return facts.definition.offer.text if facts.definition.offer is not None else ""


def _offer_body(facts: Facts) -> str:
    return facts.definition.body.text if facts.definition.body is not None else ""


def _offer_buttons(facts: Facts) -> bool:
    kinds = [button.kind for button in facts.definition.buttons]
    copies = facts.definition.offer is not None and facts.definition.offer.expires
    wanted = [ButtonKind.COPY_CODE, ButtonKind.URL]
    return kinds != wanted if copies else kinds not in (wanted, [ButtonKind.URL])


RULES: Final[tuple[Rule, ...]] = (
    Rule("offer_category", "Limited-time offers are for marketing templates.", OFFER,
         _offers_with(lambda facts: facts.category is not Category.MARKETING)),
    Rule("offer_header", "The header of a template with an offer is an image or a video.", OFFER,
         lambda facts: iter(_offer_header(facts))),
    Rule("offer_text", f"The offer's text has 1 to {MAX_OFFER_CHARS} characters.", OFFER,
         _offers_with(lambda facts: not 1 <= chars(_offer_text(facts)) <= MAX_OFFER_CHARS)),
    Rule("offer_body", f"The body of an offer has at most {MAX_OFFER_BODY_CHARS} characters.", OFFER,
         _offers_with(lambda facts: chars(_offer_body(facts)) > MAX_OFFER_BODY_CHARS)),
    Rule("offer_footer", "A template with an offer has no footer.", OFFER,
         _offers_with(lambda facts: facts.definition.footer is not None)),
    Rule("offer_buttons", "An offer has a link button; one that ends has a button that copies the code before it.",
         OFFER, _offers_with(_offer_buttons)),
)  # fmt: skip
