"""Contents of messages: one tagged struct for each kind.

The same types are stored, sent through the API, and given to connectors, so
that a shape is written down once. Field names are those of the public contract.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from inbox.model.marks import Marks

MAX_TEXT_CHARS = 65_536
"""Longest text any channel's connector may hand us; each channel's own limit is lower and checked by its connector."""

Text = Annotated[str, Meta(max_length=MAX_TEXT_CHARS)]
RequiredText = Annotated[str, Meta(min_length=1, max_length=MAX_TEXT_CHARS)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]


class _Content(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of all contents: immutable, strict, optional fields left out when empty."""


class TextContent(_Content, frozen=True, kw_only=True, tag_field="type", tag="text"):
    """Words, with `marks` where some are formatted. Each channel states its own maximum length."""

    text: RequiredText
    marks: Marks = ()


class Media(_Content, frozen=True, kw_only=True):
    """A file: by our id, by link, or by the provider's reference.

    `provider_media_id` stays inside the system; the API never shows it. `status` says where an inbound file is:
    `pending` until it is fetched, then `stored`, or `failed`.
    """

    id: str | None = None
    url: str | None = None
    mime_type: str | None = None
    bytes: int | None = None
    filename: str | None = None
    sha256: str | None = None
    provider_media_id: str | None = None
    status: str | None = None


class ImageContent(_Content, frozen=True, kw_only=True, tag_field="type", tag="image"):
    """A picture with an optional caption."""

    media: Media
    caption: Text | None = None
    marks: Marks = ()


class VideoContent(_Content, frozen=True, kw_only=True, tag_field="type", tag="video"):
    """A film with an optional caption."""

    media: Media
    caption: Text | None = None
    marks: Marks = ()


class AudioContent(_Content, frozen=True, kw_only=True, tag_field="type", tag="audio"):
    """A sound file."""

    media: Media
    caption: Text | None = None
    marks: Marks = ()


class VoiceContent(_Content, frozen=True, kw_only=True, tag_field="type", tag="voice"):
    """A voice note recorded in the messenger."""

    media: Media
    caption: Text | None = None
    marks: Marks = ()


class DocumentContent(_Content, frozen=True, kw_only=True, tag_field="type", tag="document"):
    """Any file, with its name."""

    media: Media
    caption: Text | None = None
    marks: Marks = ()


class StickerContent(_Content, frozen=True, kw_only=True, tag_field="type", tag="sticker"):
    """A sticker, still or moving."""

    media: Media
    caption: Text | None = None


class LocationContent(_Content, frozen=True, kw_only=True, tag_field="type", tag="location"):
    """A place; degrees in WGS 84."""

    latitude: Latitude
    longitude: Longitude
    name: str | None = None
    address: str | None = None


class ContactPhone(_Content, frozen=True, kw_only=True):
    """One phone number of a contact card."""

    phone: str
    type: str | None = None


class ContactEmail(_Content, frozen=True, kw_only=True):
    """One e-mail address of a contact card."""

    email: str
    type: str | None = None


class ContactCard(_Content, frozen=True, kw_only=True):
    """One shared contact card."""

    name: str
    phones: tuple[ContactPhone, ...] = ()
    emails: tuple[ContactEmail, ...] = ()
    organization: str | None = None
    birthday: str | None = None


class ContactsContent(_Content, frozen=True, kw_only=True, tag_field="type", tag="contacts"):
    """Contact cards, at least one."""

    contacts: Annotated[tuple[ContactCard, ...], Meta(min_length=1)]


class ChoiceContent(_Content, frozen=True, kw_only=True, tag_field="type", tag="choice"):
    """A button or list row that the customer pressed; `id` is the one we sent with it.

    Also a form that the customer filled in: `description` has its fields as lines, `data` as the provider sent them.
    """

    id: str
    title: str
    description: str | None = None
    data: dict[str, str] = {}


class Button(_Content, frozen=True, kw_only=True):
    """A quick reply button."""

    id: Annotated[str, Meta(min_length=1)]
    title: Annotated[str, Meta(min_length=1)]


class ButtonsContent(_Content, frozen=True, kw_only=True, tag_field="type", tag="buttons"):
    """A text with quick reply buttons."""

    text: RequiredText
    buttons: Annotated[tuple[Button, ...], Meta(min_length=1)]


class ListRow(_Content, frozen=True, kw_only=True):
    """A row of a list message."""

    id: Annotated[str, Meta(min_length=1)]
    title: Annotated[str, Meta(min_length=1)]
    description: str | None = None


class ListSection(_Content, frozen=True, kw_only=True):
    """A titled group of rows."""

    rows: Annotated[tuple[ListRow, ...], Meta(min_length=1)]
    title: str | None = None


