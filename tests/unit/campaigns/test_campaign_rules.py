"""The rules of campaigns, each as a table."""

from __future__ import annotations

import contextlib
import io
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.foundation.problems import ProblemError
from inbox.foundation.spreadsheets import harmless
from inbox.messages.tallying import Bucket
from templates_hsm.campaigns.audience.audience_csv import AudienceFile, CsvRow, RefusedRow, column_name
from templates_hsm.campaigns.feed.variables import Variables
from templates_hsm.campaigns.model.campaign_models import FrequencyCap, QuietHours, StopRule
from templates_hsm.campaigns.model.campaign_states import ENDED, Action, CampaignState, after, may_follow
from templates_hsm.campaigns.model.eligibility import EXPLANATIONS, Skip, Terms, skip_reason
from templates_hsm.campaigns.model.forecast import forecast
from templates_hsm.campaigns.model.forecast_models import ForecastAsked
from templates_hsm.campaigns.model.quiet_hours import quiet_until, zones_of
from templates_hsm.campaigns.model.stop_rules import FailureTally, freeze, stop_reason
from templates_hsm.campaigns.outcome.tally import add_up
from templates_hsm.definition.read_definition import definition_of
from templates_hsm.definition.template_definition import Category, Template, TemplateStatus

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
NIGHT = QuietHours(begin="21:00", end="08:00")


def template(**changes: Any) -> Template:
    fields: dict[str, Any] = {
        "id": "t1",
        "workspace_id": "w1",
        "channel_id": "c1",
        "waba_id": "b1",
        "name": "sale",
        "language": "en",
        "category": Category.MARKETING,
        "status": TemplateStatus.APPROVED,
        "usable": True,
        "components": ({"type": "BODY", "text": "Hello {{1}}, {{2}} off."},),
    }
    return Template(**{**fields, **changes})


@pytest.mark.parametrize("state", list(CampaignState))
def test_what_has_ended_only_a_retry_brings_back(state: CampaignState) -> None:
    possible = {action for action in Action if may_follow(state, action)}
    if state in ENDED:
        assert possible <= {Action.RETRY}
    else:
        assert Action.CANCEL in possible


def test_impossible_action_is_a_conflict() -> None:
    with pytest.raises(ProblemError, match="conflict"):
        after(CampaignState.CANCELLED, Action.RESUME)


@pytest.mark.parametrize(
    ("now", "zones", "until"),
    [
        pytest.param(NOON, ("Europe/Berlin",), None, id="day"),
        pytest.param(NOON.replace(hour=22), ("Europe/Berlin",), datetime(2026, 11, 26, 7, tzinfo=UTC), id="evening"),
        pytest.param(NOON.replace(hour=3), ("Europe/Berlin",), NOON.replace(hour=7), id="before dawn"),
        pytest.param(NOON, ("Asia/Tokyo",), NOON.replace(hour=23), id="night elsewhere"),
        pytest.param(NOON, (), None, id="unknown zone"),
        pytest.param(NOON.replace(hour=8), ("Europe/Lisbon", "America/New_York"), NOON.replace(hour=13), id="both"),
        pytest.param(
            datetime(2026, 3, 28, 23, tzinfo=UTC), ("Europe/Berlin",), datetime(2026, 3, 29, 6, tzinfo=UTC), id="DST"
        ),
    ],
)
def test_quiet_hours(now: datetime, zones: tuple[str, ...], until: datetime | None) -> None:
    assert quiet_until(now, zones, NIGHT) == until


NIGHTS = [
    ("21:00", "00:30"),
    ("22:30", "01:59"),
    ("21:00", "02:30"),
    ("23:00", "03:00"),
    ("02:10", "02:50"),
    ("03:01", "02:30"),
]


def changes_of_clocks() -> list[tuple[datetime, str]]:
    """When clocks are set to another time in the next year, anywhere: each kind of change once, with a zone."""
    halves = [datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=12 * n) for n in range(2 * 366)]
    found: dict[tuple[object, ...], tuple[datetime, str]] = {}
    for zone in sorted(available_timezones()):
        offsets = [moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in halves]
        for moment, (old, new) in zip(halves, pairwise(offsets), strict=False):
            if old != new:
                found.setdefault((moment, old, new), (moment, zone))
    return list(found.values())


