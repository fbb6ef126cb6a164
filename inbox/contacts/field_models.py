"""A workspace's own fields of the contact card: how they are defined, and which values they take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from inbox.foundation.pages import Page
from inbox.foundation.patterns import END, VISIBLE

FIELDS_OF_WORKSPACE: Final = 100
"""A card with more is read by nobody."""
MAX_OPTIONS: Final = 200
MAX_TEXT_CHARS: Final = 1_000
"""Of a value; what is longer is a note or a document."""

FieldKey = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}" + END, examples=["customer_number"])]
FieldName = Annotated[str, Meta(min_length=1, max_length=100, pattern=VISIBLE)]
FieldOption = Annotated[str, Meta(min_length=1, max_length=100, pattern=VISIBLE)]
FieldText = Annotated[str, Meta(max_length=MAX_TEXT_CHARS)]
FieldValue = FieldText | int | float | bool | None
"""Null takes a value away."""
FieldValues = Annotated[dict[FieldKey, FieldValue], Meta(max_length=FIELDS_OF_WORKSPACE)]


class FieldType(StrEnum):
    """What the values of a field are."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    CHOICE = "choice"
    URL = "url"


class ContactFieldFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A field of the contact card.

    Attributes:
        key: What programs call it; may be changed as the name may: values stay.
        options: Of a choice, and of nothing else: what its values can be. One that is taken away stays where it is.
        order: Its place on the card, the lowest first.
    """

    key: FieldKey
    name: FieldName
    type: FieldType
    options: Annotated[tuple[FieldOption, ...], Meta(max_length=MAX_OPTIONS)] = ()
    order: Annotated[int, Meta(ge=0, le=1_000_000)] = 0

    def __post_init__(self) -> None:
        """Refuse a choice among nothing, and options of what is none."""
        if (self.type is FieldType.CHOICE) != bool(self.options):
            raise ValueError("`options` must be named for a choice, and for nothing else")
        if len(set(self.options)) < len(self.options):
            raise ValueError("`options` must name each option once")


class ContactField(ContactFieldFields, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A field of the contact card. `deleted` is true in the last event about it."""

    id: str
    created_at: datetime
    deleted: bool = False


class ContactFieldPage(Page[ContactField], frozen=True, kw_only=True):
    """A part of the list of fields."""


def value_fault(field: ContactField, value: FieldValue) -> str | None:
    """Say what is wrong with a value of a field; None where nothing is."""
    return _FAULTS[field.type](field, value)


def _text_fault(_: ContactField, value: FieldValue) -> str | None:
    return None if isinstance(value, str) and value.strip() else "must be a text that is not empty"


def _number_fault(_: ContactField, value: FieldValue) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_MAX_NUMBER < value < _MAX_NUMBER:
        return "must be a number below 10^15"
    return None


def _boolean_fault(_: ContactField, value: FieldValue) -> str | None:
    return None if isinstance(value, bool) else "must be true or false"


def _date_fault(_: ContactField, value: FieldValue) -> str | None:
    try:
        date.fromisoformat(value if isinstance(value, str) and len(value) == len("2026-12-31") else "")
    except ValueError:
        return "must be a date such as 2026-12-31"
    return None


def _choice_fault(field: ContactField, value: FieldValue) -> str | None:
    return None if value in field.options else f"must be one of: {', '.join(field.options)}"


def _url_fault(_: ContactField, value: FieldValue) -> str | None:
    is_url = isinstance(value, str) and value.startswith(("https://", "http://")) and " " not in value
    return None if is_url else "must be an address that begins with https:// or http://"


_MAX_NUMBER: Final = 10**15
"""What JavaScript and a spreadsheet show exactly."""
_FAULTS: Final[Mapping[FieldType, Callable[[ContactField, FieldValue], str | None]]] = {
    FieldType.TEXT: _text_fault,
    FieldType.NUMBER: _number_fault,
    FieldType.BOOLEAN: _boolean_fault,
    FieldType.DATE: _date_fault,
    FieldType.CHOICE: _choice_fault,
    FieldType.URL: _url_fault,
}
