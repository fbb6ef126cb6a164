"""Who answers in a chat that several agents share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from inbox.conversation.control_changes import with_control
from inbox.model.control import other_answers
from inbox.storage.documents import ConversationDocument

NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

# (what, agent_at, ours_at, window_expires_at, another answers)
ROWS = [
    ("nobody else was ever seen", None, None, NOON + DAY, False),
    ("the customer wrote to another", NOON - MINUTE, None, NOON - MINUTE + DAY, True),
    ("the other answered after the customer", NOON - MINUTE, None, NOON - 2 * MINUTE + DAY, True),
    ("no window is known", NOON - MINUTE, None, None, True),
    ("it was handed to us later", NOON - 2 * MINUTE, NOON - MINUTE, None, False),
    ("at the same moment: to us", NOON - MINUTE, NOON - MINUTE, None, False),
    ("another took it later", NOON - MINUTE, NOON - 2 * MINUTE, None, True),
    ("the customer wrote to us later", NOON - 2 * MINUTE, None, NOON - MINUTE + DAY, False),
    ("the other is silent for a day", NOON - DAY, None, None, False),
    ("the other is silent for nearly a day", NOON - DAY + MINUTE, None, None, True),
]


@pytest.mark.parametrize(("agent_at", "ours_at", "window", "expected"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS])
def test_who_answers(
    agent_at: datetime | None, ours_at: datetime | None, window: datetime | None, expected: bool
) -> None:
    assert other_answers(agent_at, ours_at, window, NOON) is expected


def test_news_in_any_order_and_number_say_the_same() -> None:
    news = [(True, NOON), (False, NOON + MINUTE), (True, NOON + 2 * MINUTE), (False, NOON + 2 * MINUTE)]
    ends = set()
    for order in permutations([*news, news[1]]):
        conversation: ConversationDocument = {}  # type: ignore[typeddict-item]
        for ours, at in order:
            conversation.update(with_control(conversation, ours=ours, at=at))  # type: ignore[typeddict-item]
        ends.add((conversation["control"]["agent_at"], conversation["control"]["ours_at"]))
    assert ends == {(NOON + 2 * MINUTE, NOON + 2 * MINUTE)}
