"""Checks a sent template against its definition, and shows what the customer will see.

Source: templates/*, 5 May 2026; error codes 132000–132018.
"""

from __future__ import annotations

import re
from typing import Any

from channels.sandbox.graph.errors import GraphError
from channels.sandbox.graph.state import JsonObject

VARIABLE = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
BODY_CHARS = 1024
MEDIA_HEADERS = ("IMAGE", "VIDEO", "DOCUMENT", "LOCATION")
FORBIDDEN_IN_PARAMETER = re.compile(r"[\n\t]| {5,}")


def render(definition: list[JsonObject], sent: list[JsonObject]) -> JsonObject:
    """The message with its parameters filled in.

    Args:
        definition: The template's components.
        sent: The components of the send.

    Returns:
        Some of `header`, `body`, `footer`, `buttons`, `cards`, `offer`, as the phone shows them.

    Raises:
        GraphError: The parameters do not fit the template.
    """
    shown: JsonObject = {}
    for component in definition:
        kind = str(component.get("type", "")).upper()
        parameters = _parameters(sent, kind.lower())
        if kind == "HEADER":
            shown["header"] = _header(component, parameters)
        elif kind == "BODY":
            shown["body"] = _body(component, parameters)
        elif kind == "FOOTER":
            shown["footer"] = component.get("text", "")
        elif kind == "BUTTONS":
            shown["buttons"] = [
                _button(button, index, sent) for index, button in enumerate(component.get("buttons", []))
            ]
        elif kind == "CAROUSEL":
            shown["cards"] = _cards(component, sent)
        elif kind == "LIMITED_TIME_OFFER":
            shown["offer"] = _offer(component, parameters)
    _refuse_unasked(definition, sent)
    return shown


def _parameters(sent: list[JsonObject], kind: str) -> list[JsonObject]:
    for component in sent:
        if str(component.get("type", "")).lower() == kind:
            return list(component.get("parameters") or [])
    return []


def _refuse_unasked(definition: list[JsonObject], sent: list[JsonObject]) -> None:
    defined = {str(component.get("type", "")).lower() for component in definition}
    for component in sent:
        kind = str(component.get("type", "")).lower()
        if kind in ("header", "body", "limited_time_offer") and component.get("parameters") and kind not in defined:
            raise _count_error(kind, len(component["parameters"]), 0)


def _cards(component: JsonObject, sent: list[JsonObject]) -> list[JsonObject]:
    """Each card with its own parameters: a send names every card of the template, by its place."""
    defined = component.get("cards", [])
    given = next((part.get("cards") or [] for part in sent if str(part.get("type", "")).lower() == "carousel"), [])
    by_place = {card.get("card_index"): card for card in given}
    if set(by_place) != set(range(len(defined))) or len(given) != len(defined):
        raise _count_error("carousel cards", len(given), len(defined))
    return [
        render(card.get("components", []), list(by_place[place].get("components") or []))
        for place, card in enumerate(defined)
    ]


def _offer(component: JsonObject, parameters: list[JsonObject]) -> JsonObject:
    defined = component.get("limited_time_offer", {})
    shown: JsonObject = {"text": defined.get("text", "")}
    if not defined.get("has_expiration"):
        return shown
    given = parameters[0].get("limited_time_offer") if parameters else None
    ends = given.get("expiration_time_ms") if isinstance(given, dict) else None
    if isinstance(ends, bool) or not isinstance(ends, int) or ends <= 0:
        raise GraphError(131008, "limited_time_offer: Parameter expiration_time_ms is missing")
    return {**shown, "expiration_time_ms": ends}


def _header(component: JsonObject, parameters: list[JsonObject]) -> JsonObject:
    wanted = str(component.get("format", "TEXT")).upper()
    if wanted not in MEDIA_HEADERS:
        return {"format": "TEXT", "text": _fill(component.get("text", ""), parameters, "header")}
    if not parameters:
        raise GraphError(132012, f"header: Format mismatch, expected {wanted}, received UNKNOWN")
    received = str(parameters[0].get("type", "")).upper()
    if received != wanted:
        raise GraphError(132012, f"header: Format mismatch, expected {wanted}, received {received}")
    return {"format": wanted, wanted.lower(): parameters[0].get(wanted.lower())}


def _body(component: JsonObject, parameters: list[JsonObject]) -> str:
    filled = _fill(component.get("text", ""), parameters, "body")
    if len(filled) > BODY_CHARS:
        raise GraphError(132005, f"body: translated text is {len(filled)} characters long, max {BODY_CHARS}")
    return filled


def _fill(template: str, parameters: list[JsonObject], where: str) -> str:
    names = list(dict.fromkeys(VARIABLE.findall(template)))
    if len(parameters) != len(names):
        raise _count_error(where, len(parameters), len(names))
    values: dict[str, str] = {}
    for place, parameter in enumerate(parameters):
        name = parameter.get("parameter_name") or str(place + 1)
        values[str(name)] = _value(parameter, where)
    missing = [name for name in names if name not in values]
    if missing:
        raise GraphError(100, f"{where}: Parameter name is missing or empty: {missing[0]}")
    return VARIABLE.sub(lambda match: values[match[1]], template)


def _value(parameter: JsonObject, where: str) -> str:
    kind = parameter.get("type", "text")
    if kind in ("currency", "date_time"):
        return str((parameter.get(kind) or {}).get("fallback_value", ""))
    if kind != "text":
        raise GraphError(132012, f"{where}: Format mismatch, expected TEXT, received {str(kind).upper()}")
    value = parameter.get("text")
    if not isinstance(value, str) or not value:
        raise GraphError(131008, f"{where}: Parameter of type text is missing text value")
    if FORBIDDEN_IN_PARAMETER.search(value):
        raise GraphError(132018)
    return value


def _button(button: JsonObject, index: int, sent: list[JsonObject]) -> JsonObject:
    kind = str(button.get("type", "")).upper()
    given = _button_parameter(sent, index)
    shown: JsonObject = {"type": kind, "text": button.get("text", "")}
    if kind == "URL":
        shown["url"] = _button_url(button, index, given)
    elif kind == "QUICK_REPLY":
        shown["payload"] = given if given is not None else button.get("text", "")
    elif kind == "COPY_CODE":
        shown["code"] = _needed(given, index, "COPY_CODE")
    elif kind == "PHONE_NUMBER":
        shown["phone_number"] = button.get("phone_number")
    return shown


def _button_url(button: JsonObject, index: int, given: str | None) -> str:
    url = str(button.get("url", ""))
    if not VARIABLE.search(url):
        if given is not None:
            raise GraphError(132018, f"buttons: Button at index {index} of type Url does not accept parameters")
        return url
    return VARIABLE.sub(lambda _: _needed(given, index, "Url"), url)


def _needed(given: str | None, index: int, kind: str) -> str:
    if not given:
        raise GraphError(131008, f"buttons: Button at index {index} of type {kind} requires a parameter")
    return given


def _button_parameter(sent: list[JsonObject], index: int) -> str | None:
    for component in sent:
        same_place = str(component.get("index", "")) == str(index)
        if str(component.get("type", "")).lower() == "button" and same_place:
            parameters: list[Any] = component.get("parameters") or []
            first = parameters[0] if parameters else {}
            return first.get("text") or first.get("payload") or first.get("coupon_code")
    return None


def _count_error(where: str, given: int, expected: int) -> GraphError:
    details = (
        f"{where}: number of localizable_params ({given}) does not match the expected number of params ({expected})"
    )
    return GraphError(132000, details)
