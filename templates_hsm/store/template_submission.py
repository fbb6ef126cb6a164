"""The request body of a submitted template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from templates_hsm.definition.read_definition import read_definition
from templates_hsm.definition.template_definition import Category, Component


def fields_for_meta(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body with which a template is created at Meta."""
    return {
        "name": stored["name"],
        "language": stored["language"],
        "category": str(stored["category"]).upper(),
        **_format(stored),
        "components": [_upper_type(component) for component in stored["components"]],
    }


def _format(stored: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameter format if variables have names; Meta assumes positions otherwise."""
    body = read_definition(stored["components"], Category(stored["category"])).body
    named = body is not None and any(not name.isdigit() for name in body.variables)
    return {"parameter_format": "NAMED"} if named else {}


def _upper_type(component: Component) -> dict[str, Any]:
    return {**component, "type": str(component.get("type", "")).upper()}