def test_quiet_hours_end_wherever_clocks_are_changed() -> None:
    changes = changes_of_clocks()
    assert len(changes) > 20
    for change, zone in changes:
        for begin, end in NIGHTS:
            for minutes in range(-24 * 60, 14 * 60, 211):
                now = change + timedelta(minutes=minutes, seconds=30)
                check_quiet(now, zone, QuietHours(begin=begin, end=end))


def check_quiet(now: datetime, zone: str, hours: QuietHours) -> None:
    """It is told to wait exactly as long as the clock on the wall is between the two times."""
    until = quiet_until(now, (zone,), hours)
    if until is None:
        assert not wall_is_quiet(now, zone, hours)
        return
    assert now < until < now + timedelta(hours=26), (zone, now, hours)
    assert not wall_is_quiet(until, zone, hours), (zone, now, hours)
    assert wall_is_quiet(until - timedelta(minutes=1), zone, hours), (zone, now, hours)


def wall_is_quiet(moment: datetime, zone: str, hours: QuietHours) -> bool:
    clock = moment.astimezone(ZoneInfo(zone)).strftime("%H:%M")
    begin, end = hours.begin, hours.end
    return begin <= clock < end if begin <= end else clock >= begin or clock < end


def test_zones_without_a_common_hour_follow_the_first() -> None:
    hours = QuietHours(begin="18:00", end="09:00")
    zones = ("Asia/Kamchatka", "Europe/Kaliningrad")
    until = quiet_until(NOON, zones, hours)
    assert until == datetime(2026, 11, 25, 21, tzinfo=UTC)


def test_zones_by_number() -> None:
    assert zones_of("4915112345678") == ("Europe/Berlin",)
    assert "America/New_York" in zones_of("12125550100")


@pytest.mark.parametrize(
    ("contact", "terms", "suppressed", "reason"),
    [
        pytest.param(None, {"list_consent": True}, False, None, id="stranger of a list with consent"),
        pytest.param(None, {}, False, Skip.NO_CONSENT, id="stranger without"),
        pytest.param(None, {"needs_consent": False}, False, None, id="workspace waives it"),
        pytest.param({"consent": {}}, {}, False, Skip.NO_CONSENT, id="empty consent is none"),
        pytest.param({"consent": {"source": "s"}}, {}, False, None, id="recorded consent"),
        pytest.param(None, {"list_consent": True}, True, Skip.OPTED_OUT, id="suppressed, though the list says yes"),
        pytest.param(
            {"consent": {"source": "s"}, "marketing": {"accepts": False}}, {}, False, Skip.OPTED_OUT, id="opted out"
        ),
        pytest.param({"marketing": {"accepts": False}}, {"marketing": False}, True, None, id="utility goes anyway"),
        pytest.param({"blocked": True}, {"marketing": False}, False, Skip.BLOCKED, id="blocked gets nothing"),
        pytest.param(
            {"consent": {"s": 1}, "marketing_sent": [NOON - timedelta(days=1)]},
            {"frequency_cap": FrequencyCap(messages=1, days=2)},
            False,
            Skip.FREQUENCY_CAP,
            id="had one yesterday",
        ),
    ],
)
def test_who_gets_nothing(
    contact: dict[str, Any] | None, terms: dict[str, Any], suppressed: bool, reason: Skip | None
) -> None:
    on = Terms(**{"marketing": True, **terms})
    assert skip_reason(contact, on, suppressed=suppressed, now=NOON) is reason


@pytest.mark.parametrize("value", ["=1+1", "+1+cmd|'/C calc'!A0", "-2", "@SUM(A1)", "\t1", "\n1", "\uff1d1"])
def test_no_cell_of_a_report_is_a_formula(value: str) -> None:
    assert harmless(value) == f"'{value}"
    assert harmless("+49 151 2000-0000") == "+49 151 2000-0000"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Ann;=cmd|' /C calc'!A0", "Ann;'=cmd|' /C calc'!A0"),
        ('Ann; "=1+1', "Ann; \"'=1+1"),
        ("a\t@SUM(A1)\n-2", "a\t'@SUM(A1)\n'-2"),
        (";+1+cmd|'/C calc'!A0", ";'+1+cmd|'/C calc'!A0"),
        ("+49 151 2000; +49 30 1", "'+49 151 2000; +49 30 1"),
        ("\t=1", "'\t'=1"),
        ("well; a - b = c", "well; a - b = c"),
    ],
)
def test_nor_is_one_that_begins_within_it_where_semicolons_part_cells(value: str, written: str) -> None:
    assert harmless(value) == written


