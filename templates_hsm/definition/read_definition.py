"""Reads Meta's components into a definition. Unknown parts are named in it and never raise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from templates_hsm.definition.meta_words import word
from templates_hsm.definition.template_definition import (
    VARIABLE,
    ButtonKind,
    Card,
    Category,
    Component,
    Definition,
    Header,
    HeaderFormat,
    Offer,
    Template,
    TemplateButton,
    TextPart,
)

_OTP_ADDRESS: Final = "https://www.whatsapp.com/otp/"
"""Meta lists a one-time password button as a URL button with this address."""

_CODE_TEXT: Final = "*{{1}}* is your verification code."
_CODE_ADVICE: Final = "For your security, do not share this code."
_CODE_EXPIRES: Final = "This code expires in {minutes} minutes."
"""Source: templates/authentication-templates."""


def read_definition(components: Sequence[Component], category: Category) -> Definition:
    """Read the components of a template.

    Args:
        components: As in Meta's API, of a draft or of a listed template; types in any case of letters.
        category: The template's current one.
    """
    parts: dict[str, Any] = {}
    unknown: list[str] = []
    for place, component in enumerate(components):
        kind = _upper(component.get("type"))
        read = _READERS.get(kind)
        if read is None:
            unknown.append(kind or "a component without a type")
        else:
            parts |= read(component, f"/{place}")
    unknown += _unknown_parts(parts)
    if category is Category.AUTHENTICATION:
        parts |= _fixed_words(parts)
    return Definition(category=category, unknown=tuple(dict.fromkeys(unknown)), **parts)


def definition_of(template: Template) -> Definition:
    """Read a template's definition; read it once to compose many sends."""
    return read_definition(template.components, template.category)


def _upper(given: object) -> str:
    return given.upper() if isinstance(given, str) else ""


def _text_of(given: object) -> str:
    return given if isinstance(given, str) else ""


def _mapping(given: object) -> Mapping[str, Any]:
    return given if isinstance(given, Mapping) else {}


def _items(given: object) -> list[Mapping[str, Any]]:
    return [_mapping(item) for item in given] if isinstance(given, list | tuple) else []


def _header(component: Component, place: str) -> dict[str, Any]:
    wanted = word(HeaderFormat, component.get("format", "TEXT"), HeaderFormat.UNKNOWN)
    example = _mapping(component.get("example"))
    text = None
    if wanted is HeaderFormat.TEXT:
        text = _text_part(component, place, "header_text")
    has_example = bool(example.get("header_handle") or example.get("header_url"))
    return {"header": Header(format=wanted, place=place, text=text, has_example=has_example)}


def _text_part(component: Component, place: str, key: str) -> TextPart:
    text = _text_of(component.get("text"))
    return TextPart(text=text, place=f"{place}/text", examples=_examples(component, text, key))


def _examples(component: Component, text: str, key: str) -> dict[str, str]:
    """Return examples by variable; positional ones come in order, those of a body in a list within a list."""
    example = _mapping(component.get("example"))
    named = {
        str(item["param_name"]): str(item.get("example", ""))
        for item in _items(example.get(f"{key}_named_params"))
        if item.get("param_name")
    }
    given = example.get(key)
    if isinstance(given, list | tuple) and given and isinstance(given[0], list | tuple):
        given = given[0]
    values = [str(value) for value in given] if isinstance(given, list | tuple) else []
    positional = sorted({name for name in VARIABLE.findall(text) if name.isdigit()}, key=int)
    return named | dict(zip(positional, values, strict=False))


def _body(component: Component, place: str) -> dict[str, Any]:
    return {
        "body": _text_part(component, place, "body_text"),
        "security_advice": bool(component.get("add_security_recommendation")),
    }


def _footer(component: Component, place: str) -> dict[str, Any]:
    minutes = component.get("code_expiration_minutes")
    parts: dict[str, Any] = {"expiration_minutes": minutes if isinstance(minutes, int) else None}
    if component.get("text"):
        parts["footer"] = _text_part(component, place, "footer_text")
    return parts


def _buttons(component: Component, place: str) -> dict[str, Any]:
    return {"buttons": tuple(_each_button(component.get("buttons"), f"{place}/buttons"))}


def _each_button(given: object, place: str) -> Iterator[TemplateButton]:
    for index, button in enumerate(_items(given)):
        yield _button(button, index, f"{place}/{index}")


