"""What is composed is what the customer sees, and what Meta gets."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from templates_hsm.definition.read_definition import definition_of
from templates_hsm.definition.template_definition import Category
from templates_hsm.parameters.graph_template import template_object
from templates_hsm.render.compose import ParametersDontFitError, compose
from templates_hsm.render.preview import preview
from tests.unit.templates_hsm.examples import (
    CARD_VALUES,
    CARDS,
    CODE,
    COUPON,
    LINK,
    NAMED,
    NOW,
    ORDER,
    ORDER_VALUES,
    PICTURE,
    read,
    template,
)


def composed(
    components: list[dict[str, Any]], parameters: dict[str, Any], category: Category = Category.UTILITY
) -> Any:
    one = template(components, category)
    return compose(one, definition_of(one), parameters, files={}, now=NOW)


def test_rendered_text() -> None:
    content = composed(ORDER, ORDER_VALUES)
    assert content.rendered == (
        "Order 4711\nHello Anna, your order comes on Monday.\nCorner Shop\n"
        "[Thanks]\n[Track: https://shop.example/t/4711]\n[Call: +14155550100]"
    )


def test_faults_are_raised_together() -> None:
    with pytest.raises(ParametersDontFitError) as raised:
        composed(ORDER, {"body": ["", "\n"]})
    assert [fault.pointer for fault in raised.value.faults] == ["/header", "/body/0", "/body/1", "/buttons"]


def test_values_do_not_become_variables() -> None:
    assert composed(ORDER, ORDER_VALUES | {"body": ["{{2}}", "x"]}).rendered.splitlines()[1].startswith("Hello {{2}},")


def test_wire_names_each_button_by_the_definition() -> None:
    buttons = [{"index": 1, "value": 4711}, {"index": 0, "value": "thanks"}]
    wire = template_object(composed(ORDER, ORDER_VALUES | {"buttons": buttons}))
    assert wire == {
        "name": "order_update",
        "language": {"code": "en_US"},
        "components": [
            {"type": "header", "parameters": [{"type": "text", "text": "4711"}]},
            {"type": "body", "parameters": [{"type": "text", "text": "Anna"}, {"type": "text", "text": "Monday"}]},
            button(0, "quick_reply", {"type": "payload", "payload": "thanks"}),
            button(1, "url", {"type": "text", "text": "4711"}),
        ],
    }


def button(index: int, kind: str, parameter: dict[str, str]) -> dict[str, Any]:
    return {"type": "button", "sub_type": kind, "index": str(index), "parameters": [parameter]}


def test_wire_of_a_one_time_password() -> None:
    content = composed(CODE, {"body": ["123456"]}, Category.AUTHENTICATION)
    assert template_object(content)["components"] == [
        {"type": "body", "parameters": [{"type": "text", "text": "123456"}]},
        button(0, "url", {"type": "text", "text": "123456"}),
    ]
    assert content.rendered == (
        "*123456* is your verification code. For your security, do not share this code.\n"
        "This code expires in 10 minutes.\n[Copy code]"
    )


def test_wire_of_an_offer() -> None:
    values = {
        "offer": {"expires_at": "2026-12-24T18:00:00Z"},
        "buttons": [{"index": 0, "value": "SPRING"}, {"index": 1, "value": "s"}],
    }
    offer, code, _ = template_object(composed(COUPON, values))["components"]
    assert offer["parameters"][0]["limited_time_offer"] == {"expiration_time_ms": 1_798_135_200_000}
    assert code == button(0, "copy_code", {"type": "coupon_code", "coupon_code": "SPRING"})


def test_wire_of_a_carousel() -> None:
    body, carousel = template_object(composed(CARDS, {"body": ["Anna"], "cards": [CARD_VALUES] * 2}))["components"]
    assert body["type"] == "body"
    assert [card["card_index"] for card in carousel["cards"]] == [0, 1]
    assert carousel["cards"][1]["components"] == [
        {"type": "header", "parameters": [{"type": "image", "image": {"link": LINK}}]},
        {"type": "body", "parameters": [{"type": "text", "text": "Assam"}]},
    ]


def test_wire_of_names() -> None:
    (body,) = template_object(composed(NAMED, {"body": {"points": 9, "first_name": "Anna"}}))["components"]
    assert [value["parameter_name"] for value in body["parameters"]] == ["first_name", "points"]


def test_preview_of_a_draft_shows_examples() -> None:
    shown = preview(read(ORDER), {"body": ["Ben"]}, with_examples=True)
    assert shown.body == "Hello Ben, your order comes on Monday."
    assert shown.header is not None
    assert shown.header.text == "Order 4711"
    assert shown.buttons[1].url == "https://shop.example/t/4711"


def test_preview_without_values_shows_variables() -> None:
    assert preview(read(ORDER), {}).body == "Hello {{1}}, your order comes on {{2}}."


def test_preview_of_a_picture() -> None:
    shown = preview(read(PICTURE), {"header": {"image": {"link": LINK}}})
    assert msgspec.to_builtins(shown.header) == {"format": "image", "shows": {"link": LINK}}
