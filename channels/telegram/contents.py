"""Turns what a Telegram message says into our contents. One row a kind; what is missing is a new row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Raw

from channels.currencies import money_of
from channels.json_repair import JSON_FAULTS
from channels.telegram.attribution import Attribution, attributed, labels_of
from channels.telegram.customers import chat_name
from channels.telegram.formatted_text import FormattedText, formatted
from channels.telegram.message_shapes import (
    ABSENT,
    ChecklistShape,
    DiceShape,
    FileShape,
    InvoiceShape,
    ItemShape,
    LocationShape,
    MessageShape,
    PaidMediaShape,
    PollShape,
    SharedContactShape,
    StickerShape,
    StoryShape,
    TaskShape,
    VenueShape,
    WebAppDataShape,
    is_there,
    read_part,
)
from channels.telegram.rich_messages import rich_words
from channels.telegram.service_messages import service_content
from channels.words_before import bounded
from inbox.model.content import (
    AudioContent,
    ChecklistContent,
    ChecklistTask,
    ContactCard,
    ContactPhone,
    ContactsContent,
    Content,
    DocumentContent,
    ImageContent,
    LocationContent,
    Media,
    StickerContent,
    TextContent,
    UnsupportedContent,
    VideoContent,
    VoiceContent,
)
from inbox.model.marks import moved, units

MAX_TASKS: Final = 100
"""Three times as many as Telegram has in a checklist, so that a made-up one costs no time."""

Kind = TypeVar("Kind", AudioContent, DocumentContent, ImageContent, VideoContent, VoiceContent)

_STICKER_TYPES: Final = {(False, False): "image/webp", (True, False): "application/x-tgsticker"}
_FILM_STICKER: Final = "video/webm"
_MAX_REASON_CHARS: Final = 64
_HEADER: Final = frozenset({"message_id", "chat", "date", "from", "sender_chat", "edit_date", "message_thread_id"})
"""Fields that say nothing of a kind."""
_parts = msgspec.json.Decoder(dict[str, Raw])
_any = msgspec.json.Decoder()


_NOTHING_SAID: Final = TextContent(text="")
"""What a reader makes of a part without words, such as a poll that asks nothing."""


def read_content(message: MessageShape, raw: bytes, attribution: Attribution) -> Content:
    """Read a message's content, with whose words it has before them.

    Returns:
        The content; `system` where nobody wrote, `unsupported` for a kind that no operator could read here.
    """
    for name, reader in READERS.items():
        part = getattr(message, name)
        if part is not None and part is not ABSENT:
            content = reader(part, message)
            if content is not None and content != _NOTHING_SAID:
                return bounded(attributed(content, attribution, labels_of(message)))
    return _unreadable(raw)


def _unreadable(raw: bytes) -> Content:
    """Return a service message's content, or `unsupported` for a kind that we don't know."""
    try:
        parts = _parts.decode(raw)
    except JSON_FAULTS:
        parts = {}
    kinds = sorted(parts.keys() - _HEADER)
    reason = f"Telegram message with {', '.join(kinds)}" if kinds else "Telegram message without content"
    return service_content(parts) or UnsupportedContent(reason=reason[:_MAX_REASON_CHARS])


def _text(text: str, message: MessageShape) -> Content | None:
    return _said(formatted(text, message.entities)) if text else None


def _rich(part: Raw, _: MessageShape) -> Content | None:
    words = rich_words(read_part(part, _any))
    return _said(words) if words.text else None


def _said(words: FormattedText) -> TextContent:
    return TextContent(text=words.text, marks=words.marks)


def _caption(message: MessageShape) -> FormattedText:
    return formatted(message.caption, message.caption_entities) if message.caption else FormattedText("")


def _file(kind: type[Kind], mime_type: str | None = None) -> Callable[[FileShape, MessageShape], Content]:
    def read(file: FileShape, message: MessageShape) -> Content:
        return _with_caption(kind, _media(file, mime_type), message)

    return read


def _with_caption(kind: type[Kind], media: Media, message: MessageShape) -> Kind:
    caption = _caption(message)
    return kind(media=media, caption=caption.text or None, marks=caption.marks)


def _media(file: FileShape, mime_type: str | None) -> Media:
    """Name a file by Telegram's id of it; its size is what Telegram says."""
    song = " - ".join(part.replace("/", "-") for part in (file.performer, file.title) if part)  # a name, no path
    return Media(
        provider_media_id=file.file_id,
        mime_type=file.mime_type or mime_type,
        bytes=file.file_size,
        filename=file.file_name or song or None,
    )


def _photo(sizes: list[FileShape], message: MessageShape) -> Content | None:
    """Take the largest of the sizes that Telegram made."""
    if not sizes:
        return None
    largest = max(sizes, key=lambda size: (size.width * size.height, size.file_size or 0))
    return _with_caption(ImageContent, _media(largest, "image/jpeg"), message)


