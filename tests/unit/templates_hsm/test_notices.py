"""What Meta's webhooks about templates say, in every form that was seen."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from templates_hsm.definition.meta_words import status_of
from templates_hsm.definition.template_definition import TemplateStatus
from templates_hsm.sync.listed_template import Listed, read_listed, stored_fields
from templates_hsm.sync.template_notices import told_by


def notice(id_: str, **value: Any) -> dict[str, Any]:
    whole = {"message_template_id": 77, "message_template_name": "order", "message_template_language": "en-US"}
    return {"_id": id_, "raw": msgspec.json.encode(whole | value)}


EVENTS = {
    "APPROVED": TemplateStatus.APPROVED,
    "REINSTATED": TemplateStatus.APPROVED,
    "UNARCHIVED": TemplateStatus.APPROVED,
    "FLAGGED": TemplateStatus.APPROVED,
    "ARCHIVED": TemplateStatus.ARCHIVED,
    "DELETED": TemplateStatus.DELETED,
    "DISABLED": TemplateStatus.DISABLED,
    "IN_APPEAL": TemplateStatus.IN_APPEAL,
    "LIMIT_EXCEEDED": TemplateStatus.LIMIT_EXCEEDED,
    "LOCKED": TemplateStatus.LOCKED,
    "PAUSED": TemplateStatus.PAUSED,
    "PENDING": TemplateStatus.PENDING,
    "PENDING_DELETION": TemplateStatus.PENDING_DELETION,
    "REJECTED": TemplateStatus.REJECTED,
    "INVENTED_TOMORROW": TemplateStatus.UNKNOWN,
}


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_has_a_status(event: str) -> None:
    assert status_of(event) is EVENTS[event]


DETAILS: list[tuple[str, dict[str, Any], str | None]] = [
    ("a reason alone", {"event": "REJECTED", "reason": "INVALID_FORMAT"}, "INVALID_FORMAT"),
    (
        "a reason with advice",
        {
            "event": "REJECTED",
            "reason": "INVALID_FORMAT",
            "rejection_info": {"reason": "Too close.", "recommendation": "Put words between."},
        },
        "INVALID_FORMAT: Too close. Put words between.",
    ),
    ("a pause", {"event": "PAUSED", "reason": None, "other_info": {"description": "For 3 hours."}}, "For 3 hours."),
    ("no reason", {"event": "APPROVED", "reason": "NONE"}, None),
    ("null for a part", {"event": "REJECTED", "reason": "SCAM", "rejection_info": None}, "SCAM"),
    ("a category", {"new_category": "MARKETING"}, None),
    ("a quality", {"previous_quality_score": "GREEN", "new_quality_score": "YELLOW"}, None),
    ("components", {"message_template_element": "Hi {{1}}!"}, None),
]


@pytest.mark.parametrize(("value", "text"), [row[1:] for row in DETAILS], ids=[row[0] for row in DETAILS])
def test_details(value: dict[str, Any], text: str | None) -> None:
    told = told_by([notice("n1", **value)])
    assert told.names == {"order"}
    assert told.details.get("77", {}).get("text") == text


def test_the_last_notice_of_a_template_counts() -> None:
    told = told_by([notice("n1", event="REJECTED", reason="SCAM"), notice("n2", event="PAUSED", reason="LOW_QUALITY")])
    assert told.details["77"] == {"status": "paused", "text": "LOW_QUALITY"}
    assert told.ids == ("n1", "n2")


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b'{"message_template_id": 1}', b'{"x": "\\ud83d"'])
def test_a_broken_notice_asks_for_a_whole_reading(raw: bytes) -> None:
    assert told_by([{"_id": "n1", "raw": raw}]).names == {None}


def listed(status: str, **more: Any) -> Listed:
    found = read_listed({"id": 77, "name": "order", "language": "en_US", "status": status, **more})
    assert found is not None
    return found


def test_details_count_only_in_the_status_that_they_tell_of() -> None:
    details = {"status": "rejected", "text": "Too close."}
    assert "Too close." in stored_fields(listed("REJECTED"), details)["reason"]
    assert stored_fields(listed("APPROVED"), details)["reason"] is None
    assert "Too close." not in stored_fields(listed("PAUSED"), details)["reason"]


@pytest.mark.parametrize(
    "raw",
    [{}, {"id": 1}, {"id": None, "name": "x", "language": "en"}, {"id": 1, "name": 2, "language": "en"}],
    ids=str,
)
def test_what_names_no_template_is_left_out(raw: dict[str, Any]) -> None:
    assert read_listed(raw) is None


def test_strange_values_do_not_break_reading() -> None:
    strange = listed("NEW_WORD", category="SPELL", components="none", quality_score=3, rejected_reason=7)
    assert (strange.status, strange.components, strange.said) == (TemplateStatus.UNKNOWN, (), None)
