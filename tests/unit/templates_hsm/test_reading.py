"""Whatever Meta lists can be read; what is not understood is named."""

from __future__ import annotations

from typing import Any

import pytest

from templates_hsm.definition.template_definition import ButtonKind, Category, Quality, TemplateStatus
from templates_hsm.definition.usability import usability
from tests.unit.templates_hsm.examples import CARDS, CODE, COUPON, NAMED, ORDER, read

ODD: list[list[dict[str, Any]]] = [
    [],
    [{}],
    [{"type": None}],
    [{"type": "HEADER", "format": 7}],
    [{"type": "BODY", "text": None, "example": []}],
    [{"type": "BUTTONS", "buttons": "none"}],
    [{"type": "BUTTONS", "buttons": [None, {"type": "TELEPORT"}]}],
    [{"type": "CAROUSEL", "cards": [None, {"components": [None]}]}],
    [{"type": "LIMITED_TIME_OFFER", "limited_time_offer": None}],
]


@pytest.mark.parametrize("components", ODD, ids=str)
def test_nothing_breaks_reading(components: list[dict[str, Any]]) -> None:
    read(components)
    read(components, Category.AUTHENTICATION)


def test_examples_and_variables() -> None:
    order, named = read(ORDER), read(NAMED)
    assert order.body is not None
    assert named.body is not None
    assert order.body.variables == ("1", "2")
    assert order.body.examples == {"1": "Anna", "2": "Monday"}
    assert named.body.examples == {"first_name": "Anna", "points": "90"}
    assert [button.takes_value for button in order.buttons] == [False, True, False]
    assert order.buttons[1].place == "/3/buttons/1"


def test_a_listed_password_button_is_a_link_to_us() -> None:
    url = "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}"
    (button,) = read([{"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Copy", "url": url}]}]).buttons
    assert button.kind is ButtonKind.OTP
    assert not button.takes_value


def test_buttons_for_calls_and_numbers_are_known_and_take_no_value() -> None:
    buttons = [{"type": "VOICE_CALL", "text": "Call us"}, {"type": "REQUEST_CONTACT_INFO"}]
    definition = read([{"type": "BODY", "text": "Questions?"}, {"type": "BUTTONS", "buttons": buttons}])
    assert [button.kind for button in definition.buttons] == [ButtonKind.VOICE_CALL, ButtonKind.REQUEST_CONTACT_INFO]
    assert definition.unknown == ()
    assert not any(button.takes_value for button in definition.buttons)


def test_unknown_parts_are_named() -> None:
    definition = read([{"type": "HOLOGRAM"}, {"type": "HEADER", "format": "SMELL"}])
    assert definition.unknown == ("HOLOGRAM", "a header of an unknown format")
    assert all(not read(known).unknown for known in (ORDER, NAMED, COUPON, CODE, CARDS))


@pytest.mark.parametrize("status", list(TemplateStatus))
def test_every_status_says_whether_it_can_be_sent(status: TemplateStatus) -> None:
    usable, reason = usability(status)
    assert usable == (status is TemplateStatus.APPROVED)
    assert usable or reason


def test_reasons() -> None:
    assert "INVALID_FORMAT" in str(usability(TemplateStatus.REJECTED, said="INVALID_FORMAT").reason)
    low = usability(TemplateStatus.APPROVED, quality=Quality.RED)
    assert low.usable
    assert low.reason
    assert not usability(TemplateStatus.APPROVED, unknown=("HOLOGRAM",)).usable
