"""Fields that queries, updates and indexes name are fields of the documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox.storage.indexes import INDEXES
from tests.document_fields import collection_types
from tests.query_fields import ROOMS, ROOT, Use, is_known, unknown_fields, unknown_gets, uses_in

OTHERS_WORDS = (
    "channels",
    "gateway",
    "inbox/files/s3_store.py",
    "inbox/foundation",
    "inbox/model/template_files.py",
    "inbox/money/card_reading.py",
    "inbox/money/price_rules.py",
    "inbox/people/openid_rules.py",
    "inbox/storage/database",
    "templates_hsm/campaigns/feed/campaign_gate.py",
    "templates_hsm/campaigns/outcome/tally.py",
    "templates_hsm/definition",
    "templates_hsm/parameters",
    "templates_hsm/render",
    "templates_hsm/sync",
    "workers/relay",
)
"""Where `get` reads what is no document: payloads of providers and stores, settings, template components, groups."""
ATTRIBUTE_OF = {"blobs.chunks": "blob_chunks"}


def sources() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def test_every_field_that_the_code_names_exists() -> None:
    unknown = {str(path.relative_to(ROOT)): unknown_fields(path.read_text()) for path in sources()}

    assert {path: found for path, found in unknown.items() if found} == {}


def test_most_of_what_the_code_names_is_found() -> None:
    """A reader that finds nothing would find nothing wrong, either."""
    found = [use for path in sources() for use in uses_in(path.read_text())]

    assert len(found) > 1_000
    assert {name for use in found for name in use.collections} >= {"contacts", "conversations", "messages", "queues"}


@pytest.mark.parametrize(
    ("code", "unknown"),
    [
        pytest.param('db.messages.find({"statuss": 1})', ["statuss"], id="filter"),
        pytest.param('db.messages.find({"status": 1})', [], id="filter that is right"),
        pytest.param('db.messages.find({"load": 1})', ["load"], id="field of another collection"),
        pytest.param('db.contacts.find({}, {"nam": 1})', ["nam"], id="projection"),
        pytest.param('db.contacts.find({}).sort("nam", 1).limit(1)', ["nam"], id="order"),
        pytest.param('db.contacts.find({}).sort([("nam", 1), ("_id", 1)])', ["nam"], id="order of several"),
        pytest.param('found = db.contacts.find({})\nfound.sort("nam")', ["nam"], id="order of a named cursor"),
        pytest.param('db.contacts.find_one({}, sort=[("nam", 1)])', ["nam"], id="order as an argument"),
        pytest.param('db.queues.update_one({}, {"$inc": {"wating": 1}})', ["wating"], id="update"),
        pytest.param('db.queues.update_one({}, [{"$set": {"wating": 1}}])', ["wating"], id="pipeline"),
        pytest.param('db.files.distinct("blob", {"stat": 1})', ["blob", "stat"], id="distinct"),
        pytest.param('db.files.aggregate([{"$match": {"stat": 1}}])', ["stat"], id="aggregation"),
        pytest.param('db.messages.find({"$or": [{"a": 1}, {"b": 1}]})', ["a", "b"], id="alternatives"),
        pytest.param('db.messages.find({"author.kind": 1})', [], id="nested"),
        pytest.param('db.messages.find({"author.knd": 1})', ["author.knd"], id="nested and misspelt"),
        pytest.param('db.messages.find({"seq.kind": 1})', ["seq.kind"], id="nested in what has no parts"),
        pytest.param('db.contacts.find({"identities.external_id": 1})', [], id="in a list"),
        pytest.param('db.contacts.find({"windows.x.free": 1})', ["windows.x.free"], id="behind a key"),
        pytest.param('db.contacts.find({f"windows.{x}.window_expires_at": 1})', [], id="computed key"),
        pytest.param('db.contacts.find({f"window.{x}": 1})', ["window.*"], id="computed key of what is not there"),
        pytest.param('a = {"x": 1}\ndb.contacts.find({**a, "y": 1} | {"z": 1})', ["x", "y", "z"], id="put together"),
        pytest.param('def due():\n    return {"du": 1}\ndb.messages.find(due())', ["du"], id="made by a function"),
        pytest.param('self._own = {"o": 1}\ndb.messages.find(self._own)', ["o"], id="kept in an object"),
        pytest.param('NAME = "nam"\ndb.contacts.find({NAME: 1})', ["nam"], id="named by a constant"),
        pytest.param('w = [UpdateOne({"a": 1}, {"$set": {"name": 1}})]\ndb.contacts.bulk_write(w)', ["a"], id="bulk"),
        pytest.param('a = {"x": 1}\na = {**a}\ndb.contacts.find(a)', ["x"], id="made of itself"),
    ],
)
def test_misspelt_fields_are_found(code: str, unknown: list[str]) -> None:
    assert sorted({found.partition(": ")[2] for found in unknown_fields(code)}) == unknown


def test_get_is_asked_for_fields_that_exist() -> None:
    unknown = {
        str(path.relative_to(ROOT)): unknown_gets(path.read_text()) for path in sources() if _has_documents(path)
    }

    assert {path: found for path, found in unknown.items() if found} == {}


def test_a_misspelt_get_is_found() -> None:
    assert unknown_gets('message.get("deleted_at") or message.get("delted_at")') == ["1: delted_at"]


def test_indexes_are_of_fields_that_exist() -> None:
    assert [use for use in _indexed() if not is_known(use)] == []


def test_every_collection_with_indexes_has_a_type() -> None:
    assert {ATTRIBUTE_OF.get(name, name) for name in INDEXES} <= collection_types().keys()


def _has_documents(path: Path) -> bool:
    return not str(path.relative_to(ROOT)).startswith(OTHERS_WORDS)


def _indexed() -> Iterator[Use]:
    for name, indexes in INDEXES.items():
        for index in indexes:
            for path in (*(field for field, _ in index.fields), *(index.partial or {})):
                yield Use(path, 0, frozenset({ATTRIBUTE_OF.get(name, name)}))
