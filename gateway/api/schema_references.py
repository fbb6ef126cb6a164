"""What documents made of schemas share: which components a part refers to, and the schema of anything."""

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


def any_json(model: type) -> dict[str, Any]:
    """Return the schema of `object`, which msgspec does not know: whatever JSON can say."""
    if model is not object:
        raise NotImplementedError
    return {"description": "Any JSON value."}
