"""What of a channel's looks a visitor's page is told. Pure."""

from __future__ import annotations

import msgspec

from inbox.channel.widget_models import Widget, WidgetTexts
from inbox.contacts.language_tags import nearest_language


class ShownInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """A greeting that begins by rule, in the language of the page."""

    path: str
    after_seconds: int
    text: str


class ShownWidget(msgspec.Struct, frozen=True, kw_only=True):
    """How the widget looks and greets, in the language of the page; null: its own words, its own colour.

    `usual_answer_seconds`: within this time most visitors got their first answer lately; null: nothing is said of it.
    """

    title: str | None = None
    greeting: str | None = None
    color: str | None = None
    logo_url: str | None = None
    sound: bool = True
    usual_answer_seconds: int | None = None
    invitations: tuple[ShownInvitation, ...] = ()


def show_widget(widget: Widget, language: str | None, *, usual_answer_seconds: int | None = None) -> ShownWidget:
    """Choose the texts for a page's language; none where the channel has none that is near."""
    nearest = nearest_language(widget.texts, language)
    texts = WidgetTexts() if nearest is None else widget.texts[nearest]
    return ShownWidget(
        title=texts.title,
        greeting=texts.greeting,
        color=widget.color,
        logo_url=widget.logo_url,
        sound=widget.sound,
        usual_answer_seconds=usual_answer_seconds,
        invitations=tuple(
            ShownInvitation(path=one.path, after_seconds=one.after_seconds, text=one.texts[tag])
            for one in widget.invitations
            if (tag := nearest_language(one.texts, language)) is not None
        ),
    )
