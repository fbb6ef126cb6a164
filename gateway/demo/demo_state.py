"""What a demo's directory remembers between starts: addresses, and what was seeded."""

from __future__ import annotations

from pathlib import Path

import msgspec

from gateway.demo.seed import Seed
from gateway.processes.private_file import write_private


class DemoState(msgspec.Struct, kw_only=True):
    """The content of `demo.json`, readable by its owner only.

    Attributes:
        samples: Whether the sample conversations were begun: they happen once.
    """

    port: int | None = None
    sandbox_port: int | None = None
    seed: Seed | None = None
    samples: bool = False


def read_demo_state(directory: Path) -> DemoState:
    """Read it; an empty one at the first start."""
    path = directory / "demo.json"
    return msgspec.json.decode(path.read_bytes(), type=DemoState) if path.exists() else DemoState()


def write_demo_state(directory: Path, state: DemoState) -> None:
    """Replace it at once."""
    write_private(directory / "demo.json", msgspec.json.encode(state).decode())
