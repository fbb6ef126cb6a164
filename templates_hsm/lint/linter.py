"""The linter: finds what Meta would reject before it is submitted. Each rule is a row of a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from templates_hsm.definition.reading import read_definition, word
from templates_hsm.definition.template_definition import Category, Component
from templates_hsm.lint import lint_parts, lint_texts
from templates_hsm.lint.lint_values import Facts, Finding, Rule, Severity

RULES: Final[tuple[Rule, ...]] = (*lint_texts.RULES, *lint_parts.RULES)

__all__ = ["RULES", "Finding", "Severity", "lint"]


def lint(*, name: str, language: str, category: str, components: Sequence[Component]) -> tuple[Finding, ...]:
    """Check a template against all rules.

    Returns:
        What was found, errors first, otherwise in the order of the rules; pointers lead into
        `{name, language, category, components}`.
    """
    known = word(Category, category, None)
    facts = Facts(
        name=name,
        language=language,
        category=known,
        components=tuple(components),
        definition=read_definition(components, known or Category.UTILITY),
    )
    found = [_finding(rule, place) for rule in RULES for place in rule.check(facts)]
    return tuple(sorted(found, key=lambda finding: finding.severity is not Severity.ERROR))


def _finding(rule: Rule, place: str) -> Finding:
    pointer = f"/components{place}" if place == "" or place.startswith("/") else f"/{place}"
    return Finding(code=rule.code, severity=rule.severity, pointer=pointer, message=rule.message, source=rule.source)
