"""Customers outlive a restart of the emulator."""

from __future__ import annotations

from pathlib import Path

from channels.sandbox.graph.saved_chats import load, save
from channels.sandbox.graph.state import NumberConfig, WhatsAppState

NUMBER = NumberConfig(phone_number_id="n1", waba_id="a1", access_token="t", app_secret="s")


def test_customers_and_their_windows_come_back(tmp_path: Path) -> None:
    path = tmp_path / "chats.json"
    before = WhatsAppState()
    customer = before.register(NUMBER).customer("16505551234", "Ann")
    customer.last_message_at = 1_700_000_000.0
    save(before, path)

    after = WhatsAppState()
    found = after.register(NUMBER)
    load(after, path)
    restored = found.customers["16505551234"]
    assert (restored.profile_name, restored.last_message_at) == ("Ann", 1_700_000_000.0)
    assert restored.window_open(1_700_000_001.0)


def test_first_start_has_no_file(tmp_path: Path) -> None:
    load(WhatsAppState(), tmp_path / "none.json")
