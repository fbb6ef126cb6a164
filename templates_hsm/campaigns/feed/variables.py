"""From a row's columns to a template's parameters: each text is a small Jinja template over the columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from jinja2 import Template as Compiled
from jinja2 import nodes

from inbox.foundation.decoding import field_problem
from inbox.messages.safe_templates import Grammar, TextRefusedError, compile_template, is_blank, tidy
from templates_hsm.campaigns.audience.audience_csv import MAX_VALUE_CHARS
from templates_hsm.definition.template_definition import Definition

MAX_TEMPLATE_CHARS: Final = 1_024
MAX_DEPTH: Final = 6
"""Lists and objects within each other: cards, their buttons, their values."""

Values = Mapping[str, str]
_Maker = Callable[[Values], Any]


class Variables:
    """The parameters of a campaign, ready to be filled in.

    Args:
        parameters: In the contract's form, texts being templates; None for the default of `from_columns`.
        definition: The template's.
        columns: The audience's.

    Raises:
        ProblemError: `invalid_request` with the faulty text.
    """

    def __init__(self, parameters: Mapping[str, Any] | None, definition: Definition, columns: Sequence[str]) -> None:
        self._columns = list(columns)
        wanted = from_columns(definition, columns) if parameters is None else parameters
        self._make = _maker(wanted, _grammar(columns), "/variables", 0)

    def fill(self, values: Sequence[str]) -> dict[str, Any]:
        """Return the parameters for one row; a value that is missing or blank is an empty text, and has its default."""
        tidied = {name: tidy(value, MAX_VALUE_CHARS) for name, value in zip(self._columns, values, strict=False)}
        made: dict[str, Any] = self._make({name: value for name, value in tidied.items() if not is_blank(value)})
        return made


def from_columns(definition: Definition, columns: Sequence[str]) -> dict[str, Any]:
    """Guess which column goes where: by the variables' names where there are such columns, otherwise in order."""
    names = definition.body.variables if definition.body is not None else ()
    if not names:
        return {}
    chosen = names if all(name in columns for name in names) else columns[: len(names)]
    texts = [f"{{{{ {name} }}}}" for name in chosen]
    if all(name.isdigit() for name in names):
        return {"body": texts}
    return {"body": dict(zip(names, texts, strict=False))}


def _grammar(columns: Sequence[str]) -> Grammar:
    known = frozenset(columns)
    return Grammar(
        is_variable=lambda node: isinstance(node, nodes.Name) and node.name in known,
        listed=", ".join(columns) or "none: the list has no columns beside the phone",
        where="in a campaign's variables",
        max_chars=MAX_TEMPLATE_CHARS,
    )


def _maker(wanted: Any, grammar: Grammar, pointer: str, depth: int) -> _Maker:
    if depth > MAX_DEPTH:
        raise field_problem(pointer, "is nested too deep")
    if isinstance(wanted, str):
        return _text_maker(_compiled(wanted, grammar, pointer))
    if isinstance(wanted, Mapping):
        made = {str(key): _maker(item, grammar, f"{pointer}/{key}", depth + 1) for key, item in wanted.items()}
        return lambda row: {key: make(row) for key, make in made.items()}
    if isinstance(wanted, list | tuple):
        items = [_maker(item, grammar, f"{pointer}/{place}", depth + 1) for place, item in enumerate(wanted)]
        return lambda row: [make(row) for make in items]
    return lambda _: wanted


def _text_maker(compiled: Compiled) -> _Maker:
    return lambda row: compiled.render(row).strip()


def _compiled(text: str, grammar: Grammar, pointer: str) -> Compiled:
    try:
        return compile_template(text, grammar)
    except TextRefusedError as refused:
        raise field_problem(pointer, str(refused)) from None
