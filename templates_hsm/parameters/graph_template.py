"""Writes a template with its values as the Graph API's `template` object.

The values come in the contract's form, as `filling.normal_form` leaves them: the definition is not needed here.

Source: templates/components, 5 May 2026.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from inbox.model.content import TemplateContent
from templates_hsm.parameters.fill_parameters import read_time

DEFAULT_BUTTON = "url"
"""The only kind of button that takes a value in most templates; others name their `type`."""
_BUTTON_VALUES = {"quick_reply": "payload", "copy_code": "coupon_code", "flow": "action", "url": "text"}
"""Under which name Meta wants each kind of button's value."""


def template_object(content: TemplateContent) -> dict[str, Any]:
    """Return the `template` object of a content."""
    components = list(_components(_with_handles(content)))
    template: dict[str, Any] = {"name": content.name, "language": {"code": content.language}}
    return {**template, "components": components} if components else template


def _with_handles(content: TemplateContent) -> Mapping[str, Any]:
    """Name the files of ours in the headers by Meta's ids of them."""
    handles = {media.id: media.provider_media_id for media in content.media or ()}
    return _named(content.parameters, handles) if handles else content.parameters


def _named(part: Mapping[str, Any], handles: Mapping[str | None, str | None]) -> Mapping[str, Any]:
    header, cards = part.get("header"), part.get("cards")
    if isinstance(header, Mapping):
        header = {kind: _file(value, handles) for kind, value in header.items()}
    named = {"header": header, "cards": [_named(card, handles) for card in cards] if cards else None}
    return {**part, **{name: value for name, value in named.items() if value}}


def _file(value: Any, handles: Mapping[str | None, str | None]) -> Any:
    handle = handles.get(value.get("id")) if isinstance(value, Mapping) else None
    return {**value, "id": handle} if handle else value


def _components(parameters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if header := parameters.get("header"):
        yield {"type": "header", "parameters": _header(header)}
    if body := parameters.get("body"):
        yield {"type": "body", "parameters": _values(body)}
    if at := read_time(parameters.get("offer")):
        offer = {"expiration_time_ms": round(at.timestamp() * 1000)}
        values = [{"type": "limited_time_offer", "limited_time_offer": offer}]
        yield {"type": "limited_time_offer", "parameters": values}
    yield from _buttons(parameters.get("buttons") or ())
    if cards := parameters.get("cards"):
        yield {"type": "carousel", "cards": [_card(place, card) for place, card in enumerate(cards)]}


def _values(values: Mapping[str, Any] | Sequence[Any]) -> list[dict[str, Any]]:
    """Write positional values in order, named ones with their names."""
    if isinstance(values, Mapping):
        return [{"type": "text", "parameter_name": name, "text": str(value)} for name, value in values.items()]
    return [{"type": "text", "text": str(value)} for value in values]


def _header(header: Any) -> list[dict[str, Any]]:
    """Write a header: a text, a list or mapping of texts, or one object such as `{"image": {"link": …}}`."""
    if isinstance(header, Mapping):
        kind = header.get("type") or next(iter(header))
        is_object = isinstance(header.get(kind), Mapping)
        return [{"type": kind, kind: header[kind]}] if is_object else _values(header)
    return _values([header] if isinstance(header, str) else header)


def _buttons(buttons: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for button in buttons:
        kind = str(button.get("type") or DEFAULT_BUTTON)
        name = _BUTTON_VALUES.get(kind, "text")
        yield {
            "type": "button",
            "sub_type": kind,
            "index": str(button["index"]),
            "parameters": [{"type": name, name: button["value"]}],
        }


def _card(place: int, card: Mapping[str, Any]) -> dict[str, Any]:
    return {"card_index": place, "components": list(_components(card))}
