"""Who is in a segment."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from inbox.segments.segment_models import FieldCondition, FieldTest, SegmentFilter
from inbox.segments.segment_rules import Wanted, WantedField, fits

CUSTOMER: Any = {
    "_id": "c",
    "workspace_id": "w",
    "identities": [{"kind": "whatsapp", "external_id": "49"}, {"kind": "telegram", "external_id": "7"}],
    "tags": ["vip", "old"],
    "language": "pt_BR",
    "fields": {"plan": "Full", "age": 30, "since": "2026-03-01", "loyal": True, "note": ""},
    "consent": {"source": "shop"},
    "marketing": {"accepts": False},
}


def field(id_: str, test: FieldTest, value: Any = None) -> dict[str, Any]:
    return {"fields": (WantedField(id=id_, test=test, value=value),)}


@pytest.mark.parametrize(
    ("wanted", "is_in"),
    [
        pytest.param({}, True, id="nothing asked is everybody"),
        pytest.param({"any_tags": ("new", "vip")}, True, id="one of the tags"),
        pytest.param({"any_tags": ("new",)}, False, id="none of the tags"),
        pytest.param({"any_tags": ()}, False, id="tags that have no keys find nobody"),
        pytest.param({"all_tags": (("vip",), ("old", "older"))}, True, id="each tag by one of its keys"),
        pytest.param({"all_tags": (("vip",), ("new",))}, False, id="not each tag"),
        pytest.param({"no_tags": ("new",)}, True, id="has not what it must not have"),
        pytest.param({"no_tags": ("old",)}, False, id="has what it must not have"),
        pytest.param({"languages": ("pt",)}, True, id="base language finds the region"),
        pytest.param({"languages": ("pt-br",)}, True, id="region in another spelling"),
        pytest.param({"languages": ("pt-pt", "p")}, False, id="another region"),
        pytest.param({"accounts": ("telegram",)}, True, id="has the messenger"),
        pytest.param({"accounts": ("webchat",)}, False, id="has it not"),
        pytest.param({"consent": True}, True, id="consent"),
        pytest.param({"consent": False}, False, id="no consent"),
        pytest.param({"accepts_marketing": True}, False, id="opted out is no taker"),
        pytest.param({"accepts_marketing": False}, True, id="opted out"),
        pytest.param(field("plan", FieldTest.IS, " full"), True, id="text without case and blanks"),
        pytest.param(field("plan", FieldTest.IS_NOT, "basic"), True, id="another text"),
        pytest.param(field("gone", FieldTest.IS_NOT, "basic"), True, id="no value is not the value"),
        pytest.param(field("loyal", FieldTest.IS, 1), False, id="true is not one"),
        pytest.param(field("age", FieldTest.AT_LEAST, 30), True, id="at least"),
        pytest.param(field("age", FieldTest.AT_MOST, 29), False, id="at most"),
        pytest.param(field("since", FieldTest.AT_LEAST, "2026-02-28"), True, id="dates in order"),
        pytest.param(field("gone", FieldTest.AT_MOST, 5), False, id="no value has no order"),
        pytest.param(field("age", FieldTest.IS_SET), True, id="set"),
        pytest.param(field("note", FieldTest.IS_SET), False, id="an empty text is not set"),
        pytest.param(field("gone", FieldTest.IS_EMPTY), True, id="empty"),
    ],
)
def test_all_that_is_named_must_be_true(wanted: dict[str, Any], is_in: bool) -> None:
    assert fits(CUSTOMER, Wanted(**wanted)) is is_in


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: FieldCondition(key="a"), id="comparison with nothing"),
        pytest.param(lambda: FieldCondition(key="a", test=FieldTest.IS_SET, value=1), id="value that nothing needs"),
        pytest.param(lambda: SegmentFilter(seen_within_days=5, not_seen_for_days=5), id="a span that is empty"),
    ],
)
def test_filters_that_mean_nothing_are_refused(make: Any) -> None:
    with pytest.raises(ValueError, match="must be"):
        make()


def test_a_filter_is_kept_as_it_is() -> None:
    wanted = Wanted(any_tags=("a",), all_tags=(("b", "c"),), fields=(WantedField(id="f", test=FieldTest.IS, value=2),))
    assert msgspec.convert(msgspec.to_builtins(wanted), Wanted) == wanted
