"""Telegram's messages as far as we read them. Unknown fields are skipped; what we don't read stays in the raw bytes.

Source: https://core.telegram.org/bots/api#message and the types below it, Bot API 10.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Raw

ABSENT: Final = Raw(b"null")
"""A part that is not there."""


def is_there(part: Raw) -> bool:
    """Tell a part from none."""
    return bytes(part) != bytes(ABSENT)


class Shape(msgspec.Struct, gc=False):
    """Base of all shapes: read once, thrown away."""


class User(Shape):
    """A person or a bot."""

    id: int
    first_name: str = ""
    last_name: str | None = None
    username: str | None = None
    is_bot: bool = False
    language_code: str | None = None


class Chat(Shape):
    """Where something happened; in a private chat its id is the person's."""

    id: int
    type: str = "private"
    title: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    username: str | None = None


class File(Shape):
    """Any file; pictures have no name and no type."""

    file_id: str
    file_size: int | None = None
    mime_type: str | None = None
    file_name: str | None = None
    width: int = 0
    height: int = 0
    title: str | None = None
    performer: str | None = None


class Sticker(Shape):
    """A sticker: a still picture, a vector animation (`tgs`) or a film."""

    file_id: str
    file_size: int | None = None
    emoji: str | None = None
    is_animated: bool = False
    is_video: bool = False


class Location(Shape):
    """A place."""

    latitude: float
    longitude: float


class Venue(Shape):
    """A place with a name."""

    location: Location
    title: str = ""
    address: str = ""


class SharedContact(Shape):
    """A contact card."""

    phone_number: str = ""
    first_name: str = ""
    last_name: str | None = None


class Dice(Shape):
    """A die, dart, ball or slot machine with what came up."""

    emoji: str
    value: int


class Item(Shape):
    """An answer of a poll, a task of a checklist, the name of a game."""

    text: str = ""
    title: str = ""


class Poll(Shape):
    """A question with answers."""

    question: str
    options: list[Item] = []


class Checklist(Shape):
    """A list of tasks."""

    title: str = ""
    tasks: list[Item] = []


class Story(Shape):
    """A story, which bots can name but not open."""

    chat: Chat
    id: int


class WebAppData(Shape):
    """What a web app sent back."""

    data: str
    button_text: str = ""


class Invoice(Shape):
    """What is to be paid; the amount is in the currency's smallest unit."""

    currency: str = ""
    total_amount: int = 0
    title: str = ""


class PaidMedia(Shape):
    """Pictures and films that have to be paid for; bots get them whole only if they were sent by themselves."""

    star_count: int = 0
    paid_media: list[Raw] = []


class Origin(Shape):
    """Where a forwarded message came from."""

    type: str = ""
    sender_user: User | None = None
    sender_user_name: str | None = None
    sender_chat: Chat | None = None
    chat: Chat | None = None
    message_id: int | None = None


class Quote(Shape):
    """The part of a message that its answer quotes."""

    text: str = ""
    is_manual: bool = False


class Button(Shape):
    """A button below a message."""

    text: str = ""
    callback_data: str | None = None


class Keyboard(Shape):
    """Buttons below a message, in rows."""

    inline_keyboard: list[list[Button]] = []


class Answered(Shape):
    """The message that another one answers."""

    message_id: int = 0
    forum_topic_created: Raw = ABSENT
    is_automatic_forward: Raw = ABSENT
    sender_chat: Raw = ABSENT
    text: Raw = ABSENT
    caption: Raw = ABSENT


class DirectTopic(Shape):
    """The thread of one person in a channel's direct messages."""

    topic_id: int
    user: User | None = None


class Head(Shape):
    """The least that makes a message attributable."""

    message_id: int
    chat: Chat
    date: int = 0


class Message(Shape):
    """A message, as far as operators can read it."""

    message_id: int
    chat: Chat
    date: int = 0
    from_: User | None = msgspec.field(default=None, name="from")
    sender_chat: Chat | None = None
    author_signature: str | None = None
    edit_date: int | None = None
    media_group_id: str | None = None
    message_thread_id: int | None = None
    is_topic_message: bool = False
    forum_topic_created: Raw = ABSENT
    direct_messages_topic: DirectTopic | None = None
    ephemeral_message_id: int | None = None
    reply_to_message: Answered | None = None
    external_reply: Raw = ABSENT
    reply_to_story: Raw = ABSENT
    forward_origin: Origin | None = None
    quote: Quote | None = None
    reply_markup: Keyboard | None = None
    text: str | None = None
    entities: Raw = ABSENT
    caption: str | None = None
    caption_entities: Raw = ABSENT
    rich_message: Raw = ABSENT
    photo: list[File] | None = None
    video: File | None = None
    video_note: File | None = None
    animation: File | None = None
    audio: File | None = None
    voice: File | None = None
    document: File | None = None
    sticker: Sticker | None = None
    location: Location | None = None
    venue: Venue | None = None
    contact: SharedContact | None = None
    dice: Dice | None = None
    poll: Poll | None = None
    game: Item | None = None
    checklist: Checklist | None = None
    story: Story | None = None
    web_app_data: WebAppData | None = None
    invoice: Invoice | None = None
    paid_media: PaidMedia | None = None
    migrate_to_chat_id: int | None = None
    migrate_from_chat_id: int | None = None
