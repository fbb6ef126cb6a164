from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inbox.model.channel_kind import ChannelKind
from inbox.model.conversation_state import ConversationState
from inbox.model.deadlines import NEVER, Silence
from inbox.model.occasions import Occasion
from queueing.deadlines.deadline_rules import DueOccasion, TimeFacts, look
from queueing.texts.auto_reply_rules import ORDER, RULES, Circumstances, TextVerdict, judge

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
QUEUED, ASSIGNED, CLOSED = ConversationState.QUEUED, ConversationState.ASSIGNED, ConversationState.CLOSED


def circumstances(**changed: Any) -> Circumstances:
    usual: dict[str, Any] = {
        "state": QUEUED,
        "late_by": timedelta(0),
        "kind": ChannelKind.WHATSAPP,
        "window_expires_at": NOON + HOUR,
        "told_at": None,
        "turns": 0,
        "spacing": HOUR,
    }
    return Circumstances(**(usual | changed))


def test_every_occasion_has_a_rule_and_a_place() -> None:
    assert set(RULES) == set(Occasion)
    assert ORDER[Occasion.RETURNING] < ORDER[Occasion.GREETING] < ORDER[Occasion.ASSIGNED] < ORDER[Occasion.CLOSED]


@pytest.mark.parametrize(
    ("occasion", "changed", "verdict"),
    [
        pytest.param(Occasion.GREETING, {}, TextVerdict.SEND, id="a first greeting"),
        pytest.param(Occasion.GREETING, {"state": ASSIGNED}, TextVerdict.SEND, id="assigned within milliseconds"),
        pytest.param(Occasion.GREETING, {"state": CLOSED}, TextVerdict.MOVED_ON, id="closed meanwhile"),
        pytest.param(Occasion.OVERFLOW, {"state": ConversationState.NEW}, TextVerdict.NOT_YET, id="about to be closed"),
        pytest.param(Occasion.OVERFLOW, {"state": CLOSED}, TextVerdict.SEND, id="turned away"),
        pytest.param(Occasion.OVERFLOW, {}, TextVerdict.MOVED_ON, id="let in after all"),
        pytest.param(Occasion.CLOSED, {"state": CLOSED}, TextVerdict.SEND, id="after the close"),
        pytest.param(Occasion.WAITING, {"state": ASSIGNED}, TextVerdict.MOVED_ON, id="waits no more"),
        pytest.param(Occasion.NO_ANSWER, {"state": ASSIGNED, "still_true": False}, TextVerdict.MOVED_ON, id="answered"),
        pytest.param(Occasion.GREETING, {"late_by": HOUR * 2}, TextVerdict.LATE, id="no worker ran for two hours"),
        pytest.param(Occasion.GREETING, {"blocked": True}, TextVerdict.BLOCKED, id="a blocked contact"),
        pytest.param(Occasion.GREETING, {"channel_on": False}, TextVerdict.CHANNEL_OFF, id="a disabled channel"),
        pytest.param(
            Occasion.GREETING, {"window_expires_at": NOON}, TextVerdict.WINDOW_CLOSED, id="window just closed"
        ),
        pytest.param(Occasion.GREETING, {"window_expires_at": None}, TextVerdict.WINDOW_CLOSED, id="never a window"),
        pytest.param(
            Occasion.GREETING,
            {"window_expires_at": None, "kind": ChannelKind.TELEGRAM},
            TextVerdict.SEND,
            id="a channel without windows",
        ),
        pytest.param(
            Occasion.GREETING,
            {"told_at": NOON - HOUR + timedelta(seconds=1)},
            TextVerdict.TOO_SOON,
            id="within the hour",
        ),
        pytest.param(Occasion.GREETING, {"told_at": NOON - HOUR}, TextVerdict.SEND, id="an hour later"),
        pytest.param(
            Occasion.WAITING,
            {"told_at": NOON - timedelta(seconds=10)},
            TextVerdict.SEND,
            id="waiting has its own interval",
        ),
        pytest.param(Occasion.WAITING, {"turns": 5}, TextVerdict.SILENT, id="but falls silent"),
        pytest.param(Occasion.GREETING, {"turns": 4}, TextVerdict.SEND, id="the fifth turn"),
        pytest.param(Occasion.CLOSED, {"turns": 5, "state": CLOSED}, TextVerdict.SILENT, id="the sixth turn"),
    ],
)
def test_verdicts(occasion: Occasion, changed: dict[str, Any], verdict: TextVerdict) -> None:
    assert judge(occasion, circumstances(**changed), NOON) is verdict


RULE = Silence(assigned_seconds=600, unassigned_seconds=3_600, warn_before_seconds=60)


def minutes(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


@pytest.mark.parametrize(
    ("facts", "now", "closes", "told", "check_at"),
    [
        pytest.param({"silence": Silence()}, 99_999, False, (), NEVER, id="no rule"),
        pytest.param({}, 1, False, (), minutes(9), id="until the warning"),
        pytest.param({}, 9, False, (DueOccasion(Occasion.CLOSING_SOON, minutes(10)),), minutes(10), id="the warning"),
        pytest.param({}, 10, True, (), minutes(10), id="the close"),
        pytest.param({"active_at": minutes(5)}, 10, False, (), minutes(14), id="activity moved it"),
        pytest.param({"state": QUEUED}, 10, False, (), minutes(59), id="unassigned has its own time"),
        pytest.param(
            {"state": QUEUED, "queued_at": NOON, "waiting_text_seconds": 120}, 1, False, (), minutes(2), id="waits"
        ),
        pytest.param(
            {"state": QUEUED, "queued_at": NOON, "waiting_text_seconds": 120},
            5,
            False,
            (DueOccasion(Occasion.WAITING, minutes(4)),),
            minutes(6),
            id="only the last missed waiting text",
        ),
        pytest.param({"no_answer_seconds": 120}, 1, False, (), minutes(3), id="nothing owed"),
        pytest.param({"no_answer_seconds": 120, "unanswered_since": NOON}, 1, False, (), minutes(2), id="owed"),
        pytest.param(
            {"no_answer_seconds": 120, "unanswered_since": NOON},
            2,
            False,
            (DueOccasion(Occasion.NO_ANSWER, NOON),),
            minutes(4),
            id="late",
        ),
        pytest.param(
            {"state": QUEUED, "no_answer_seconds": 120, "unanswered_since": NOON},
            3,
            False,
            (),
            minutes(59),
            id="nobody is there to answer",
        ),
    ],
)
def test_what_time_brings(
    facts: dict[str, Any], now: float, closes: bool, told: tuple[DueOccasion, ...], check_at: datetime
) -> None:
    usual: dict[str, Any] = {"state": ASSIGNED, "active_at": NOON, "silence": RULE}
    outlook = look(TimeFacts(**(usual | facts)), minutes(now))
    assert (outlook.closes, outlook.told, outlook.check_at) == (closes, told, check_at)
