"""Reads source text for the names of fields that it gives to MongoDB, and holds them against the documents' types.

mypy sees what a document's field is called where a document is read or made; a filter, an update or a projection is a
dictionary to it. What is found here without running anything: literal dictionaries in calls of a collection's
operations and in `UpdateOne` and `UpdateMany`, also through names, constants, `|`, `**` and functions of the same file.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from tests.document_fields import ANY, collection_types, field_names, has_path

ROOT: Final = Path(__file__).parents[1]
ROOMS: Final = ("inbox", "channels", "templates_hsm", "queueing", "workers", "gateway")
_FILTER, _UPDATE, _PROJECTION = "filter", "update", "projection"
_ARGUMENTS: Final[Mapping[str, Sequence[str]]] = {
    "find": (_FILTER, _PROJECTION),
    "find_one": (_FILTER, _PROJECTION),
    "find_one_and_update": (_FILTER, _UPDATE),
    "update_one": (_FILTER, _UPDATE),
    "update_many": (_FILTER, _UPDATE),
    "delete_one": (_FILTER,),
    "delete_many": (_FILTER,),
    "count_documents": (_FILTER,),
}
_WRITES: Final = frozenset({"UpdateOne", "UpdateMany"})
_CONCERNED: Final = re.compile(
    "|".join((*(rf"\.{name}\(" for name in (*_ARGUMENTS, "distinct", "aggregate")), *_WRITES))
)
"""A file without one of these has no query: two in three need not be parsed."""
_GET: Final = re.compile(r"\.get\(\"([^\"]+)\"")
_LOGIC: Final = frozenset({"$or", "$and", "$nor"})


class Use(NamedTuple):
    """A field that code names, and where.

    Attributes:
        collections: Of which it may be a field; empty where the code does not show it.
    """

    path: str
    line: int
    collections: frozenset[str]


def is_known(use: Use) -> bool:
    """Tell whether a field exists in one of its collections."""
    types = collection_types()
    return any(has_path(types[name], use.path.split(".")) for name in use.collections or types)


def unknown_fields(source: str) -> list[str]:
    """Return what a file names that no document has, as `line: path`."""
    return [f"{use.line}: {use.path}" for use in uses_in(source) if not is_known(use)]


def unknown_gets(source: str) -> list[str]:
    """Return the literal names that a file gives to `get` and that no field has: mypy lets them pass."""
    lines = enumerate(source.splitlines(), 1)
    asked = ((number, name) for number, line in lines for name in _GET.findall(line))
    return [f"{number}: {name}" for number, name in asked if name not in field_names()]


@cache
def uses_in(source: str) -> Sequence[Use]:
    """Return the fields that a file names."""
    return tuple(_Reader(ast.parse(source)).uses()) if _CONCERNED.search(source) else ()


class _Reader:
    """Follows expressions of one file to the dictionaries that they may be."""

    def __init__(self, module: ast.Module) -> None:
        self._module = module
        self._nodes = list(ast.walk(module))
        functions = [node for node in self._nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        self._functions = {function.name: function for function in functions}
        self._scope_of = {child: function for function in functions for child in ast.walk(function)}
        """The innermost function around each node: the outer ones come first."""
        self._imported = {
            (name.asname or name.name): (node.module, name.name)
            for node in self._nodes
            if isinstance(node, ast.ImportFrom) and node.module
            for name in node.names
        }
        self._assigned: dict[tuple[ast.AST | None, str], list[ast.expr]] = {}
        self._attributes: dict[str, list[ast.expr]] = {}
        self._open: set[ast.expr] = set()
        for node in self._nodes:
            self._note(node)

    def uses(self) -> Iterator[Use]:
        for node in self._nodes:
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Name) and node.func.id in _WRITES:
                yield from self._arguments(node, (_FILTER, _UPDATE), self._bulk_written(node))
            elif isinstance(node.func, ast.Attribute):
                yield from self._of_method(node, node.func)

    def _of_method(self, node: ast.Call, function: ast.Attribute) -> Iterator[Use]:
        if function.attr == "sort":
            collection = self._queried(function.value)
            yield from self._sort_order(node.args[0], collection) if collection and node.args else ()
            return
        collection = _collection(function.value)
        if collection is None:
            return
        if function.attr == "distinct" and node.args:
            yield from self._path(node.args[0], collection)
            yield from self._fields(node.args[1], collection) if len(node.args) > 1 else ()
        if function.attr == "aggregate":
            yield from self._stages(node.args[0], collection)
        yield from self._arguments(node, _ARGUMENTS.get(function.attr, ()), collection)

    def _arguments(self, node: ast.Call, kinds: Sequence[str], collections: frozenset[str]) -> Iterator[Use]:
        given = [*zip(kinds, node.args, strict=False), *((k.arg, k.value) for k in node.keywords)]
        for kind, value in given:
            if kind == _UPDATE:
                yield from self._update(value, collections)
            elif kind == "sort":
                yield from self._sort_order(value, collections)
            elif kind in {_FILTER, _PROJECTION}:
                yield from self._fields(value, collections)

    def _fields(self, value: ast.expr, collections: frozenset[str]) -> Iterator[Use]:
        """Return the keys of a filter, a projection, or what stands behind `$set` and the like."""
        for key, item in self._items(value):
            text = self._text(key)
            if text in _LOGIC:
                yield from self._fields(item, collections)
            elif text is None or not text.startswith("$"):
                yield from self._path(key, collections)

    def _update(self, value: ast.expr, collections: frozenset[str]) -> Iterator[Use]:
        for _, item in self._items(value):
            yield from self._fields(item, collections)

    def _stages(self, pipeline: ast.expr, collections: frozenset[str]) -> Iterator[Use]:
        """Return what the first stages look for; later ones see what earlier ones made."""
        for key, item in self._items(pipeline):
            if self._text(key) != "$match":
                return
            yield from self._fields(item, collections)

    def _sort_order(self, value: ast.expr, collections: frozenset[str]) -> Iterator[Use]:
        for one in self._meant(value):
            parts = one.elts if isinstance(one, ast.List) else []
            fields = [part.elts[0] for part in parts if isinstance(part, ast.Tuple)] if parts else [one]
            for field in fields:
                yield from self._path(field, collections)

    def _path(self, key: ast.expr, collections: frozenset[str]) -> Iterator[Use]:
        text = self._text(key)
        if text is not None and not text.startswith((ANY, "$")):
            yield Use(text, key.lineno, collections)

    def _text(self, key: ast.expr) -> str | None:
        """Return a name as far as it is written down, with `*` for what is not."""
        if isinstance(key, ast.Constant):
            return key.value if isinstance(key.value, str) else None
        if isinstance(key, ast.JoinedStr):
            return "".join(self._text(part) or ANY for part in key.values)
        if isinstance(key, ast.FormattedValue):
            return self._text(key.value)
        if isinstance(key, ast.Name):
            texts = [self._text(one) for one in self._meant(key) if not isinstance(one, ast.Name)]
            return texts[0] if len(texts) == 1 else None
        return None

    def _items(self, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
        """Return keys and values of the dictionaries that a value may be, also of those in a list."""
        for one in self._meant(value):
            if one in self._open:  # `fields = {**fields, …}`
                continue
            self._open.add(one)
            if isinstance(one, ast.Dict):
                for key, item in zip(one.keys, one.values, strict=True):
                    yield from self._items(item) if key is None else [(key, item)]
            elif isinstance(one, ast.List | ast.Tuple):
                for element in one.elts:
                    yield from self._items(element.value if isinstance(element, ast.Starred) else element)
            elif isinstance(one, ast.ListComp | ast.GeneratorExp):
                yield from self._items(one.elt)
            elif isinstance(one, ast.DictComp):
                yield one.key, one.value
            self._open.remove(one)

    def _meant(self, value: ast.expr, depth: int = 0) -> Iterator[ast.expr]:
        """Return the expressions that a value may stand for."""
        if depth > 8:  # a name that is assigned from itself
            return
        if isinstance(value, ast.BinOp):
            followed = [value.left, value.right]
        elif isinstance(value, ast.IfExp):
            followed = [value.body, value.orelse]
        elif isinstance(value, ast.Name):
            followed = self._named(value)
        elif isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name) and value.value.id == "self":
            followed = self._attributes.get(value.attr, [])
        elif isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in self._functions:
            followed = _returned(self._functions[value.func.id])
        else:
            yield value
            return
        for one in followed:
            yield from self._meant(one, depth + 1)

    def _named(self, name: ast.Name) -> Sequence[ast.expr]:
        own = self._assigned.get((self._scope_of.get(name), name.id)) or self._assigned.get((None, name.id))
        return own or (_constant(*self._imported[name.id]) if name.id in self._imported else ())

    def _note(self, node: ast.AST) -> None:
        """Remember an assignment."""
        for target in _targets(node):
            if isinstance(target, ast.Name):
                self._assigned.setdefault((self._scope_of.get(node), target.id), []).append(node.value)
            elif isinstance(target, ast.Attribute):
                self._attributes.setdefault(target.attr, []).append(node.value)

    def _queried(self, value: ast.expr) -> frozenset[str] | None:
        """Return the collection of a cursor."""
        for one in self._meant(value):
            if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute):
                found = _collection(one.func.value) if one.func.attr == "find" else self._queried(one.func.value)
                if found:
                    return found
        return None

    def _bulk_written(self, node: ast.Call) -> frozenset[str]:
        """Return the collections that the function around a write, or else the file, writes in bulk."""
        around = self._scope_of.get(node, self._module)
        return _bulk_written_in(around) or _bulk_written_in(self._module)


def _targets(node: ast.AST) -> Sequence[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign) and node.value is not None else []


def _returned(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    return [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None]


def _bulk_written_in(tree: ast.AST) -> frozenset[str]:
    found = (
        _collection(node.func.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "bulk_write"
    )
    return frozenset().union(*(one for one in found if one))


def _collection(value: ast.expr) -> frozenset[str] | None:
    """Return the collection that an attribute is."""
    name = value.attr if isinstance(value, ast.Attribute) else ""
    return frozenset({name}) if name in collection_types() else None


@cache
def _constant(module: str, name: str) -> tuple[ast.expr, ...]:
    """Return what a constant of one of our modules is."""
    path = ROOT / (module.replace(".", "/") + ".py")
    if not module.startswith(ROOMS) or not path.exists():
        return ()
    return tuple(
        node.value
        for node in ast.parse(path.read_text()).body
        for target in _targets(node)
        if isinstance(target, ast.Name) and target.id == name and isinstance(node.value, ast.Constant)
    )
