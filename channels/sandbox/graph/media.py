"""Uploaded and received files, in memory.

Source: business-phone-numbers/media, 17 Apr 2026: sizes and types; ids of uploads live 30
days, ids from webhooks 7 days, URLs 5 minutes.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64encode
from collections import OrderedDict
from dataclasses import dataclass, field

from channels.sandbox.graph.errors import GraphError
from channels.sandbox.graph.ids import numeric_id
from channels.sandbox.graph.state import JsonObject

MEGABYTE = 1024 * 1024
URL_SECONDS = 300
UPLOAD_SECONDS = 30 * 86_400
RECEIVED_SECONDS = 7 * 86_400

STORE_BYTES = 512 * MEGABYTE
"""All files together; the oldest are forgotten first. Several of the largest documents fit."""

SIZE_LIMITS = {
    "audio": 16 * MEGABYTE,
    "video": 16 * MEGABYTE,
    "image": 5 * MEGABYTE,
    "sticker": 500 * 1024,
    "document": 100 * MEGABYTE,
}

KINDS = {
    "audio/aac": "audio",
    "audio/amr": "audio",
    "audio/mpeg": "audio",
    "audio/mp4": "audio",
    "audio/ogg": "audio",
    "audio/opus": "audio",
    "video/mp4": "video",
    "video/3gpp": "video",
    "image/jpeg": "image",
    "image/png": "image",
    "image/webp": "sticker",
}

DOCUMENT_TYPES = frozenset(
    {
        "text/plain",
        "application/pdf",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    }
)


@dataclass(slots=True)
class EmulatedMedia:
    """One file.

    Attributes:
        expires_at: After it the id is unknown.
        urls: Download tokens and the time at which each ends.
    """

    id: str
    phone_number_id: str
    mime_type: str
    data: bytes
    expires_at: float
    urls: dict[str, float] = field(default_factory=dict)

    @property
    def sha256_base64(self) -> str:
        """The hash as webhooks carry it."""
        return b64encode(hashlib.sha256(self.data).digest()).decode()


def kind_of(mime_type: str) -> str:
    """Message type that a file of this type is sent as.

    Raises:
        GraphError: WhatsApp takes no such file.
    """
    plain = mime_type.split(";", maxsplit=1)[0].strip().lower()
    kind = KINDS.get(plain) or ("document" if plain in DOCUMENT_TYPES else None)
    if kind is None:
        known = ", ".join(sorted({*KINDS, *DOCUMENT_TYPES}))
        raise GraphError(100, f"Param file must be a file with one of the following types: {known}.")
    return kind


class MediaStore:
    """Files by id."""

    def __init__(self) -> None:
        self._files: OrderedDict[str, EmulatedMedia] = OrderedDict()
        self._bytes = 0

    def get(self, media_id: str, now: float | None = None) -> EmulatedMedia | None:
        """A file, unless it is unknown or past its time."""
        found = self._files.get(media_id)
        return found if found is not None and (now is None or now < found.expires_at) else None

    def upload(self, phone_number_id: str, mime_type: str, data: bytes, now: float) -> EmulatedMedia:
        """Keep a business's file.

        Raises:
            GraphError: Type or size that WhatsApp does not take.
        """
        limit = SIZE_LIMITS[kind_of(mime_type)]
        if not data:
            raise GraphError(100, "Param file is empty.")
        if len(data) > limit:
            raise GraphError(131053, f"File size {len(data)} exceeds the maximum of {limit} bytes.")
        return self._keep(EmulatedMedia(numeric_id(), phone_number_id, mime_type, data, now + UPLOAD_SECONDS))

    def receive(self, phone_number_id: str, mime_type: str, data: bytes, now: float) -> EmulatedMedia:
        """Keep a customer's file."""
        return self._keep(EmulatedMedia(numeric_id(), phone_number_id, mime_type, data, now + RECEIVED_SECONDS))

    def describe(self, media: EmulatedMedia, base_url: str, now: float) -> JsonObject:
        """What Graph answers for the id, with a fresh URL."""
        token = secrets.token_urlsafe(24)
        media.urls = {key: end for key, end in media.urls.items() if end > now} | {token: now + URL_SECONDS}
        return {
            "url": f"{base_url}/whatsapp_business/attachments/?mid={media.id}&source=getMedia&hash={token}",
            "mime_type": media.mime_type,
            "sha256": hashlib.sha256(media.data).hexdigest(),
            "file_size": len(media.data),
            "id": media.id,
            "messaging_product": "whatsapp",
        }

    def delete(self, media_id: str) -> None:
        """Forget a file."""
        media = self._files.pop(media_id, None)
        if media is not None:
            self._bytes -= len(media.data)

    def _keep(self, media: EmulatedMedia) -> EmulatedMedia:
        self._files[media.id] = media
        self._bytes += len(media.data)
        while self._bytes > STORE_BYTES and len(self._files) > 1:
            self.delete(next(iter(self._files)))
        return media
