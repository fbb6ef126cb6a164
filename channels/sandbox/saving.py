"""Keeping what the emulators know in files, once a second while something happens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

SAVE_EVERY_SECONDS = 1.0


def write_whole(path: Path, data: bytes) -> None:
    """Write a file, wholly or not at all."""
    beside = path.with_suffix(".new")
    beside.write_bytes(data)
    beside.replace(path)


async def keep_saving(version: Callable[[], object], save: Callable[[], None]) -> None:
    """Save when the version has changed, until cancelled; and once more then."""
    seen: object = None
    try:
        while True:
            happened = version()
            if happened != seen and _saved(save):
                seen = happened
            await asyncio.sleep(SAVE_EVERY_SECONDS)
    finally:
        _saved(save)


def _saved(save: Callable[[], None]) -> bool:
    """Save; on a full disk the emulators run on, and it is tried again."""
    try:
        save()
    except OSError:
        return False
    return True
