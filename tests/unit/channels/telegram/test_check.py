"""Each limit: what is at it passes, what is over it is refused with the limit's number."""

from __future__ import annotations

import pytest

from channels.telegram.check import check_content
from inbox.model.content import (
    AudioContent,
    Button,
    ButtonsContent,
    ChoiceContent,
    ContactCard,
    ContactPhone,
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
    TemplateContent,
    TextContent,
    VideoContent,
    VoiceContent,
)
from inbox.sending.outbound import ContentNotSendableError

MB = 1_000_000
PHONE = (ContactPhone(phone="+16505551234"),)


def media(**fields: object) -> Media:
    return Media(**{"url": "https://files.example/f", **fields})  # type: ignore[arg-type]


def buttons(count: int = 1, *, text: str = "Choose", **fields: str) -> ButtonsContent:
    made = tuple(Button(**{"id": f"id{place}", "title": f"Title {place}", **fields}) for place in range(count))
    return ButtonsContent(text=text, buttons=made)


def listing(*, rows: int = 1, text: str = "Choose", **fields: str) -> ListContent:
    made = tuple(ListRow(**{"id": f"id{place}", "title": f"Row {place}", **fields}) for place in range(rows))
    return ListContent(text=text, button="Open", sections=(ListSection(rows=made),))


def cards(count: int, phones: tuple[ContactPhone, ...] = PHONE) -> ContactsContent:
    return ContactsContent(contacts=tuple(ContactCard(name="Ana", phones=phones) for _ in range(count)))


PASS: list[tuple[str, Content]] = [
    ("long text", TextContent(text="x" * 40960)),
    # An emoji counts twice.
    ("long text of emoji", TextContent(text="👍" * 20480)),
    ("picture of 10 MB", ImageContent(media=media(bytes=10 * MB, mime_type="image/png"))),
    ("caption above 1,024", ImageContent(media=media(), caption="x" * 5000)),
    ("film", VideoContent(media=media(mime_type="video/mp4", bytes=50 * MB))),
    ("sound", AudioContent(media=media(mime_type="audio/mpeg"), caption="listen")),
    ("voice", VoiceContent(media=media(mime_type="audio/ogg; codecs=opus"))),
    ("document of any type", DocumentContent(media=media(mime_type="application/x-anything"))),
    ("sticker", StickerContent(media=media(mime_type="image/webp"))),
    ("place", LocationContent(latitude=90, longitude=-180)),
    ("ten cards", cards(10)),
    ("a hundred buttons", buttons(100)),
    ("an id of 64 bytes", buttons(id="ü" * 32)),
    ("a list", listing(rows=100)),
    ("a list with a description", listing(description="x" * 4000)),
]

REFUSED: list[tuple[str, Content, str, str]] = [
    ("blank text", TextContent(text=" \n"), "/text", "empty"),
    ("text too long", TextContent(text="x" * 40961), "/text", "40960"),
    ("emoji too many", TextContent(text="👍" * 20481), "/text", "40960"),
    ("picture too large", ImageContent(media=media(bytes=10 * MB + 1)), "/media/bytes", "10000000"),
    ("picture of a strange type", ImageContent(media=media(mime_type="image/tiff")), "/media/mime_type", "image/png"),
    ("film too large", VideoContent(media=media(bytes=50 * MB + 1)), "/media/bytes", "50000000"),
    ("sticker with a caption", StickerContent(media=media(), caption="x"), "/caption", "caption"),
    ("a file from nowhere", DocumentContent(media=Media()), "/media", "id or a link"),
    ("a path instead of a link", DocumentContent(media=Media(url="/etc/passwd")), "/media/url", "https://"),
    ("eleven cards", cards(11), "/contacts", "10"),
    ("a card without a phone", cards(1, ()), "/contacts/0/phones", "phone"),
    ("too many buttons", buttons(101), "/buttons", "100"),
    ("an id of 65 bytes", buttons(id="ü" * 32 + "x"), "/buttons/0/id", "64"),
    ("a title too long", buttons(title="x" * 65), "/buttons/0/title", "64"),
    ("the same id twice", buttons(2, id="x"), "/buttons", "of its own"),
    ("text of buttons too long", buttons(text="x" * 4097), "/text", "4096"),
    ("list rows too many", listing(rows=101), "/sections", "100"),
    ("list with its descriptions too long", listing(description="x" * 4096), "/text", "4096"),
    ("a row's id too long", listing(id="x" * 65), "/sections/0/rows/0/id", "64"),
    ("template", TemplateContent(name="a", language="en"), "/type", "template"),
    ("choice", ChoiceContent(id="a", title="A"), "/type", "choice"),
]


@pytest.mark.parametrize("content", [row[1] for row in PASS], ids=[row[0] for row in PASS])
def test_within_the_limits(content: Content) -> None:
    check_content(content)


@pytest.mark.parametrize(("content", "pointer", "number"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_beyond_the_limits(content: Content, pointer: str, number: str) -> None:
    with pytest.raises(ContentNotSendableError) as refused:
        check_content(content)
    assert refused.value.pointer == pointer
    assert number in refused.value.message
