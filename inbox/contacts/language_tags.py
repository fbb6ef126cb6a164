"""Language tags as apps and browsers send them."""

from __future__ import annotations

import re
from typing import Final

_TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


def language_tag(told: str | None) -> str | None:
    """Return the value if it is a language tag such as `pt-BR`, otherwise None.

    Source: RFC 5646, 2.1; longer tags than three parts after the language are for linguists.
    """
    return told if told and _TAG.fullmatch(told) else None
