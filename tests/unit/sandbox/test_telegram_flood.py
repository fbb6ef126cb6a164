"""Telegram's flood control as values."""

from __future__ import annotations

from channels.sandbox.telegram.flood import FloodGate


def admitted(gate: FloodGate, chats: list[int], now: float) -> list[int]:
    return [gate.admit(chat, now) for chat in chats]


def test_a_chat_gets_a_burst_then_one_a_second() -> None:
    gate = FloodGate()
    assert admitted(gate, [1] * 5, 100.0) == [0, 0, 0, 1, 1]
    assert [gate.admit(1, 100.0 + second) for second in range(1, 6)] == [0] * 5
    assert gate.admit(1, 105.5) == 1


def test_a_group_waits_longer() -> None:
    assert admitted(FloodGate(), [-1] * 4, 100.0) == [0, 0, 0, 3]


def test_a_bot_gets_thirty_a_second() -> None:
    gate = FloodGate()
    assert admitted(gate, list(range(1, 32)), 100.0) == [0] * 30 + [1]
    assert admitted(gate, list(range(40, 71)), 101.01) == [0] * 30 + [1]


def test_an_album_counts_as_its_messages() -> None:
    gate = FloodGate()
    assert gate.admit(1, 100.0, 10) == 0
    assert gate.admit(1, 100.0) == 8


def test_impatience_is_counted_per_chat() -> None:
    gate = FloodGate()
    gate.refuse(1, 5, 100.0)
    for chat, now in ((1, 104.9), (1, 105.0), (2, 101.0)):
        gate.arrives(chat, now)
    assert gate.impatient == 1
