"""Passwords: hashed with argon2id, outside of the event loop.

Source: OWASP Password Storage Cheat Sheet (read 2025-12): argon2id with 19 MiB, 2 passes, 1 lane.
"""

from __future__ import annotations

import secrets
from typing import Annotated, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from msgspec import Meta

from inbox.foundation.decoding import field_problem
from inbox.people.hashing_line import HashingLine
from inbox.people.password_rules import weakness

MIN_PASSWORD_CHARS: Final = 10
MAX_PASSWORD_CHARS: Final = 200
"""Longer ones would only cost time to hash."""

Password = Annotated[str, Meta(min_length=1, max_length=MAX_PASSWORD_CHARS)]
NewPassword = Annotated[str, Meta(min_length=MIN_PASSWORD_CHARS, max_length=MAX_PASSWORD_CHARS)]

_hasher: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_decoy: Final = _hasher.hash(secrets.token_hex(16))
_signing_in: Final = HashingLine("sign-in", at_once=2, waiting=60, of_one=40)
"""Two at once take 40 MiB. The last of sixty waits some two seconds where all are wrong: below the time limit of a
request. What comes from one address never takes all places; an office that begins its day has enough."""
_setting: Final = HashingLine("set-password", at_once=1, waiting=300, of_one=100)
"""Passwords that people set: a line of its own, so that a flood of sign-ins does not keep anybody from changing one,
nor the other way round. All who come here have shown a token; the last of three hundred waits some eight seconds."""


def check_new_password(password: str, *, email: str = "", pointer: str = "/password") -> None:
    """Refuse a password that attackers try first. Raises `ProblemError` (`invalid_request`)."""
    why = weakness(password, email=email)
    if why is not None:
        raise field_problem(pointer, why)


async def hash_password(password: str, *, whose: str = "") -> str:
    """Return the hash to store, with its parameters and salt inside.

    Args:
        password: The new one.
        whose: An operator or a workspace, so that no single one takes all places in the line.

    Raises:
        ProblemError: `too_many_requests`, `unavailable` where the line is full.
    """
    return await _setting.run(whose, _hasher.hash, password)


async def verify_password(stored: str | None, password: str, *, whose: str = "") -> bool:
    """Check a current password; without a stored hash it takes as long and fails."""
    return await _setting.run(whose, _first_right, [stored], password) is not None


async def find_right(stored: list[str | None], password: str, *, address: str = "") -> int | None:
    """Return the index of the first hash that a password matches; None, after trying all, if it matches none.

    Args:
        stored: As many for every sign-in, None in the place of what is not there: then nobody learns from the time how
            many there are.
        password: What was typed in.
        address: Whence it came.

    Raises:
        ProblemError: `too_many_requests`, `unavailable` where the line is full.
    """
    return await _signing_in.run(address, _first_right, stored, password)


def _first_right(stored: list[str | None], password: str) -> int | None:
    for place, one in enumerate(stored):
        if _is_right(one or _decoy, password) and one is not None:
            return place
    return None


def _is_right(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
