"""Templates of every kind, as Meta lists them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from templates_hsm.definition.read_definition import read_definition
from templates_hsm.definition.template_definition import Category, Definition, Template, TemplateStatus

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
LINK = "https://files.example/photo.png"

ORDER: list[dict[str, Any]] = [
    {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}", "example": {"header_text": ["4711"]}},
    {
        "type": "BODY",
        "text": "Hello {{1}}, your order comes on {{2}}.",
        "example": {"body_text": [["Anna", "Monday"]]},
    },
    {"type": "FOOTER", "text": "Corner Shop"},
    {
        "type": "BUTTONS",
        "buttons": [
            {"type": "QUICK_REPLY", "text": "Thanks"},
            {"type": "URL", "text": "Track", "url": "https://shop.example/t/{{1}}", "example": ["4711"]},
            {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+14155550100"},
        ],
    },
]
ORDER_VALUES: dict[str, Any] = {
    "header": "4711",
    "body": ["Anna", "Monday"],
    "buttons": [{"index": 1, "value": "4711"}],
}
NAMED: list[dict[str, Any]] = [
    {
        "type": "BODY",
        "text": "Hello {{first_name}}, {{points}} points wait.",
        "example": {
            "body_text_named_params": [
                {"param_name": "first_name", "example": "Anna"},
                {"param_name": "points", "example": "90"},
            ]
        },
    }
]
PICTURE: list[dict[str, Any]] = [
    {"type": "header", "format": "image", "example": {"header_handle": ["4::aW"]}},
    {"type": "body", "text": "New in the shop."},
]
PLACE: list[dict[str, Any]] = [{"type": "HEADER", "format": "LOCATION"}, {"type": "BODY", "text": "We are here."}]
COUPON: list[dict[str, Any]] = [
    {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "Ends soon", "has_expiration": True}},
    {"type": "BODY", "text": "20 % off."},
    {
        "type": "BUTTONS",
        "buttons": [
            {"type": "COPY_CODE", "example": "SPRING"},
            {"type": "URL", "text": "Shop", "url": "https://shop.example/?c={{1}}", "example": ["x"]},
        ],
    },
]
CODE: list[dict[str, Any]] = [
    {"type": "BODY", "add_security_recommendation": True},
    {"type": "FOOTER", "code_expiration_minutes": 10},
    {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE", "text": "Copy code"}]},
]
CARDS: list[dict[str, Any]] = [
    {"type": "BODY", "text": "Two things, {{1}}:", "example": {"body_text": [["Anna"]]}},
    {
        "type": "CAROUSEL",
        "cards": [
            {
                "components": [
                    {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::aW"]}},
                    {"type": "BODY", "text": "Tea from {{1}}", "example": {"body_text": [["Assam"]]}},
                    {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "More"}]},
                ]
            }
        ]
        * 2,
    },
]
CARD_VALUES = {"header": {"image": {"link": LINK}}, "body": ["Assam"]}


def read(components: list[dict[str, Any]], category: Category = Category.UTILITY) -> Definition:
    return read_definition(components, category)


def template(components: list[dict[str, Any]], category: Category = Category.UTILITY) -> Template:
    return Template(
        id="t1",
        workspace_id="w1",
        channel_id="c1",
        waba_id="123",
        name="order_update",
        language="en_US",
        category=category,
        status=TemplateStatus.APPROVED,
        usable=True,
        components=tuple(components),
    )
