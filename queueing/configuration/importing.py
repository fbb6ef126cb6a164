"""Makes a workspace what a configuration says, as a whole or not at all; tells before what that would change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, Final

import msgspec
from msgspec import UNSET

from inbox.channel.channel_queue import routing_line
from inbox.conversation.integration_page import IntegrationPages
from inbox.foundation.problems import FieldError, ProblemError
from inbox.people.accounts import get_workspace, patch_workspace
from inbox.storage.database import Database, Session, is_duplicate, joined
from queueing.configuration.exporting import Inventory, read_inventory, read_page
from queueing.configuration.items import Configuration, normal, to_fields
from queueing.configuration.references import Item, Key, key_of, replacing
from queueing.configuration.sections import Section, Workshop
from queueing.configuration.table import SECTIONS

MOST_SHOWN: Final = 1_000


class Action(StrEnum):
    """What an import does with an object."""

    CREATE = "create"
    UPDATE = "update"
    CONNECT_FIRST = "connect_first"
    """Nothing: a channel needs credentials, so somebody connects it, with this name, and imports again."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A field's values, before and after."""

    before: Any
    after: Any


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What happens to one object; `fields` of one that is changed."""

    section: str
    name: tuple[str, ...]
    action: Action
    fields: dict[str, Difference] = {}


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What an import changed, or would change.

    Attributes:
        unchanged: How many objects are as the configuration says already.
        only_here: What the workspace has beyond the configuration, as `section: name`; it stays.
    """

    dry_run: bool
    changes: tuple[Change, ...]
    unchanged: int
    only_here: tuple[str, ...]


class _DryRunError(Exception):
    """Ends a transaction that should leave nothing."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


Noted = Callable[[Session], Awaitable[None]]


async def import_configuration(
    database: Database,
    wanted: Configuration,
    *,
    dry_run: bool,
    shop_of: Callable[[Database, Session], Workshop],
    noted: Noted,
) -> Outcome:
    """Import a configuration in one transaction; a dry run does the same and takes it back.

    Args:
        database: Where.
        wanted: What the workspace should be.
        dry_run: Only tell what would change.
        shop_of: Makes what stores are made of, for the transaction.
        noted: Writes the line of the log, in the transaction.

    Raises:
        ProblemError: where an object can't be as the configuration says, with a pointer to it; nothing is changed.
    """

    async def work(session: Session) -> Outcome:
        outcome = await _import(shop_of(joined(database, session), session), wanted, dry_run=dry_run)
        if dry_run:
            raise _DryRunError(outcome)
        if outcome.changes:
            await noted(session)
        return outcome

    shop = shop_of(database, None)
    try:
        return await database.transaction(work, line=routing_line(shop.caller.workspace_id))
    except _DryRunError as ended:
        return ended.outcome


async def _import(shop: Workshop, wanted: Configuration, *, dry_run: bool) -> Outcome:
    importing = _Importing(shop, await read_inventory(shop.database, shop.caller.workspace_id))
    await importing.take_settings(wanted)
    for section in SECTIONS:
        items = getattr(wanted, section.name)
        if items is not UNSET:
            await importing.take_section(section, items)
    await importing.take_page(wanted)
    return Outcome(
        dry_run=dry_run,
        changes=tuple(importing.changes),
        unchanged=importing.unchanged,
        only_here=tuple(importing.only_here)[:MOST_SHOWN],
    )


class _Importing:
    """One import under way."""

    def __init__(self, shop: Workshop, inventory: Inventory) -> None:
        self._shop = shop
        self._inventory = inventory
        self.changes: list[Change] = []
        self.only_here: list[str] = []
        self.unchanged = 0

    async def take_settings(self, wanted: Configuration) -> None:
        """Set the workspace's settings."""
        if wanted.settings is UNSET:
            return
        workspace_id = self._shop.caller.workspace_id
        stored = await get_workspace(self._shop.database, workspace_id)
        before, after = msgspec.to_builtins(stored.settings), msgspec.to_builtins(wanted.settings)
        if self._differs("settings", ("workspace",), before, after):
            patch = {"settings": replacing(before, after)}
            await patch_workspace(self._shop.database, workspace_id, patch, session=self._shop.session)

    async def take_page(self, wanted: Configuration) -> None:
        """Set the integration page, or take it away. Its secrets are made here."""
        if wanted.integration_page is UNSET:
            return
        shop, workspace_id = self._shop, self._shop.caller.workspace_id
        stored = await read_page(shop.database, workspace_id)
        before, after = msgspec.to_builtins(stored), msgspec.to_builtins(wanted.integration_page)
        if not self._differs("integration_page", ("page",), before or {}, after or {}):
            return
        pages = IntegrationPages(
            shop.database,
            shop.box,
            issuer=shop.settings.public_url,
            allow_http_here=shop.settings.allow_private_urls,
        )
        if wanted.integration_page is None:
            await pages.delete(workspace_id, session=shop.session)
            return
        with _at("/integration_page"):
            await pages.put(workspace_id, wanted.integration_page, session=shop.session)

    async def take_section(self, section: Section, items: Sequence[Item]) -> None:
        """Make and change the objects of a section; several of one name are taken in their order."""
        here = self._inventory.items[section.name]
        free: dict[Key, list[str]] = {}
        for id_, known in here.items():
            free.setdefault(key_of(section.name_of(known)), []).append(id_)
        for place, item in _referred_first(section, items):
            with _at(f"/{section.name}/{place}"):
                key = key_of(_checked_name(section, item))
                await self._take(section, item, free[key].pop(0) if free.get(key) else None)
        left = [one for ids in free.values() for one in ids]
        self.only_here += [f"{section.name}: {' / '.join(_words(section, here[one]))}" for one in sorted(left)]

    async def _take(self, section: Section, item: Item, id_: str | None) -> None:
        known = self._inventory.known
        fields = to_fields(section, item, known)
        wanted = normal(section, fields, known)
        name = _words(section, wanted)
        if id_ is None and section.create is None:
            self.changes.append(Change(section=section.name, name=name, action=Action.CONNECT_FIRST))
        elif id_ is None and section.create is not None:
            made: Any = await section.create(self._shop, fields)
            known.add(section.name, section.name_of(wanted), made.id)
            self.changes.append(Change(section=section.name, name=name, action=Action.CREATE))
        elif id_ is not None:
            before = self._inventory.items[section.name][id_]
            if self._differs(section.name, name, before, wanted):
                await section.patch(self._shop, id_, self._patch(section, before, fields))

    def _patch(self, section: Section, before: Item, fields: Item) -> Item:
        stored = to_fields(section, before, self._inventory.known)
        patch: Item = replacing(stored, fields)
        return {name: value for name, value in patch.items() if name not in (*section.extra, *section.kept)}

    def _differs(self, section: str, name: tuple[str, ...], before: Item, after: Item) -> bool:
        names = [one for one in {**before, **after} if before.get(one) != after.get(one)]
        if not names:
            self.unchanged += 1
            return False
        fields = {one: Difference(before=before.get(one), after=after.get(one)) for one in sorted(names)}
        self.changes.append(Change(section=section, name=name, action=Action.UPDATE, fields=fields))
        return True


