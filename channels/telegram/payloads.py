"""Our contents as the Bot API's methods: one of ours may need several messages of Telegram's."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from aiogram import Bot
from aiogram.methods import (
    SendAudio,
    SendChecklist,
    SendContact,
    SendDocument,
    SendLocation,
    SendMessage,
    SendPhoto,
    SendSticker,
    SendVenue,
    SendVideo,
    SendVoice,
    TelegramMethod,
)
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputChecklist,
    InputChecklistTask,
    InputFile,
    Message,
    MessageEntity,
    ReplyParameters,
)

from channels.telegram.customers import Address, address_of
from channels.telegram.limits import MAX_CAPTION_UNITS
from channels.telegram.texts import list_text, numbers_of, split_text
from inbox.model.content import (
    AudioContent,
    ButtonsContent,
    ChecklistContent,
    ContactsContent,
    Content,
    DocumentContent,
    ImageContent,
    ListContent,
    LocationContent,
    MediaContent,
    StickerContent,
    TextContent,
    VideoContent,
    VoiceContent,
    words_and_marks,
)
from inbox.model.marks import Mark, MarkKind, marks_by_piece
from inbox.sending.outbound import ContentNotSendableError, OutboundFile, OutboundMessage, UploadedFile

SendMethod = TelegramMethod[Message]


class _Kind(NamedTuple):
    """How a kind of file is sent: the method, and the field that holds the file there and in the answer."""

    method: Callable[..., SendMethod]
    field: str


_KINDS: Final[dict[type[MediaContent], _Kind]] = {
    ImageContent: _Kind(SendPhoto, "photo"),
    VideoContent: _Kind(SendVideo, "video"),
    AudioContent: _Kind(SendAudio, "audio"),
    VoiceContent: _Kind(SendVoice, "voice"),
    DocumentContent: _Kind(SendDocument, "document"),
    StickerContent: _Kind(SendSticker, "sticker"),
}


class StreamedFile(InputFile):
    """A file of ours, read while it is uploaded: it is never whole in memory."""

    def __init__(self, file: OutboundFile) -> None:
        super().__init__(filename=file.filename or "file")
        self._file = file

    async def read(self, bot: Bot) -> AsyncGenerator[bytes, None]:  # noqa: ARG002
        """Return the bytes in pieces."""
        async for chunk in self._file.open():
            yield chunk


_ENTITIES: Final = {MarkKind.QUOTE: "blockquote", MarkKind.LINK: "text_link"}
"""Telegram's names where ours are others. Source: https://core.telegram.org/bots/api#messageentity."""


def parts_of(message: OutboundMessage, address: Address) -> Sequence[SendMethod]:
    """Make the Bot API's calls for a message, in order; all go to the customer's topic, the first may be an answer.

    Raises:
        ContentNotSendableError: A kind that Telegram does not have.
    """
    if isinstance(message.content, ChecklistContent) and address.connection is None:
        raise ContentNotSendableError("/type", "Bots may send checklists only in the chats of a business account.")
    reply = _reply(message.reply_to)
    common = _where(address)
    first = common if reply is None else {**common, "reply_parameters": reply}
    return [make(**(first if place == 0 else common)) for place, make in enumerate(_makers(message))]


def _where(address: Address) -> dict[str, Any]:
    """Name the chat, and its topic where there is one."""
    topics: dict[str, Any] = {
        "message_thread_id": address.thread_id,
        "direct_messages_topic_id": address.direct_topic_id,
        "business_connection_id": address.connection,
    }
    return {"chat_id": address.chat_id, **{name: topic for name, topic in topics.items() if topic is not None}}


def keyboard_of(content: Content) -> InlineKeyboardMarkup | None:
    """Return the buttons below a content, one in a row."""
    if isinstance(content, ButtonsContent):
        choices = [(button.title, button.id) for button in content.buttons]
    elif isinstance(content, ListContent):
        choices = [(row.title, row.id) for section in content.sections for row in section.rows]
    else:
        return None
    rows = [[InlineKeyboardButton(text=title, callback_data=choice_id)] for title, choice_id in choices]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def text_of(content: Content) -> str | None:
    """Return the text of a content that is one Telegram text; None for files and others."""
    match content:
        case TextContent(text=text) | ButtonsContent(text=text):
            return text
        case ListContent():
            return list_text(content)
        case _:
            return None


