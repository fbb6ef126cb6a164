"""The key that a directory's first start makes, so that a first try needs no setting."""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
from pathlib import Path

from gateway.embedded.state import write_private


def new_secret_key() -> str:
    """Make a value for `GATEWAY_SECRET_KEY`: 32 random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def keep_secret_key(directory: Path) -> str:
    """Give the directory's key; the first of several processes that start together makes it."""
    path = directory / "secret.key"
    if not path.exists():
        draft = directory / f"secret.key.{os.getpid()}"
        write_private(draft, new_secret_key() + "\n")
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()
