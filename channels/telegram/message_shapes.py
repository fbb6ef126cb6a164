"""Telegram's messages as far as we read them. Unknown fields are skipped; what we don't read stays in the raw bytes.

Source: https://core.telegram.org/bots/api#message and the types below it, Bot API 10.
"""

from __future__ import annotations

from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta, Raw

from channels.json_repair import decode_or_repair
from inbox.model.content import MAX_TEXT_CHARS

Part = TypeVar("Part")

ABSENT: Final = Raw(b"null")
"""A part that is not there."""


def is_there(part: Raw) -> bool:
    """Return whether a part is there."""
    return bytes(part) != bytes(ABSENT)


def read_part(raw: Raw, decoder: msgspec.json.Decoder[Part]) -> Part | None:
    """Decode one part strictly, then repaired; None where it is not there or does not have the shape."""
    return decode_or_repair(raw, decoder) if is_there(raw) else None


Words = Annotated[str, Meta(max_length=MAX_TEXT_CHARS)]
"""Nothing that Telegram sends is nearly as long: a text has 4,096 characters, a rich message 32,768."""
Number = Annotated[int, Meta(ge=-(2**53), le=2**53)]
"""Telegram's ids have at most 52 significant bits, sizes of files too; the database's numbers have 64."""


class Shape(msgspec.Struct, gc=False):
    """Base of all shapes: read once, thrown away."""


class UserShape(Shape):
    """A person or a bot."""

    id: Number
    first_name: Words = ""
    last_name: Words | None = None
    username: Words | None = None
    is_bot: bool = False
    language_code: Words | None = None


class ChatShape(Shape):
    """Where something happened; in a private chat its id is the person's."""

    id: Number
    type: Words = "private"
    title: Words | None = None
    first_name: Words | None = None
    last_name: Words | None = None
    username: Words | None = None


class FileShape(Shape):
    """Any file; pictures have no name and no type."""

    file_id: Words
    file_size: Number | None = None
    mime_type: Words | None = None
    file_name: Words | None = None
    width: Number = 0
    height: Number = 0
    title: Words | None = None
    performer: Words | None = None


class StickerShape(Shape):
    """A sticker: a still picture, a vector animation (`tgs`) or a film."""

    file_id: Words
    file_size: Number | None = None
    emoji: Words | None = None
    is_animated: bool = False
    is_video: bool = False


class LocationShape(Shape):
    """A place."""

    latitude: float
    longitude: float


class VenueShape(Shape):
    """A place with a name."""

    location: LocationShape
    title: Words = ""
    address: Words = ""


class SharedContactShape(Shape):
    """A contact card."""

    phone_number: Words = ""
    first_name: Words = ""
    last_name: Words | None = None


class DiceShape(Shape):
    """A die, dart, ball or slot machine with what came up."""

    emoji: Words
    value: Number


class ItemShape(Shape):
    """An answer of a poll, the name of a game."""

    text: Words = ""
    title: Words = ""


class PollShape(Shape):
    """A question with answers."""

    question: Words
    options: list[ItemShape] = []


class TaskShape(Shape):
    """A task of a checklist; who has done it, and when, is there once it is done."""

    id: Number | None = None
    text: Words = ""
    completion_date: Number = 0
    completed_by_user: Raw = ABSENT
    completed_by_chat: Raw = ABSENT


class ChecklistShape(Shape):
    """A list of tasks."""

    title: Words = ""
    tasks: list[TaskShape] = []
    others_can_add_tasks: bool = False
    others_can_mark_tasks_as_done: bool = False


class StoryShape(Shape):
    """A story, which bots can name but not open."""

    chat: ChatShape
    id: Number


class WebAppDataShape(Shape):
    """What a web app sent back."""

    data: Words
    button_text: Words = ""


class InvoiceShape(Shape):
    """What is to be paid; the amount is in the currency's smallest unit."""

    currency: Words = ""
    total_amount: Number = 0
    title: Words = ""


