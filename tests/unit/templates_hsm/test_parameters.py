"""Values that don't fit are found before Meta sees them: one row a condition."""

from __future__ import annotations

from typing import Any

import pytest

from templates_hsm.definition.template_definition import Category
from templates_hsm.parameters.check_parameters import check_parameters
from tests.unit.templates_hsm.examples import (
    CARD_VALUES,
    CARDS,
    CODE,
    COUPON,
    LINK,
    NAMED,
    NOW,
    ORDER,
    ORDER_VALUES,
    PICTURE,
    PLACE,
    read,
)

TRACKED = ORDER_VALUES["buttons"][0]
EMOJI_OVER = {"body": ["x" * 1023 + "😀"]}
COUPON_VALUES: dict[str, Any] = {
    "offer": {"expires_at": "2026-12-24T18:00:00Z"},
    "buttons": [{"index": 0, "value": "SPRING20"}, {"index": 1, "value": "spring"}],
}

FITTING = [
    ("positional", ORDER, ORDER_VALUES),
    ("numbers are values", ORDER, ORDER_VALUES | {"body": [7, 8.5]}),
    ("positions by name", ORDER, ORDER_VALUES | {"body": {"1": "Anna", "2": "Monday"}}),
    ("named", NAMED, {"body": {"first_name": "Anna", "points": 90}}),
    ("four spaces", ORDER, ORDER_VALUES | {"body": ["Anna    B", "Monday"]}),
    ("a picture", PICTURE, {"header": {"image": {"link": LINK}}}),
    ("a picture at a public address", PICTURE, {"header": {"image": {"link": "https://93.184.215.14/a.png"}}}),
    ("a place", PLACE, {"header": {"location": {"latitude": 48.1, "longitude": 11}}}),
    ("an offer", COUPON, COUPON_VALUES),
    ("a carousel", CARDS, {"body": ["Anna"], "cards": [CARD_VALUES] * 2}),
    ("an encoded link", ORDER, ORDER_VALUES | {"buttons": [{"index": 1, "value": "a%26b/c?d=e"}]}),
    (
        "a quick reply's payload",
        ORDER,
        ORDER_VALUES | {"buttons": [TRACKED, {"index": 0, "value": "y"}]},
    ),
    ("no variables", [{"type": "BODY", "text": "Hello."}], {}),
    ("exactly 1,024 characters", [{"type": "BODY", "text": "{{1}}"}], {"body": ["x" * 1024]}),
    ("exactly 1,024 with emoji", [{"type": "BODY", "text": "{{1}}"}], {"body": ["😀" * 512]}),
]

