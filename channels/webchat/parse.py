"""From what a visitor wrote or uploaded to what arrives in the inbox; ids of messages and files. Pure.

Ids carry their owner: no visitor's choice of ids can touch another's messages, and an uploaded file is named by a token
that is good for its uploader only.
"""

from __future__ import annotations

from typing import Final

import msgspec

from channels.webchat import limits
from channels.webchat.frames import File, Text, Write
from channels.webchat.identity import Visitor
from channels.webchat.page_marks import page_marks
from inbox.arriving.inbound import Customer, DeliveryStatus, MessageReceived, StatusChanged
from inbox.foundation.secret_box import Sign, Vouch
from inbox.model.content import (
    AudioContent,
    ChoiceContent,
    Content,
    DocumentContent,
    ImageContent,
    Media,
    MediaContent,
    TextContent,
    VideoContent,
)

_OUT: Final = "out:"
_IN: Final = "in:"


_PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"})
"""What every browser shows; other pictures are documents."""
REFUSED_TYPES: Final = frozenset(
    {"application/x-msdownload", "application/x-executable", "application/x-mach-binary", "application/x-dosexec"}
)
"""Programs: no operator has a use for one from a stranger. Everything else is served so that nothing in it runs."""


class NotWritableError(Exception):
    """What the visitor wrote breaks a limit; the message says which, for the visitor's page."""


def content_of(written: Text | ChoiceContent) -> Content:
    """Check what a visitor wrote against the limits. Raises `NotWritableError`."""
    if isinstance(written, ChoiceContent):
        _at_most(written.id, limits.MAX_ID_CHARS)
        _at_most(written.title, limits.MAX_TEXT_CHARS)
        _at_most(written.description or "", limits.MAX_TEXT_CHARS)
        return written
    if not written.text.strip():
        raise NotWritableError("A message has at least one character.")
    _at_most(written.text, limits.MAX_TEXT_CHARS)
    return TextContent(text=written.text)


def with_caption(file: File, content: MediaContent) -> MediaContent:
    """Put the visitor's words under a file. Raises `NotWritableError`."""
    _at_most(file.caption or "", limits.MAX_CAPTION_CHARS)
    return msgspec.structs.replace(content, caption=file.caption or None)


def message_received(
    visitor: Visitor, frame: Write, content: Content, raw: bytes, *, begins: bool = False
) -> MessageReceived:
    """Make the event of a visitor's message; one that begins a conversation says on which page that was."""
    return MessageReceived(
        customer=Customer(external_id=visitor.id, name=visitor.name or visitor.email, language=visitor.language),
        provider_id=inbound_id(visitor.id, frame.id),
        content=content,
        reply_to=None if frame.reply_to is None else outgoing_id(frame.reply_to),
        raw=raw,
        referral=page_marks(frame.page) if begins else {},
    )


def inbound_id(visitor_id: str, client_id: str) -> str:
    """Name a visitor's message. The visitor is part of it: nobody's choice of ids can touch another's."""
    return f"{_IN}{visitor_id}:{client_id}"


def client_id_of(provider_id: str | None) -> str | None:
    """Return the visitor's own name of a message; None for a message to the visitor."""
    if provider_id is None or not provider_id.startswith(_IN):
        return None
    return provider_id.rpartition(":")[2]


def outgoing_id(message_id: str) -> str:
    """Name a message to a visitor: there is no provider who would."""
    return _OUT + message_id


def status_changed(message_id: str, visitor_id: str, status: DeliveryStatus) -> StatusChanged:
    """Make the event of a message that the visitor's page has, or that the visitor has seen."""
    return StatusChanged(provider_id=outgoing_id(message_id), status=status, tracker=message_id, recipient=visitor_id)


def _at_most(text: str, chars: int) -> None:
    if len(text) > chars:
        raise NotWritableError(f"At most {chars} characters are possible here; this has {len(text)}.")


def file_token(file_id: str, channel_id: str, visitor_id: str, sign: Sign) -> str:
    """Return the name by which this visitor, and nobody else, may send an uploaded file."""
    return f"{file_id}.{sign(_signed(file_id, channel_id, visitor_id))}"


def file_id_of(token: str, channel_id: str, visitor_id: str, vouches: Vouch) -> str | None:
    """Return the file's id; None if the token was not made for this visitor."""
    file_id, _, signature = token.partition(".")
    return file_id if vouches(_signed(file_id, channel_id, visitor_id), signature) else None


def content_of_file(media: Media) -> MediaContent:
    """Choose the kind of content by what the file is."""
    mime_type = media.mime_type or ""
    if mime_type in _PICTURES:
        return ImageContent(media=media)
    if mime_type.startswith("video/"):
        return VideoContent(media=media)
    if mime_type.startswith("audio/"):
        return AudioContent(media=media)
    return DocumentContent(media=media)


def _signed(file_id: str, channel_id: str, visitor_id: str) -> str:
    return f"webchat-file:{channel_id}:{visitor_id}:{file_id}"
