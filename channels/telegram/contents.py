"""Turns what a Telegram message says into our contents. One row a kind; what is missing is a new row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Raw

from channels.json_repair import JSON_FAULTS
from channels.telegram.chats import chat_name, speaker, user_name
from channels.telegram.service_messages import service_content
from channels.telegram.update_shapes import (
    Checklist,
    Dice,
    File,
    Item,
    Location,
    Message,
    Origin,
    Payment,
    Poll,
    SharedContact,
    Sticker,
    Story,
    Venue,
    WebAppData,
)
from inbox.messages.content import (
    AudioContent,
    ContactCard,
    ContactPhone,
    ContactsContent,
    Content,
    DocumentContent,
    ImageContent,
    LocationContent,
    Media,
    MediaContent,
    StickerContent,
    SystemContent,
    TextContent,
    UnsupportedContent,
    VideoContent,
    VoiceContent,
)

Kind = TypeVar("Kind", AudioContent, DocumentContent, ImageContent, VideoContent, VoiceContent)

_STICKER_TYPES: Final = {(False, False): "image/webp", (True, False): "application/x-tgsticker"}
_FILM_STICKER: Final = "video/webm"
_MAX_REASON_CHARS: Final = 64
_HEADER: Final = frozenset({"message_id", "chat", "date", "from", "sender_chat", "edit_date", "message_thread_id"})
_names = msgspec.json.Decoder(dict[str, Raw])


def read_content(message: Message, raw: bytes) -> Content:
    """Read a message's content, with who wrote it in a group, where it was forwarded from, and what it quotes.

    Returns:
        The content; `system` where nobody wrote, `unsupported` for a kind that no operator could read here.
    """
    for name, reader in _READERS.items():
        part = getattr(message, name)
        if part is not None:
            content = reader(part, message)
            if content is not None:
                return _framed(content, message)
    return _unreadable(raw)


def _unreadable(raw: bytes) -> Content:
    """Tell a service message from one that we don't know."""
    try:
        names = _names.decode(raw).keys()
    except JSON_FAULTS:
        names = {}.keys()
    kinds = sorted(names - _HEADER)
    reason = f"Telegram message with {', '.join(kinds)}" if kinds else "Telegram message without content"
    return service_content(names) or UnsupportedContent(reason=reason[:_MAX_REASON_CHARS])


def _framed(content: Content, message: Message) -> Content:
    """Put before a text what an operator needs to understand it."""
    name, origin, quote = speaker(message), message.forward_origin, message.quote
    before = [f"{name}:"] if name else []
    if origin is not None:
        before.append(f"[Forwarded from {_source(origin)}]")
    if quote is not None and quote.is_manual and quote.text:
        before += [f"> {line}" for line in quote.text.splitlines()]
    if not before or isinstance(content, SystemContent):
        return content
    if isinstance(content, TextContent):
        return TextContent(text="\n".join([*before, content.text]))
    if isinstance(content, MediaContent):
        caption = "\n".join([*before, *filter(None, [content.caption])])
        return msgspec.structs.replace(content, caption=caption)
    return content


def _source(origin: Origin) -> str:
    chat = origin.chat or origin.sender_chat
    named = (origin.sender_user and user_name(origin.sender_user)) or (chat and chat_name(chat))
    return named or origin.sender_user_name or "somebody"


def _text(text: str, _: Message) -> Content | None:
    return TextContent(text=text) if text else None


def _file(kind: type[Kind], mime_type: str | None = None) -> Callable[[File, Message], Content]:
    def read(file: File, message: Message) -> Content:
        return kind(media=_media(file, mime_type), caption=message.caption or None)

    return read


def _media(file: File, mime_type: str | None) -> Media:
    """Name a file by Telegram's id of it; its size is what Telegram says."""
    song = " - ".join(part for part in (file.performer, file.title) if part)
    return Media(
        provider_media_id=file.file_id,
        mime_type=file.mime_type or mime_type,
        bytes=file.file_size,
        filename=file.file_name or song or None,
    )


def _photo(sizes: list[File], message: Message) -> Content | None:
    """Take the largest of the sizes that Telegram made."""
    if not sizes:
        return None
    largest = max(sizes, key=lambda size: (size.width * size.height, size.file_size or 0))
    return ImageContent(media=_media(largest, "image/jpeg"), caption=message.caption or None)


def _sticker(sticker: Sticker, _: Message) -> Content | None:
    mime_type = _STICKER_TYPES.get((sticker.is_animated, sticker.is_video), _FILM_STICKER)
    media = Media(provider_media_id=sticker.file_id, mime_type=mime_type, bytes=sticker.file_size)
    return StickerContent(media=media, caption=sticker.emoji)


def _venue(venue: Venue, _: Message) -> Content | None:
    return _place(venue.location, venue.title or None, venue.address or None)


def _location(location: Location, _: Message) -> Content | None:
    return _place(location, None, None)


def _place(location: Location, name: str | None, address: str | None) -> Content | None:
    if abs(location.latitude) > 90 or abs(location.longitude) > 180:
        return None
    return LocationContent(latitude=location.latitude, longitude=location.longitude, name=name, address=address)


def _contact(shared: SharedContact, _: Message) -> Content | None:
    name = " ".join(part for part in (shared.first_name, shared.last_name) if part)
    phones = (ContactPhone(phone=shared.phone_number),) if shared.phone_number else ()
    return ContactsContent(contacts=(ContactCard(name=name or shared.phone_number, phones=phones),))


def _dice(dice: Dice, _: Message) -> Content | None:
    return TextContent(text=f"{dice.emoji} {dice.value}")


def _poll(poll: Poll, _: Message) -> Content | None:
    return TextContent(text="\n".join([poll.question, *(f"• {option.text}" for option in poll.options)]))


def _game(game: Item, _: Message) -> Content | None:
    return TextContent(text=f"🎮 {game.title}")


def _checklist(checklist: Checklist, _: Message) -> Content | None:
    return TextContent(text="\n".join([checklist.title, *(f"• {task.text}" for task in checklist.tasks)]))


def _story(story: Story, _: Message) -> Content | None:
    """Give the link of a public story; what is in it bots are not told, and one without a link nobody can open."""
    if not story.chat.username:
        return None
    return TextContent(text=f"https://t.me/{story.chat.username}/s/{story.id}")


def _web_app(answer: WebAppData, _: Message) -> Content | None:
    return TextContent(text=answer.data or answer.button_text or "…")


def _invoice(payment: Payment, _: Message) -> Content | None:
    return TextContent(text=f"🧾 {payment.title}")


def _paid(payment: Payment, _: Message) -> Content | None:
    data = {"currency": payment.currency, "total_amount": str(payment.total_amount)}
    text = f"The customer paid ({payment.total_amount} in the smallest unit of {payment.currency})."
    return SystemContent(code="successful_payment", text=text, data=data)


_READERS: Final[dict[str, Callable[[Any, Message], Content | None]]] = {
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
    "successful_payment": _paid,
}
"""In this order: a film without sound comes as a document too, a venue as a location too."""
