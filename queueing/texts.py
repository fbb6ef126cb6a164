"""Automatic texts: a small part of Jinja2, checked when a queue is saved and rendered when a text is sent.

What a template may hold is a list of allowed nodes, not of forbidden ones: text, the variables below, `if`,
comparisons, and a few filters. There are no loops, calls, sums, assignments, macros or imports, so that time and
size of the outcome are bounded by the template's own length and by the length of the values.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec
from jinja2 import Template, TemplateError, Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from queueing.settings_models import MAX_TEXT_CHARS

MAX_DEPTH: Final = 12
"""Blocks and brackets within each other; no text that a person reads needs more."""
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
FILTERS: Final = frozenset({"capitalize", "d", "default", "first", "last", "length", "lower", "title", "trim", "upper"})
TESTS: Final = frozenset({"defined", "undefined"})
_ALLOWED: Final[tuple[type[nodes.Node], ...]] = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If),
    *(nodes.Getattr, nodes.Const, nodes.Filter, nodes.Test),
    *(nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand, nodes.CondExpr),
)


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


class TextRefused(Exception):  # noqa: N818
    """The template can't be used; the message says why and in which line."""


class _Nothing(Undefined):
    """A value that is not known: empty, false, and neither above nor below anything."""

    def _never(self, _: object) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _never  # type: ignore[assignment]


_ENVIRONMENT: Final = ImmutableSandboxedEnvironment(undefined=_Nothing, autoescape=False)
_ENVIRONMENT.globals.clear()

_SAMPLES: Final = (
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
        for sample in _SAMPLES:
            compiled.render(_namespace(sample))
    except TextRefused as refused:
        return str(refused)
    except Exception as error:
        return f"it can't be rendered: {_one_line(error)}"
    return None


def render_text(template: str, values: Values) -> Rendered:
    """Render a template, cut to the longest automatic text.

    Raises:
        TextRefused: if it breaks a rule, or fails on these values.
    """
    try:
        text = _compiled(template).render(_namespace(values)).strip()
    except TextRefused:
        raise
    except Exception as error:
        raise TextRefused(_one_line(error)) from error
    if len(text) <= MAX_TEXT_CHARS:
        return Rendered(text)
    return Rendered(text[: MAX_TEXT_CHARS - 1].rstrip() + "…", cut=True)


@lru_cache(maxsize=KEPT_TEMPLATES)
def variables_in(template: str) -> frozenset[str]:
    """Name the variables that a usable template shows or asks for, such as `queue.position`."""
    return frozenset(
        f"{node.node.name}.{node.attr}"
        for node in _parsed(template).find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name)
    )


@lru_cache(maxsize=KEPT_TEMPLATES)
def _compiled(template: str) -> Template:
    tree = _parsed(template)
    for node, depth in _walk(tree, 0):
        _check_node(node, depth)
    return _ENVIRONMENT.from_string(tree)


def _parsed(template: str) -> nodes.Template:
    if len(template) > MAX_TEXT_CHARS:
        raise TextRefused(f"it is {len(template)} characters long, at most {MAX_TEXT_CHARS} are allowed")
    try:
        return _ENVIRONMENT.parse(template)
    except TemplateError as error:
        line = getattr(error, "lineno", 1)
        raise TextRefused(f"line {line}: {_one_line(error)}") from error
    except RecursionError as error:
        raise TextRefused("its brackets and blocks are nested too deep") from error


def _walk(node: nodes.Node, depth: int) -> Iterator[tuple[nodes.Node, int]]:
    yield node, depth
    if _is_variable(node):
        return
    for child in node.iter_child_nodes():
        yield from _walk(child, depth + 1)


def _check_node(node: nodes.Node, depth: int) -> None:
    fault = _fault(node)
    if depth > MAX_DEPTH:
        fault = "its brackets and blocks are nested too deep"
    if fault is not None:
        raise TextRefused(f"line {node.lineno}: {fault}")


def _fault(node: nodes.Node) -> str | None:
    match node:
        case nodes.Getattr() | nodes.Name() if not _is_variable(node):
            return f"there is no variable `{_shown(node)}`; there are {_listed()}"
        case nodes.Filter(name=name) if name not in FILTERS or node.dyn_args or node.dyn_kwargs or node.kwargs:
            return f"the filter `{name}` is not allowed so; allowed are {', '.join(sorted(FILTERS))}"
        case nodes.Test(name=name) if name not in TESTS:
            return f"the test `is {name}` is not allowed; allowed are {', '.join(sorted(TESTS))}"
    return None if isinstance(node, _ALLOWED) else f"`{_shown(node)}` is not allowed in automatic texts"


def _is_variable(node: nodes.Node) -> bool:
    match node:
        case nodes.Getattr(node=nodes.Name(name=owner), attr=name):
            return name in VARIABLES.get(owner, ())
    return False


def _shown(node: nodes.Node) -> str:
    match node:
        case nodes.Getattr(node=inner, attr=name):
            return f"{_shown(inner)}.{name}"
        case nodes.Name(name=name):
            return str(name)
    return type(node).__name__.lower()


def _listed() -> str:
    return ", ".join(f"{owner}.{name}" for owner, names in VARIABLES.items() for name in names)


def _namespace(values: Values) -> dict[str, dict[str, Any]]:
    """Give the values by variable; what is not known is left out and so undefined."""
    known = {owner: {name: getattr(values, f"{owner}_{name}") for name in names} for owner, names in VARIABLES.items()}
    return {
        owner: {name: _tidy(value) for name, value in fields.items() if value not in (None, "")}
        for owner, fields in known.items()
    }


def _tidy(value: object) -> object:
    """Keep names on one line and short: they come from the customer."""
    if not isinstance(value, str):
        return value
    plain = "".join(" " if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") else char for char in value)
    return " ".join(plain.split())[:MAX_VALUE_CHARS]


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
