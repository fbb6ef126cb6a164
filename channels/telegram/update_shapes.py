"""Telegram's updates as far as we read them. Unknown fields are skipped; what we don't read stays in the raw bytes.

Source: https://core.telegram.org/bots/api#update and the types below it, Bot API 10.
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


class _Shape(msgspec.Struct, gc=False):
    """Base of all shapes: read once, thrown away."""


class User(_Shape):
    """A person or a bot."""

    id: int
    first_name: str = ""
    last_name: str | None = None
    username: str | None = None
    is_bot: bool = False
    language_code: str | None = None


class Chat(_Shape):
    """Where something happened; in a private chat its id is the person's."""

    id: int
    type: str = "private"
    title: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    username: str | None = None


class File(_Shape):
    """Any file; pictures have no name and no type."""

    file_id: str
    file_size: int | None = None
    mime_type: str | None = None
    file_name: str | None = None
    width: int = 0
    height: int = 0
    title: str | None = None
    performer: str | None = None


class Sticker(_Shape):
    """A sticker: a still picture, a vector animation (`tgs`) or a film."""

    file_id: str
    file_size: int | None = None
    emoji: str | None = None
    is_animated: bool = False
    is_video: bool = False


class Location(_Shape):
    """A place."""

    latitude: float
    longitude: float


class Venue(_Shape):
    """A place with a name."""

    location: Location
    title: str = ""
    address: str = ""


class SharedContact(_Shape):
    """A contact card."""

    phone_number: str = ""
    first_name: str = ""
    last_name: str | None = None


class Dice(_Shape):
    """A die, dart, ball or slot machine with what came up."""

    emoji: str
    value: int


class Item(_Shape):
    """An answer of a poll, a task of a checklist, the name of a game."""

    text: str = ""
    title: str = ""


class Poll(_Shape):
    """A question with answers."""

    question: str
    options: list[Item] = []


class Checklist(_Shape):
    """A list of tasks."""

    title: str = ""
    tasks: list[Item] = []


class Story(_Shape):
    """A story, which bots can name but not open."""

    chat: Chat
    id: int


class WebAppData(_Shape):
    """What a web app sent back."""

    data: str
    button_text: str = ""


class Payment(_Shape):
    """A payment; amounts are in the currency's smallest unit."""

    currency: str = ""
    total_amount: int = 0
    title: str = ""


class Origin(_Shape):
    """Where a forwarded message came from."""

    type: str = ""
    sender_user: User | None = None
    sender_user_name: str | None = None
    sender_chat: Chat | None = None
    chat: Chat | None = None


class Quote(_Shape):
    """The part of a message that its answer quotes."""

    text: str = ""
    is_manual: bool = False


class Button(_Shape):
    """A button below a message."""

    text: str = ""
    callback_data: str | None = None


class Keyboard(_Shape):
    """Buttons below a message, in rows."""

    inline_keyboard: list[list[Button]] = []


class Answered(_Shape):
    """The message that another one answers."""

    message_id: int = 0
    forum_topic_created: Raw = ABSENT


class Head(_Shape):
    """The least that makes a message attributable."""

    message_id: int
    chat: Chat
    date: int = 0


class Message(_Shape):
    """A message, as far as operators can read it."""

    message_id: int
    chat: Chat
    date: int = 0
    from_: User | None = msgspec.field(default=None, name="from")
    sender_chat: Chat | None = None
    edit_date: int | None = None
    media_group_id: str | None = None
    reply_to_message: Answered | None = None
    forward_origin: Origin | None = None
    quote: Quote | None = None
    reply_markup: Keyboard | None = None
    text: str | None = None
    caption: str | None = None
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
    invoice: Payment | None = None
    successful_payment: Payment | None = None
    migrate_to_chat_id: int | None = None
    migrate_from_chat_id: int | None = None


class CallbackQuery(_Shape):
    """Somebody pressed a button."""

    id: str
    from_: User = msgspec.field(name="from")
    message: Message | None = None
    data: str | None = None


class ReactionType(_Shape):
    """An emoji, a picture of somebody's own, or a paid star."""

    type: str = ""
    emoji: str = ""


class MessageReaction(_Shape):
    """The reactions that one person now has on a message."""

    chat: Chat
    message_id: int
    date: int = 0
    user: User | None = None
    actor_chat: Chat | None = None
    new_reaction: list[ReactionType] = []


class Member(_Shape):
    """What the bot is in a chat."""

    status: str


class MemberUpdated(_Shape):
    """The bot was let in, thrown out, blocked or unblocked."""

    chat: Chat
    new_chat_member: Member
    date: int = 0
    from_: User | None = msgspec.field(default=None, name="from")


class Update(_Shape):
    """One update: at most one of the parts is there, each read by itself."""

    update_id: int
    message: Raw = ABSENT
    edited_message: Raw = ABSENT
    callback_query: Raw = ABSENT
    message_reaction: Raw = ABSENT
    my_chat_member: Raw = ABSENT
