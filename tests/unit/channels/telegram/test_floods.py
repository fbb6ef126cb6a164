"""A flood in one chat or two holds these; in three at once it is the whole bot's."""

from __future__ import annotations

from channels.telegram.send import Floods
from inbox.sending.outbound import Holds


def test_three_chats_at_once_hold_the_bot() -> None:
    floods = Floods()
    assert [floods.note(chat, 10, now=0.0) for chat in ("a", "b", "a", "c")] == [
        Holds.RECIPIENT,
        Holds.RECIPIENT,
        Holds.RECIPIENT,
        Holds.CHANNEL,
    ]


def test_waits_that_are_over_do_not_count() -> None:
    floods = Floods()
    for number in range(10):
        assert floods.note(str(number), 1, now=number * 2.0) is Holds.RECIPIENT
