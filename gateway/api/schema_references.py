"""What documents made of schemas share: what stands behind a part or a model, and the schema of anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
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


def structs_behind(models: Iterable[Any]) -> Iterator[msgspec.inspect.StructType]:
    """Return every struct that stands behind some models, each once."""
    seen: set[object] = set()
    waiting: list[object] = list(msgspec.inspect.multi_type_info(models))
    while waiting:
        one = waiting.pop()
        if isinstance(one, tuple):
            waiting += one
        elif isinstance(one, msgspec.inspect.StructType):
            if one.cls not in seen:
                seen.add(one.cls)
                waiting += [field.type for field in one.fields]
                yield one
        elif isinstance(one, msgspec.inspect.Type):
            waiting += [getattr(one, name) for name in one.__struct_fields__]
