"""Each limit: what is at it passes, what is over it is refused with the limit's number."""

from __future__ import annotations

import pytest

from channels.whatsapp.connector import WhatsAppConnector
from inbox.model.content import (
    AudioContent,
    Button,
    ButtonsContent,
    ChoiceContent,
    ContactCard,
    ContactsContent,
    Content,
    DocumentContent,
    ImageContent,
    ListContent,
    ListRow,
    ListSection,
    LocationContent,
    Media,
    StickerContent,
    SystemContent,
    TemplateContent,
    TextContent,
    UnsupportedContent,
    VideoContent,
    VoiceContent,
)
from inbox.sending.outbound import ContentNotSendableError

MIB = 1024 * 1024


def media(**fields: object) -> Media:
    return Media(**{"url": "https://files.example/f", **fields})  # type: ignore[arg-type]


def buttons(count: int = 1, *, text: str = "Choose", title: str = "", id_: str = "") -> ButtonsContent:
    made = tuple(Button(id=id_ or f"id{place}", title=title or f"Title {place}") for place in range(count))
    return ButtonsContent(text=text, buttons=made)


def rows(count: int, *, first: int = 0) -> tuple[ListRow, ...]:
    return tuple(ListRow(id=f"id{place}", title=f"Row {place}") for place in range(first, first + count))


def listing(*sections: ListSection, text: str = "Choose", button: str = "Open") -> ListContent:
    return ListContent(text=text, button=button, sections=sections or (ListSection(rows=rows(1)),))


def one_row(**fields: str) -> ListContent:
    return listing(ListSection(rows=(ListRow(**{"id": "1", "title": "Row", **fields}),)))


def template(name: str = "order_update_2", language: str = "en_US") -> TemplateContent:
    return TemplateContent(name=name, language=language)


FITS: list[tuple[str, Content]] = [
    ("text at its limit", TextContent(text="x" * 4096)),
    # Counted in characters, not in bytes.
    ("text of emoji", TextContent(text="😀" * 4096)),
    ("image at its limit", ImageContent(media=media(bytes=5 * MIB, mime_type="image/png"), caption="x" * 1024)),
    ("video at its limit", VideoContent(media=media(bytes=16 * MIB, mime_type="video/mp4"))),
    ("audio at its limit", AudioContent(media=media(bytes=16 * MIB, mime_type="audio/mpeg"))),
    ("a type with parameters", VoiceContent(media=media(mime_type="audio/ogg; codecs=opus"))),
    ("a type in capitals", ImageContent(media=media(mime_type="Image/JPEG"))),
    ("document of any type", DocumentContent(media=media(bytes=100 * MIB, mime_type="application/x-odd"))),
    ("sticker at its limit", StickerContent(media=media(bytes=500 * 1024, mime_type="image/webp"))),
    ("file of ours", ImageContent(media=Media(id="f1"))),
    ("file at Meta", ImageContent(media=Media(provider_media_id="9001"))),
    ("location at the pole", LocationContent(latitude=90, longitude=-180)),
    ("as many cards as go", ContactsContent(contacts=(ContactCard(name="Bo"),) * 257)),
    ("three buttons", buttons(3, text="x" * 1024)),
    ("button at its limits", buttons(title="x" * 20, id_="x" * 256)),
    ("list at its limits", listing(ListSection(rows=rows(10)), text="x" * 4096, button="x" * 20)),
    ("row at its limits", one_row(id="x" * 200, title="x" * 24, description="x" * 72)),
    ("ten titled sections", listing(*(ListSection(title="x" * 24, rows=rows(1, first=n)) for n in range(10)))),
    ("template", template(name="x" * 512)),
    ("language without country", template(language="fil")),
]


@pytest.mark.parametrize("content", [row[1] for row in FITS], ids=[row[0] for row in FITS])
def test_what_is_at_the_limit_passes(content: Content) -> None:
    WhatsAppConnector().check(content)