ANNA = "Anna"
NOT_FITTING = [
    ("one too few", ORDER, {"body": [ANNA]}, "/body", "count"),
    ("one too many", ORDER, {"body": [ANNA, "Monday", "x"]}, "/body", "count"),
    ("none", ORDER, {"body": None}, "/body", "count"),
    ("blank", ORDER, {"body": [ANNA, " "]}, "/body/1", "blank"),
    ("a newline", ORDER, {"body": ["Anna\nB", "x"]}, "/body/0", "newline_or_tab"),
    ("a carriage return", ORDER, {"body": ["Anna\rB", "x"]}, "/body/0", "newline_or_tab"),
    ("a tab", ORDER, {"body": ["Anna\tB", "x"]}, "/body/0", "newline_or_tab"),
    ("five spaces", ORDER, {"body": ["Anna     B", "x"]}, "/body/0", "too_many_spaces"),
    ("a NUL", ORDER, {"body": ["Anna\x00", "x"]}, "/body/0", "control_character"),
    ("not text", ORDER, {"body": [ANNA, True]}, "/body/1", "not_text"),
    ("null", ORDER, {"body": [ANNA, None]}, "/body/1", "not_text"),
    ("a text for a list", ORDER, {"body": ANNA}, "/body", "not_a_list"),
    ("no header", ORDER, {"header": None}, "/header", "count"),
    ("a header with its value over 60", ORDER, {"header": "4" * 55}, "/header", "too_long"),
    ("no button", ORDER, {"buttons": []}, "/buttons", "button_value_missing"),
    ("an ampersand", ORDER, {"buttons": [{"index": 1, "value": "a&b"}]}, "/buttons/0/value", "not_percent_encoded"),
    ("a space", ORDER, {"buttons": [{"index": 1, "value": "a b"}]}, "/buttons/0/value", "not_percent_encoded"),
    ("a lone percent", ORDER, {"buttons": [{"index": 1, "value": "5%"}]}, "/buttons/0/value", "not_percent_encoded"),
    ("an umlaut", ORDER, {"buttons": [{"index": 1, "value": "ü"}]}, "/buttons/0/value", "not_percent_encoded"),
    ("a link of 2,001", ORDER, {"buttons": [{"index": 1, "value": "x" * 1980}]}, "/buttons/0/value", "too_long"),
    ("no button 3", ORDER, {"buttons": [{"index": 3, "value": "x"}, TRACKED]}, "/buttons/0/index", "no_such_button"),
    ("a phone button", ORDER, {"buttons": [{"index": 2, "value": "x"}, TRACKED]}, "/buttons/0/value", "takes_no_value"),
    ("a button twice", ORDER, {"buttons": [{"index": 1, "value": "x"}] * 2}, "/buttons/1/index", "repeated"),
    ("buttons as texts", ORDER, {"buttons": ["x"]}, "/buttons", "not_a_list"),
    ("something else", ORDER, {"footer": "x"}, "/footer", "unknown_field"),
    ("a missing name", NAMED, {"body": {"points": 1}}, "/body/first_name", "missing"),
    ("a wrong name", NAMED, {"body": {"first_name": "A", "points": 1, "x": 2}}, "/body/x", "unknown_variable"),
    ("a list for names", NAMED, {"body": ["A", "1"]}, "/body", "names_expected"),
    ("no picture", PICTURE, {}, "/header", "header_file_missing"),
    ("a film for a picture", PICTURE, {"header": {"video": {"link": LINK}}}, "/header", "header_file_missing"),
    ("a path", PICTURE, {"header": {"image": {"link": "/etc/passwd"}}}, "/header/image/link", "header_link_invalid"),
    *(("a private address", PICTURE, {"header": {"image": {"link": link}}}, "/header/image/link", "header_link_private")
      for link in ("http://127.0.0.1:8080/a.png", "https://localhost/a.png", "http://10.0.0.7/a.png",
                   "http://[::1]/a.png", "http://169.254.169.254/a", "https://files.internal/a.png", "http://shop/a.png",
                   "http://[fe80::1]/a", "https://intranet.local./a.png", "http://127.1/a.png", "http://0x7f.1/a",
                   "http://2130706433/a", "https://printer.lan:8443/a.png")),
    ("no place", PLACE, {}, "/header", "header_location_missing"),
    ("no such place", PLACE, {"header": {"location": {"latitude": 91, "longitude": 0}}},
     "/header/location/latitude", "header_location_invalid"),
    ("no end of the offer", COUPON, COUPON_VALUES | {"offer": None}, "/offer/expires_at", "missing"),
    ("an end without zone", COUPON, COUPON_VALUES | {"offer": {"expires_at": "2026-12-24T18:00:00"}},
     "/offer/expires_at", "missing"),
    ("an offer of 2020", COUPON, COUPON_VALUES | {"offer": {"expires_at": "2020-12-24T18:00:00Z"}},
     "/offer/expires_at", "ended"),
    ("an offer that ends now", COUPON, COUPON_VALUES | {"offer": {"expires_at": NOW.isoformat()}},
     "/offer/expires_at", "ended"),
    ("a long code", COUPON, COUPON_VALUES | {"buttons": [{"index": 0, "value": "x" * 16}, {"index": 1, "value": "y"}]},
     "/buttons/0/value", "too_long"),
    ("one card too few", CARDS, {"body": [ANNA], "cards": [CARD_VALUES]}, "/cards", "count"),
    ("a card's blank", CARDS, {"body": [ANNA], "cards": [CARD_VALUES, CARD_VALUES | {"body": [""]}]},
     "/cards/1/body/0", "blank"),
    ("a card that is a text", CARDS, {"body": [ANNA], "cards": [CARD_VALUES, "x"]}, "/cards/1", "not_an_object"),
    ("cards for none", ORDER, {"cards": [{}]}, "/cards", "count"),
    ("1,025 characters", [{"type": "BODY", "text": "{{1}}"}], {"body": ["x" * 1025]}, "/body", "too_long"),
    ("an emoji over the limit", [{"type": "BODY", "text": "{{1}}"}], EMOJI_OVER, "/body", "too_long"),
    ("values for none", [{"type": "BODY", "text": "Hi."}], {"body": ["x"]}, "/body", "count"),
    ("a part of tomorrow", [{"type": "HOLOGRAM"}], {}, "", "template_not_understood"),
]  # fmt: skip


@pytest.mark.parametrize(("components", "parameters"), [row[1:] for row in FITTING], ids=[row[0] for row in FITTING])
def test_fitting(components: list[dict[str, Any]], parameters: dict[str, Any]) -> None:
    assert check_parameters(read(components), parameters, now=NOW) == ()


@pytest.mark.parametrize(
    ("components", "parameters", "pointer", "code"), [row[1:] for row in NOT_FITTING], ids=[r[0] for r in NOT_FITTING]
)
def test_not_fitting(components: list[dict[str, Any]], parameters: dict[str, Any], pointer: str, code: str) -> None:
    given = ORDER_VALUES | parameters if components is ORDER else parameters
    faults = check_parameters(read(components), given, now=NOW)
    assert [(fault.pointer, fault.code) for fault in faults] == [(pointer, code)]
    assert faults[0].message


CODES = [
    ("the code alone", {"body": ["123456"]}, None),
    ("the same in the button", {"body": ["123456"], "buttons": [{"index": 0, "value": "123456"}]}, None),
    ("another in the button", {"body": ["123456"], "buttons": [{"index": 0, "value": "1"}]}, "code_differs"),
    ("16 characters", {"body": ["1" * 16]}, "too_long"),
]


@pytest.mark.parametrize(("parameters", "code"), [row[1:] for row in CODES], ids=[row[0] for row in CODES])
def test_one_time_passwords(parameters: dict[str, Any], code: str | None) -> None:
    faults = check_parameters(read(CODE, Category.AUTHENTICATION), parameters, now=NOW)
    assert [fault.code for fault in faults] == ([code] if code else [])
