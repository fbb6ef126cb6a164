"""Says of answers which fields are always there: a program that is generated need not ask for each.

A field with a default may be left out of a request. In an answer it is left out only by an object that says so
(`omit_defaults`); the others write all that they have.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from gateway.api.schema_references import referred_components

_LEAVES_OUT: Final = frozenset(
    {"Needed", "Preview", "ProblemBody", "ProviderError", "SearchHit", "ShownButton", "ShownCard", "ShownHeader"}
)
"""Objects that leave out what is empty; those of messages' contents are in requests, too."""


def require_what_is_always_there(components: Mapping[str, dict[str, Any]], paths: Mapping[str, Any]) -> None:
    """Complete `required` of the objects that stand in answers only."""
    bodies = [operation.get("requestBody", {}) for item in paths.values() for operation in item.values()]
    left_alone = referred_components(components, bodies) | _LEAVES_OUT
    for name, schema in components.items():
        if name not in left_alone and "properties" in schema:
            known = set(schema.get("required", ()))
            fields = schema["properties"].items()
            schema["required"] = [field for field, one in fields if field in known or "default" in one]
