"""Which passwords are refused because attackers try them first. Pure.

No rule asks for capital letters or signs: only length and what guessers begin with count.

Source: NIST SP 800-63B-4, 3.1.1.2 (August 2025): a new password is compared with a list of commonly used, expected or
compromised ones, and whoever chose it hears why it is refused. The version of 2017, 5.1.1.2, names what belongs to such
a list: words, repeated and sequential characters, and one's own name.
"""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final = """
password passwort parol parola passwd contrasena senha motdepasse mypassword thepassword passpass secret
qwerty qwertz azerty qwertyuiop qwertyui qwertyqwerty asdf asdfgh asdfghjkl zxcv zxcvbn zxcvbnm qazwsx
qazwsxedc qweasd qweasdzxc letmein letmeinnow welcome welcomeback hello helloworld login admin administrator
root user guest test testing tester tests changeme default master superman batman spiderman starwars pokemon
iloveyou ilovey iloveu iloveme loveyou mylove love princess sunshine football baseball basketball soccer
monkey dragon shadow michael jennifer jordan trustno trustnoone whatever computer internet samsung google
facebook linkedin microsoft apple amazon freedom killer cheese cookie flower summer winter spring autumn
january february march april june july august september october november december monday friday sunday
company business support service gateway operator supervisor owner inbox temporary temppass temp demo sample
abc abcabc abcd abcde abcdef abcdefg abcdefgh liverpool chelsea arsenal barcelona realmadrid juventus
пароль привет любовь йцукен йцукенг солнышко
"""
COMMON: Final = frozenset(_WORDS.split())
"""Words that stand at the head of published lists of leaked passwords, alone or with figures and signs around them;
the lists' own figures and repetitions are found by the other rules."""
RUNS: Final = (
    *("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm"),
    *("azertyuiopqsdfghjklmwxcvbn", "1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p"),
    "qazwsxedcrfvtgbyhnujmikolp",
    "йцукенгшщзхъфывапролджэячсмитьбю",
)
MAX_REPEATED_CHARS: Final = 4
"""Up to this length a piece that is only repeated makes a password no harder to guess."""
MIN_OWN_CHARS: Final = 5
"""Shorter names are part of too many words."""
_DISGUISES: Final = str.maketrans("013457@$!", "oieastasi")
_LETTERS: Final = re.compile(r"[^\W\d_]+")


def weakness(password: str, *, email: str = "") -> str | None:
    """Return why a new password is refused, as the end of a sentence "the password …"; None if it is accepted.

    Args:
        password: Long enough already.
        email: Of whom it is: their own address is among the first guesses.
    """
    folded = password.casefold()
    if not any(one.isalpha() for one in folded) and folded.isascii() and any(one.isdigit() for one in folded):
        return "must not be a number: anybody can try all of them"
    if _repeats(folded):
        return "must not repeat a few characters"
    if _runs(folded):
        return "must not follow the alphabet or the keyboard"
    if _is_common(folded):
        return "must not be a common word with figures around it: take several words"
    if _is_own(folded, email.casefold()):
        return "must not be the e-mail address"
    return None


def _repeats(folded: str) -> bool:
    return any(
        folded == (folded[:size] * len(folded))[: len(folded)]
        for size in range(1, min(MAX_REPEATED_CHARS, len(folded) // 2) + 1)
    )


def _runs(folded: str) -> bool:
    return any(folded in run or folded[::-1] in run for run in RUNS)


def _is_common(folded: str) -> bool:
    """Tell whether a password without digits and punctuation is one common word, once or twice."""
    for text in (folded, folded.strip("0123456789!?.*#$@+-_ ").translate(_DISGUISES)):
        words = _LETTERS.findall(text)
        joined = "".join(words)
        if joined in COMMON or (words and len(set(words)) == 1 and words[0] in COMMON):
            return True
        half = joined[: len(joined) // 2]
        if half in COMMON and half * 2 == joined:
            return True
    return False


def _is_own(folded: str, email: str) -> bool:
    name = email.partition("@")[0]
    rest = folded.strip("0123456789!?.*#$@+-_ ")
    return folded == email or (len(name) >= MIN_OWN_CHARS and rest in {name, name * 2})
