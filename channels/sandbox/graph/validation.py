"""Checks of what a business posts to `/messages`, as Meta makes them before accepting.

Source: messages/*, read May 2026; limits as in reference/whatsapp.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from channels.sandbox.graph.checks import items, number, obj, optional_text, text
from channels.sandbox.graph.errors import GraphError
from channels.sandbox.graph.ids import is_group
from channels.sandbox.graph.interactive import check_interactive
from channels.sandbox.graph.media import MediaStore
from channels.sandbox.graph.state import JsonObject

TEXT_CHARS = 4096
CAPTION_CHARS = 1024
TRACKER_CHARS = 512
PHONE_DIGITS = (7, 15)
BUSINESS_SCOPED_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}\Z")
MEDIA_TYPES = ("image", "video", "audio", "document", "sticker")


def recipient_of(message: JsonObject) -> tuple[str, str]:
    """The customer's key, and the recipient as it was given.

    Raises:
        GraphError: Neither a phone number, a group nor a business-scoped id.
    """
    to, recipient = message.get("to"), message.get("recipient")
    if to is None and recipient is not None:
        if isinstance(recipient, str) and BUSINESS_SCOPED_ID.match(recipient):
            return recipient, recipient
        raise GraphError(131009, "Param recipient is not a valid business-scoped user id.")
    if to is None or to == "":
        raise GraphError(131008, "The parameter to is required.")
    if is_group(str(to)):
        return str(to), str(to)
    digits = re.sub(r"[\s()+.-]", "", str(to))
    if not (digits.isascii() and digits.isdigit() and PHONE_DIGITS[0] <= len(digits) <= PHONE_DIGITS[1]):
        raise GraphError(131009, "Param to is not a valid WhatsApp phone number.")
    return digits, str(to)


def check_message(message: JsonObject, media: MediaStore) -> str:
    """Check everything but the template, and return the message's type.

    Raises:
        GraphError: With the code and details of the first fault.
    """
    _check_envelope(message)
    kind = message.get("type", "text")
    check = CHECKS.get(kind) if isinstance(kind, str) else None
    if check is not None:
        check(message)
    elif kind in MEDIA_TYPES:
        _check_media(message, str(kind), media)
    else:
        raise GraphError(100, f"Param type must be one of {sorted({*CHECKS, *MEDIA_TYPES})} - got {kind!r}.")
    return str(kind)


def _check_envelope(message: JsonObject) -> None:
    if message.get("messaging_product") != "whatsapp":
        raise GraphError(100, "The parameter messaging_product is required.")
    if message.get("recipient_type", "individual") not in ("individual", "group"):
        raise GraphError(100, "Param recipient_type must be one of {INDIVIDUAL, GROUP}.")
    optional_text(message, "biz_opaque_callback_data", "biz_opaque_callback_data", TRACKER_CHARS)
    if message.get("context") is not None:
        text(obj(message, "context", "context"), "message_id", "context['message_id']", 512)


def _check_text(message: JsonObject) -> None:
    text(obj(message, "text", "text"), "body", "text['body']", TEXT_CHARS)


def _check_media(message: JsonObject, kind: str, media: MediaStore) -> None:
    content = obj(message, kind, kind)
    media_id, link = content.get("id"), content.get("link")
    if (media_id is None) == (link is None):
        raise GraphError(100, f"Param {kind} must have exactly one of id and link.")
    if link is not None and not str(link).startswith(("http://", "https://")):
        raise GraphError(131009, f"Param {kind}['link'] is not a valid URI.")
    if media_id is not None and media.get(str(media_id)) is None:
        raise GraphError(131009, f"Param {kind}['id'] is not a valid whatsapp business account media attachment ID")
    if content.get("caption") is not None:
        if kind in ("audio", "sticker"):
            raise GraphError(100, f"Param {kind}['caption'] is not supported.")
        text(content, "caption", f"{kind}['caption']", CAPTION_CHARS)


def check_header_files(rendered: JsonObject, media: MediaStore) -> None:
    """Check the files that a template's headers name by id.

    Raises:
        GraphError: Meta does not know one (any more).
    """
    for part in (rendered, *rendered.get("cards", [])):
        header = part.get("header") or {}
        kind = str(header.get("format", "")).lower()
        file = header.get(kind) if kind in MEDIA_TYPES else None
        media_id = file.get("id") if isinstance(file, dict) else None
        if media_id is not None and media.get(str(media_id)) is None:
            raise GraphError(131009, f"Param {kind}['id'] is not a valid whatsapp business account media attachment ID")


def _check_location(message: JsonObject) -> None:
    location = obj(message, "location", "location")
    number(location, "latitude", "location['latitude']", 90)
    number(location, "longitude", "location['longitude']", 180)
    optional_text(location, "name", "location['name']", 1000)
    optional_text(location, "address", "location['address']", 1000)


def _check_contacts(message: JsonObject) -> None:
    for index, contact in enumerate(items(message, "contacts", "contacts")):
        name = obj(contact, "name", f"contacts[{index}]['name']")
        text(name, "formatted_name", f"contacts[{index}]['name']['formatted_name']", 1000)
        parts = ("first_name", "last_name", "middle_name", "suffix", "prefix")
        if not any(name.get(part) for part in parts):
            raise GraphError(131009, f"Param contacts[{index}]['name'] needs one more name than formatted_name.")


def _check_reaction(message: JsonObject) -> None:
    reaction = obj(message, "reaction", "reaction")
    text(reaction, "message_id", "reaction['message_id']", 512)
    if not isinstance(reaction.get("emoji", ""), str):
        raise GraphError(100, "Param reaction['emoji'] must be a string.")


def _check_template(message: JsonObject) -> None:
    template = obj(message, "template", "template")
    text(template, "name", "template['name']", 512)
    text(obj(template, "language", "template['language']"), "code", "template['language']['code']", 20)


CHECKS: dict[str, Callable[[JsonObject], None]] = {
    "text": _check_text,
    "location": _check_location,
    "contacts": _check_contacts,
    "reaction": _check_reaction,
    "interactive": check_interactive,
    "template": _check_template,
}
