"""Whose turn it is: every reason to refuse an answer, and every step that time brings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from inbox.bots.bot_models import HandOverReason
from inbox.foundation.problems import ProblemError
from inbox.model.content import TextContent
from queueing.bots.turn_models import Turn
from queueing.bots.turn_rules import Outlook, RowFacts, Step, TurnFacts, check_turn, next_step, retry_at

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
IN_TURN = TurnFacts(is_open=True, holder="b", answered_seq=10, said=0, customer_seq=20, others_seq=20, newest_seq=25)
WAITS = RowFacts(holds=True, may_hold=True, at=NOON, told_at=None, tries=0, answer_seconds=30)


@pytest.mark.parametrize("seen_seq", [20, 22, 25])
def test_who_has_read_the_newest_message_of_others_answers(seen_seq: int) -> None:
    check_turn(IN_TURN, "b", Turn(seen_seq=seen_seq))


@pytest.mark.parametrize(
    ("changes", "seen_seq", "code"),
    [
        pytest.param({"is_open": False, "holder": None}, 20, "conversation_closed", id="closed"),
        pytest.param({"holder": None}, 20, "handed_over", id="people have it"),
        pytest.param({"holder": "other"}, 20, "handed_over", id="another bot has it"),
        pytest.param({"answered_seq": 20}, 20, "stale_state", id="answered already"),
        pytest.param({}, 19, "stale_state", id="the customer wrote more"),
        pytest.param({"others_seq": 24}, 20, "stale_state", id="somebody else answered"),
        pytest.param({}, 26, "invalid_request", id="what nobody has written"),
        pytest.param({"said": 10}, 20, "invalid_request", id="too many messages"),
    ],
)
def test_an_answer_out_of_turn_is_refused(changes: dict[str, Any], seen_seq: int, code: str) -> None:
    turn = Turn(seen_seq=seen_seq, messages=(TextContent(text="hi"),))
    with pytest.raises(ProblemError) as refused:
        check_turn(msgspec.structs.replace(IN_TURN, **changes), "b", turn)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("changes", "seconds", "expected"),
    [
        pytest.param({}, 0, Outlook(Step.POST), id="new"),
        pytest.param({"tries": 3}, 29, Outlook(Step.POST), id="away for a while"),
        pytest.param({}, 3600, Outlook(Step.POST), id="no worker was there: the bot is asked once"),
        pytest.param({"tries": 4}, 30, Outlook(Step.HAND_OVER, HandOverReason.UNREACHABLE), id="away"),
        pytest.param({"told_at": NOON}, 30, Outlook(Step.HAND_OVER, HandOverReason.NO_ANSWER), id="silent"),
        pytest.param({"may_hold": False}, 0, Outlook(Step.HAND_OVER, HandOverReason.TAKEN_AWAY), id="disabled"),
        pytest.param({"holds": False, "may_hold": False}, 0, Outlook(Step.FORGET), id="with people, or answered"),
    ],
)
def test_a_row_that_is_due_has_one_step(changes: dict[str, Any], seconds: int, expected: Outlook) -> None:
    assert next_step(msgspec.structs.replace(WAITS, **changes), NOON + timedelta(seconds=seconds)) == expected


@pytest.mark.parametrize(("tries", "passed", "wait"), [(1, 0, 1), (2, 1, 2), (9, 10, 8), (9, 28, 2), (9, 40, 0)])
def test_a_bot_that_is_away_is_asked_again_until_its_time_is_over(tries: int, passed: int, wait: int) -> None:
    now = NOON + timedelta(seconds=passed)
    assert retry_at(NOON, tries, 30, now) == now + timedelta(seconds=wait)
