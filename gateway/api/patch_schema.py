"""Schemas of merge patches, made from those of the whole: nothing is required, at any depth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]

_NOT_IN_PATCHES = frozenset({"default", "discriminator"})
"""What is left out stays as it is; and a patch need not say which kind it is for."""


class PatchSchemas:
    """Makes and remembers a `…Patch` component for each object that is patched."""

    def __init__(self, components: Mapping[str, Schema]) -> None:
        self._components = components
        self.made: dict[str, Schema] = {}

    def patch_of(self, schema: Schema) -> Schema:
        """Return the schema of a patch of what `schema` describes; without defaults, as what is left out stays."""
        schema = {name: value for name, value in schema.items() if name not in _NOT_IN_PATCHES}
        if "$ref" in schema:
            return self._patch_of_component(schema)
        if "anyOf" in schema:
            return {**schema, "anyOf": [self.patch_of(one) for one in schema["anyOf"]]}
        return schema

    def _patch_of_component(self, schema: Schema) -> Schema:
        path, _, name = schema["$ref"].rpartition("/")
        whole = self._components[name]
        if whole.get("type") != "object" or "properties" not in whole:
            return schema
        patch_name = f"{name}Patch"
        if patch_name not in self.made:
            self.made[patch_name] = {}
            self.made[patch_name] = self._without_required(whole, patch_name)
        return {**schema, "$ref": f"{path}/{patch_name}"}

    def _without_required(self, whole: Schema, title: str) -> Schema:
        patch = {name: value for name, value in whole.items() if name != "required"}
        patch["title"] = title
        patch["properties"] = {name: self.patch_of(value) for name, value in whole["properties"].items()}
        return patch
