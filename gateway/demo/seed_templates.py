"""Templates that the demo's business account has at the emulator from the start, one of each kind."""

from __future__ import annotations

from typing import Any, Final

TEMPLATES: Final[list[dict[str, Any]]] = [
    {
        "name": "hello_again",
        "language": "en",
        "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Hello, we have an answer to your question. May we send it?"}],
    },
    {
        "name": "order_update",
        "language": "en",
        "category": "UTILITY",
        "components": [
            {
                "type": "BODY",
                "text": "Hello {{1}}, your order {{2}} is on its way.",
                "example": {"body_text": [["Maria", "10482"]]},
            },
            {"type": "FOOTER", "text": "Demo shop"},
        ],
    },
    {
        "name": "spring_sale",
        "language": "en",
        "category": "MARKETING",
        "components": [
            {
                "type": "BODY",
                "text": "Hello {{1}}, everything is 20 % off this week.",
                "example": {"body_text": [["Maria"]]},
            },
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Stop these messages"}]},
        ],
    },
    {
        "name": "appointment",
        "language": "en",
        "category": "UTILITY",
        "components": [
            {"type": "HEADER", "format": "LOCATION"},
            {
                "type": "BODY",
                "text": "Dear {{first_name}}, we expect you on {{day}} at the shop shown above.",
                "example": {
                    "body_text_named_params": [
                        {"param_name": "first_name", "example": "Maria"},
                        {"param_name": "day", "example": "Monday"},
                    ]
                },
            },
        ],
    },
    {
        "name": "order_tracking",
        "language": "en",
        "category": "UTILITY",
        "components": [
            {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}", "example": {"header_text": ["10482"]}},
            {"type": "BODY", "text": "Your order has left our house. Follow it with the button below."},
            {
                "type": "BUTTONS",
                "buttons": [
                    {
                        "type": "URL",
                        "text": "Follow the order",
                        "url": "https://shop.example/orders/{{1}}",
                        "example": ["https://shop.example/orders/10482"],
                    },
                    {"type": "PHONE_NUMBER", "text": "Call us", "phone_number": "+15550783881"},
                ],
            },
        ],
    },
    {
        "name": "new_collection",
        "language": "en",
        "category": "MARKETING",
        "components": [
            {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::aW1hZ2U"]}},
            {"type": "BODY", "text": "The new collection is in the shop."},
            {"type": "BUTTONS", "buttons": [{"type": "COPY_CODE", "example": "SPRING20"}]},
        ],
    },
    {
        "name": "login_code",
        "language": "en",
        "category": "AUTHENTICATION",
        "components": [
            {"type": "BODY", "add_security_recommendation": True},
            {"type": "FOOTER", "code_expiration_minutes": 10},
            {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE", "text": "Copy code"}]},
        ],
    },
    {
        "name": "reminder_paused",
        "language": "en",
        "category": "MARKETING",
        "status": "PAUSED",
        "components": [{"type": "BODY", "text": "You have something left in your basket."}],
    },
    {
        "name": "prize_rejected",
        "language": "en",
        "category": "MARKETING",
        "status": "REJECTED",
        "reason": "ABUSIVE_CONTENT",
        "components": [{"type": "BODY", "text": "You are our lucky winner of today."}],
    },
]
