"""Each rule of the linter finds its fault, at its place, and leaves sound templates alone."""

from __future__ import annotations

from typing import Any

import pytest

from templates_hsm.lint.linter import RULES, Severity, lint
from tests.unit.templates_hsm.examples import CARDS, CODE, COUPON, NAMED, ORDER, PICTURE, PLACE

BODY = {"type": "BODY", "text": "Hello there, this is a text."}
BUTTON = {"type": "QUICK_REPLY", "text": "Yes"}
LINK = {"type": "URL", "text": "Open", "url": "https://shop.example/"}
CALL = {"type": "VOICE_CALL", "text": "Call us"}
PHONE = {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+14155550100"}


def body(text: str, *examples: str) -> list[dict[str, Any]]:
    return [{"type": "BODY", "text": text, "example": {"body_text": [list(examples)]}}]


def header(text: str, *examples: str) -> list[dict[str, Any]]:
    return [{"type": "HEADER", "format": "TEXT", "text": text, "example": {"header_text": list(examples)}}, BODY]


def buttons(*given: dict[str, Any]) -> list[dict[str, Any]]:
    return [BODY, {"type": "BUTTONS", "buttons": list(given)}]


def cards(*given: dict[str, Any], count: int = 2) -> list[dict[str, Any]]:
    parts = [
        {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["h"]}},
        {"type": "BODY", "text": "A card."},
        {"type": "BUTTONS", "buttons": [BUTTON]},
    ]
    return [BODY, {"type": "CAROUSEL", "cards": [*given, *([{"components": parts}] * count)]}]


