"""A small part of Jinja2 for texts that users write: checked when they are saved, rendered when they are sent.

What a template may hold is a list of allowed nodes, not of forbidden ones: text, the variables that its place
offers, `if`, comparisons, and a few filters. There are no loops, calls, sums, assignments, macros or imports, so
that time and size of the outcome are bounded by the template's own length and by the length of the values.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from jinja2 import Template, TemplateError, Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

MAX_DEPTH: Final = 12
"""Blocks and brackets within each other; no text that a person reads needs more."""
FILTERS: Final = frozenset({"capitalize", "d", "default", "first", "last", "length", "lower", "title", "trim", "upper"})
TESTS: Final = frozenset({"defined", "undefined"})
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"})
_ALLOWED: Final[tuple[type[nodes.Node], ...]] = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If),
    *(nodes.Getattr, nodes.Const, nodes.Filter, nodes.Test),
    *(nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand, nodes.CondExpr),
)


class TextRefusedError(Exception):
    """A template was refused; the message says why and in which line."""


class Grammar(msgspec.Struct, frozen=True, kw_only=True):
    """What templates in one place of use may contain.

    Attributes:
        is_variable: Whether a node names one of the variables.
        listed: The variables, for people.
        where: "in automatic texts", for people.
        max_chars: Of a template.
    """

    is_variable: Callable[[nodes.Node], bool]
    listed: str
    where: str
    max_chars: int


class _Nothing(Undefined):
    """An unknown value: renders empty, is false, and compares as neither less nor greater."""

    def _never(self, _: object) -> bool:
        return False

    __lt__ = __le__ = __gt__ = __ge__ = _never  # type: ignore[assignment]


_ENVIRONMENT: Final = ImmutableSandboxedEnvironment(undefined=_Nothing, autoescape=False)
_ENVIRONMENT.globals.clear()


def compile_template(template: str, grammar: Grammar) -> Template:
    """Check a template and make it ready to render.

    Raises:
        TextRefusedError: if it breaks a rule.
    """
    tree = parse_template(template, grammar)
    for node, depth in _walk(tree, 0, grammar):
        _check_node(node, depth, grammar)
    return _ENVIRONMENT.from_string(tree)


def parse_template(template: str, grammar: Grammar) -> nodes.Template:
    """Parse a template without checking what it contains. Raises `TextRefusedError`."""
    if len(template) > grammar.max_chars:
        raise TextRefusedError(f"it is {len(template)} characters long, at most {grammar.max_chars} are allowed")
    try:
        return _ENVIRONMENT.parse(template)
    except TemplateError as error:
        line = getattr(error, "lineno", 1)
        raise TextRefusedError(f"line {line}: {one_line(error)}") from error
    except RecursionError as error:
        raise TextRefusedError("its brackets and blocks are nested too deep") from error


def tidy(value: str, max_chars: int) -> str:
    """Shorten a value from outside to one line of at most so many characters."""
    plain = "".join(" " if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") else char for char in value)
    return " ".join(plain.split())[:max_chars]


def is_blank(value: str) -> bool:
    """Tell whether a value has nothing visible: only blanks and control characters."""
    return all(unicodedata.category(char) in _UNSEEN for char in value)


def one_line(error: Exception) -> str:
    """Return an error's text in one line."""
    return " ".join(str(error).split())[:200]


def _walk(node: nodes.Node, depth: int, grammar: Grammar) -> Iterator[tuple[nodes.Node, int]]:
    yield node, depth
    if grammar.is_variable(node):
        return
    for child in node.iter_child_nodes():
        yield from _walk(child, depth + 1, grammar)


def _check_node(node: nodes.Node, depth: int, grammar: Grammar) -> None:
    fault = _fault(node, grammar)
    if depth > MAX_DEPTH:
        fault = "its brackets and blocks are nested too deep"
    if fault is not None:
        raise TextRefusedError(f"line {node.lineno}: {fault}")


def _fault(node: nodes.Node, grammar: Grammar) -> str | None:
    match node:
        case nodes.Getattr() | nodes.Name() if grammar.is_variable(node):
            return None
        case nodes.Getattr() | nodes.Name():
            return f"there is no variable `{_shown(node)}`; there are {grammar.listed}"
        case nodes.Filter(name=name) if name not in FILTERS or node.dyn_args or node.dyn_kwargs or node.kwargs:
            return f"the filter `{name}` is not allowed so; allowed are {', '.join(sorted(FILTERS))}"
        case nodes.Test(name=name) if name not in TESTS:
            return f"the test `is {name}` is not allowed; allowed are {', '.join(sorted(TESTS))}"
    return None if isinstance(node, _ALLOWED) else f"`{_shown(node)}` is not allowed {grammar.where}"


def _shown(node: nodes.Node) -> str:
    match node:
        case nodes.Getattr(node=inner, attr=name):
            return f"{_shown(inner)}.{name}"
        case nodes.Name(name=name):
            return str(name)
    return type(node).__name__.lower()
