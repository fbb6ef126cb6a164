"""Names in the place of ids: what an object is called in a configuration, and what it refers to. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from inbox.foundation.decoding import field_problem
from inbox.labels.label_models import folded

Item = dict[str, Any]
"""An object of a configuration, as JSON has it."""
Key = tuple[str, ...]
"""What an object is found by: its name, with the names of what it stands in."""


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """A field that holds ids, and the field of the configuration that has names instead.

    Attributes:
        field: Of the object.
        name: Of the configuration.
        section: What is referred to.
        many: It holds a list.
    """

    field: str
    name: str
    section: str
    many: bool = False


NO_REFERENCES: Final[tuple[Reference, ...]] = ()


def key_of(name: Any) -> Key:
    """Return what is found by a name, or by a list of names: case and width make no difference."""
    return tuple(folded(part) for part in name) if isinstance(name, list | tuple) else (folded(name),)


class Known:
    """What a workspace has, by section: keys and ids."""

    def __init__(self) -> None:
        self._ids: dict[str, dict[Key, str]] = {}
        self._names: dict[str, dict[str, Any]] = {}

    def add(self, section: str, name: Any, id_: str) -> None:
        """Note an object; of several with one name the oldest is meant by it."""
        self._ids.setdefault(section, {}).setdefault(key_of(name), id_)
        self._names.setdefault(section, {})[id_] = name

    def id_of(self, section: str, name: Any) -> str | None:
        """Return the id that a name stands for."""
        return self._ids.get(section, {}).get(key_of(name))

    def name_of(self, section: str, id_: str) -> Any:
        """Return what an object is called; None where it is gone."""
        return self._names.get(section, {}).get(id_)


def with_names(fields: Mapping[str, Any], references: Sequence[Reference], known: Known) -> Item:
    """Return an object's fields with names in the place of ids; what is gone is left out."""
    named = dict(fields)
    for reference in references:
        if reference.field not in named:
            continue
        value = named.pop(reference.field)
        ids = value if reference.many else ([] if value is None else [value])
        names = [name for one in ids or [] if (name := known.name_of(reference.section, one)) is not None]
        named[reference.name] = names if reference.many else next(iter(names), None)
    return named


def with_ids(item: Item, references: Sequence[Reference], known: Known, *, within: str = "") -> Item:
    """Return an item's fields with ids in the place of names. Raises `ProblemError` (`invalid_request`)."""
    fields = dict(item)
    for reference in references:
        if reference.name not in fields:
            continue
        value = fields.pop(reference.name)
        if reference.many:
            names = value if isinstance(value, list) else [value]
            pointers = (f"{within}/{reference.name}/{place}" for place in range(len(names)))
            fields[reference.field] = [_id(reference, one, next(pointers), known) for one in names]
        else:
            is_none = value is None or value == []
            fields[reference.field] = None if is_none else _id(reference, value, f"{within}/{reference.name}", known)
    return fields


def _id(reference: Reference, name: Any, pointer: str, known: Known) -> str:
    is_name = all(isinstance(part, str) for part in (name if isinstance(name, list) else [name]))
    found = known.id_of(reference.section, name) if is_name else None
    if found is None:
        raise field_problem(pointer, f"there is nothing of this name in {reference.section}")
    return found


def replacing(current: Any, wanted: Any) -> Any:
    """Return the merge patch (RFC 7396) that makes `wanted` of `current`: what it lacks is null."""
    if not isinstance(current, dict) or not isinstance(wanted, dict):
        return wanted
    gone = dict.fromkeys(current.keys() - wanted.keys())
    return {**gone, **{name: replacing(current.get(name), value) for name, value in wanted.items()}}
