"""One good outgoing content of each kind, in the form of the API; the same for all channels."""

from __future__ import annotations

from typing import Any

BUTTONS = [{"id": "yes", "title": "Yes"}, {"id": "no", "title": "No"}]
ROWS = [{"id": "s", "title": "Small", "description": "36–38"}, {"id": "l", "title": "Large"}]


def contents(link: str) -> dict[str, dict[str, Any]]:
    """Return the contents, with a file at `link`."""
    media = {"url": link}
    return {
        "text": {"type": "text", "text": "It is: шесть штук 👍🏽"},
        "image": {"type": "image", "media": media, "caption": "blue"},
        "video": {"type": "video", "media": media, "caption": "blue"},
        "audio": {"type": "audio", "media": media},
        "voice": {"type": "voice", "media": media},
        "document": {"type": "document", "media": {**media, "filename": "price list.pdf"}, "caption": "prices"},
        "sticker": {"type": "sticker", "media": media},
        "location": {
            "type": "location",
            "latitude": 52.52,
            "longitude": 13.405,
            "name": "Shop",
            "address": "Alexanderplatz 1",
        },
        "contacts": {
            "type": "contacts",
            "contacts": [{"name": "Ana Answers", "phones": [{"phone": "+16505551234", "type": "WORK"}]}],
        },
        "buttons": {"type": "buttons", "text": "Reserve it?", "buttons": BUTTONS},
        "contact_request": {"type": "contact_request", "text": "May we have your number?"},
        "checklist": {"type": "checklist", "title": "To do", "tasks": [{"text": "Measure"}]},
        "list": {
            "type": "list",
            "text": "Which size?",
            "button": "Sizes",
            "sections": [{"title": "All", "rows": ROWS}],
        },
    }
