"""The logins of a directory's servers: made at the first start, kept in a file that only its owner can read."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.embedded.secret_key import keep_secret

KEY_BYTES: Final = 48
"""64 characters of base64. MongoDB takes 6 to 1,024. Source: mongodb.com/docs, keyfile security."""


@dataclass(frozen=True)
class Logins:
    """What lets somebody in.

    Attributes:
        key_file: MongoDB's members know each other by it; it is the login of MongoDB's own system user, too.
        mongo_password: Of the user that `state.USER` names.
        redis_password: Of Redis' only user.
    """

    key_file: Path
    mongo_password: str
    redis_password: str

    @property
    def system_password(self) -> str:
        """With it the user is made, and made again where somebody deleted the file and a new one was made."""
        return self.key_file.read_text().strip()


def keep_logins(directory: Path) -> Logins:
    """Make or read the logins of a directory; both passwords follow from the one file."""
    path = directory / "servers.key"
    key = keep_secret(path, lambda: base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode())
    return Logins(key_file=path, mongo_password=_derived(key, "mongodb"), redis_password=_derived(key, "redis"))


def _derived(key: str, purpose: str) -> str:
    return hmac.new(key.encode(), purpose.encode(), hashlib.sha256).hexdigest()
