"""The demo's clock: written and read without loss, however far it is moved."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels.sandbox.clock import SandboxClock
from inbox.foundation.clock import Clock


@pytest.mark.parametrize("seconds", [0, 1, -0.25, 86_401, 7_776_001.5, -31_536_000.125, 123_456_789.001])
def test_a_moved_clock_is_the_same_everywhere(tmp_path: Path, seconds: float) -> None:
    path = tmp_path / "clock"
    SandboxClock(path).set_offset(seconds)
    assert SandboxClock(path).offset_seconds == seconds
    before = datetime.now(UTC).timestamp()
    moved = Clock(path).now().timestamp()
    after = datetime.now(UTC).timestamp()
    assert before + seconds - 0.001 <= moved <= after + seconds