def offer(text: str = "Ends soon", *more: dict[str, Any], expires: bool = False) -> list[dict[str, Any]]:
    part = {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": text, "has_expiration": expires}}
    return [part, BODY, {"type": "BUTTONS", "buttons": [LINK]}, *more]


def otp(**button: Any) -> list[dict[str, Any]]:
    return [{"type": "BODY"}, {"type": "BUTTONS", "buttons": [{"type": "OTP", "text": "Fill in", **button}]}]


APP = {"package_name": "com.example.shop", "signature_hash": "K8a/AINcGX7"}
FOOTED = {"components": [{"type": "BODY", "text": "x"}, {"type": "FOOTER", "text": "x"}]}
COPIES = {"components": [{"type": "BUTTONS", "buttons": [{"type": "COPY_CODE", "example": "A"}]}]}
ONE_CARD = {"components": [{"type": "BODY", "text": "x" * 161}]}
IMAGE = {"type": "HEADER", "format": "IMAGE"}

FAULTS: list[tuple[str, dict[str, Any], str]] = [
    ("name_characters", {"name": "Order-1"}, "/name"),
    ("name_length", {"name": "x" * 513}, "/name"),
    ("language_unknown", {"language": "klingon"}, "/language"),
    ("category_unknown", {"category": "spam"}, "/category"),
    ("body_missing", {"components": [{"type": "FOOTER", "text": "x"}]}, "/components"),
    ("body_missing", {"components": [{"type": "BODY", "text": " "}]}, "/components/0/text"),
    ("body_length", {"components": body("x" * 1025)}, "/components/0/text"),
    ("body_length", {"components": body("x" * 1023 + "😀")}, "/components/0/text"),
    ("variable_at_edge", {"components": body("{{1}} is here, look at it", "x")}, "/components/0/text"),
    ("variable_at_edge", {"components": body("Look at this one: {{1}} ", "x")}, "/components/0/text"),
    ("variables_adjacent", {"components": body("Hello dear {{1}} {{2}}, how are you", "a", "b")}, "/components/0/text"),
    ("variables_dense", {"components": body("Hi {{1}} bye", "x")}, "/components/0/text"),
    ("blank_lines", {"components": body("One.\n\n\nTwo.")}, "/components/0/text"),
    ("braces", {"components": body("Hello {{1}, how are you")}, "/components/0/text"),
    ("braces", {"components": body("Hello {{first name}}, how are you")}, "/components/0/text"),
    ("variables_mixed", {"components": body("Say {{1}} and also {{name}} to all", "a")}, "/components/0/text"),
    ("variables_numbering", {"components": body("Hello {{2}}, how are you", "a")}, "/components/0/text"),
    ("variable_name", {"components": body("Hello {{First}}, how are you")}, "/components/0/text"),
    ("example_missing", {"components": body("Hello {{1}}, how are you")}, "/components/0/text"),
    ("example_missing", {"components": header("Order {{1}}")}, "/components/0/text"),
    ("header_length", {"components": header("x" * 61)}, "/components/0/text"),
    ("header_blank", {"components": header("")}, "/components/0/text"),
    ("header_variables", {"components": header("{{1}} and {{2}}", "a", "b")}, "/components/0/text"),
    ("header_marks", {"components": header("*Bold*")}, "/components/0/text"),
    ("header_marks", {"components": header("Party 🎉")}, "/components/0/text"),
    ("footer_length", {"components": [BODY, {"type": "FOOTER", "text": "x" * 61}]}, "/components/1/text"),
    ("footer_variables", {"components": [BODY, {"type": "FOOTER", "text": "{{1}}"}]}, "/components/1/text"),
    ("looks_like_marketing", {"components": body("Our sale begins on Monday.")}, "/components/0/text"),
    ("looks_like_authentication", {"components": body("Your verification code is here.")}, "/components/0/text"),
    ("component_repeated", {"components": [BODY, BODY]}, "/components/1"),
    ("component_unknown", {"components": [BODY, {"type": "HOLOGRAM"}]}, "/components"),
    ("header_sample", {"components": [IMAGE, BODY]}, "/components/0"),
    ("buttons_count", {"components": buttons(*({**BUTTON, "text": str(n)} for n in range(11)))},
     "/components/1/buttons/10"),
    ("url_buttons_count", {"components": buttons(*({**LINK, "text": n} for n in "abc"))}, "/components/1/buttons/2"),
    ("phone_buttons_count", {"components": buttons(PHONE, {**PHONE, "text": "b"})}, "/components/1/buttons/1"),
    ("code_buttons_count", {"components": buttons(*[{"type": "COPY_CODE", "example": "A"}] * 2)},
     "/components/1/buttons/1"),
    ("call_buttons_count", {"components": buttons(CALL, {**CALL, "text": "b"})}, "/components/1/buttons/1"),
    ("quick_replies_apart", {"components": buttons(BUTTON, LINK, {**BUTTON, "text": "No"})}, "/components/1/buttons/2"),
    ("label_missing", {"components": buttons({"type": "QUICK_REPLY"})}, "/components/1/buttons/0/text"),
    ("label_length", {"components": buttons({**BUTTON, "text": "x" * 26})}, "/components/1/buttons/0/text"),
    ("label_variable", {"components": buttons({**BUTTON, "text": "{{1}}"})}, "/components/1/buttons/0/text"),
    ("labels_equal", {"components": buttons(BUTTON, {**LINK, "text": "Yes"})}, "/components/1/buttons/0/text"),
    ("url_invalid", {"components": buttons({**LINK, "url": "shop.example"})}, "/components/1/buttons/0/url"),
    ("url_length", {"components": buttons({**LINK, "url": "https://a/" + "x" * 2000})}, "/components/1/buttons/0/url"),
    ("url_variable", {"components": buttons({**LINK, "url": "https://a/{{1}}/b", "example": ["x"]})},
     "/components/1/buttons/0/url"),
    ("url_example", {"components": buttons({**LINK, "url": "https://a/{{1}}"})}, "/components/1/buttons/0"),
    ("url_shortened", {"components": buttons({**LINK, "url": "https://bit.ly/x"})}, "/components/1/buttons/0/url"),
    ("phone_invalid", {"components": buttons({**PHONE, "phone_number": "call"})},
     "/components/1/buttons/0/phone_number"),
    ("code_example", {"components": buttons({"type": "COPY_CODE"})}, "/components/1/buttons/0/example"),
    ("flow_missing", {"components": buttons({"type": "FLOW", "text": "Go"})}, "/components/1/buttons/0"),
    ("password_elsewhere", {"components": buttons({"type": "OTP", "otp_type": "COPY_CODE"})},
     "/components/1/buttons/0"),
    ("password_button", {"category": "authentication", "components": [{"type": "BODY"}]}, "/components"),
    ("password_parts", {"category": "authentication", "components": [*CODE, IMAGE]}, "/components/3"),
    ("password_words", {"category": "authentication", "components": [BODY, *CODE[1:]]}, "/components/0/text"),
    ("password_expiration", {"category": "authentication",
     "components": [CODE[0], {"type": "FOOTER", "code_expiration_minutes": 91}, CODE[2]]},
     "/components/code_expiration_minutes"),
    ("password_type", {"category": "authentication", "components": otp(otp_type="two_tap")},
     "/components/1/buttons/0/otp_type"),
    ("password_type", {"category": "authentication", "components": otp()}, "/components/1/buttons/0/otp_type"),
    ("password_apps", {"category": "authentication", "components": otp(otp_type="ONE_TAP")},
     "/components/1/buttons/0/supported_apps"),
    ("password_apps", {"category": "authentication", "components": otp(otp_type="ONE_TAP", supported_apps=[
        {"package_name": "com.example.shop", "signature_hash": "short"}])}, "/components/1/buttons/0/supported_apps"),
    ("password_apps", {"category": "authentication", "components": otp(otp_type="ONE_TAP", supported_apps=[APP] * 6)},
     "/components/1/buttons/0/supported_apps"),
    ("password_terms", {"category": "authentication",
     "components": otp(otp_type="ZERO_TAP", supported_apps=[APP])}, "/components/1/buttons/0/zero_tap_terms_accepted"),
    ("cards_category", {"category": "utility", "components": cards()}, "/components/1/cards"),
    ("cards_alone", {"category": "marketing", "components": [*cards(), {"type": "FOOTER", "text": "x"}]},
     "/components/2"),
    ("cards_alone", {"category": "marketing", "components": [*cards(), *buttons(BUTTON)[1:]]}, "/components/2"),
    ("card_parts", {"category": "marketing", "components": cards(FOOTED)}, "/components/1/cards/0/components/1"),
    ("card_button_kinds", {"category": "marketing", "components": cards(COPIES)},
     "/components/1/cards/0/components/0/buttons/0"),
    ("offer_header", {"category": "marketing", "components": [*offer(), header("Sale")[0]]}, "/components/3"),
    ("offer_header", {"category": "marketing", "components": [*offer(), {"type": "HEADER", "format": "LOCATION"}]},
     "/components/3"),
    ("cards_count", {"components": cards(count=1)}, "/components/1/cards"),
    ("cards_differ", {"components": cards(ONE_CARD)}, "/components/1/cards/1"),
    ("card_header", {"components": cards(ONE_CARD)}, "/components/1/cards/0"),
    ("card_body_length", {"components": cards(ONE_CARD)}, "/components/1/cards/0"),
    ("card_buttons", {"components": cards(ONE_CARD)}, "/components/1/cards/0"),
    ("offer_category", {"components": offer()}, "/components/0/limited_time_offer"),
    ("offer_text", {"category": "marketing", "components": offer("x" * 17)}, "/components/0/limited_time_offer"),
    ("offer_body", {"category": "marketing", "components": [offer()[0], *body("x" * 601), offer()[2]]},
     "/components/0/limited_time_offer"),
    ("offer_footer", {"category": "marketing", "components": offer("x", {"type": "FOOTER", "text": "x"})},
     "/components/0/limited_time_offer"),
    ("offer_buttons", {"category": "marketing", "components": offer(expires=True)},
     "/components/0/limited_time_offer"),
    ("ttl_utility", {"ttl_seconds": 29}, "/ttl_seconds"),
    ("ttl_utility", {"ttl_seconds": 43_201}, "/ttl_seconds"),
    ("ttl_marketing", {"category": "marketing", "ttl_seconds": 43_199}, "/ttl_seconds"),
    ("ttl_marketing", {"category": "marketing", "ttl_seconds": 2_592_001}, "/ttl_seconds"),
    ("ttl_authentication", {"category": "authentication", "components": CODE, "ttl_seconds": 901}, "/ttl_seconds"),
    ("max_price_category", {"max_price_per_1000": 5}, "/max_price_per_1000"),
]  # fmt: skip


def linted(**changes: Any) -> dict[str, list[str]]:
    given = {"name": "order_1", "language": "en_US", "category": "utility", "components": [BODY], **changes}
    found: dict[str, list[str]] = {}
    for finding in lint(**given):
        found.setdefault(finding.code, []).append(finding.pointer)
    return found


@pytest.mark.parametrize(("code", "changes", "pointer"), FAULTS, ids=[f"{row[0]}-{n}" for n, row in enumerate(FAULTS)])
def test_fault(code: str, changes: dict[str, Any], pointer: str) -> None:
    assert pointer in linted(**changes).get(code, [])


def test_every_rule_has_a_case_and_a_source() -> None:
    assert {rule.code for rule in RULES} == {row[0] for row in FAULTS}
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert all(rule.source and rule.message for rule in RULES)


SOUND = [
    ("utility", ORDER),
    ("utility", NAMED),
    ("marketing", PICTURE),
    ("utility", PLACE),
    ("marketing", COUPON),
    ("authentication", CODE),
    ("marketing", [{**CARDS[0], "text": "Two things wait, {{1}}, look at them:"}, *cards()[1:]]),
    ("utility", body("x" * 1022 + "😀")),
    ("utility", buttons({"type": "FLOW", "text": "Go", "flow_name": "booking"})),
    ("authentication", otp(otp_type="one_tap", supported_apps=[APP])),
    ("authentication", otp(otp_type="ONE_TAP", **APP)),
    ("authentication", otp(otp_type="ZERO_TAP", supported_apps=[APP] * 5, zero_tap_terms_accepted=True)),
    ("marketing", [*offer(), {"type": "HEADER", "format": "VIDEO", "example": {"header_handle": ["h"]}}]),
    ("utility", buttons(BUTTON, {**BUTTON, "text": "No"}, LINK, PHONE)),
]


@pytest.mark.parametrize(("category", "components"), SOUND, ids=[str(n) for n in range(len(SOUND))])
def test_sound_templates_have_no_errors(category: str, components: list[dict[str, Any]]) -> None:
    found = lint(name="order_1", language="en_US", category=category, components=components)
    assert [finding for finding in found if finding.severity is Severity.ERROR] == []
