"""How a web chat looks and greets: a channel's settings, public to every visitor."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from inbox.foundation.patterns import END, VISIBLE

MAX_LANGUAGES: Final = 30
WidgetLanguage = Annotated[
    str, Meta(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}" + END, max_length=35, examples=["pt-BR"])
]
WidgetTitle = Annotated[str, Meta(min_length=1, max_length=60, pattern=VISIBLE, examples=["Talk to us"])]
WidgetGreeting = Annotated[
    str, Meta(min_length=1, max_length=500, pattern=VISIBLE, examples=["Hello! What are you looking for?"])
]
WidgetColor = Annotated[str, Meta(pattern=r"^#[0-9A-Fa-f]{6}" + END, examples=["#0a5c36"])]
LogoUrl = Annotated[
    str, Meta(pattern=r"^https://[^\s/?#@]+/\S*" + END, max_length=500, examples=["https://shop.example/logo.png"])
]


class WidgetTexts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the widget says in one language; null: its own words.

    Attributes:
        title: The head of the window.
        greeting: What stands in an empty window.
    """

    title: WidgetTitle | None = None
    greeting: WidgetGreeting | None = None


FormKey = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}" + END, examples=["email", "customer_number"])]
FormLabel = Annotated[str, Meta(min_length=1, max_length=100, pattern=VISIBLE, examples=["Your order's number"])]
MAX_FORM_FIELDS: Final = 8
"""Who is asked more goes away."""


class AskedWhen(StrEnum):
    """When a question is asked."""

    ALWAYS = "always"
    AWAY = "away"
    """While nobody is there: no operator of the queue is ready, or it is out of its hours."""


class FormField(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question before the chat.

    Attributes:
        key: `name`, `email`, or the key of a field of the contact card; one that the card lacks is not asked.
        when: Always, or only while nobody is there.
        required: Whether the visitor has to answer before they write.
        labels: By language; without one: the widget's own words, or the name of the field.
    """

    key: FormKey
    when: AskedWhen = AskedWhen.ALWAYS
    required: bool = False
    labels: Annotated[dict[WidgetLanguage, FormLabel], Meta(max_length=MAX_LANGUAGES)] = {}


PagePath = Annotated[
    str, Meta(pattern=r"^[/*][^\s?#]*" + END, min_length=1, max_length=200, examples=["/", "/shoes*", "*/cart"])
]
InvitationText = Annotated[str, Meta(min_length=1, max_length=300, pattern=VISIBLE, examples=["Can we help?"])]
MAX_INVITATIONS: Final = 10
MAX_AFTER_SECONDS: Final = 3_600


class WidgetInvitation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A greeting that begins by rule, beside the closed window.

    Attributes:
        path: Of the pages where it is; `*` stands for any text, also none.
        after_seconds: How long the visitor has been on the page.
        texts: By language; who reads another one is not greeted.
    """

    path: PagePath
    after_seconds: Annotated[int, Meta(ge=0, le=MAX_AFTER_SECONDS)] = 30
    texts: Annotated[dict[WidgetLanguage, InvitationText], Meta(min_length=1, max_length=MAX_LANGUAGES)]


class Widget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a web chat looks and greets.

    Attributes:
        texts: By language. A visitor whose language is not there is greeted in the widget's own words.
        color: Of button and head; the text on it is black or white, whichever can be read better.
        logo_url: A picture beside the title; the page's Content Security Policy has to allow its host.
        show_team: Whether visitors are told the names of up to three operators who can take their conversation now.
        show_answer_time: Whether visitors are told within which time most got their first answer lately.
        sound: Whether new messages are told by a sound until the visitor chooses; it needs a press on the page first.
        form: What visitors are asked before their first message; answers fill what is empty on the contact's card.
        invitations: Greetings that begin by rule, the first that fits, each once in a browser.
    """

    texts: Annotated[dict[WidgetLanguage, WidgetTexts], Meta(max_length=MAX_LANGUAGES)] = {}
    color: WidgetColor | None = None
    logo_url: LogoUrl | None = None
    show_team: bool = False
    show_answer_time: bool = False
    sound: bool = True
    form: Annotated[tuple[FormField, ...], Meta(max_length=MAX_FORM_FIELDS)] = ()
    invitations: Annotated[tuple[WidgetInvitation, ...], Meta(max_length=MAX_INVITATIONS)] = ()

    def __post_init__(self) -> None:
        """Refuse a form that asks the same twice."""
        if len({one.key for one in self.form}) < len(self.form):
            raise ValueError("`form` must name each key once")
