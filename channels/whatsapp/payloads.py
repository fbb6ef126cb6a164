"""Writes our contents as the Graph API's message objects. One row a kind, no I/O.

pywa's own builders send `null` for what is absent, want a language of their list, and read local files when a
link is not one; so the objects are built here, and pywa carries them.

Source: messages/send-messages and its pages, 23 Apr 2026.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from channels.whatsapp.text_marks import whatsapp_words
from inbox.model.content import (
    AudioContent,
    ButtonsContent,
    ContactCard,
    ContactRequestContent,
    ContactsContent,
    Content,
    DocumentContent,
    ImageContent,
    ListContent,
    ListRow,
    ListSection,
    LocationContent,
    Media,
    StickerContent,
    TemplateContent,
    TextContent,
    VideoContent,
    VoiceContent,
)
from inbox.model.group_accounts import WHATSAPP_GROUP
from inbox.sending.outbound import ContentNotSendableError
from templates_hsm.parameters.graph_template import template_object

GraphObject = dict[str, Any]

_USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}", re.ASCII)
"""Source: business-scoped-user-ids, 7 May 2026."""
_PHONE = re.compile(r"\+?(\d{5,20})", re.ASCII)
"""E.164 has at most 15 digits; some test numbers have more."""


_GROUP = re.compile(re.escape(WHATSAPP_GROUP) + r"([A-Za-z0-9_=+/.@-]{1,256})", re.ASCII)
GROUP_KINDS = frozenset({"text", "image", "video", "audio", "document", "sticker", "template"})
"""What a group takes: texts, files, templates. Source: groups, 16 Jun 2026."""


class GraphRecipient(NamedTuple):
    """To whom: exactly one of the first two is set."""

    to: str | None
    recipient: str | None
    type: Literal["individual", "group"] = "individual"


def recipient_of(external_id: str) -> GraphRecipient | None:
    """Return how the Graph API names a customer.

    Returns:
        A phone always with `+`, a group, or a business-scoped id as `recipient`; None for anything else.
    """
    if match := _GROUP.fullmatch(external_id):
        return GraphRecipient(to=match[1], recipient=None, type="group")
    if match := _PHONE.fullmatch(external_id):
        return GraphRecipient(to=f"+{match[1]}", recipient=None)
    if _USER_ID.fullmatch(external_id):
        return GraphRecipient(to=None, recipient=external_id)
    return None


def message_object(content: Content) -> tuple[str, GraphObject | list[GraphObject]]:
    """Return the Graph API's `type` of a content and the object that goes under its name.

    Raises:
        ContentNotSendableError: WhatsApp has no such message, or the file has neither a link nor an id of Meta's.
    """
    build = _BUILDERS.get(type(content))
    if build is None:
        raise ContentNotSendableError("/type", "WhatsApp cannot send this kind of content.")
    kind, graph_object = build(content)
    return kind, graph_object


def _present(**fields: Any) -> GraphObject:
    return {name: value for name, value in fields.items() if value is not None}


def _text(content: TextContent) -> tuple[str, GraphObject]:
    return "text", {"body": whatsapp_words(content.text, content.marks)}


def _media_object(media: Media, caption: str | None = None) -> GraphObject:
    source = {"id": media.provider_media_id} if media.provider_media_id else {"link": media.url}
    if not any(source.values()):
        raise ContentNotSendableError("/media", "The file has neither a link nor an id of Meta's.")
    return {**source, **_present(caption=caption or None)}


def _caption(content: ImageContent | VideoContent | DocumentContent) -> str | None:
    return content.caption and whatsapp_words(content.caption, content.marks)


def _image(content: ImageContent) -> tuple[str, GraphObject]:
    return "image", _media_object(content.media, _caption(content))


def _video(content: VideoContent) -> tuple[str, GraphObject]:
    return "video", _media_object(content.media, _caption(content))


def _audio(content: AudioContent) -> tuple[str, GraphObject]:
    return "audio", _media_object(content.media)


def _voice(content: VoiceContent) -> tuple[str, GraphObject]:
    return "audio", {**_media_object(content.media), "voice": True}


def _document(content: DocumentContent) -> tuple[str, GraphObject]:
    return "document", {
        **_media_object(content.media, _caption(content)),
        **_present(filename=content.media.filename or None),
    }


def _sticker(content: StickerContent) -> tuple[str, GraphObject]:
    return "sticker", _media_object(content.media)


def _location(content: LocationContent) -> tuple[str, GraphObject]:
    return "location", _present(
        latitude=content.latitude,
        longitude=content.longitude,
        name=content.name or None,
        address=content.address or None,
    )


def _contacts(content: ContactsContent) -> tuple[str, list[GraphObject]]:
    return "contacts", [_card(card) for card in content.contacts]


def _card(card: ContactCard) -> GraphObject:
    return _present(
        # Meta wants one more name beside the formatted one.
        name={"formatted_name": card.name, "first_name": card.name},
        phones=[_present(phone=item.phone, type=item.type) for item in card.phones] or None,
        emails=[_present(email=item.email, type=item.type) for item in card.emails] or None,
        org={"company": card.organization} if card.organization else None,
        birthday=card.birthday or None,
    )


def _buttons(content: ButtonsContent) -> tuple[str, GraphObject]:
    buttons = [{"type": "reply", "reply": {"id": item.id, "title": item.title}} for item in content.buttons]
    return "interactive", {"type": "button", "body": {"text": content.text}, "action": {"buttons": buttons}}


def _list(content: ListContent) -> tuple[str, GraphObject]:
    return "interactive", {
        "type": "list",
        "body": {"text": content.text},
        "action": {"button": content.button, "sections": [_section(item) for item in content.sections]},
    }


def _section(section: ListSection) -> GraphObject:
    return _present(title=section.title or None, rows=[_row(row) for row in section.rows])


def _row(row: ListRow) -> GraphObject:
    return _present(id=row.id, title=row.title, description=row.description or None)


def _contact_request(content: ContactRequestContent) -> tuple[str, GraphObject]:
    """Ask for the phone number. Source: business-scoped-user-ids, 29 Jun 2026."""
    kind = "request_contact_info"
    return "interactive", {"type": kind, "body": {"text": content.text}, "action": {"name": kind}}


def _template(content: TemplateContent) -> tuple[str, GraphObject]:
    return "template", template_object(content)


_Built = tuple[str, GraphObject] | tuple[str, list[GraphObject]]

_BUILDERS: dict[type, Callable[[Any], _Built]] = {
    TextContent: _text,
    ImageContent: _image,
    VideoContent: _video,
    AudioContent: _audio,
    VoiceContent: _voice,
    DocumentContent: _document,
    StickerContent: _sticker,
    LocationContent: _location,
    ContactsContent: _contacts,
    ButtonsContent: _buttons,
    ListContent: _list,
    ContactRequestContent: _contact_request,
    TemplateContent: _template,
}