def test_each_reason_is_explained() -> None:
    assert set(EXPLANATIONS) == set(Skip)


@pytest.mark.parametrize(
    ("changed", "failures", "reason"),
    [
        pytest.param({}, {}, None, id="all is well"),
        pytest.param({"status": TemplateStatus.PAUSED, "usable": False}, {}, "template_paused", id="paused"),
        pytest.param({"status": TemplateStatus.PENDING, "usable": False}, {}, "template_edited", id="reviewed again"),
        pytest.param({"status": TemplateStatus.LOCKED, "usable": False}, {}, "template_unusable", id="other status"),
        pytest.param({"category": Category.UTILITY}, {}, "template_recategorised", id="category"),
        pytest.param({"components": ({"type": "BODY", "text": "x"},)}, {}, "template_edited", id="text"),
        pytest.param({"id": "t2"}, {}, "template_deleted", id="made anew"),
        pytest.param(
            {}, {"tried": 1, "failed": 1, "codes": frozenset({"messaging_limit"})}, "messaging_limit", id="limit"
        ),
        pytest.param({}, {"tried": 49, "failed": 49}, None, id="too few to tell"),
        pytest.param({}, {"tried": 50, "failed": 15}, None, id="on the threshold"),
        pytest.param({}, {"tried": 50, "failed": 16}, "too_many_failures", id="above it"),
    ],
)
def test_stop_rules(changed: dict[str, Any], failures: dict[str, Any], reason: str | None) -> None:
    seen = FailureTally(**{"tried": 0, "failed": 0, **failures})
    assert stop_reason(template(**changed), freeze(template()), seen, StopRule()) == reason


def test_template_that_is_gone_stops() -> None:
    assert stop_reason(None, freeze(template()), FailureTally(tried=0, failed=0), StopRule()) == "template_deleted"


@pytest.mark.parametrize(
    ("wished", "asked", "guessed"),
    [
        (None, {}, (64.0, 157, 1, "number")),
        (10, {}, (10.0, 1000, 1, "campaign")),
        (500, {}, (64.0, 157, 1, "number")),
        (None, {"messaging_limit": 2000}, (64.0, 157, 5, "messaging_limit")),
    ],
)
def test_forecast(wished: int | None, asked: dict[str, Any], guessed: tuple[float, int, int, str]) -> None:
    guess = forecast({"49": 8000, "1": 2000}, wished_rate=wished, number_rate=80, asked=ForecastAsked(**asked))
    assert (guess.rate_per_second, guess.seconds, guess.days, guess.limited_by) == guessed


def test_cost_by_country() -> None:
    asked = ForecastAsked(prices={"49": 0.1})
    guess = forecast({"49": 10, "1": 3}, wished_rate=None, number_rate=80, asked=asked)
    assert (guess.cost, guess.unpriced) == (1.0, 3)


def test_counts_include_earlier_steps() -> None:
    numbers = {
        Bucket.WAITING: 3,
        Bucket.SENT: 3,
        Bucket.DELIVERED: 4,
        Bucket.READ: 5,
        Bucket.FAILED: 6,
        Bucket.WITHHELD: 7,
        Bucket.UNKNOWN: 8,
    }
    tally = add_up(numbers, total=100, skipped=9, codes=frozenset({"undeliverable"}))
    counts = tally.counts
    assert (counts.waiting, counts.sent, counts.delivered, counts.read) == (58, 12, 9, 5)
    assert (counts.failed, counts.unknown, counts.skipped) == (6, 8, 16)
    assert counts.waiting + counts.sent + counts.failed + counts.unknown + counts.skipped == counts.total
    assert tally.failures == FailureTally(tried=26, failed=6, codes=frozenset({"undeliverable"}))


