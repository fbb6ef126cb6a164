from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from channels.telegram.check import check_content as check_telegram
from channels.webchat.check import check_content as check_webchat
from channels.whatsapp.check import check_content as check_whatsapp
from inbox.foundation.ids import new_id
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import ButtonsContent, ListContent
from inbox.model.ratings import (
    CORRECTED_WITHIN,
    MAX_PRESSES,
    SCORES,
    Press,
    Rated,
    Rating,
    answered,
    choice_id,
    question,
    read_choice,
)

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ASKED = Rating(asked_at=NOON - MINUTE)


def press(score: int, minutes: float, id_: str | None = None) -> Press:
    return Press(id=id_ or f"p{score}-{minutes}", score=score, at=NOON + minutes * MINUTE)


def after(*presses: Press, now: datetime = NOON) -> Rating:
    rating = ASKED
    for one in presses:
        rating = answered(rating, one, now)
    return rating


@pytest.mark.parametrize("score", SCORES)
def test_a_choice_names_its_conversation_and_score(score: int) -> None:
    conversation_id = new_id()
    assert read_choice(choice_id(conversation_id, score)) == Rated(conversation_id, score)


@pytest.mark.parametrize(
    "pressed",
    [
        pytest.param("", id="nothing"),
        pytest.param("yes", id="another button"),
        pytest.param("rating:5", id="no conversation"),
        pytest.param(f"rating:{'a' * 24}:6", id="above the scale"),
        pytest.param(f"rating:{'a' * 24}:0", id="below the scale"),
        pytest.param(f"rating:{'a' * 24}:5\n", id="a line break behind"),
        pytest.param(f"rating:{'A' * 24}:5", id="no id of ours"),
        pytest.param(f"rating:{'a' * 25}:5", id="too long an id"),
        pytest.param(f" rating:{'a' * 24}:5", id="something before"),
        pytest.param(f"rating:{'a' * 24}:٥", id="a digit of another script"),
    ],
)
def test_what_is_no_choice_of_a_rating(pressed: str) -> None:
    assert read_choice(pressed) is None


def test_every_messenger_can_send_the_question() -> None:
    long = "x" * 1_000
    on_whatsapp = question(long, new_id(), ChannelKind.WHATSAPP)
    on_telegram = question(long, new_id(), ChannelKind.TELEGRAM)
    on_webchat = question(long, new_id(), ChannelKind.WEBCHAT)
    check_whatsapp(on_whatsapp)
    check_telegram(on_telegram)
    check_webchat(on_webchat)
    assert isinstance(on_whatsapp, ListContent)
    assert isinstance(on_telegram, ButtonsContent)
    assert isinstance(on_webchat, ButtonsContent)


def test_the_first_answer_is_counted_when_it_came() -> None:
    rating = after(press(4, -0.5), now=NOON)
    assert (rating.score, rating.answered_at, rating.pressed_at) == (4, NOON, NOON - MINUTE / 2)


@pytest.mark.parametrize(
    ("presses", "score"),
    [
        pytest.param([press(4, 1), press(2, 2)], 2, id="the last one counts"),
        pytest.param([press(2, 2), press(4, 1)], 2, id="also where it comes first"),
        pytest.param([press(4, 1), press(2, 1)], 2, id="in one second the one that came last"),
        pytest.param([press(4, 1, "a"), press(2, 1, "b"), press(4, 1, "a")], 2, id="a repeat is no press"),
    ],
)
def test_which_press_counts(presses: list[Press], score: int) -> None:
    assert after(*presses).score == score


def test_what_changes_nothing_is_the_same_rating() -> None:
    rating = after(press(4, 1))
    assert answered(rating, press(4, 3), NOON) is rating
    assert answered(rating, press(4, 1), NOON) is rating


def test_a_score_is_corrected_for_a_day() -> None:
    rating = after(press(4, 0))
    assert answered(rating, press(1, 60), NOON + CORRECTED_WITHIN).score == 1
    assert answered(rating, press(1, 60), NOON + CORRECTED_WITHIN + MINUTE) is rating


def test_a_correction_does_not_move_the_answer() -> None:
    assert after(press(4, 0), press(1, 60)).answered_at == NOON


def test_presses_without_end_change_nothing() -> None:
    many = [press(1 + number % 2, number) for number in range(MAX_PRESSES + 5)]
    rating = after(*many)
    assert len(rating.presses) == MAX_PRESSES
    assert rating.score == 1 + (MAX_PRESSES - 1) % 2
