"""Parts of `/openapi.json` that many operations have in common: written once, and referred to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

Schema = dict[str, Any]

_COMPONENT: Final = "#/components/{kind}/{name}"


class Shared:
    """Answers and examples, each under its name."""

    def __init__(self) -> None:
        self.responses: dict[str, Schema] = {}
        self.examples: dict[str, Schema] = {}

    def response(self, name: str, response: Schema) -> Schema:
        """Return a reference to an answer."""
        self.responses[name] = response
        return {"$ref": _COMPONENT.format(kind="responses", name=name)}

    def example(self, name: str, example: Schema) -> Schema:
        """Return a reference to an example."""
        self.examples[name] = example
        return {"$ref": _COMPONENT.format(kind="examples", name=name)}


def share_parameters(paths: Mapping[str, Schema]) -> dict[str, Schema]:
    """Put references in the place of parameters that several operations have; return what they refer to.

    Of parameters of one name that differ, the most frequent is shared.
    """
    uses: dict[str, Counter[bytes]] = defaultdict(Counter)
    for parameters in _parameters(paths):
        for one in parameters:
            uses[_name(one)][msgspec.json.encode(one)] += 1
    common = {name: counted.most_common(1)[0] for name, counted in uses.items()}
    shared = {name: encoded for name, (encoded, count) in common.items() if count > 1}
    for parameters in _parameters(paths):
        for index, one in enumerate(parameters):
            name = _name(one)
            if shared.get(name) == msgspec.json.encode(one):
                parameters[index] = {"$ref": _COMPONENT.format(kind="parameters", name=name)}
    return {name: msgspec.json.decode(encoded) for name, encoded in sorted(shared.items())}


def _parameters(paths: Mapping[str, Schema]) -> Iterator[list[Schema]]:
    return (operation["parameters"] for item in paths.values() for operation in item.values())


def _name(parameter: Mapping[str, Any]) -> str:
    return f"{parameter['in']}.{parameter['name']}"


def resolved(part: Any, components: Mapping[str, Any]) -> Any:
    """Return what a part of the document is, where it may be a reference."""
    if "$ref" not in part:
        return part
    _, _, kind, name = part["$ref"].split("/")
    return components[kind][name]
