"""Makers of checks that several tables of rules share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from templates_hsm.definition.template_definition import Category, TemplateButton
from templates_hsm.lint.rule import Check, Facts


def every_button(facts: Facts) -> Iterator[TemplateButton]:
    """Yield the buttons of the message, then those of its cards."""
    for holder in facts.definition.holders:
        yield from holder.buttons


def buttons_with(wrong: Callable[[TemplateButton], object], member: str = "") -> Check:
    """Make a check that finds the buttons for which a condition holds, or a member of them (`/url`)."""
    return lambda facts: (button.place + member for button in every_button(facts) if wrong(button))


def only_authentication(check: Check) -> Check:
    """Make a check that looks at authentication templates only."""
    return lambda facts: check(facts) if facts.category is Category.AUTHENTICATION else iter(())
