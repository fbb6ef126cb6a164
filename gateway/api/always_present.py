"""Says of answers which fields are always there: a program that is generated need not ask for each.

A field with a default may be left out of a request. In an answer it is left out only by an object that says so
(`omit_defaults`); the others write all that they have.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from gateway.api.schema_references import referred_components, structs_behind


def objects_that_leave_out(models: Iterable[Any]) -> frozenset[str]:
    """Return the names of all objects behind some models that leave out what is empty."""
    return frozenset(one.cls.__name__ for one in structs_behind(models) if one.cls.__struct_config__.omit_defaults)


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
