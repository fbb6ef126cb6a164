"""How an account stands after notices and looks, in whatever order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from inbox.channel.standing_models import AccountFacts, AccountLook, AccountNews, Trouble
from inbox.channel.standing_rules import LOOK_EVERY, Standing, after_look, after_news, is_about, next_look, tells_more

NOW = datetime(2026, 11, 28, 10, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def trouble(code: str, *, since: datetime = NOW, until: datetime | None = None) -> Trouble:
    return Trouble(code=code, detail=code, advice="do", since=since, until=until)


def codes(standing: Standing) -> set[str]:
    return {one.code for one in standing.troubles}


def test_a_repeated_notice_keeps_since_when_it_is_there_and_tells_nothing_new() -> None:
    first = after_news(Standing(), AccountNews(raised=(trouble("offboarded"),)), NOW)
    again = after_news(first, AccountNews(raised=(trouble("offboarded", since=LATER),)), LATER)
    assert again.troubles[0].since == NOW
    assert tells_more(Standing(), first)
    assert not tells_more(first, again)


def test_what_is_settled_goes() -> None:
    first = after_news(Standing(), AccountNews(raised=(trouble("offboarded"), trouble("violation"))), NOW)
    assert codes(after_news(first, AccountNews(settled=frozenset({"offboarded"})), NOW)) == {"violation"}


def test_a_look_that_finds_the_account_connected_ends_what_a_late_notice_told() -> None:
    late = after_news(Standing(), AccountNews(raised=(trouble("partner_removed"), trouble("restricted"))), NOW)
    assert codes(after_look(late, AccountLook(connected=True), LATER)) == {"restricted"}
    assert codes(after_look(late, AccountLook(connected=False), LATER)) == {"partner_removed", "restricted"}


def test_a_look_decides_anew_what_looks_find() -> None:
    ends = AccountLook(
        connected=True, troubles=(trouble("token_expires"),), facts=AccountFacts(token_expires_at=LATER, quality="RED")
    )
    first = after_look(Standing(), ends, NOW)
    assert codes(first) == {"token_expires"}
    renewed = after_look(first, AccountLook(connected=True, facts=AccountFacts(quality="GREEN")), LATER)
    assert codes(renewed) == set()
    assert renewed.facts == AccountFacts(quality="GREEN")


def test_a_trouble_with_an_end_goes_at_its_end_and_is_looked_at_then() -> None:
    until = NOW + timedelta(hours=2)
    standing = after_news(Standing(), AccountNews(raised=(trouble("restricted", until=until),)), NOW)
    assert next_look(standing, NOW) == until
    ended = after_look(standing, AccountLook(connected=True), until)
    assert codes(ended) == set()
    assert next_look(ended, until) == until + LOOK_EVERY


def test_a_notice_of_one_number_is_not_about_its_siblings() -> None:
    news = AccountNews(of_number="15550783881")
    known = ["15550783881", "15550000000"]
    assert is_about(news, AccountFacts(number="15550783881"), known)
    assert not is_about(news, AccountFacts(number="15550000000"), known)
    assert not is_about(news, AccountFacts(), known)
    assert is_about(news, AccountFacts(), [None, "15550000000"])
    assert is_about(AccountNews(), AccountFacts(number="15550000000"), known)
