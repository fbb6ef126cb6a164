"""The request body of a submitted template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from templates_hsm.definition.read_definition import read_definition
from templates_hsm.definition.template_definition import Category, Component

CHANGEABLE: Final = frozenset({"category", "components", "message_send_ttl_seconds", "optimization_spec"})
"""What Meta takes in a change of a template."""
MAX_PRICE_STRATEGY: Final = "LOWEST_COST_WITH_BID_CAP"
"""Source: marketing-messages, 1 Oct 2026: the price is that of 1,000 deliveries."""


def fields_for_meta(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body with which a template is created at Meta."""
    return {
        "name": stored["name"],
        "language": stored["language"],
        "category": str(stored["category"]).upper(),
        **_format(stored),
        "components": [_upper_type(component) for component in stored["components"]],
        **_delivery(stored),
    }


def _delivery(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return how long Meta tries to deliver, and what a delivery may cost, where that was chosen."""
    fields: dict[str, Any] = {}
    if stored.get("ttl_seconds"):
        fields["message_send_ttl_seconds"] = stored["ttl_seconds"]
    if stored.get("max_price_per_1000"):
        fields["optimization_spec"] = {"bid_strategy": MAX_PRICE_STRATEGY, "bid_amount": stored["max_price_per_1000"]}
    return fields


def _format(stored: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameter format if variables have names; Meta assumes positions otherwise."""
    body = read_definition(stored["components"], Category(stored["category"])).body
    named = body is not None and any(not name.isdigit() for name in body.variables)
    return {"parameter_format": "NAMED"} if named else {}


def _upper_type(component: Component) -> dict[str, Any]:
    return {**component, "type": str(component.get("type", "")).upper()}
