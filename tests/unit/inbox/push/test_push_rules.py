"""Which event is told to whom, and what a push service's answer means."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from inbox.foundation.problems import ProblemError
from inbox.people.access import Placement
from inbox.push.push_models import PushKeys, check_keys
from inbox.push.push_rules import (
    PAD_BYTES,
    EventFacts,
    PushKind,
    PushPayload,
    PushVerdict,
    padded,
    push_verdict,
    push_wait,
    telling_of,
    topic_of,
)
from inbox.stream.events import EventAudience

WAITED, MINE, THEIRS = Placement("q"), Placement("q", "me"), Placement("q", "them")
POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"


@pytest.mark.parametrize(
    ("type_", "facts", "placements", "told"),
    [
        pytest.param(
            "conversation.assigned", {"operator_id": "me"}, (WAITED, MINE), (PushKind.GIVEN, "me"), id="given"
        ),
        pytest.param("conversation.assigned", {"operator_id": "me"}, (MINE,), None, id="was mine before"),
        pytest.param(
            "conversation.transferred", {"operator_id": "me"}, (THEIRS, MINE), (PushKind.TRANSFERRED, "me"), id="passed"
        ),
        pytest.param("conversation.transferred", {"operator_id": None}, (THEIRS, WAITED), None, id="to a queue"),
        pytest.param("message.created", {"direction": "in"}, (), (PushKind.MESSAGE, None), id="the customer writes"),
        pytest.param("message.created", {"direction": "out"}, (), None, id="we write"),
        pytest.param("sla.due", {"operator_id": "me"}, (MINE,), (PushKind.DUE, "me"), id="due"),
        pytest.param("sla.due", {"operator_id": None}, (WAITED,), None, id="due and nobody's"),
        pytest.param("sla.breached", {"operator_id": "me"}, (MINE,), (PushKind.OVERDUE, "me"), id="late"),
        pytest.param("snooze.ended", {"by": "operator:me"}, (MINE,), (PushKind.SNOOZED, "me"), id="set aside"),
        pytest.param("snooze.ended", {"by": "api_key:k"}, (MINE,), None, id="set aside by a program"),
        pytest.param("conversation.updated", {"operator_id": "me"}, (WAITED, MINE), None, id="anything else"),
    ],
)
def test_who_is_told(
    type_: str,
    facts: dict[str, str | None],
    placements: tuple[Placement, ...],
    told: tuple[PushKind, str | None] | None,
) -> None:
    telling = telling_of(type_, EventFacts(**facts), EventAudience("c1", placements))

    assert (None if telling is None else (telling.kind, telling.operator_id)) == told


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (201, PushVerdict.TAKEN),
        (202, PushVerdict.TAKEN),
        (404, PushVerdict.GONE),
        (410, PushVerdict.GONE),
        (429, PushVerdict.LATER),
        (503, PushVerdict.LATER),
        (None, PushVerdict.LATER),
        (307, PushVerdict.REFUSED),
        (400, PushVerdict.REFUSED),
        (403, PushVerdict.REFUSED),
        (413, PushVerdict.REFUSED),
    ],
)
def test_what_an_answer_means(status: int | None, verdict: PushVerdict) -> None:
    assert push_verdict(status) is verdict


def test_waits_grow_and_heed_the_push_service() -> None:
    waits = [push_wait(tries, asked_seconds=None, jitter=0.0) for tries in range(1, 8)]

    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=1)
    assert push_wait(1, asked_seconds=120.0, jitter=0.0) == timedelta(seconds=120)
    assert push_wait(1, asked_seconds=9e9, jitter=0.0) == timedelta(hours=1)


def test_the_length_does_not_say_what_it_is_about() -> None:
    at = datetime(2026, 11, 28, tzinfo=UTC)
    short, long = PushPayload(kind=PushKind.TEST, at=at), PushPayload(kind=PushKind.MESSAGE, at=at, name="Zoë " * 9)

    assert len(padded(short)) == len(padded(long)) == PAD_BYTES
    assert msgspec.json.decode(padded(long), type=PushPayload) == long
    assert set(msgspec.json.decode(padded(short))) == {"kind", "at"}


def test_a_topic_has_the_form_that_push_services_take() -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", topic_of("c1"))
    assert topic_of("c1") != topic_of("c2")


@pytest.mark.parametrize(
    ("p256dh", "auth", "pointer"),
    [
        pytest.param("A" * 87, AUTH, "/keys/p256dh", id="no point"),
        pytest.param("A", AUTH, "/keys/p256dh", id="no base64"),
        pytest.param(POINT, "AAAA", "/keys/auth", id="too short"),
        pytest.param(POINT, "A", "/keys/auth", id="no base64 either"),
    ],
)
def test_keys_that_nothing_can_be_encrypted_for(p256dh: str, auth: str, pointer: str) -> None:
    with pytest.raises(ProblemError) as refused:
        check_keys(PushKeys(p256dh=p256dh, auth=auth))

    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_keys_with_padding_are_taken() -> None:
    check_keys(PushKeys(p256dh=POINT + "=", auth=AUTH + "=="))