def entities_of(marks: Sequence[Mark]) -> list[MessageEntity] | None:
    """Return Telegram's entities of formatting; None where there is none, so that nothing is said of it."""
    return [_entity(mark) for mark in marks] or None


def _entity(mark: Mark) -> MessageEntity:
    kind = _ENTITIES.get(mark.type, mark.type.value)
    return MessageEntity(type=kind, offset=mark.offset, length=mark.length, url=mark.url)


def checklist_of(content: ChecklistContent) -> InputChecklist:
    """Return a checklist as Telegram takes it."""
    numbered = zip(numbers_of(content.tasks), content.tasks, strict=True)
    return InputChecklist(
        title=content.title,
        tasks=[InputChecklistTask(id=number, text=task.text) for number, task in numbered],
        others_can_add_tasks=content.others_can_add,
        others_can_mark_tasks_as_done=content.others_can_mark,
    )


def uploaded_file(answer: Message) -> UploadedFile | None:
    """Return Telegram's id of the file in an answer, with its kind: an id is good for the same kind only."""
    for field in (kind.field for kind in _KINDS.values()):
        value = getattr(answer, field)
        if value:
            file_id = value[-1].file_id if isinstance(value, list) else value.file_id
            return UploadedFile(handle=f"{field}:{file_id}")
    return None


def _makers(message: OutboundMessage) -> Iterator[Callable[..., SendMethod]]:
    content = message.content
    match content:
        case TextContent(text=text, marks=marks):
            parts = split_text(text)
            yield from (_texts(*part) for part in zip(parts, marks_by_piece(text, parts, marks), strict=True))
        case ButtonsContent() | ListContent():
            yield _with(SendMessage, text=text_of(content), reply_markup=keyboard_of(content))
        case LocationContent():
            yield _place(content)
        case ChecklistContent():
            yield _with(SendChecklist, checklist=checklist_of(content))
        case ContactsContent(contacts=cards):
            for card in cards:
                phone = card.phones[0].phone if card.phones else ""
                yield _with(SendContact, phone_number=phone, first_name=card.name)
        case _ if isinstance(content, MediaContent):
            yield from _media(content, message.file)
        case _:
            raise ContentNotSendableError("/type", "Telegram cannot send this kind of content.")


def _with(method: Callable[..., SendMethod], **fields: Any) -> Callable[..., SendMethod]:
    def make(**more: Any) -> SendMethod:
        return method(**fields, **more)

    return make


def _texts(text: str, marks: Sequence[Mark]) -> Callable[..., SendMethod]:
    return _with(SendMessage, text=text, entities=entities_of(marks))


def _place(content: LocationContent) -> Callable[..., SendMethod]:
    where = {"latitude": content.latitude, "longitude": content.longitude}
    if content.name or content.address:
        title = content.name or content.address
        return _with(SendVenue, **where, title=title, address=content.address or title)
    return _with(SendLocation, **where)


def _media(content: MediaContent, file: OutboundFile | None) -> Iterator[Callable[..., SendMethod]]:
    """Send a file; what does not fit into its caption follows as text."""
    kind = _KINDS[type(content)]
    caption = split_text(content.caption, first=MAX_CAPTION_UNITS) if content.caption else ()
    fields: dict[str, Any] = {kind.field: _source(content, file, kind.field)}
    marks = marks_by_piece(content.caption or "", caption, words_and_marks(content)[1])
    if caption:
        fields |= {"caption": caption[0], "caption_entities": entities_of(marks[0])}
    yield _with(kind.method, **fields)
    yield from (_texts(*part) for part in zip(caption[1:], marks[1:], strict=True))


def _source(content: MediaContent, file: OutboundFile | None, field: str) -> str | InputFile:
    """Choose the cheapest source: Telegram's own id, then our bytes, then a link that Telegram fetches."""
    if file is not None:
        kind, _, file_id = (file.handle or "").partition(":")
        return file_id if kind == field and file_id else StreamedFile(file)
    media = content.media
    source = media.provider_media_id or media.url
    if not source:
        raise ContentNotSendableError("/media", "The file is not there any more.")
    return source


def _reply(reply_to: str | None) -> ReplyParameters | None:
    """Name the message that is answered; the answer goes out even if it is gone."""
    if reply_to is None:
        return None
    try:
        chat_id, message_id = address_of(reply_to)
    except ValueError:
        return None
    if not message_id:  # one that only its receiver saw has no number
        return None
    return ReplyParameters(chat_id=chat_id, message_id=message_id, allow_sending_without_reply=True)
