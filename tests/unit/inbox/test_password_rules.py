"""Which passwords are refused."""

from __future__ import annotations

import pytest

from inbox.people.password_rules import weakness


@pytest.mark.parametrize(
    "password",
    [
        *("0123456789", "9876543210", "4917012345678", "+49 170 12345678", "27.11.2026 1"),  # numbers
        *("aaaaaaaaaa", "abababababab", "abcdabcdabcd", "ab1!ab1!ab1!"),  # repetitions
        *("abcdefghij", "zyxwvutsrq", "qwertyuiop", "1q2w3e4r5t", "1qaz2wsx3edc", "йцукенгшщз"),  # runs
        *("password12", "Password123!", "P@ssw0rd2026", "1234qwerty1234", "!!!welcome!!!", "admin-12345"),
        *("adminadmin", "password password", "iloveyou2026", "letmein1234", "пароль12345"),
        *("kerry12345", "kerrykerry", "KERRY@shop.example"),  # of the person
    ],
)
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    assert weakness(password, email="kerry@shop.example") is not None


@pytest.mark.parametrize(
    "password",
    [
        *("correct horse battery", "another password", "a long password", "long enough now", "try-0123456789ab"),
        *("Tr0ub4dor&3x", "f3a9c1d07be2", "лошадь батарея скрепка", "mein kerry hund", "今日は天気が良いですね"),
    ],
)
def test_others_are_taken(password: str) -> None:
    assert weakness(password, email="kerry@shop.example") is None
