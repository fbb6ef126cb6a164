"""Who is in a segment. Pure: a function of what is known of the customer, all merged contacts together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import msgspec

from inbox.contacts.field_models import FieldValue
from inbox.contacts.language_tags import folded_language
from inbox.contacts.suppression import has_opted_out
from inbox.segments.segment_models import FieldTest
from inbox.storage.documents import ContactDocument


class WantedField(msgspec.Struct, frozen=True, kw_only=True):
    """What must be true of a value; `id` is the field's, under which contacts have it."""

    id: str
    test: FieldTest
    value: FieldValue = None


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A filter as it is at one moment: tags by the keys that contacts have, days as times.

    A campaign keeps it, so that who gets it does not change while its recipients are written down.

    Attributes:
        any_tags: One of these keys is there; None where no tag is asked for.
        all_tags: One of each of these groups is there.
        no_tags: None of these is there.
        languages: Folded, with `-` between their parts.
        seen_since: Wrote since then.
        unseen_since: Did not write since then.
    """

    any_tags: tuple[str, ...] | None = None
    all_tags: tuple[tuple[str, ...], ...] = ()
    no_tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    fields: tuple[WantedField, ...] = ()
    seen_since: datetime | None = None
    unseen_since: datetime | None = None
    accounts: tuple[str, ...] = ()
    consent: bool | None = None
    accepts_marketing: bool | None = None

    @property
    def tags_in_index(self) -> tuple[str, ...] | None:
        """Keys of which whoever fits has one; None where the filter names no such tags."""
        return self.any_tags if self.any_tags is not None else next(iter(self.all_tags), None)


def fits(customer: ContactDocument, wanted: Wanted) -> bool:
    """Tell whether all but when they wrote is true of a customer."""
    return (
        _has_tags(frozenset(customer.get("tags", ())), wanted)
        and _speaks(customer.get("language"), wanted.languages)
        and all(_has_value(customer.get("fields", {}), one) for one in wanted.fields)
        and (not wanted.accounts or any(one["kind"] in wanted.accounts for one in customer["identities"]))
        and wanted.consent in {None, customer.get("consent") is not None}
        and wanted.accepts_marketing in {None, not has_opted_out(customer)}
    )


def _has_tags(keys: frozenset[str], wanted: Wanted) -> bool:
    return (
        (wanted.any_tags is None or not keys.isdisjoint(wanted.any_tags))
        and all(not keys.isdisjoint(group) for group in wanted.all_tags)
        and keys.isdisjoint(wanted.no_tags)
    )


def _speaks(language: str | None, wanted: tuple[str, ...]) -> bool:
    if not wanted:
        return True
    own = folded_language(language or "")
    return any(own == one or own.startswith(f"{one}-") for one in wanted)


def _has_value(values: Mapping[str, FieldValue], wanted: WantedField) -> bool:
    return _TESTS[wanted.test](values.get(wanted.id), wanted.value)


def _is_same(value: FieldValue, wanted: FieldValue) -> bool:
    """Compare; texts without regard to case and blanks around, and true is not 1."""
    if isinstance(value, str) and isinstance(wanted, str):
        return value.strip().casefold() == wanted.strip().casefold()
    return isinstance(value, bool) == isinstance(wanted, bool) and value == wanted


def _is_ordered(value: FieldValue, wanted: FieldValue) -> bool:
    """Tell whether two values can be put in order: two numbers, or two dates (which are written year first)."""
    return all(isinstance(one, str) for one in (value, wanted)) or all(
        isinstance(one, int | float) and not isinstance(one, bool) for one in (value, wanted)
    )


_TESTS: Final[Mapping[FieldTest, Callable[[FieldValue, FieldValue], bool]]] = {
    FieldTest.IS: _is_same,
    FieldTest.IS_NOT: lambda value, wanted: not _is_same(value, wanted),
    FieldTest.AT_LEAST: lambda value, wanted: _is_ordered(value, wanted) and value >= wanted,  # type: ignore[operator]
    FieldTest.AT_MOST: lambda value, wanted: _is_ordered(value, wanted) and value <= wanted,  # type: ignore[operator]
    FieldTest.IS_SET: lambda value, _: value is not None and value != "",
    FieldTest.IS_EMPTY: lambda value, _: value is None or value == "",
}