@pytest.mark.parametrize(
    ("text", "columns", "rows"),
    [
        pytest.param("phone,name\n+4915120000000,Ann\n", ["name"], [("4915120000000", ["Ann"])], id="plain"),
        pytest.param("\ufeffname;Phone\nAnn;+4915120000000\n", ["name"], [("4915120000000", ["Ann"])], id="Excel"),
        pytest.param("n\tphone\n\t+4915120000000\n", ["n"], [("4915120000000", [""])], id="tabs, empty value"),
        pytest.param('a,b\n+4915120000000,"x\ny"\n', ["b"], [("4915120000000", ["x\ny"])], id="first is the phone"),
        pytest.param("phone,a,b\n+4915120000000\n", ["a", "b"], [("4915120000000", ["", ""])], id="short row"),
        pytest.param("phone\n\n+4915120000000\n\n", [], [("4915120000000", [])], id="empty lines"),
    ],
)
def test_lists(text: str, columns: list[str], rows: list[tuple[str, list[str]]]) -> None:
    file = AudienceFile(io.StringIO(text), None)
    assert file.columns == columns
    assert [(row.phone, row.values) for row in file.rows() if isinstance(row, CsvRow)] == rows


def test_bad_rows_are_told_with_their_place() -> None:
    text = "phone,a\nx,1\n+4915120000000,1,2\n+4915120000000," + "v" * 2000 + "\n"
    errors = [row for row in AudienceFile(io.StringIO(text), None).rows() if isinstance(row, RefusedRow)]
    assert [error.number for error in errors] == [1, 2, 3]


MANY_COLUMNS = ",".join("c" * n for n in range(1, 60))


@pytest.mark.parametrize("header", ["", "\n", "phone,\n", "phone,a,a\n", "phone,1st\n", MANY_COLUMNS])
def test_bad_headers(header: str) -> None:
    with pytest.raises(ProblemError):
        AudienceFile(io.StringIO(header), None)


def test_headings_become_names() -> None:
    assert [column_name(name) for name in ("First name", " E-Mail ", "Имя", "Größe (cm)")] == [
        "first_name",
        "e_mail",
        "имя",
        "größe_cm",
    ]


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_list_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(ProblemError):
        list(AudienceFile(io.StringIO("phone,a\n" + text), None).rows())


@pytest.mark.parametrize(
    ("parameters", "columns", "filled"),
    [
        pytest.param(None, ["a", "b", "c"], {"body": ["A", "B"]}, id="in order"),
        pytest.param({"body": ["Dear {{ a }}", "{{ b|upper }}"]}, ["a", "b"], {"body": ["Dear A", "B"]}, id="texts"),
        pytest.param({"body": ["{{ a }}", "{% if b %}x{% endif %}"]}, ["a", "b"], {"body": ["A", "x"]}, id="if"),
        pytest.param({"buttons": [{"index": 0, "value": "{{ a }}"}]}, ["a"], {"buttons": [{"index": 0, "value": "A"}]}),
    ],
)
def test_variables(parameters: dict[str, Any] | None, columns: list[str], filled: dict[str, Any]) -> None:
    variables = Variables(parameters, definition_of(template()), columns)
    assert variables.fill([name.upper() for name in columns]) == filled


@pytest.mark.parametrize("blank", ["", "   ", "\t\n", "\u00a0", "\u200b\ufeff", "\x00"])
def test_blank_value_has_its_default(blank: str) -> None:
    variables = Variables(
        {"body": ["{{ a|default('friend') }}", "{% if a %}x{% endif %}-"]}, definition_of(template()), ["a"]
    )
    assert variables.fill([blank]) == {"body": ["friend", "-"]}


def test_values_stay_on_one_line() -> None:
    variables = Variables({"body": ["{{ a }}"]}, definition_of(template()), ["a"])
    assert variables.fill(["one\n  two      three"]) == {"body": ["one two three"]}


@pytest.mark.parametrize(
    "text", ["{{ b }}", "{{ a.__class__ }}", "{% for x in a %}{% endfor %}", "{{ a * 9 }}", "{{ a() }}", "{{"]
)
def test_unsafe_variables_are_refused(text: str) -> None:
    with pytest.raises(ProblemError) as refused:
        Variables({"body": [text]}, definition_of(template()), ["a"])
    assert refused.value.errors[0].pointer == "/variables/body/0"