def _words(section: Section, item: Item) -> tuple[str, ...]:
    name = section.name_of(item)
    return tuple(name) if isinstance(name, list) else (name,)


def _checked_name(section: Section, item: Item) -> Any:
    """Return what an item is called. Raises `ProblemError` (`invalid_request`) where it says that in no text."""
    for field in section.key:
        value = item.get(field)
        texts = value if isinstance(value, list) and field != section.key[-1] else [value]
        is_optional = value is None and field != section.key[-1]
        if not is_optional and not all(isinstance(text, str) for text in texts):
            message = f"The request is not valid at /{field}: it must be a name."
            raise ProblemError("invalid_request", message, errors=[FieldError(f"/{field}", "must be a name")])
    return section.name_of(item)


def _referred_first(section: Section, items: Sequence[Item]) -> Iterator[tuple[int, Item]]:
    """Return items with their places, each behind those of its section that it refers to; a circle as it comes."""
    own = [reference for reference in section.references if reference.section == section.name]
    places = {_loose_key(section.name_of(item)): place for place, item in enumerate(items)}
    done: set[int] = set()

    def visit(place: int) -> Iterator[tuple[int, Item]]:
        if place in done:
            return
        done.add(place)
        for reference in own:
            referred = places.get(_loose_key(items[place].get(reference.name)))
            if referred is not None:
                yield from visit(referred)
        yield place, items[place]

    for place in range(len(items)):
        yield from visit(place)


def _loose_key(name: Any) -> Any:
    """Return a name's key; of what is no name nothing that anybody refers to."""
    parts = name if isinstance(name, list) else [name]
    return key_of(parts) if parts and all(isinstance(part, str) for part in parts) else None


@contextmanager
def _at(pointer: str) -> Iterator[None]:
    """Say of what is wrong with an item where that stands in the configuration."""
    try:
        yield
    except ProblemError as problem:
        errors = [FieldError(pointer + error.pointer, error.message) for error in problem.errors]
        found = errors or [FieldError(pointer, problem.detail)]
        code = problem.code if problem.status != 404 else "conflict"
        raise ProblemError(code, f"At {found[0].pointer}: {problem.detail}", errors=found) from None
    except Exception as error:
        if not is_duplicate(error):
            raise
        taken = FieldError(pointer, "is in use already")
        raise ProblemError("duplicate", f"At {pointer}: there is another one of this name.", errors=[taken]) from None