REFUSED: list[tuple[str, Content, str, str]] = [
    ("text", TextContent(text="x" * 4097), "/text", "4096"),
    ("text of blanks", TextContent(text=" \n"), "/text", "empty"),
    ("image", ImageContent(media=media(bytes=5 * MIB + 1)), "/media/bytes", str(5 * MIB)),
    ("video", VideoContent(media=media(bytes=16 * MIB + 1)), "/media/bytes", str(16 * MIB)),
    ("audio", AudioContent(media=media(bytes=16 * MIB + 1)), "/media/bytes", str(16 * MIB)),
    ("voice", VoiceContent(media=media(bytes=16 * MIB + 1)), "/media/bytes", str(16 * MIB)),
    ("document", DocumentContent(media=media(bytes=100 * MIB + 1)), "/media/bytes", str(100 * MIB)),
    ("sticker", StickerContent(media=media(bytes=500 * 1024 + 1)), "/media/bytes", "512000"),
    ("image type", ImageContent(media=media(mime_type="image/gif")), "/media/mime_type", "image/jpeg"),
    ("video type", VideoContent(media=media(mime_type="video/webm")), "/media/mime_type", "video/mp4"),
    ("voice type", VoiceContent(media=media(mime_type="audio/mpeg")), "/media/mime_type", "audio/ogg"),
    ("sticker type", StickerContent(media=media(mime_type="image/png")), "/media/mime_type", "image/webp"),
    ("caption", ImageContent(media=media(), caption="x" * 1025), "/caption", "1024"),
    ("caption of a sound", AudioContent(media=media(), caption="Listen"), "/caption", "audio"),
    ("no file", ImageContent(media=Media()), "/media", "link"),
    # A path would be read from our own disk by the client library.
    ("a path for a link", DocumentContent(media=Media(url="/etc/passwd")), "/media/url", "https://"),
    ("a file link", DocumentContent(media=Media(url="file:///etc/passwd")), "/media/url", "https://"),
    ("latitude", LocationContent(latitude=90.1, longitude=0), "/latitude", "90"),
    ("latitude that is none", LocationContent(latitude=float("nan"), longitude=0), "/latitude", "90"),
    ("longitude", LocationContent(latitude=0, longitude=180.1), "/longitude", "180"),
    ("cards", ContactsContent(contacts=(ContactCard(name="Bo"),) * 258), "/contacts", "257"),
    ("no cards", ContactsContent(contacts=()), "/contacts", "257"),
    ("card without a name", ContactsContent(contacts=(ContactCard(name=" "),)), "/contacts/0/name", "empty"),
    ("four buttons", buttons(4), "/buttons", "3"),
    ("no buttons", buttons(0), "/buttons", "3"),
    ("body over buttons", buttons(text="x" * 1025), "/text", "1024"),
    ("button title", buttons(title="x" * 21), "/buttons/0/title", "20"),
    ("button id", buttons(id_="x" * 257), "/buttons/0/id", "256"),
    ("same titles", buttons(2, title="Same"), "/buttons", "title"),
    ("same ids", buttons(2, id_="same"), "/buttons", "id"),
    ("eleven rows", listing(ListSection(rows=rows(11))), "/sections", "10"),
    (
        "eleven rows in two sections",
        listing(ListSection(title="A", rows=rows(6)), ListSection(title="B", rows=rows(5, first=6))),
        "/sections",
        "10",
    ),
    (
        "eleven sections",
        listing(*(ListSection(title="A", rows=rows(1, first=n)) for n in range(11))),
        "/sections",
        "10",
    ),
    (
        "two sections, one without title",
        listing(ListSection(title="A", rows=rows(1)), ListSection(rows=rows(1, first=1))),
        "/sections/1/title",
        "title",
    ),
    (
        "same row ids",
        listing(ListSection(title="A", rows=rows(1)), ListSection(title="B", rows=rows(1))),
        "/sections",
        "id",
    ),
    ("section title", listing(ListSection(title="x" * 25, rows=rows(1))), "/sections/0/title", "24"),
    ("body over list", listing(text="x" * 4097), "/text", "4096"),
    ("list button", listing(button="x" * 21), "/button", "20"),
    ("row title", one_row(title="x" * 25), "/sections/0/rows/0/title", "24"),
    ("row description", one_row(description="x" * 73), "/sections/0/rows/0/description", "72"),
    ("row id", one_row(id="x" * 201), "/sections/0/rows/0/id", "200"),
    ("template name", template(name="x" * 513), "/name", "512"),
    ("template name in capitals", template(name="Hello"), "/name", "a to z"),
    ("template language", template(language="English"), "/language", "en_US"),
    # What only arrives cannot be sent.
    ("choice", ChoiceContent(id="1", title="Yes"), "/type", "choice"),
    ("system", SystemContent(code="x"), "/type", "system"),
    ("unsupported", UnsupportedContent(reason="x"), "/type", "unsupported"),
]


@pytest.mark.parametrize(
    ("content", "pointer", "number"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_is_over_the_limit_is_refused_with_its_number(content: Content, pointer: str, number: str) -> None:
    with pytest.raises(ContentNotSendableError) as caught:
        WhatsAppConnector().check(content)

    assert caught.value.pointer == pointer
    assert number in caught.value.message
