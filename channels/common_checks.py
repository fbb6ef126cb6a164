"""What every messenger wants of a content before it is sent."""

from __future__ import annotations

import re
from typing import Final

from inbox.model.content import LocationContent, MediaContent
from inbox.sending.outbound import ContentNotSendableError

_WEB_LINK: Final = re.compile(r"https?://[^\s/]+", re.ASCII | re.IGNORECASE)


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