class ListContent(_Content, frozen=True, kw_only=True, tag_field="type", tag="list"):
    """A text with a button that opens a list to choose from."""

    text: RequiredText
    button: Annotated[str, Meta(min_length=1)]
    sections: Annotated[tuple[ListSection, ...], Meta(min_length=1)]


class ContactRequestContent(_Content, frozen=True, kw_only=True, tag_field="type", tag="contact_request"):
    """A text with a button by which the customer shares their phone number; the answer is a contact card."""

    text: RequiredText


class ChecklistTask(_Content, frozen=True, kw_only=True):
    """A task of a checklist; `id` is the provider's, `done` is what its people have marked."""

    text: RequiredText
    id: int | None = None
    done: bool = False


class ChecklistContent(_Content, frozen=True, kw_only=True, tag_field="type", tag="checklist"):
    """A list of tasks that are marked as done in the chat.

    `others_can_add` and `others_can_mark` say what the other side may do with it.
    """

    title: RequiredText
    tasks: Annotated[tuple[ChecklistTask, ...], Meta(min_length=1)]
    others_can_add: bool = False
    others_can_mark: bool = False


class OrderItem(_Content, frozen=True, kw_only=True):
    """One line of an order; `price` in units of `currency`."""

    product_id: str
    quantity: int
    price: float
    currency: str


class OrderContent(_Content, frozen=True, kw_only=True, tag_field="type", tag="order"):
    """A basket that the customer sent from a catalogue."""

    catalog_id: str
    items: tuple[OrderItem, ...]
    text: str | None = None


class TemplateContent(_Content, frozen=True, kw_only=True, tag_field="type", tag="template"):
    """An approved provider template; `rendered` is what the customer saw, `category` what the template was for then.

    `media` has the stored files that `parameters` name by id.
    """

    name: str
    language: str
    parameters: dict[str, object] = {}
    rendered: str | None = None
    category: str | None = None
    media: tuple[Media, ...] | None = None


class SystemContent(_Content, frozen=True, kw_only=True, tag_field="type", tag="system"):
    """An event shown in the thread, written by no person; `code` is stable, `text` is for people.

    `data` has only strings, so that any store can keep it.
    """

    code: str
    text: str | None = None
    data: dict[str, str] = {}


class UnsupportedContent(_Content, frozen=True, kw_only=True, tag_field="type", tag="unsupported"):
    """A kind of content that this version does not know; the raw payload is kept beside it."""

    reason: str


Content = (
    TextContent
    | ImageContent
    | VideoContent
    | AudioContent
    | VoiceContent
    | DocumentContent
    | StickerContent
    | LocationContent
    | ContactsContent
    | ChoiceContent
    | ButtonsContent
    | ListContent
    | ContactRequestContent
    | ChecklistContent
    | OrderContent
    | TemplateContent
    | SystemContent
    | UnsupportedContent
)

MarkedContent = TextContent | ImageContent | VideoContent | AudioContent | VoiceContent | DocumentContent
"""What may be formatted: a text, or the caption of a file."""

MediaContent = ImageContent | VideoContent | AudioContent | VoiceContent | DocumentContent | StickerContent

OutgoingContent = (
    TextContent
    | ImageContent
    | VideoContent
    | AudioContent
    | VoiceContent
    | DocumentContent
    | StickerContent
    | LocationContent
    | ContactsContent
    | ButtonsContent
    | ListContent
    | ContactRequestContent
    | ChecklistContent
    | TemplateContent
)
"""What an operator may send; the others only arrive."""

PREVIEW_CHARS = 100
"""Length of a list preview: two lines of a phone's list."""


def preview(content: Content) -> str:
    """Return the one-line text that a conversation list shows for a content."""
    match content:
        case (
            TextContent(text=text)
            | ButtonsContent(text=text)
            | ListContent(text=text)
            | ContactRequestContent(text=text)
        ):
            line = text
        case ChoiceContent(title=title) | ChecklistContent(title=title):
            line = title
        case TemplateContent(rendered=rendered, name=name):
            line = rendered or name
        case SystemContent(text=text, code=code):
            line = text or code
        case LocationContent(name=name):
            line = name or "location"
        case OrderContent(items=items):
            line = f"order of {len(items)}"
        case ContactsContent(contacts=contacts):
            line = ", ".join(card.name for card in contacts)
        case UnsupportedContent():
            line = "unsupported message"
        case _:
            line = content.caption or kind_of(content)
    return " ".join(line.split())[:PREVIEW_CHARS]


def words_and_marks(content: Content) -> tuple[str, Marks]:
    """Return what a content says, with its formatting; empty where it may not be formatted."""
    if isinstance(content, TextContent):
        return content.text, content.marks
    return (content.caption or "", content.marks) if isinstance(content, MarkedContent) else ("", ())


def kind_of(content: Content) -> str:
    """Return the contract's `type` of a content, such as `text` or `image`."""
    return str(content.__struct_config__.tag)
