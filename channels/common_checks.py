"""What every messenger wants of a content before it is sent."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from inbox.model.content import LocationContent, MediaContent, kind_of
from inbox.sending.outbound import ContentNotSendableError

_WEB_LINK: Final = re.compile(r"https?://[^\s/]+", re.ASCII | re.IGNORECASE)


class MediaLimit(NamedTuple):
    """What a messenger takes of one kind of file.

    Attributes:
        max_bytes: Largest file that we upload.
        mime_types: Types taken; empty means any.
        captioned: Whether a caption can go with it.
    """

    max_bytes: int
    mime_types: frozenset[str]
    captioned: bool = True


def check_file(content: MediaContent, limit: MediaLimit, messenger: str, *, otherwise: str = "") -> None:
    """Check a file's size and type, and whether a caption can go with it. Raises `ContentNotSendableError`.

    Args:
        content: The file.
        limit: What the messenger takes of its kind.
        messenger: Its name, for people.
        otherwise: What can be done with files of other types.
    """
    media, kind = content.media, kind_of(content)
    if media.bytes is not None and media.bytes > limit.max_bytes:
        raise ContentNotSendableError(
            "/media/bytes",
            f"{messenger} takes {kind} files of at most {limit.max_bytes} bytes; this has {media.bytes}.",
        )
    given = (media.mime_type or "").partition(";")[0].strip().lower()
    if media.mime_type is not None and limit.mime_types and given not in limit.mime_types:
        names = ", ".join(sorted(limit.mime_types))
        raise ContentNotSendableError("/media/mime_type", f"{messenger} takes {kind} files of type {names}{otherwise}.")
    if content.caption and not limit.captioned:
        raise ContentNotSendableError("/caption", f"{messenger} shows no caption with {kind}.")


def check_source(content: MediaContent) -> None:
    """Want a file of ours, of the provider's, or a web link: never a path, which a client library would read.

    Raises:
        ContentNotSendableError: with what to give.
    """
    media = content.media
    if not (media.id or media.url or media.provider_media_id):
        raise ContentNotSendableError("/media", "A file needs an id or a link.")
    if media.url and not _WEB_LINK.match(media.url):
        raise ContentNotSendableError("/media/url", "A file's link has to begin with https:// or http://.")


def check_location(content: LocationContent) -> None:
    """Want a place on Earth. Raises `ContentNotSendableError`."""
    if not -90 <= content.latitude <= 90:
        raise ContentNotSendableError("/latitude", "A latitude lies between -90 and 90 degrees.")
    if not -180 <= content.longitude <= 180:
        raise ContentNotSendableError("/longitude", "A longitude lies between -180 and 180 degrees.")
