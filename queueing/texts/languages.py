"""Which translation of a text a customer gets, and times in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from math import ceil
from typing import Final

import msgspec

from inbox.contacts.language_tags import nearest_language

Translations = Mapping[str, str]


class Translation(msgspec.Struct, frozen=True):
    """A text and the language that it is in."""

    language: str
    text: str


def choose_translation(
    translations: Translations, contact_language: str | None, workspace_language: str
) -> Translation | None:
    """Choose: the contact's language, its base language, then likewise the workspace's, then the first that is there.

    `pt-BR` is served by `pt`, and where only other regions have a text, by one of them.
    """
    for wanted in (contact_language, workspace_language):
        tag = nearest_language(translations, wanted)
        if tag is not None:
            return Translation(tag, translations[tag])
    return next((Translation(tag, text) for tag, text in translations.items()), None)


def has_translation(languages: Iterable[str], wanted: str) -> bool:
    """Tell whether a customer of a language gets a text in it, if need be in another region's."""
    return nearest_language(languages, wanted) is not None


def wait_in_words(wait: timedelta, language: str) -> str:
    """Say how long something takes, rounded up to minutes or, from two hours, to hours."""
    minutes = ceil(wait.total_seconds() / 60)
    phrase = _PHRASES.get(language.casefold().split("-")[0], _in_signs)
    return phrase(minutes, 0) if minutes <= _MOST_MINUTES else phrase(0, ceil(minutes / 60))


_MOST_MINUTES: Final = 120


def _in_english(minutes: int, hours: int) -> str:
    if hours:
        return f"about {hours} hours"
    return "less than a minute" if minutes < 1 else f"about {minutes} {'minute' if minutes == 1 else 'minutes'}"


def _in_russian(minutes: int, hours: int) -> str:
    if hours:
        return f"около {hours} {'часа' if _is_one(hours) else 'часов'}"
    return "меньше минуты" if minutes < 1 else f"около {minutes} {'минуты' if _is_one(minutes) else 'минут'}"


def _in_spanish(minutes: int, hours: int) -> str:
    if hours:
        return f"unas {hours} horas"
    if minutes < 1:
        return "menos de un minuto"
    return "alrededor de un minuto" if minutes == 1 else f"unos {minutes} minutos"


def _in_portuguese(minutes: int, hours: int) -> str:
    if hours:
        return f"cerca de {hours} horas"
    return "menos de um minuto" if minutes < 1 else f"cerca de {minutes} {'minuto' if minutes == 1 else 'minutos'}"


def _in_german(minutes: int, hours: int) -> str:
    if hours:
        return f"etwa {hours} Stunden"
    return "weniger als eine Minute" if minutes < 1 else f"etwa {minutes} {'Minute' if minutes == 1 else 'Minuten'}"


def _in_signs(minutes: int, hours: int) -> str:
    """For languages without words here: signs that most people read."""
    if hours:
        return f"≈ {hours} h"
    return "< 1 min" if minutes < 1 else f"≈ {minutes} min"


def _is_one(number: int) -> bool:
    """Tell whether Russian counts with the form of one: 1, 21, 31, but not 11."""
    return number % 10 == 1 and number % 100 != 11


_PHRASES: Final[Mapping[str, Callable[[int, int], str]]] = {
    "en": _in_english,
    "ru": _in_russian,
    "es": _in_spanish,
    "pt": _in_portuguese,
    "de": _in_german,
}
