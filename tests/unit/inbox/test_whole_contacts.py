"""What a customer of several contacts has, and which of them gets what is changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from inbox.contacts.joining import joined_family
from inbox.contacts.whole_contacts import spread, whole
from inbox.storage.documents import ContactDocument

AT = datetime(2026, 3, 1, tzinfo=UTC)


def contact(id_: str, **fields: Any) -> ContactDocument:
    plain = {"_id": id_, "workspace_id": "w", "name": None, "identity_keys": [f"whatsapp:{id_}"], "identities": []}
    return cast(ContactDocument, {**plain, "created_at": AT, "version": 1, **fields})


def said(accepts: bool, day: int) -> dict[str, Any]:
    return {"accepts": accepts, "at": datetime(2026, 3, day, tzinfo=UTC), "source": "keyword"}


def test_a_contact_that_was_not_merged_is_shown_as_it_is() -> None:
    alone = contact("a", name="Ann", family=["a"])
    assert whole([alone]).contact is alone


@pytest.mark.parametrize(
    ("field", "of_head", "of_part", "shown"),
    [
        ("name", None, "Ann", "Ann"),
        ("name", "Zoe", "Ann", "Zoe"),
        ("tags", ["vip"], ["gift", "vip"], ["vip", "gift"]),
        ("fields", {"f": 1}, {"f": 2, "g": 3}, {"f": 1, "g": 3}),
        ("marketing", said(True, 9), said(False, 2), said(False, 2)),  # an opt-out holds, whatever was said later
        ("marketing", None, said(True, 2), said(True, 2)),
        ("consent", {"at": AT, "source": "a"}, None, {"at": AT, "source": "a"}),
        ("blocked", False, True, True),
        ("version", 3, 4, 7),  # each change of a part is one of the whole
    ],
)
def test_which_value_of_a_customer_is_shown(field: str, of_head: Any, of_part: Any, shown: Any) -> None:
    customer = whole([contact("a", **{field: of_head}), contact("b", **{field: of_part})])
    assert dict(customer.contact)[field] == shown
    assert (customer.contact["_id"], customer.ids) == ("a", ["a", "b"])


@pytest.mark.parametrize(
    ("fields", "of_head", "of_part"),
    [
        ({"name": "New"}, {"name": "New"}, {}),
        ({"name": None}, {"name": None}, {"name": None}),
        ({"tags": ["a", "b", "new"]}, {"tags": ["a", "new"]}, {}),  # what the part has stays there
        ({"tags": ["a"]}, {"tags": ["a"]}, {"tags": []}),
        ({"fields": {"f": 2, "g": 3}}, {"fields": {"f": 2}}, {}),  # the head's hides the part's
        ({"fields": {}}, {"fields": {}}, {"fields": {}}),
        ({"blocked": True}, {"blocked": True}, {"blocked": True}),
        ({"marketing": said(False, 3)}, {"marketing": said(False, 3)}, {"marketing": said(False, 3)}),
        ({"phones": ["+49301"]}, {"phones": ["+49301"]}, {}),
    ],
)
def test_what_each_part_gets_of_a_change(
    fields: dict[str, Any], of_head: dict[str, Any], of_part: dict[str, Any]
) -> None:
    head = contact("a", name="Ann", tags=["a"], fields={"f": 1})
    part = contact("b", name="Bea", tags=["b"], fields={"g": 3})
    assert spread([head, part], fields) == [of_head, of_part]


@pytest.mark.parametrize(
    ("families", "left"),
    [
        ([["h", "a"], None], ["h", "a"]),  # the other one was with nobody
        ([None, ["h", "b"]], ["h", "a"]),
        ([["a", "x"], ["h", "b", "y"]], ["a", "x", "h", "y"]),  # two families with one person in both are one
        ([["b", "a", "x"], ["b", "a", "x"]], ["a", "x"]),  # the head itself went into another
        ([["a", "b"], ["a", "b"]], ["a"]),
    ],
)
def test_joining_keeps_the_families(families: list[list[str] | None], left: list[str]) -> None:
    contacts = [contact(id_, **({"family": own} if own else {})) for id_, own in zip("ab", families, strict=True)]
    assert joined_family(contacts) == left