def _sticker(sticker: StickerShape, _: MessageShape) -> Content | None:
    mime_type = _STICKER_TYPES.get((sticker.is_animated, sticker.is_video), _FILM_STICKER)
    media = Media(provider_media_id=sticker.file_id, mime_type=mime_type, bytes=sticker.file_size)
    return StickerContent(media=media, caption=sticker.emoji)


def _venue(venue: VenueShape, _: MessageShape) -> Content | None:
    return _place(venue.location, venue.title or None, venue.address or None)


def _location(location: LocationShape, _: MessageShape) -> Content | None:
    return _place(location, None, None)


def _place(location: LocationShape, name: str | None, address: str | None) -> Content | None:
    if abs(location.latitude) > 90 or abs(location.longitude) > 180:
        return None
    return LocationContent(latitude=location.latitude, longitude=location.longitude, name=name, address=address)


def _contact(shared: SharedContactShape, _: MessageShape) -> Content | None:
    name = " ".join(part for part in (shared.first_name, shared.last_name) if part)
    phones = (ContactPhone(phone=shared.phone_number),) if shared.phone_number else ()
    return ContactsContent(contacts=(ContactCard(name=name or shared.phone_number, phones=phones),))


def _dice(dice: DiceShape, _: MessageShape) -> Content | None:
    return TextContent(text=f"{dice.emoji} {dice.value}")


def _poll(poll: PollShape, _: MessageShape) -> Content | None:
    return TextContent(text="\n".join([poll.question, *(f"• {option.text}" for option in poll.options)]))


def _game(game: ItemShape, _: MessageShape) -> Content | None:
    return TextContent(text=f"🎮 {game.title}")


def _checklist(checklist: ChecklistShape, _: MessageShape) -> Content | None:
    tasks = tuple(ChecklistTask(id=one.id, text=one.text, done=_is_done(one)) for one in checklist.tasks if one.text)
    if not tasks:
        return TextContent(text=checklist.title)
    return ChecklistContent(
        title=checklist.title or "☑",
        tasks=tasks[:MAX_TASKS],
        others_can_add=checklist.others_can_add_tasks,
        others_can_mark=checklist.others_can_mark_tasks_as_done,
    )


def _is_done(task: TaskShape) -> bool:
    return bool(task.completion_date) or is_there(task.completed_by_user) or is_there(task.completed_by_chat)


def _story(story: StoryShape, _: MessageShape) -> Content | None:
    """Return the link of a public story; what is in it bots are not told, and one without a link nobody can open."""
    if not story.chat.username:
        whose = chat_name(story.chat)
        return TextContent(text=f"📖 A story{f' of {whose}' if whose else ''} that bots can't open")
    return TextContent(text=f"https://t.me/{story.chat.username}/s/{story.id}")


def _web_app(answer: WebAppDataShape, _: MessageShape) -> Content | None:
    return TextContent(text=answer.data or answer.button_text or "…")


def _invoice(invoice: InvoiceShape, _: MessageShape) -> Content | None:
    return TextContent(text=f"🧾 {invoice.title}, {money_of(invoice.total_amount, invoice.currency)}")


def _paid_media(paid: PaidMediaShape, message: MessageShape) -> Content | None:
    """Return lines that say what it is: Telegram gives bots none of the files of others."""
    count = len(paid.paid_media)
    what = "1 paid picture or film" if count == 1 else f"{count} paid pictures or films"
    said = f"🔒 {what} for {money_of(paid.star_count, 'XTR')}, seen only in Telegram by who has paid"
    caption = _caption(message)
    text = "\n".join(filter(None, [said, caption.text]))
    return TextContent(text=text, marks=moved(caption.marks, units(f"{said}\n")))


READERS: Final[dict[str, Callable[[Any, MessageShape], Content | None]]] = {
    "text": _text,
    "photo": _photo,
    "video": _file(VideoContent, "video/mp4"),
    "video_note": _file(VideoContent, "video/mp4"),
    "animation": _file(VideoContent, "video/mp4"),
    "voice": _file(VoiceContent, "audio/ogg"),
    "audio": _file(AudioContent, "audio/mpeg"),
    "document": _file(DocumentContent),
    "sticker": _sticker,
    "venue": _venue,
    "location": _location,
    "contact": _contact,
    "dice": _dice,
    "game": _game,
    "poll": _poll,
    "checklist": _checklist,
    "story": _story,
    "web_app_data": _web_app,
    "invoice": _invoice,
    "paid_media": _paid_media,
    "rich_message": _rich,
}
"""In this order: a film without sound comes as a document too, a venue as a location too."""
