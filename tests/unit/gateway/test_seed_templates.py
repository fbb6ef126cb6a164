"""Every template of the demo can be sent, and the customer sees what its preview shows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from channels.sandbox.graph.template_send import render
from channels.sandbox.graph.templates import EmulatedTemplates
from gateway.demo.seed_templates import TEMPLATES
from templates_hsm.definition.read_definition import definition_of
from templates_hsm.definition.template_definition import Category, Template, TemplateStatus
from templates_hsm.lint.linter import Severity, lint
from templates_hsm.parameters.graph_template import template_object
from templates_hsm.render.compose import compose
from templates_hsm.render.preview import preview

VALUES: dict[str, dict[str, Any]] = {
    "order_update": {"body": ["Maria", "10482"]},
    "spring_sale": {"body": ["Maria"]},
    "appointment": {
        "header": {"location": {"latitude": 52.5, "longitude": 13.4, "name": "Shop"}},
        "body": {"first_name": "Maria", "day": "Monday"},
    },
    "order_tracking": {"header": "10482", "buttons": [{"index": 0, "value": "10482"}]},
    "new_collection": {
        "header": {"image": {"link": "https://shop.example/new.png"}},
        "buttons": [{"index": 0, "value": "SPRING20"}],
    },
    "login_code": {"body": ["123456"]},
}


@pytest.mark.parametrize("seeded", TEMPLATES, ids=lambda seeded: seeded["name"])
def test_it_is_sent_as_it_is_previewed(seeded: dict[str, Any]) -> None:
    listed = EmulatedTemplates().create("1", seeded).components
    template = Template(
        id="t",
        workspace_id="w",
        channel_id="c",
        waba_id="b",
        name=seeded["name"],
        language=seeded["language"],
        category=Category(seeded["category"].lower()),
        status=TemplateStatus.APPROVED,
        usable=True,
        components=tuple(listed),
    )
    definition = definition_of(template)
    content = compose(
        template, definition, VALUES.get(seeded["name"], {}), files={}, now=datetime(2026, 11, 27, tzinfo=UTC)
    )
    seen = render(listed, template_object(content).get("components", []))
    assert seen["body"] == preview(definition, content.parameters).body


@pytest.mark.parametrize("seeded", TEMPLATES, ids=lambda seeded: seeded["name"])
def test_the_linter_has_nothing_against_it(seeded: dict[str, Any]) -> None:
    given = {name: seeded[name] for name in ("name", "language", "category", "components")}
    assert [one for one in lint(**given) if one.severity is Severity.ERROR] == []