def _button(button: Component, index: int, place: str) -> TemplateButton:
    kind = word(ButtonKind, button.get("type"), ButtonKind.UNKNOWN)
    address = _text_of(button.get("url"))
    if kind is ButtonKind.URL and address.startswith(_OTP_ADDRESS):
        kind = ButtonKind.OTP
    flow = button.get("flow_id")
    return TemplateButton(
        kind=kind,
        index=index,
        place=place,
        label=_text_of(button.get("text")),
        url=_address(button, address, place) if kind is ButtonKind.URL else None,
        phone_number=_text_of(button.get("phone_number")) or None,
        example=_first_text(button.get("example")),
        otp_type=_text_of(button.get("otp_type")).lower() or None,
        apps=tuple(_apps(button)),
        terms_accepted=button.get("zero_tap_terms_accepted") is True,
        flow_id=str(flow) if flow is not None else None,
        names_flow=any(button.get(name) for name in ("flow_id", "flow_name", "flow_json")),
    )


def _apps(button: Component) -> Iterator[tuple[str, str]]:
    """Return the apps that may take a code; the button itself named the only one before there were several."""
    named = _items(button.get("supported_apps")) or ([button] if "package_name" in button else [])
    yield from ((_text_of(app.get("package_name")), _text_of(app.get("signature_hash"))) for app in named)


def _address(button: Component, address: str, place: str) -> TextPart:
    example = _first_text(button.get("example"))
    examples = dict.fromkeys(VARIABLE.findall(address), example) if example is not None else {}
    return TextPart(text=address, place=f"{place}/url", examples=examples)


def _first_text(given: object) -> str | None:
    first = given[0] if isinstance(given, list | tuple) and given else given
    return first if isinstance(first, str) else None


def _carousel(component: Component, place: str) -> dict[str, Any]:
    cards = _items(component.get("cards"))
    return {"cards": tuple(_card(card, f"{place}/cards/{index}") for index, card in enumerate(cards))}


def _card(card: Component, place: str) -> Card:
    parts: dict[str, Any] = {}
    strange: list[int] = []
    for index, component in enumerate(_items(card.get("components"))):
        kind = _upper(component.get("type"))
        if kind in _CARD_COMPONENTS:
            parts |= _READERS[kind](component, f"{place}/components/{index}")
        else:
            strange.append(index)
    known = {key: parts[key] for key in ("header", "body", "buttons") if key in parts}
    return Card(place=place, strange=tuple(strange), **known)


def _offer(component: Component, place: str) -> dict[str, Any]:
    offer = _mapping(component.get("limited_time_offer"))
    text, expires = _text_of(offer.get("text")), bool(offer.get("has_expiration"))
    return {"offer": Offer(text=text, place=f"{place}/limited_time_offer", expires=expires)}


def _fixed_words(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the texts of an authentication template that names none: Meta writes them, in the template's language.

    Once submitted, the listed components hold Meta's own words; these stand in for a draft's.
    """
    body: TextPart | None = parts.get("body")
    fixed: dict[str, Any] = {}
    if body is not None and not body.text:
        advice = f" {_CODE_ADVICE}" if parts.get("security_advice") else ""
        fixed["body"] = TextPart(text=_CODE_TEXT + advice, place=body.place, examples={"1": "123456"})
    if parts.get("footer") is None and (minutes := parts.get("expiration_minutes")):
        fixed["footer"] = TextPart(text=_CODE_EXPIRES.format(minutes=minutes), place="")
    return fixed


def _unknown_parts(parts: Mapping[str, Any]) -> Iterator[str]:
    """Name the formats and buttons that are not known, of the message itself and of its cards."""
    cards: Sequence[Card] = parts.get("cards", ())
    headers = [parts.get("header"), *(card.header for card in cards)]
    if any(header is not None and header.format is HeaderFormat.UNKNOWN for header in headers):
        yield "a header of an unknown format"
    buttons = [*parts.get("buttons", ()), *(button for card in cards for button in card.buttons)]
    if any(button.kind is ButtonKind.UNKNOWN for button in buttons):
        yield "a button of an unknown kind"


_CARD_COMPONENTS: Final = frozenset({"HEADER", "BODY", "BUTTONS"})
_READERS: Mapping[str, Callable[[Component, str], dict[str, Any]]] = {
    "HEADER": _header,
    "BODY": _body,
    "FOOTER": _footer,
    "BUTTONS": _buttons,
    "CAROUSEL": _carousel,
    "LIMITED_TIME_OFFER": _offer,
}
