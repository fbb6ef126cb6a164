"""Which of two variants, and which language, a recipient gets."""

from __future__ import annotations

from typing import Any

import pytest

from inbox.contacts.language_tags import nearest_language
from templates_hsm.campaigns.model.campaign_models import Letter
from templates_hsm.campaigns.model.stop_rules import fingerprint
from templates_hsm.campaigns.model.versions import FrozenVersions, letter_of, may_stand_in, nearest_template
from templates_hsm.definition.template_definition import Category, Template, TemplateStatus


def template(language: str, **changes: Any) -> Template:
    fields: dict[str, Any] = {
        "id": f"t-{language}",
        "workspace_id": "w",
        "channel_id": "c",
        "waba_id": "waba",
        "name": "sale",
        "language": language,
        "category": Category.MARKETING,
        "status": TemplateStatus.APPROVED,
        "usable": True,
        **changes,
    }
    return Template(**fields)


@pytest.mark.parametrize(
    ("language", "gets"),
    [
        pytest.param("de", "de", id="the language"),
        pytest.param("pt-BR", "pt_BR", id="in Meta's spelling"),
        pytest.param("de-AT", "de", id="the base language"),
        pytest.param("pt-PT", "pt_BR", id="another region's"),
        pytest.param("en_GB", "en_US", id="another region's is the campaign's own"),
        pytest.param("fr", "en_US", id="none is near"),
        pytest.param(None, "en_US", id="nobody knows"),
        pytest.param("", "en_US", id="nobody says"),
    ],
)
def test_the_nearest_language_is_sent(language: str | None, gets: str) -> None:
    others = {tag: template(tag) for tag in ("de", "pt_BR")}
    assert nearest_template(template("en_US"), others, language).language == gets


def test_a_language_is_not_the_beginning_of_another() -> None:
    assert nearest_language(["fil"], "fi") is None


@pytest.mark.parametrize("share", [1, 20, 50, 99])
def test_a_split_is_about_what_was_asked_for_and_stays(share: int) -> None:
    rows = [f"audience:49151{n}" for n in range(20_000)]
    letters = [letter_of(row, share) for row in rows]
    assert letters == [letter_of(row, share) for row in rows]
    assert letters.count(Letter.B) / len(rows) == pytest.approx(share / 100, abs=0.015)


def test_a_larger_share_takes_nobody_away() -> None:
    rows = [f"audience:49151{n}" for n in range(2_000)]
    few = {row for row in rows if letter_of(row, 10) is Letter.B}
    assert few < {row for row in rows if letter_of(row, 60) is Letter.B}


def test_another_list_splits_otherwise() -> None:
    numbers = [f"49151{n}" for n in range(2_000)]
    first, second = ({n for n in numbers if letter_of(f"{audience}:{n}", 50) is Letter.B} for audience in "xy")
    assert 0.4 < len(first & second) / len(first) < 0.6


@pytest.mark.parametrize(
    ("changes", "frozen", "may"),
    [
        pytest.param({}, None, True, id="before the start"),
        pytest.param({"usable": False}, None, False, id="not approved"),
        pytest.param({"category": Category.UTILITY}, None, False, id="would need no consent"),
        pytest.param({}, {"t-de": fingerprint(())}, True, id="as it was checked"),
        pytest.param({}, {"t-de": "other"}, False, id="changed since"),
        pytest.param({}, {}, False, id="approved since"),
    ],
)
def test_which_translations_may_stand_in(changes: dict[str, Any], frozen: dict[str, str] | None, may: bool) -> None:
    kept = None if frozen is None else FrozenVersions(translations=frozen)
    assert may_stand_in(template("de", **changes), Category.MARKETING, kept) is may
