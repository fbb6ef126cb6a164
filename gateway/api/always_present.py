"""Says of answers which fields are always there: a program that is generated need not ask for each.

A field with a default may be left out of a request. In an answer it is left out only by an object that says so
(`omit_defaults`); the others write all that they have.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec

from gateway.api.schema_references import referred_components


def objects_that_leave_out(models: Iterable[Any]) -> frozenset[str]:
    """Return the names of all objects behind some models that leave out what is empty."""
    found: set[type[msgspec.Struct]] = set()
    seen: set[object] = set()
    waiting: list[object] = list(msgspec.inspect.multi_type_info(models))
    while waiting:
        one = waiting.pop()
        if isinstance(one, tuple):
            waiting += one
        elif isinstance(one, msgspec.inspect.StructType):
            waiting += [] if one.cls in seen else [field.type for field in one.fields]
            seen.add(one.cls)
            found |= {one.cls} if one.cls.__struct_config__.omit_defaults else set()
        elif isinstance(one, msgspec.inspect.Type):
            waiting += [getattr(one, name) for name in one.__struct_fields__]
    return frozenset(cls.__name__ for cls in found)


def require_what_is_always_there(
    components: Mapping[str, dict[str, Any]], paths: Mapping[str, Any], leave_out: Collection[str]
) -> None:
    """Complete `required` of the objects that stand in answers only.

    Args:
        components: By name; changed.
        paths: Whose request bodies refer to some of them.
        leave_out: Names of objects that leave out what is empty.
    """
    bodies = [operation.get("requestBody", {}) for item in paths.values() for operation in item.values()]
    left_alone = referred_components(components, bodies) | set(leave_out)
    for name, schema in components.items():
        if name not in left_alone and "properties" in schema:
            known = set(schema.get("required", ()))
            fields = schema["properties"].items()
            schema["required"] = [field for field, one in fields if field in known or "default" in one]
