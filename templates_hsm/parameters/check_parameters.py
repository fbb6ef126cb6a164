"""Checks the values of a send against the template's definition, before Meta does.

The values come in the contract's form: `{header?, body: [value…] or {name: value}, buttons: [{index, value}],
cards?, offer?: {expires_at}}`. All faults are found at once.

Source: templates/components, 5 May 2026; Meta's errors 132000, 132001, 132005, 132012, 132018, 131008.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from templates_hsm.definition.limits import (
    MAX_BODY_CHARS,
    MAX_CARD_BODY_CHARS,
    MAX_CODE_CHARS,
    MAX_COPY_CODE_CHARS,
    MAX_HEADER_CHARS,
    MAX_URL_CHARS,
    chars,
)
from templates_hsm.definition.template_definition import (
    FILE_FORMATS,
    ButtonKind,
    Card,
    Definition,
    Header,
    HeaderFormat,
    TextPart,
)
from templates_hsm.parameters.faults import Fault
from templates_hsm.parameters.fill_parameters import fill, read_time, values_by_name
from templates_hsm.parameters.value_rules import (
    check_code,
    check_file,
    check_location,
    check_text,
    check_url_value,
    text_of,
)

_FIELDS: Final = frozenset({"header", "body", "buttons", "cards", "offer"})
_CARD_FIELDS: Final = frozenset({"header", "body", "buttons"})


def check_parameters(definition: Definition, parameters: Mapping[str, Any], *, now: datetime) -> tuple[Fault, ...]:
    """Check all values.

    Args:
        definition: The template's.
        parameters: In the contract's form.
        now: When it is to be sent: an offer must not have ended.

    Returns:
        Faults with pointers from the parameters on; empty if the template can be sent so.
    """
    return tuple(_faults(definition, parameters, now))


def _faults(definition: Definition, parameters: Mapping[str, Any], now: datetime) -> Iterator[Fault]:
    for name in definition.unknown:
        yield Fault(pointer="", code="template_not_understood", message=f"The template has {name}: it can't be sent.")
    yield from _unknown_fields(parameters, _FIELDS)
    yield from _check_header(definition.header, parameters.get("header"))
    yield from _check_words(definition.body, parameters.get("body"), "body", MAX_BODY_CHARS)
    yield from _check_buttons(definition, parameters)
    if definition.is_code:
        yield from _check_password(definition, parameters)
    yield from _check_cards(definition.cards, parameters.get("cards"))
    yield from _check_offer(definition, parameters.get("offer"), now)


def _unknown_fields(given: Mapping[str, Any], known: frozenset[str]) -> Iterator[Fault]:
    for name in given:
        if name not in known:
            yield Fault(pointer=f"/{name}", code="unknown_field", message="There is no such parameter.")


def _check_header(header: Header | None, given: Any) -> Iterator[Fault]:
    if header is None or (header.text is not None and not header.text.variables):
        if given:
            yield Fault(pointer="/header", code="takes_no_value", message="The template's header takes no value.")
    elif header.text is not None:
        one = [given] if text_of(given) is not None else given
        yield from _check_words(header.text, one, "header", MAX_HEADER_CHARS)
    elif header.format is HeaderFormat.LOCATION:
        yield from check_location("/header", given)
    elif header.format in FILE_FORMATS:
        yield from check_file("/header", header.format.value, given)


def _check_words(part: TextPart | None, given: Any, where: str, most: int) -> Iterator[Fault]:
    """Check the values of a text: their number and names, each by itself, and the length of the whole."""
    names = part.variables if part is not None else ()
    faults = [*_check_names(names, given, f"/{where}"), *_check_values(given, f"/{where}")]
    yield from faults
    if part is None or faults:
        return
    count = chars(fill(part, values_by_name(given)))
    if count > most:
        message = f"With its values the {where} has {count} characters; WhatsApp allows at most {most}."
        yield Fault(pointer=f"/{where}", code="too_long", message=message)


def _check_names(names: Sequence[str], given: Any, pointer: str) -> Iterator[Fault]:
    positional = all(name.isdigit() for name in names)
    if isinstance(given, Mapping):
        yield from _compare_names(names, given, pointer)
    elif given is not None and not isinstance(given, list | tuple):
        yield Fault(pointer=pointer, code="not_a_list", message="Give the values as a list, or by name.")
    elif not positional and given:
        message = f"Give the values by name: {', '.join(names)}."
        yield Fault(pointer=pointer, code="names_expected", message=message)
    elif len(given or ()) != len(names):
        message = f"The template has {len(names)} variables here; {len(given or ())} values were given."
        yield Fault(pointer=pointer, code="count", message=message)


def _compare_names(names: Sequence[str], given: Mapping[str, Any], pointer: str) -> Iterator[Fault]:
    for name in names:
        if name not in given:
            yield Fault(pointer=f"{pointer}/{name}", code="missing", message=f"The value of {name} is missing.")
    for name in given:
        if name not in names:
            message = f"The template has no variable {name}."
            yield Fault(pointer=f"{pointer}/{name}", code="unknown_variable", message=message)


def _check_values(given: Any, pointer: str) -> Iterator[Fault]:
    if isinstance(given, Mapping):
        pairs = [(str(name), value) for name, value in given.items()]
    elif isinstance(given, list | tuple):
        pairs = [(str(place), value) for place, value in enumerate(given)]
    else:
        return
    for name, value in pairs:
        yield from check_text(f"{pointer}/{name}", value)


def _check_buttons(holder: Definition | Card, parameters: Mapping[str, Any]) -> Iterator[Fault]:
    given = parameters.get("buttons") or ()
    if not isinstance(given, list | tuple) or not all(isinstance(item, Mapping) for item in given):
        yield Fault(pointer="/buttons", code="not_a_list", message="Give buttons as a list of {index, value}.")
        return
    seen: set[int] = set()
    for place, item in enumerate(given):
        pointer = f"/buttons/{place}"
        index = item.get("index")
        if not isinstance(index, int) or not 0 <= index < len(holder.buttons):
            yield Fault(pointer=f"{pointer}/index", code="no_such_button", message="The template has no such button.")
        elif index in seen:
            yield Fault(pointer=f"{pointer}/index", code="repeated", message="This button has a value already.")
        else:
            seen.add(index)
            yield from _check_button(holder, index, item.get("value"), f"{pointer}/value")
    for button in holder.buttons:
        if button.takes_value and button.index not in seen:
            message = f"The button “{button.label}” needs a value."
            yield Fault(pointer="/buttons", code="button_value_missing", message=message)


def _check_button(holder: Definition | Card, index: int, value: Any, pointer: str) -> Iterator[Fault]:
    button = holder.buttons[index]
    if button.kind is ButtonKind.COPY_CODE:
        yield from check_code(pointer, value, MAX_COPY_CODE_CHARS)
    elif button.kind is ButtonKind.QUICK_REPLY:
        yield from check_text(pointer, value)
    elif button.url is not None and button.takes_value:
        yield from check_url_value(pointer, value)
        if chars(button.url.text) + chars(text_of(value) or "") > MAX_URL_CHARS:
            message = f"A link has at most {MAX_URL_CHARS} characters."
            yield Fault(pointer=pointer, code="too_long", message=message)
    elif button.kind is ButtonKind.FLOW:
        if not isinstance(value, Mapping):
            yield Fault(pointer=pointer, code="not_an_object", message="A flow's value is Meta's action object.")
    elif button.kind is not ButtonKind.OTP:
        yield Fault(pointer=pointer, code="takes_no_value", message=f"The button “{button.label}” takes no value.")


def _check_password(definition: Definition, parameters: Mapping[str, Any]) -> Iterator[Fault]:
    """Check a one-time password, which body and button have in common."""
    code = next(iter(values_by_name(parameters.get("body")).values()), None)
    if code is None:
        return
    if chars(code) > MAX_CODE_CHARS:
        message = f"A one-time password has at most {MAX_CODE_CHARS} characters."
        yield Fault(pointer="/body", code="too_long", message=message)
    for place, item in enumerate(parameters.get("buttons") or ()):
        index = item.get("index") if isinstance(item, Mapping) else None
        if isinstance(index, int) and 0 <= index < len(definition.buttons) and text_of(item.get("value")) != code:
            message = "Body and button carry the same code: leave the button's value out."
            yield Fault(pointer=f"/buttons/{place}/value", code="code_differs", message=message)


def _check_cards(cards: Sequence[Card], given: Any) -> Iterator[Fault]:
    count = len(given) if isinstance(given, list | tuple) else 0
    if count != len(cards):
        message = f"The template has {len(cards)} cards; values for {count} were given."
        yield Fault(pointer="/cards", code="count", message=message)
        return
    for place, (card, values) in enumerate(zip(cards, given or (), strict=True)):
        yield from (fault.below(f"/cards/{place}") for fault in _check_card(card, values))


def _check_card(card: Card, values: Any) -> Iterator[Fault]:
    if not isinstance(values, Mapping):
        yield Fault(pointer="", code="not_an_object", message="A card's values are {header, body, buttons}.")
        return
    yield from _unknown_fields(values, _CARD_FIELDS)
    yield from _check_header(card.header, values.get("header"))
    yield from _check_words(card.body, values.get("body"), "body", MAX_CARD_BODY_CHARS)
    yield from _check_buttons(card, values)


def _check_offer(definition: Definition, given: Any, now: datetime) -> Iterator[Fault]:
    end = read_time(given)
    wanted = definition.offer is not None and definition.offer.expires
    if not wanted and given is not None:
        yield Fault(pointer="/offer", code="takes_no_value", message="The template has no offer that ends.")
    elif wanted and end is None:
        message = 'The offer\'s end is missing: give {"expires_at": "2026-12-24T18:00:00Z"}.'
        yield Fault(pointer="/offer/expires_at", code="missing", message=message)
    elif wanted and end is not None and end <= now:
        message = "The offer has ended: give a time that is still to come."
        yield Fault(pointer="/offer/expires_at", code="ended", message=message)
