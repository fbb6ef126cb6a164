"""The key that a directory's first start makes, so that a first try needs no setting."""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from gateway.processes.private_file import write_private


def new_secret_key() -> str:
    """Make a value for `GATEWAY_SECRET_KEY`: 32 random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def keep_secret_key(directory: Path) -> str:
    """Return the directory's key; the first of several processes that start together makes it."""
    return keep_secret(directory / "secret.key", new_secret_key)


def keep_secret(path: Path, make: Callable[[], str]) -> str:
    """Return a secret of a file; where there is none, the first of several processes that start together makes it."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        write_private(draft, make() + "\n")
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()
