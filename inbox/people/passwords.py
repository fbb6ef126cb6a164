"""Passwords: hashed with argon2id, outside of the event loop.

Source: OWASP Password Storage Cheat Sheet (read 2025-12): argon2id with 19 MiB, 2 passes, 1 lane.
"""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from msgspec import Meta

MIN_PASSWORD_CHARS: Final = 10
MAX_PASSWORD_CHARS: Final = 200
"""Longer ones would only cost time to hash."""

Password = Annotated[str, Meta(min_length=1, max_length=MAX_PASSWORD_CHARS)]
NewPassword = Annotated[str, Meta(min_length=MIN_PASSWORD_CHARS, max_length=MAX_PASSWORD_CHARS)]

_hasher: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_threads: Final = ThreadPoolExecutor(max_workers=2, thread_name_prefix="password")
"""Two at once: 40 MiB at most, and a flood of sign-ins never takes all processors."""
_decoy: Final = _hasher.hash(secrets.token_hex(16))


async def hash_password(password: str) -> str:
    """Give the hash to store, with its parameters and salt inside."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def verify_password(stored: str | None, password: str) -> bool:
    """Check a password; without a stored hash it takes as long and is never right."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _verify, stored, password)


def _verify(stored: str | None, password: str) -> bool:
    try:
        right = _hasher.verify(stored or _decoy, password)
    except (VerificationError, InvalidHashError):
        return False
    return right and stored is not None
