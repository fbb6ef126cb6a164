"""The emulator judges templates of special kinds as Meta's pages say, when they are made and when they are sent."""

from __future__ import annotations

from typing import Any

import pytest

from channels.sandbox.graph.errors import GraphError
from channels.sandbox.graph.template_kinds import check_known
from channels.sandbox.graph.template_send import render
from channels.sandbox.graph.templates import EmulatedTemplate, EmulatedTemplates

BODY = {"type": "BODY", "text": "Two things wait, look at them."}
LINK = {"type": "URL", "text": "Shop", "url": "https://shop.example/"}
COPY = {"type": "COPY_CODE", "example": "SPRING"}
APP = {"package_name": "com.example.shop", "signature_hash": "K8a/AINcGX7"}
PICTURE = {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::aW"]}}
CARD = {
    "components": [
        PICTURE,
        {"type": "BODY", "text": "Tea from {{1}} is here", "example": {"body_text": [["Assam"]]}},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "More"}]},
    ]
}
SENT_CARD = [
    {"type": "header", "parameters": [{"type": "image", "image": {"id": "1"}}]},
    {"type": "body", "parameters": [{"type": "text", "text": "Assam"}]},
]


def otp(**button: Any) -> list[dict[str, Any]]:
    made = {"type": "OTP", "otp_type": "COPY_CODE", **button}
    return [{"type": "BODY", "add_security_recommendation": True}, {"type": "BUTTONS", "buttons": [made]}]


def carousel(*cards: dict[str, Any]) -> list[dict[str, Any]]:
    return [BODY, {"type": "CAROUSEL", "cards": list(cards)}]


def offer(*buttons: dict[str, Any], text: str = "Ends soon", expires: bool = True) -> list[dict[str, Any]]:
    part = {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": text, "has_expiration": expires}}
    return [part, BODY, {"type": "BUTTONS", "buttons": list(buttons)}]


def create(category: str, components: list[dict[str, Any]]) -> EmulatedTemplate:
    body = {"name": "t", "language": "en", "category": category, "components": components}
    return EmulatedTemplates().create("1", body)


@pytest.mark.parametrize(
    ("category", "components"),
    [
        pytest.param("AUTHENTICATION", otp(otp_type="TWO_TAP"), id="type of password"),
        pytest.param("AUTHENTICATION", otp(otp_type="ONE_TAP"), id="one tap without apps"),
        pytest.param("AUTHENTICATION", otp(otp_type="ZERO_TAP", supported_apps=[APP]), id="terms"),
        pytest.param("AUTHENTICATION", [BODY], id="no button"),
        pytest.param("AUTHENTICATION", [PICTURE, *otp()], id="password with a picture"),
        pytest.param("UTILITY", carousel(CARD, CARD), id="carousel of another category"),
        pytest.param("MARKETING", carousel(CARD), id="one card"),
        pytest.param("MARKETING", [*carousel(CARD, CARD), {"type": "FOOTER", "text": "x"}], id="carousel's footer"),
        pytest.param("MARKETING", carousel(CARD, {"components": [PICTURE]}), id="cards that differ"),
        pytest.param("MARKETING", carousel(*[{"components": [BODY]}] * 2), id="card without a picture"),
        pytest.param(
            "MARKETING", carousel(*[{"components": [PICTURE, BODY, BODY | {"type": "FOOTER"}]}] * 2), id="part"
        ),
        pytest.param("UTILITY", offer(COPY, LINK), id="offer of another category"),
        pytest.param("MARKETING", offer(LINK), id="offer that ends without a code"),
        pytest.param("MARKETING", offer(COPY, LINK, text="x" * 17), id="long offer"),
        pytest.param("MARKETING", [*offer(COPY, LINK), {"type": "FOOTER", "text": "x"}], id="offer's footer"),
        pytest.param(
            "MARKETING",
            [{"type": "HEADER", "format": "TEXT", "text": "x"}, *offer(COPY, LINK)],
            id="offer's text header",
        ),
    ],
)
def test_what_meta_refuses(category: str, components: list[dict[str, Any]]) -> None:
    with pytest.raises(GraphError):
        create(category, components)


def test_component_that_meta_does_not_have_is_refused() -> None:
    check_known([BODY, PICTURE])
    with pytest.raises(GraphError, match="HOLOGRAM"):
        check_known([BODY, {"type": "HOLOGRAM"}])


@pytest.mark.parametrize(
    "button", [{}, {"otp_type": "one_tap", "supported_apps": [APP]}, {"otp_type": "ONE_TAP", **APP}]
)
def test_password_with_advice_takes_the_documented_parameters(button: dict[str, Any]) -> None:
    made = create("AUTHENTICATION", [*otp(**button), {"type": "FOOTER", "code_expiration_minutes": 10}])
    code = {"type": "text", "text": "J$FpnYnP"}
    sent = [
        {"type": "body", "parameters": [code]},
        {"type": "button", "sub_type": "url", "index": "0", "parameters": [code]},
    ]
    shown = render(made.components, sent)
    assert shown["body"] == "*J$FpnYnP* is your verification code. For your security, do not share this code."
    assert shown["footer"] == "This code expires in 10 minutes."
    assert shown["buttons"][0]["url"].endswith("otpJ$FpnYnP")
    with pytest.raises(GraphError):
        render(made.components, sent[:1])
    EmulatedTemplates().edit(made, {"components": made.components})
    assert render(made.components, sent) == shown, "what is listed can be given again"


def cards_of(count: int) -> list[dict[str, Any]]:
    cards = [{"card_index": place, "components": SENT_CARD} for place in range(count)]
    return [{"type": "carousel", "cards": cards}]


def test_carousel_shows_each_card_with_its_values() -> None:
    made = create("MARKETING", carousel(CARD, CARD))
    shown = render(made.components, cards_of(2))
    assert [card["body"] for card in shown["cards"]] == ["Tea from Assam is here"] * 2
    for sent in (cards_of(1), cards_of(3), [], [{"type": "carousel", "cards": [cards_of(1)[0]["cards"][0]] * 2}]):
        with pytest.raises(GraphError):
            render(made.components, sent)


def test_offer_that_ends_needs_its_end() -> None:
    made = create("MARKETING", offer(COPY, LINK))
    code = {
        "type": "button",
        "sub_type": "copy_code",
        "index": "0",
        "parameters": [{"type": "coupon_code", "coupon_code": "SPRING20"}],
    }
    end = {"type": "limited_time_offer", "limited_time_offer": {"expiration_time_ms": 1_798_135_200_000}}
    shown = render(made.components, [code, {"type": "limited_time_offer", "parameters": [end]}])
    assert shown["offer"] == {"text": "Ends soon", "expiration_time_ms": 1_798_135_200_000}
    with pytest.raises(GraphError, match="expiration_time_ms"):
        render(made.components, [code])
