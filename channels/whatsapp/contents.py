"""Turns what a WhatsApp message says into our contents. One row a kind; what is missing is a new row."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar

from channels.json_repair import JSON_FAULTS, clean_text
from channels.whatsapp.message_shapes import (
    ActionShape,
    BodyShape,
    CallPermissionShape,
    CardShape,
    FlowReplyShape,
    MediaShape,
)
from inbox.model.content import (
    MAX_TEXT_CHARS,
    AudioContent,
    Button,
    ButtonsContent,
    ChoiceContent,
    ContactCard,
    ContactEmail,
    ContactPhone,
    ContactsContent,
    Content,
    DocumentContent,
    ImageContent,
    LocationContent,
    Media,
    OrderContent,
    OrderItem,
    StickerContent,
    SystemContent,
    TextContent,
    UnsupportedContent,
    VideoContent,
    VoiceContent,
)

MediaKind = TypeVar(
    "MediaKind", AudioContent, DocumentContent, ImageContent, StickerContent, VideoContent, VoiceContent
)
_FLOW = "flow"
"""What Meta calls a flow's answer; an address form's is `address_message`."""
_FLOW_MARK = "flow_token"
"""The mark that the business gave the flow when it sent it; it may be missing."""
_CALLS = {"voice_call": "Call", "call_permission_request": "Allow calls"}
"""Messages whose only button is about a call, and what stands on it. Source: calling/user-initiated-calls, 2026."""
_MAX_REASON_CHARS = 64
"""Longest type name repeated in a reason: Meta's have under 30 characters."""


def read_content(body: BodyShape) -> Content:
    """Read a message's content.

    Returns:
        The content; `unsupported` for a kind that is unknown or whose part is missing or empty. It never fails:
        what was sent stays in the event's raw bytes.
    """
    reader = _READERS.get(body.type)
    content = reader(body) if reader is not None else None
    return content or UnsupportedContent(reason=_unsupported_reason(body))


def malformed(kind: object) -> UnsupportedContent:
    """Stand in for a content whose message could be attributed but not read."""
    return UnsupportedContent(reason=f"malformed message of type {_word(kind)}")


def _text(body: BodyShape) -> Content | None:
    text = body.text
    return TextContent(text=text.body) if text is not None and text.body else None


def _media(shape: MediaShape) -> Media:
    """Name the file at Meta. Its URL lives five minutes and is asked for when the file is fetched."""
    return Media(provider_media_id=shape.id, mime_type=shape.mime_type, sha256=shape.sha256, filename=shape.filename)


def _captioned(kind: type[MediaKind], shape: MediaShape | None) -> MediaKind | None:
    return kind(media=_media(shape), caption=shape.caption or None) if shape is not None else None


def _image(body: BodyShape) -> Content | None:
    return _captioned(ImageContent, body.image)


def _video(body: BodyShape) -> Content | None:
    return _captioned(VideoContent, body.video)


def _document(body: BodyShape) -> Content | None:
    return _captioned(DocumentContent, body.document)


def _sticker(body: BodyShape) -> Content | None:
    return _captioned(StickerContent, body.sticker)


def _audio(body: BodyShape) -> Content | None:
    if body.audio is not None and body.audio.voice:
        return _captioned(VoiceContent, body.audio)
    return _captioned(AudioContent, body.audio)


def _voice(body: BodyShape) -> Content | None:
    """Read a voice note that comes under a name of its own, as some senders have it."""
    return _captioned(VoiceContent, body.voice or body.audio)


def _location(body: BodyShape) -> Content | None:
    place = body.location
    if place is None:
        return None
    return LocationContent(latitude=place.latitude, longitude=place.longitude, name=place.name, address=place.address)


def _contacts(body: BodyShape) -> Content | None:
    return ContactsContent(contacts=tuple(map(_card, body.contacts))) if body.contacts else None


def _card(shape: CardShape) -> ContactCard:
    return ContactCard(
        name=_card_name(shape),
        phones=tuple(
            ContactPhone(phone=phone, type=item.type)
            for item in shape.phones or ()
            if (phone := item.phone or item.wa_id)
        ),
        emails=tuple(ContactEmail(email=item.email, type=item.type) for item in shape.emails or () if item.email),
        organization=shape.org.company if shape.org is not None else None,
        birthday=shape.birthday,
    )


def _card_name(shape: CardShape) -> str:
    name = shape.name
    if name is None:
        return ""
    return name.formatted_name or " ".join(filter(None, (name.first_name, name.last_name)))


def _quick_reply(body: BodyShape) -> Content | None:
    button = body.button
    return ChoiceContent(id=button.payload or button.text, title=button.text) if button is not None else None


