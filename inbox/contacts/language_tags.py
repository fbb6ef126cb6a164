"""Language tags as apps and browsers send them, and which of several languages is nearest to one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


def language_tag(told: str | None) -> str | None:
    """Return the value if it is a language tag such as `pt-BR`, otherwise None.

    Source: RFC 5646, 2.1; longer tags than three parts after the language are for linguists.
    """
    return told if told and _TAG.fullmatch(told) else None


def folded_language(tag: str) -> str:
    """Return a language's tag as tags are compared: `pt_BR` and `pt-br` are one."""
    return tag.casefold().replace("_", "-")


def nearest_language(languages: Iterable[str], wanted: str | None) -> str | None:
    """Return which of some languages serves a customer: theirs, its base language, then that of another region.

    Returns:
        The tag as it is among `languages`; None where none of them is near.
    """
    if not wanted:
        return None
    known = {folded_language(tag): tag for tag in languages}
    exact = folded_language(wanted)
    base = exact.split("-")[0]
    regional = next((tag for tag in known if tag.split("-")[0] == base), base)
    return next((known[tag] for tag in (exact, base, regional) if tag in known), None)
