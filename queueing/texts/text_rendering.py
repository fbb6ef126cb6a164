"""Automatic texts: checked when a queue is saved and rendered when a text is sent."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec
from jinja2 import Template, nodes

from inbox.messages.safe_templates import (
    Grammar,
    TextRefusedError,
    compile_template,
    is_blank,
    one_line,
    parse_template,
    tidy,
)
from queueing.queues.queue_models import MAX_TEXT_CHARS

MAX_VALUE_CHARS: Final = 100
"""Of a name: the longest that can stand in a sentence."""
KEPT_TEMPLATES: Final = 2_000
"""Compiled ones in memory, some 5 kB each."""

VARIABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "contact": ("name", "language"),
    "queue": ("name", "position", "expected_wait"),
    "operator": ("name",),
    "workspace": ("name",),
    "channel": ("name",),
}
LISTED: Final = ", ".join(f"{owner}.{name}" for owner, names in VARIABLES.items() for name in names)
"""The variables, for people."""


class Values(msgspec.Struct, frozen=True, kw_only=True):
    """What the variables stand for; None, where nothing is known, is shown as nothing."""

    contact_name: str | None = None
    contact_language: str | None = None
    queue_name: str | None = None
    queue_position: int | None = None
    queue_expected_wait: str | None = None
    operator_name: str | None = None
    workspace_name: str | None = None
    channel_name: str | None = None


class Rendered(msgspec.Struct, frozen=True):
    """A text to send; empty is not sent. `cut` says that it was longer than allowed."""

    text: str
    cut: bool = False


SAMPLES: Final = (
    Values(
        contact_name="Ann",
        contact_language="en",
        queue_name="Sales",
        queue_position=3,
        queue_expected_wait="about 5 minutes",
        operator_name="Bob",
        workspace_name="Shop",
        channel_name="WhatsApp",
    ),
    Values(),
)


def check_text(template: str) -> str | None:
    """Say what is wrong with a template, in words for the person who wrote it; None if it can be used."""
    try:
        compiled = _compiled(template)
        for sample in SAMPLES:
            compiled.render(namespace(sample))
    except TextRefusedError as refused:
        return str(refused)
    except Exception as error:
        return f"it can't be rendered: {one_line(error)}"
    return None


def render_text(template: str, values: Values) -> Rendered:
    """Render a template, cut to the longest automatic text.

    Raises:
        TextRefusedError: if it breaks a rule, or fails on these values.
    """
    try:
        text = _compiled(template).render(namespace(values)).strip()
    except TextRefusedError:
        raise
    except Exception as error:
        raise TextRefusedError(one_line(error)) from error
    if len(text) <= MAX_TEXT_CHARS:
        return Rendered(text)
    return Rendered(text[: MAX_TEXT_CHARS - 1].rstrip() + "…", cut=True)


@lru_cache(maxsize=KEPT_TEMPLATES)
def variables_in(template: str) -> frozenset[str]:
    """Name the variables that a usable template shows or asks for, such as `queue.position`."""
    return frozenset(
        f"{node.node.name}.{node.attr}"
        for node in parse_template(template, _GRAMMAR).find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name)
    )


@lru_cache(maxsize=KEPT_TEMPLATES)
def _compiled(template: str) -> Template:
    return compile_template(template, _GRAMMAR)


def is_variable(node: nodes.Node) -> bool:
    """Tell whether a node names one of the variables."""
    match node:
        case nodes.Getattr(node=nodes.Name(name=owner), attr=name):
            return name in VARIABLES.get(owner, ())
    return False


_GRAMMAR: Final = Grammar(
    is_variable=is_variable,
    listed=LISTED,
    where="in automatic texts",
    max_chars=MAX_TEXT_CHARS,
)


def namespace(values: Values) -> dict[str, dict[str, Any]]:
    """Return the values by variable; what is not known, or blank, is left out and so undefined."""
    known = {owner: {name: getattr(values, f"{owner}_{name}") for name in names} for owner, names in VARIABLES.items()}
    return {
        owner: {name: _tidy(value) for name, value in fields.items() if _is_known(value)}
        for owner, fields in known.items()
    }


def _is_known(value: object) -> bool:
    return not is_blank(value) if isinstance(value, str) else value is not None


def _tidy(value: object) -> object:
    return tidy(value, MAX_VALUE_CHARS) if isinstance(value, str) else value
