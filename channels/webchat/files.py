"""Files of visitors. Pure: what kind of message a file makes, and that a visitor names only files of their own."""

from __future__ import annotations

from typing import Final

from inbox.foundation.secret_box import Sign, Vouch
from inbox.model.content import AudioContent, DocumentContent, ImageContent, Media, MediaContent, VideoContent

_PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"})
"""What every browser shows; other pictures are documents."""
REFUSED_TYPES: Final = frozenset(
    {"application/x-msdownload", "application/x-executable", "application/x-mach-binary", "application/x-dosexec"}
)
"""Programs: no operator has a use for one from a stranger. Everything else is served so that nothing in it runs."""


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
