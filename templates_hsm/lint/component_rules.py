"""Rules for the list of components and for files in headers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from templates_hsm.definition.template_definition import (
    FILE_FORMATS,
    Header,
)
from templates_hsm.lint.rule import (
    COMPONENTS,
    REVIEW,
    Facts,
    Rule,
)


def _headers(facts: Facts) -> Iterator[Header]:
    for holder in facts.definition.holders:
        if holder.header is not None:
            yield holder.header


def _repeated(facts: Facts) -> Iterator[str]:
    seen: set[str] = set()
    for place, component in enumerate(facts.components):
        kind = str(component.get("type", "")).upper()
        if kind in seen:
            yield f"/{place}"
        seen.add(kind)


RULES: Final[tuple[Rule, ...]] = (
    Rule("component_repeated", "There can be only one component of each type.", COMPONENTS, _repeated),
    Rule("component_unknown", "This version does not know this type of component or button; it can't check or send it.",
         COMPONENTS, lambda facts: iter([""] if facts.definition.unknown else [])),
    Rule("header_sample", "WhatsApp reviews a file header with a sample: upload one (example.header_handle).", REVIEW,
         lambda facts: (h.place for h in _headers(facts) if h.format in FILE_FORMATS and not h.has_example)),
)  # fmt: skip
