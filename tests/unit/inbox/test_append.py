"""Every new message goes one way: nobody else inserts into `messages`, but for the tombstones of promises."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[3]
ROOMS = ("inbox", "queueing", "templates_hsm", "workers", "gateway", "channels")


def test_messages_are_inserted_in_one_place() -> None:
    files = (file for room in ROOMS for file in (ROOT / room).rglob("*.py"))
    inserting = {str(file.relative_to(ROOT)) for file in files if ".messages.insert_" in file.read_text()}
    assert inserting == {"inbox/messages/append.py", "inbox/conversation/promises.py"}