class PaidMediaShape(Shape):
    """Pictures and films that have to be paid for; bots get them whole only if they were sent by themselves."""

    star_count: Number = 0
    paid_media: list[Raw] = []


class OriginShape(Shape):
    """Where a forwarded message came from."""

    type: Words = ""
    sender_user: UserShape | None = None
    sender_user_name: Words | None = None
    sender_chat: ChatShape | None = None
    chat: ChatShape | None = None
    message_id: Number | None = None


class QuoteShape(Shape):
    """The part of a message that its answer quotes."""

    text: Words = ""
    is_manual: bool = False


class ButtonShape(Shape):
    """A button below a message."""

    text: Words = ""
    callback_data: Words | None = None


class KeyboardShape(Shape):
    """Buttons below a message, in rows."""

    inline_keyboard: list[list[ButtonShape]] = []


class AnsweredShape(Shape):
    """The message that another one answers."""

    message_id: Number = 0
    forum_topic_created: Raw = ABSENT
    is_automatic_forward: Raw = ABSENT
    sender_chat: Raw = ABSENT
    text: Raw = ABSENT
    caption: Raw = ABSENT


class DirectTopicShape(Shape):
    """The thread of one person in a channel's direct messages."""

    topic_id: Number
    user: UserShape | None = None


class PriceShape(Shape):
    """What is paid for a post, in the smallest unit."""

    currency: Words = ""
    amount: Number = 0


class SuggestedPostShape(Shape):
    """That a message is meant as a post of the channel; `send_date` is 0 where any time is right."""

    state: Words = ""
    price: PriceShape | None = None
    send_date: Number = 0


class HeadShape(Shape):
    """The least that makes a message attributable."""

    message_id: Number
    chat: ChatShape
    date: Number = 0
    business_connection_id: Words | None = None


class MessageShape(Shape):
    """A message, as far as operators can read it."""

    message_id: Number
    chat: ChatShape
    date: Number = 0
    from_: UserShape | None = msgspec.field(default=None, name="from")
    sender_chat: ChatShape | None = None
    author_signature: Words | None = None
    edit_date: Number | None = None
    media_group_id: Words | None = None
    message_thread_id: Number | None = None
    is_topic_message: bool = False
    forum_topic_created: Raw = ABSENT
    direct_messages_topic: DirectTopicShape | None = None
    business_connection_id: Words | None = None
    sender_business_bot: UserShape | None = None
    ephemeral_message_id: Number | None = None
    suggested_post_info: Raw = ABSENT
    checklist_tasks_done: Raw = ABSENT
    checklist_tasks_added: Raw = ABSENT
    reply_to_message: AnsweredShape | None = None
    external_reply: Raw = ABSENT
    reply_to_story: Raw = ABSENT
    forward_origin: OriginShape | None = None
    quote: QuoteShape | None = None
    reply_markup: KeyboardShape | None = None
    text: Words | None = None
    entities: Raw = ABSENT
    caption: Words | None = None
    caption_entities: Raw = ABSENT
    rich_message: Raw = ABSENT
    photo: list[FileShape] | None = None
    video: FileShape | None = None
    video_note: FileShape | None = None
    animation: FileShape | None = None
    audio: FileShape | None = None
    voice: FileShape | None = None
    document: FileShape | None = None
    sticker: StickerShape | None = None
    location: LocationShape | None = None
    venue: VenueShape | None = None
    contact: SharedContactShape | None = None
    dice: DiceShape | None = None
    poll: PollShape | None = None
    game: ItemShape | None = None
    checklist: ChecklistShape | None = None
    story: StoryShape | None = None
    web_app_data: WebAppDataShape | None = None
    invoice: InvoiceShape | None = None
    paid_media: PaidMediaShape | None = None
    migrate_to_chat_id: Number | None = None
    migrate_from_chat_id: Number | None = None
