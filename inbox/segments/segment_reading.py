"""Between a filter as people write it, as it is stored, and as it is at one moment.

Stored are keys of tags and ids of fields, which stay when these are renamed or merged: a tag that is left out of a
campaign stays left out under its new name. What was deleted is missing, and a segment with something missing is used
for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, cast

import msgspec

from inbox.contacts.field_models import FieldType, value_fault
from inbox.contacts.field_store import KnownFields, read_fields
from inbox.contacts.language_tags import folded_language
from inbox.foundation.decoding import field_problem
from inbox.foundation.problems import ProblemError
from inbox.foundation.structs import from_document, to_document
from inbox.labels.label_models import folded
from inbox.segments.segment_models import (
    VALUELESS,
    FieldCondition,
    FieldTest,
    Segment,
    SegmentFilter,
)
from inbox.segments.segment_rules import Wanted, WantedField
from inbox.storage.database import Collections, Session
from inbox.storage.documents import SegmentDocument, SegmentFieldDocument, SegmentFilterDocument, TagDocument
from inbox.storage.time_limits import READ_MS

_TAGS: Final = ("any_tags", "all_tags", "no_tags")
_ORDERED: Final = frozenset({FieldType.NUMBER, FieldType.DATE})


class Known(msgspec.Struct, frozen=True):
    """The tags and fields that a workspace has now: tags by each of their keys, fields by their ids."""

    tags: Mapping[str, TagDocument]
    fields: KnownFields


async def keep_filter(
    database: Collections, workspace_id: str, asked: SegmentFilter, *, session: Session = None
) -> SegmentFilterDocument:
    """Return a filter as it is stored. Raises `ProblemError` (`invalid_request`) for what is not there."""
    fields = await read_fields(database, workspace_id, session=session) if asked.fields else {}
    kept: dict[str, Any] = {
        name: await _keys(database, workspace_id, name, getattr(asked, name), session) for name in _TAGS
    }
    conditions = [_kept(fields, at, one) for at, one in enumerate(asked.fields)]
    return cast(SegmentFilterDocument, {**to_document(asked), **kept, "fields": conditions})


async def _keys(
    database: Collections, workspace_id: str, field: str, names: Sequence[str], session: Session
) -> list[str]:
    """Return the first key of each of some tags."""
    if not names:
        return []
    wanted = {"workspace_id": workspace_id, "folded": {"$in": [folded(name) for name in names]}, "deleted_at": None}
    found = await database.tags.find(wanted, session=session, max_time_ms=READ_MS).to_list(None)
    known = {tag["folded"]: tag["keys"][0] for tag in found}
    for place, name in enumerate(names):
        if folded(name) not in known:
            raise field_problem(f"/filter/{field}/{place}", "there is no such tag")
    return list(dict.fromkeys(known[folded(name)] for name in names))


def _kept(known: KnownFields, place: int, asked: FieldCondition) -> SegmentFieldDocument:
    pointer = f"/filter/fields/{place}"
    field = known.get(asked.key)
    if field is None:
        raise field_problem(f"{pointer}/key", "there is no such field: see /api/v1/contact-fields")
    if asked.test in {FieldTest.AT_LEAST, FieldTest.AT_MOST} and field.type not in _ORDERED:
        raise field_problem(f"{pointer}/test", "is for numbers and dates only")
    fault = None if asked.test in VALUELESS else value_fault(field, asked.value)
    if fault is not None:
        raise field_problem(f"{pointer}/value", fault)
    return {"id": field.id, "key": field.key, "test": asked.test.value, "value": asked.value}


async def read_known(
    database: Collections, workspace_id: str, filters: Iterable[SegmentFilterDocument], *, session: Session = None
) -> Known:
    """Read what some filters name."""
    all_of_them = list(filters)
    keys = {key for one in all_of_them for key in _tag_keys(one)}
    wanted = {"workspace_id": workspace_id, "keys": {"$in": list(keys)}, "deleted_at": None}
    found = await database.tags.find(wanted, session=session, max_time_ms=READ_MS).to_list(None) if keys else []
    has_fields = any(one["fields"] for one in all_of_them)
    fields = await read_fields(database, workspace_id, session=session) if has_fields else {}
    return Known({key: tag for tag in found for key in tag["keys"]}, {one.id: one for one in fields.values()})


def segment_view(stored: SegmentDocument, known: Known) -> Segment:
    """Show a segment: tags and fields as they are called now, and what is missing as it was called."""
    kept = stored["filter"]
    named: dict[str, Any] = {name: [_name(known, key) for key in _keys_of(kept, name)] for name in _TAGS}
    fields = [{"key": _key(known, one), "test": one["test"], "value": one["value"]} for one in kept["fields"]]
    shown = {**stored, "id": stored["_id"], "filter": {**kept, **named, "fields": fields}}
    return from_document({**shown, "missing": _missing(kept, known)}, Segment)


def wanted_now(kept: SegmentFilterDocument, known: Known, now: datetime) -> Wanted:
    """Return a filter as it is now.

    Raises:
        ProblemError: `conflict` where something that it names was deleted: it would find too many, or nobody.
    """
    missing = _missing(kept, known)
    if missing:
        names = ", ".join(f"“{name}”" for name in missing)
        raise ProblemError("conflict", f"The segment names what was deleted: {names}. Change its filter.")
    any_tags = [key for one in kept["any_tags"] for key in known.tags[one]["keys"]]
    return Wanted(
        any_tags=tuple(any_tags) if kept["any_tags"] else None,
        all_tags=tuple(tuple(known.tags[one]["keys"]) for one in kept["all_tags"]),
        no_tags=tuple(key for one in kept["no_tags"] for key in known.tags[one]["keys"]),
        languages=tuple(folded_language(one) for one in kept["languages"]),
        fields=tuple(
            WantedField(id=one["id"], test=FieldTest(one["test"]), value=one["value"]) for one in kept["fields"]
        ),
        seen_since=_days_before(now, kept["seen_within_days"]),
        unseen_since=_days_before(now, kept["not_seen_for_days"]),
        accounts=tuple(kept["accounts"]),
        consent=kept["consent"],
        accepts_marketing=kept["accepts_marketing"],
    )


def _days_before(now: datetime, days: int | None) -> datetime | None:
    return None if days is None else now - timedelta(days=days)


def _keys_of(kept: SegmentFilterDocument, name: str) -> list[str]:
    return {"any_tags": kept["any_tags"], "all_tags": kept["all_tags"], "no_tags": kept["no_tags"]}[name]


def _tag_keys(kept: SegmentFilterDocument) -> list[str]:
    return [*kept["any_tags"], *kept["all_tags"], *kept["no_tags"]]


def _missing(kept: SegmentFilterDocument, known: Known) -> list[str]:
    tags = [key for key in _tag_keys(kept) if key not in known.tags]
    return [*tags, *(one["key"] for one in kept["fields"] if one["id"] not in known.fields)]


def _name(known: Known, key: str) -> str:
    return known.tags[key]["name"] if key in known.tags else key


def _key(known: Known, field: SegmentFieldDocument) -> str:
    return known.fields[field["id"]].key if field["id"] in known.fields else field["key"]
