"""Which components of a document a part of it refers to, over others too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

_REFERRED: Final = re.compile(r'"#/components/schemas/([^"]+)"')


def referred_components(components: Mapping[str, Any], part: object) -> set[str]:
    """Return the names of all components that stand behind a part of the document."""
    reached: set[str] = set()
    found = _names(part)
    while found:
        reached |= found
        found = _names([components[name] for name in found]) - reached
    return reached


def _names(part: object) -> set[str]:
    return set(_REFERRED.findall(msgspec.json.encode(part).decode()))
