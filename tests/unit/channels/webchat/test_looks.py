"""How a web chat looks and greets: which texts a page gets, and what settings are taken."""

from __future__ import annotations

import msgspec
import pytest

from channels.webchat.looks import show_widget
from inbox.channel.widget_models import Widget, WidgetTexts

WIDGET = Widget(
    texts={"en": WidgetTexts(title="Talk", greeting="Hello"), "pt-BR": WidgetTexts(title="Fale")},
    color="#0a5c36",
    logo_url="https://shop.example/logo.png",
)


@pytest.mark.parametrize(
    ("language", "title", "greeting"),
    [
        ("en", "Talk", "Hello"),
        ("en-GB", "Talk", "Hello"),
        ("pt-br", "Fale", None),  # what the language lacks is said in the widget's own words
        ("pt-PT", "Fale", None),
        ("ru", None, None),
        (None, None, None),
    ],
)
def test_a_page_gets_the_texts_nearest_to_its_language(
    language: str | None, title: str | None, greeting: str | None
) -> None:
    shown = show_widget(WIDGET, language)
    assert (shown.title, shown.greeting, shown.color) == (title, greeting, "#0a5c36")


@pytest.mark.parametrize(
    "settings",
    [
        {"color": "red;background:url(https://evil.example)"},
        {"color": "#0a5c36\n"},
        {"color": "#fff"},
        {"logo_url": "http://shop.example/logo.png"},
        {"logo_url": "javascript:alert(1)"},
        {"logo_url": "https://shop.example@evil.example/logo.png"},
        {"texts": {"not a language": {}}},
        {"texts": {"$where": {}}},
        {"texts": {"en": {"title": "\u200b"}}},
        {"texts": {"en": {"title": "x" * 61}}},
        {"texts": {"en": {"html": "x"}}},
        {"invitations": [{"path": "shoes", "texts": {"en": "x"}}]},
        {"invitations": [{"path": "/shoes?x", "texts": {"en": "x"}}]},
        {"invitations": [{"path": "/", "texts": {}}]},
        {"invitations": [{"path": "/", "after_seconds": -1, "texts": {"en": "x"}}]},
        {"invitations": [{"path": "/", "texts": {"en": "x"}}] * 11},
    ],
)
def test_settings_that_no_page_could_show_are_refused(settings: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(settings, Widget)