def _order(body: BodyShape) -> Content | None:
    order = body.order
    if order is None:
        return None
    items = tuple(
        OrderItem(
            product_id=item.product_retailer_id,
            quantity=item.quantity,
            price=item.item_price,
            currency=item.currency,
        )
        for item in order.product_items
    )
    return OrderContent(catalog_id=order.catalog_id, items=items, text=order.text or None)


def _system(body: BodyShape) -> Content | None:
    system = body.system
    return SystemContent(code=system.type, text=system.body) if system is not None else None


def _request_welcome(_: BodyShape) -> Content:
    return SystemContent(code="request_welcome", text="The customer opened the chat for the first time.")


def _interactive(body: BodyShape) -> Content | None:
    answer = body.interactive
    if answer is None:
        return None
    if reply := answer.button_reply or answer.list_reply:
        return ChoiceContent(id=reply.id, title=reply.title, description=reply.description)
    if answer.nfm_reply is not None:
        return _flow_reply(answer.nfm_reply)
    if answer.call_permission_reply is not None:
        return _call_permission(answer.call_permission_reply)
    text = answer.body.text if answer.body is not None else ""
    if not text:
        return None
    buttons = _own_buttons(answer.type, answer.action)
    return ButtonsContent(text=text, buttons=buttons) if buttons else TextContent(text=text)


def _own_buttons(kind: str, action: ActionShape | None) -> tuple[Button, ...]:
    """Read the buttons of a message that the business wrote elsewhere: replies, and the one of a call."""
    if kind in _CALLS:
        shown = (action.parameters or {}).get("display_text") if action is not None else None
        return (Button(id=kind, title=clean_text(shown) if isinstance(shown, str) and shown else _CALLS[kind]),)
    replies = (button.reply for button in (action.buttons or () if action is not None else ()))
    return tuple(Button(id=one.id, title=one.title) for one in replies if one is not None and one.id and one.title)


def _flow_reply(reply: FlowReplyShape) -> Content:
    """Show a filled-in flow as lines; its JSON stays one string, as its keys are the business's own."""
    answer = _flow_answer(reply.response_json)
    mark = answer.pop(_FLOW_MARK, "")
    lines = "\n".join(f"{key}: {value}" for key, value in answer.items())[:MAX_TEXT_CHARS]
    name = reply.name or _FLOW
    return ChoiceContent(
        id=mark or name,
        title=(reply.body or name)[:MAX_TEXT_CHARS],
        description=lines or None,
        data={"name": name, "response_json": reply.response_json},
    )


def _flow_answer(response_json: str) -> dict[str, str]:
    try:
        answer = json.loads(response_json or "{}", parse_int=str)
        fields = answer.items() if isinstance(answer, dict) else ()
        return {clean_text(key): _flow_value(value) for key, value in fields}
    except JSON_FAULTS:
        return {}


def _flow_value(value: object) -> str:
    """Write a field for people: several values with commas, parts of one with their names."""
    match value:
        case str():
            return clean_text(value)
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(filter(None, map(_flow_value, value)))
        case dict():
            parts = {clean_text(str(key)): _flow_value(part) for key, part in value.items()}
            return "; ".join(f"{key}: {part}" for key, part in parts.items() if part)
    return str(value)


def _call_permission(permission: CallPermissionShape) -> Content:
    granted = permission.response == "accept"
    return SystemContent(
        code="call_permission_reply",
        text="The customer allows calls." if granted else "The customer does not allow calls.",
        data={"response": permission.response},
    )


def _unsupported_reason(body: BodyShape) -> str:
    """Name the kind, and Meta's own error where there is one."""
    kind = body.unsupported.type if body.unsupported is not None and body.unsupported.type else body.type
    code = f", error {_word(body.errors[0].code)}" if body.errors and body.errors[0].code is not None else ""
    return f"WhatsApp message of type {_word(kind)}{code}"


def _word(value: object) -> str:
    """Shorten a provider's word to what is safe in a reason."""
    word = str(value) if isinstance(value, str | int) else "unknown"
    return "".join(char for char in word if char.isalnum() or char in "_-")[:_MAX_REASON_CHARS] or "unknown"


_READERS: dict[str, Callable[[BodyShape], Content | None]] = {
    "text": _text,
    "image": _image,
    "video": _video,
    "audio": _audio,
    "voice": _voice,
    "document": _document,
    "sticker": _sticker,
    "location": _location,
    "contacts": _contacts,
    "interactive": _interactive,
    "button": _quick_reply,
    "order": _order,
    "system": _system,
    "request_welcome": _request_welcome,
}
"""Meta's message types. Source: webhooks/reference/messages, 21 May 2026."""
