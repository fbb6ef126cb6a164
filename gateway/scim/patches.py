"""SCIM's PATCH: operations on a resource as it is shown. Pure.

Source: RFC 7644, 3.5.2; Entra ID writes operations with a capital and truths as texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

import msgspec

from gateway.scim.filters import Test, path_parts, read_filter
from gateway.scim.scim_problems import ScimError

MOST_OPERATIONS: Final = 1_000
READ_ONLY: Final = frozenset({"id", "meta", "schemas", "groups"})
_PATH: Final = re.compile(r"^(?P<name>[^\[\]]+)(?:\[(?P<filter>.*)\](?:\.(?P<sub>[^\[\].]+))?)?$", re.DOTALL)


class Operation(msgspec.Struct, frozen=True):
    """One operation of a PATCH."""

    op: str
    path: str | None = None
    value: Any = None


class PatchRequest(msgspec.Struct, frozen=True):
    """The body of a PATCH."""

    Operations: Sequence[Operation]
    schemas: Sequence[str] = ()


class _Target(msgspec.Struct, frozen=True):
    name: str
    sub: str | None
    test: Test | None


def patched(resource: Mapping[str, Any], operations: Sequence[Operation]) -> dict[str, Any]:
    """Return a resource after some operations. Raises `ScimError`."""
    if len(operations) > MOST_OPERATIONS:
        raise ScimError("tooMany", f"There are more than {MOST_OPERATIONS} operations.")
    after = deepcopy(dict(resource))
    for operation in operations:
        _apply(after, operation)
    return after


def _apply(resource: dict[str, Any], operation: Operation) -> None:
    op = operation.op.casefold()
    if op not in {"add", "replace", "remove"}:
        raise ScimError("invalidSyntax", f"There is no operation “{operation.op}”.")
    if operation.path is None:
        _apply_whole(resource, op, operation.value)
        return
    target = _target(operation.path)
    if op == "remove":
        _remove(resource, target, operation.value)
    else:
        _set(resource, target, operation.value, adds=op == "add")


def _apply_whole(resource: dict[str, Any], op: str, value: Any) -> None:
    """Do an operation without a path: its value has the attributes."""
    if op == "remove":
        raise ScimError("noTarget", "A removal needs a path.")
    if not isinstance(value, Mapping):
        raise ScimError("invalidValue", "Without a path the value must be an object.")
    for name, item in value.items():
        if name.casefold() not in READ_ONLY:
            _set(resource, _target(name), item, adds=op == "add")


def _target(path: str) -> _Target:
    match = _PATH.match(path.strip())
    if match is None:
        raise ScimError("invalidPath", f"The path can't be read: {path}")
    parts = path_parts(match["name"])
    sub = match["sub"] or (parts[1] if len(parts) > 1 else None)
    if len(parts) > 2 or not all(parts) or (match["sub"] and len(parts) > 1):
        raise ScimError("invalidPath", f"The path can't be read: {path}")
    if parts[0].casefold() in READ_ONLY:
        raise ScimError("mutability", f"“{parts[0]}” can't be changed.")
    return _Target(parts[0], sub, None if match["filter"] is None else read_filter(match["filter"]))


def _set(resource: dict[str, Any], target: _Target, value: Any, *, adds: bool) -> None:
    name = _key(resource, target.name)
    if target.test is not None:
        _set_chosen(resource, name, target, value, adds=adds)
    elif target.sub is not None:
        _set_member(resource, name, target.sub, value)
    elif isinstance(resource.get(name), list) or (adds and isinstance(value, list) and resource.get(name) is None):
        given = value if isinstance(value, list) else [value]
        kept = resource.get(name) or [] if adds else []
        resource[name] = [*kept, *(one for one in given if one not in kept)]
    elif isinstance(value, Mapping) and isinstance(resource.get(name), Mapping):
        resource[name] = {**resource[name], **value}
    else:
        resource[name] = value


def _set_chosen(resource: dict[str, Any], name: str, target: _Target, value: Any, *, adds: bool) -> None:
    """Change those values of a list that a filter chooses."""
    chosen = [one for one in _values(resource, name) if target.test is not None and target.test(one)]
    if not chosen:
        if not adds and target.sub is None:
            raise ScimError("noTarget", f"No value of “{target.name}” is chosen by the path.")
        chosen = [{}]
        resource[name] = [*_values(resource, name), *chosen]
    for one in chosen:
        if target.sub is not None:
            one[_key(one, target.sub)] = value
        elif isinstance(value, Mapping):
            one.update(value)
        else:
            raise ScimError("invalidValue", f"A value of “{target.name}” must be an object.")


def _set_member(resource: dict[str, Any], name: str, sub: str, value: Any) -> None:
    """Change a member of an object, or of every value of a list."""
    held = resource.get(name)
    if isinstance(held, list):
        resource[name] = _values(resource, name) or [{}]
        for one in resource[name]:
            one[_key(one, sub)] = value
    else:
        member = held if isinstance(held, dict) else {}
        resource[name] = {**member, _key(member, sub): value}


def _remove(resource: dict[str, Any], target: _Target, value: Any) -> None:
    name = _key(resource, target.name)
    if target.test is not None:
        kept = [one for one in _values(resource, name) if not target.test(one)]
        if target.sub is None:
            resource[name] = kept
        else:
            for one in _values(resource, name):
                if target.test(one):
                    one.pop(_key(one, target.sub), None)
    elif target.sub is not None:
        held = resource.get(name)
        for member in _values(resource, name) if isinstance(held, list) else [held]:
            if isinstance(member, dict):
                member.pop(_key(member, target.sub), None)
    elif value is not None and isinstance(resource.get(name), list):
        gone = {_id_of(one) for one in (value if isinstance(value, list) else [value])}
        resource[name] = [one for one in resource[name] if _id_of(one) not in gone]
    else:
        resource.pop(name, None)


def _values(resource: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    held = resource.get(name)
    return [one for one in held if isinstance(one, dict)] if isinstance(held, list) else []


def _id_of(value: Any) -> str:
    return str(value.get("value")) if isinstance(value, Mapping) else str(value)


def _key(resource: Mapping[str, Any], name: str) -> str:
    """Return a member's name as the resource spells it."""
    return next((key for key in resource if key.casefold() == name.casefold()), name)
