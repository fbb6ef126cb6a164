"""Puts values into texts, and normalises them to the form that is stored and sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from templates_hsm.definition.template_definition import VARIABLE, ButtonKind, Card, Definition, HeaderFormat, TextPart
from templates_hsm.parameters.value_rules import text_of

SUB_TYPES: Final[Mapping[ButtonKind, str]] = {
    ButtonKind.QUICK_REPLY: "quick_reply",
    ButtonKind.URL: "url",
    ButtonKind.OTP: "url",
    ButtonKind.COPY_CODE: "copy_code",
    ButtonKind.FLOW: "flow",
}
"""How a send names a button that has a value; a one-time password's button is a URL button there."""


def values_by_name(given: Any) -> dict[str, str]:
    """Return values by variable: a list's by position from 1, a mapping's by name, a single text as the first."""
    if isinstance(given, Mapping):
        return {str(name): text for name, value in given.items() if (text := text_of(value)) is not None}
    if isinstance(given, list | tuple):
        return {str(place): text for place, value in enumerate(given, 1) if (text := text_of(value)) is not None}
    text = text_of(given)
    return {} if text is None else {"1": text}


def fill(part: TextPart, values: Mapping[str, str]) -> str:
    """Put values into a text; a variable without one stays as it is written."""
    return VARIABLE.sub(lambda match: values.get(match[1], match[0]), part.text)


def read_time(given: Any) -> datetime | None:
    """Read the end of an offer, `{"expires_at": …}` in RFC 3339 with its zone."""
    try:
        at = datetime.fromisoformat(given["expires_at"])
    except (TypeError, KeyError, ValueError):
        return None
    return at if at.tzinfo is not None else None


def normal_form(definition: Definition, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return checked parameters in the stored form, which can be sent without the definition.

    What is not there is left out. A one-time password is given to its button too.
    """
    normal = _normal(definition, parameters)
    if definition.is_code and normal.get("body"):
        code = next(iter(values_by_name(normal["body"]).values()))
        normal["buttons"] = [
            {"index": button.index, "type": "url", "value": code}
            for button in definition.buttons
            if button.kind is ButtonKind.OTP or button.takes_value
        ]
    if definition.cards:
        pairs = zip(definition.cards, parameters["cards"], strict=True)
        normal["cards"] = [_normal(card, values) for card, values in pairs]
    if at := read_time(parameters.get("offer")):
        normal["offer"] = {"expires_at": at.isoformat()}
    return {name: value for name, value in normal.items() if value}


def _normal(holder: Definition | Card, parameters: Mapping[str, Any]) -> dict[str, Any]:
    header = holder.header
    given = parameters.get("header")
    is_text = header is not None and header.format is HeaderFormat.TEXT
    return {
        "header": _words(header.text, given) if header is not None and is_text else given,
        "body": _words(holder.body, parameters.get("body")),
        "buttons": list(_buttons(holder, parameters)),
    }


def _words(part: TextPart | None, given: Any) -> list[str] | dict[str, str]:
    """Return values in order for positional variables, by name otherwise."""
    names = part.variables if part is not None else ()
    values = values_by_name(given)
    if all(name.isdigit() for name in names):
        return [values[name] for name in sorted(names, key=int) if name in values]
    only = next(iter(values.values()), None)
    alone = len(names) == 1 and only is not None and not isinstance(given, Mapping)
    return {names[0]: str(only)} if alone else {name: values[name] for name in names if name in values}


def _buttons(holder: Definition | Card, parameters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for item in sorted(parameters.get("buttons") or (), key=lambda item: int(item["index"])):
        kind = SUB_TYPES[holder.buttons[item["index"]].kind]
        value = item["value"] if kind == "flow" else text_of(item["value"])
        yield {"index": item["index"], "type": kind, "value": value}
