"""What a section of a configuration is: which objects it has, what they are called, how they are made and changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from inbox.foundation.clock import Clock
from inbox.foundation.secret_box import SecretBox
from inbox.foundation.settings import Settings
from inbox.people.access import Caller
from inbox.storage.database import Database, Session
from queueing.configuration.references import NO_REFERENCES, Item, Reference


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """What an import works with: a database that is one transaction, and whoever asked for it."""

    database: Database
    session: Session
    caller: Caller
    clock: Clock
    box: SecretBox
    settings: Settings


Create = Callable[[Workshop, Item], Awaitable[object]]
Patch = Callable[[Workshop, str, Item], Awaitable[object]]


@dataclass(frozen=True, kw_only=True)
class Section:
    """A kind of object in a configuration.

    Attributes:
        name: Of the list in the configuration.
        collection: Where they are stored.
        model: Their fields.
        key: The fields of an item that it is found by.
        references: Fields with ids.
        extra: Fields beside those of the model.
        kept: Fields that are no configuration, such as people: they stay as they are.
        inside: References inside of a field that is an object; `kept_inside` as `kept` there.
        among: Which documents are configuration.
        forced: Fields that every one has so.
        create: Makes one; None where that takes what no configuration has.
    """

    name: str
    collection: str
    model: type[msgspec.Struct]
    key: tuple[str, ...] = ("name",)
    references: tuple[Reference, ...] = NO_REFERENCES
    extra: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    inside: Mapping[str, tuple[Reference, ...]] = field(default_factory=dict)
    kept_inside: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    among: Mapping[str, Any] = field(default_factory=dict)
    forced: Mapping[str, Any] = field(default_factory=dict)
    create: Create | None
    patch: Patch

    def name_of(self, item: Item) -> Any:
        """Return what an item is called: a name, or a list of names."""
        parts = [part for name in self.key for part in _parts(item.get(name))]
        return parts[0] if parts and len(self.key) == 1 else parts


def _parts(value: Any) -> Sequence[str]:
    if isinstance(value, list | tuple):
        return value
    return [] if value is None else [value]
