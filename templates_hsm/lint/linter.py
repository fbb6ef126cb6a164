"""The linter: finds what Meta would reject before it is submitted. Each rule is a row of a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from templates_hsm.definition.meta_words import word
from templates_hsm.definition.read_definition import read_definition
from templates_hsm.definition.template_definition import Category, Component
from templates_hsm.lint import (
    authentication_rules,
    button_rules,
    carousel_rules,
    component_rules,
    delivery_rules,
    offer_rules,
    text_rules,
)
from templates_hsm.lint.rule import Facts, Finding, Rule, Severity

RULES: Final[tuple[Rule, ...]] = (
    *text_rules.RULES,
    *component_rules.RULES,
    *button_rules.RULES,
    *authentication_rules.RULES,
    *carousel_rules.RULES,
    *offer_rules.RULES,
    *delivery_rules.RULES,
)
"""Findings are shown in this order: first what everybody meets, then the special kinds."""

__all__ = ["RULES", "Finding", "Severity", "lint"]


def lint(
    *,
    name: str,
    language: str,
    category: str,
    components: Sequence[Component],
    ttl_seconds: int | None = None,
    max_price_per_1000: int | None = None,
) -> tuple[Finding, ...]:
    """Check a template against all rules.

    Returns:
        What was found, errors first, otherwise in the order of the rules; pointers lead into
        `{name, language, category, components, ttl_seconds, max_price_per_1000}`.
    """
    known = word(Category, category, None)
    facts = Facts(
        name=name,
        language=language,
        category=known,
        components=tuple(components),
        definition=read_definition(components, known or Category.UTILITY),
        ttl_seconds=ttl_seconds,
        max_price_per_1000=max_price_per_1000,
    )
    found = [_finding(rule, place) for rule in RULES for place in rule.check(facts)]
    return tuple(sorted(found, key=lambda finding: finding.severity is not Severity.ERROR))


def _finding(rule: Rule, place: str) -> Finding:
    pointer = f"/components{place}" if place == "" or place.startswith("/") else f"/{place}"
    return Finding(code=rule.code, severity=rule.severity, pointer=pointer, message=rule.message, source=rule.source)
