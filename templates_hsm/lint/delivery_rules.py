"""Rules for how long Meta tries to deliver a message, and what it may cost at most."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from templates_hsm.definition.limits import TTL_SECONDS
from templates_hsm.definition.template_definition import Category
from templates_hsm.lint.rule import MARKETING_MESSAGES, TTL, Check, Facts, Rule


def _where(place: str, wrong: Callable[[Facts], object]) -> Check:
    def check(facts: Facts) -> Iterator[str]:
        if wrong(facts):
            yield place

    return check


def _out_of_range(facts: Facts, category: Category) -> bool:
    least, most = TTL_SECONDS[category.value]
    return facts.category is category and facts.ttl_seconds is not None and not least <= facts.ttl_seconds <= most


def _ttl_of(category: Category, message: str) -> Rule:
    check = _where("ttl_seconds", lambda facts: _out_of_range(facts, category))
    return Rule(f"ttl_{category.value}", message, TTL, check)


RULES: Final[tuple[Rule, ...]] = (
    _ttl_of(Category.AUTHENTICATION, "A one-time password can be delivered for 30 to 900 seconds."),
    _ttl_of(Category.UTILITY, "A utility message can be delivered for 30 seconds to 12 hours (43,200 seconds)."),
    _ttl_of(
        Category.MARKETING,
        "A marketing message can be delivered for 12 hours to 30 days (43,200 to 2,592,000 seconds).",
    ),
    Rule(
        "max_price_category",
        "Only marketing templates have a highest price.",
        MARKETING_MESSAGES,
        _where(
            "max_price_per_1000",
            lambda facts: facts.max_price_per_1000 is not None and facts.category not in {Category.MARKETING, None},
        ),
    ),
)
