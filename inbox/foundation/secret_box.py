"""Encryption of secrets at rest and signing of links, both from `GATEWAY_SECRET_KEY`."""

from __future__ import annotations

import hashlib
import hmac

import msgspec
from cryptography.fernet import Fernet, InvalidToken


class SecretUnreadable(Exception):  # noqa: N818
    """A stored secret was encrypted with another `GATEWAY_SECRET_KEY`."""


class SecretBox:
    """Encrypts small mappings of strings and makes keyed hashes."""

    def __init__(self, key: str) -> None:
        self._fernet = Fernet(key)
        self._sign_key = hashlib.sha256(b"sign:" + key.encode()).digest()

    @staticmethod
    def new_key() -> str:
        """Make a key for `GATEWAY_SECRET_KEY`."""
        return Fernet.generate_key().decode()

    def seal(self, secrets: dict[str, str]) -> bytes:
        """Encrypt a mapping."""
        return self._fernet.encrypt(msgspec.json.encode(secrets))

    def open(self, sealed: bytes) -> dict[str, str]:
        """Decrypt what `seal` gave. Raises `SecretUnreadable`."""
        try:
            return msgspec.json.decode(self._fernet.decrypt(sealed), type=dict[str, str])
        except InvalidToken:
            raise SecretUnreadable(
                "a stored secret was encrypted with another GATEWAY_SECRET_KEY: "
                "set the old key again, or enter the channel's credentials anew"
            ) from None

    def signature(self, text: str) -> str:
        """Give a keyed hash in hex, for links that must not be forged."""
        return hmac.new(self._sign_key, text.encode(), hashlib.sha256).hexdigest()
