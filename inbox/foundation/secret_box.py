"""Encryption of stored secrets and signing of links, both with keys from `GATEWAY_SECRET_KEY`.

While a key is being replaced the earlier ones still open and vouch; what is sealed or signed anew has the new one.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence

import msgspec
from cryptography.fernet import Fernet, InvalidToken

Sign = Callable[[str], str]
"""Makes a keyed hash in hex."""
Vouch = Callable[[str, str], bool]
"""Tells whether a keyed hash of a text is ours."""


class SecretUnreadableError(Exception):
    """A stored secret was encrypted with a key that `GATEWAY_SECRET_KEY` does not hold."""


class SecretBox:
    """Encrypts small mappings of strings and makes keyed hashes.

    Args:
        key: Seals and signs.
        previous: Earlier keys, which open and vouch only.
    """

    def __init__(self, key: str, previous: Sequence[str] = ()) -> None:
        self._fernets = [Fernet(each) for each in (key, *previous)]
        self._sign_keys = [sign_key_of(each) for each in (key, *previous)]
        self._sign = signer(self._sign_keys[0])

    @staticmethod
    def new_key() -> str:
        """Make a key for `GATEWAY_SECRET_KEY`."""
        return Fernet.generate_key().decode()

    def seal(self, secrets: dict[str, str]) -> bytes:
        """Encrypt a mapping."""
        return self._fernets[0].encrypt(msgspec.json.encode(secrets))

    def open(self, sealed: bytes) -> dict[str, str]:
        """Decrypt a sealed mapping. Raises `SecretUnreadableError`."""
        return msgspec.json.decode(self._fernets[self._opener(sealed)].decrypt(sealed), type=dict[str, str])

    def is_current(self, sealed: bytes) -> bool:
        """Tell whether a secret is sealed with the newest key. Raises `SecretUnreadableError`."""
        return self._opener(sealed) == 0

    def sign_key_beside(self, sealed: bytes) -> bytes:
        """Return the signing key that belongs to the key of a sealed secret. Raises `SecretUnreadableError`."""
        return self._sign_keys[self._opener(sealed)]

    @property
    def sign_key(self) -> bytes:
        """The current signing key."""
        return self._sign_keys[0]

    def signature(self, text: str) -> str:
        """Return a keyed hash in hex, for links that must not be forged."""
        return self._sign(text)

    def vouches(self, text: str, signature: str) -> bool:
        """Tell whether a signature was made with the current key or an earlier one."""
        return any(hmac.compare_digest(signer(key)(text).encode(), signature.encode()) for key in self._sign_keys)

    def _opener(self, sealed: bytes) -> int:
        for place, fernet in enumerate(self._fernets):
            try:
                fernet.decrypt(sealed)
            except InvalidToken:
                continue
            return place
        raise SecretUnreadableError(
            "a stored secret was encrypted with another GATEWAY_SECRET_KEY: "
            "set the old key again, or enter the channel's credentials anew"
        )


def sign_key_of(key: str) -> bytes:
    """Derive the signing key of an encryption key."""
    return hashlib.sha256(b"sign:" + key.encode()).digest()


def signer(sign_key: bytes) -> Sign:
    """Return a function that makes keyed hashes with one key."""
    return lambda text: hmac.new(sign_key, text.encode(), hashlib.sha256).hexdigest()
