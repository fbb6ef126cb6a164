"""How an account's standing changes by notices and looks: rules over values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from inbox.channel.standing_models import AccountFacts, AccountLook, AccountNews, Trouble

LOOK_EVERY: Final = timedelta(hours=12)
LOOK_AGAIN: Final = timedelta(minutes=15)
"""After a look that the provider did not answer."""
LOOKS_FIND: Final = frozenset(
    {
        "token_refused",
        "token_expired",
        "token_expires",
        "token_expires_soon",
        "token_lacks_rights",
        "number_not_found",
        "number_banned",
        "not_registered",
        "quality_low",
    }
)
"""Codes that each look decides anew."""
ENDED_BY_CONNECTION: Final = frozenset({"offboarded", "partner_removed", "app_uninstalled", "account_disabled"})
"""Codes of notices that are over once the provider serves the account again: its notice may come late or never."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How an account stands."""

    troubles: tuple[Trouble, ...] = ()
    facts: AccountFacts = AccountFacts()


def after_news(standing: Standing, news: AccountNews, now: datetime) -> Standing:
    """Return how an account stands after a notice."""
    raised = {trouble.code for trouble in news.raised}
    kept = [one for one in standing.troubles if one.code not in news.settled | raised]
    return Standing(
        troubles=_lasting([*kept, *_since(news.raised, standing.troubles)], now),
        facts=_joined(standing.facts, news.facts),
    )


def after_look(standing: Standing, look: AccountLook, now: datetime) -> Standing:
    """Return how an account stands after a look."""
    decided = LOOKS_FIND | (ENDED_BY_CONNECTION if look.connected else frozenset())
    kept = [one for one in standing.troubles if one.code not in decided]
    facts = _joined(standing.facts, look.facts)
    if look.connected:
        facts = msgspec.structs.replace(facts, token_expires_at=look.facts.token_expires_at)
    return Standing(troubles=_lasting([*kept, *_since(look.troubles, standing.troubles)], now), facts=facts)


def is_about(news: AccountNews, facts: AccountFacts, known: Iterable[str | None]) -> bool:
    """Return whether a notice is about an account, of those of its business account whose numbers are `known`.

    One that names a number that none is known by is about those whose number is not known.
    """
    if news.of_number is None or news.of_number == facts.number:
        return True
    return facts.number is None and news.of_number not in known


def next_look(standing: Standing, now: datetime) -> datetime:
    """Return when to look again: regularly, and when a trouble ends by itself."""
    ends = [one.until for one in standing.troubles if one.until is not None and one.until > now]
    return min([now + LOOK_EVERY, *ends])


def tells_more(before: Standing, after: Standing) -> bool:
    """Return whether people should hear of a change."""
    return [(one.code, one.detail) for one in before.troubles] != [(one.code, one.detail) for one in after.troubles]


def _lasting(troubles: Iterable[Trouble], now: datetime) -> tuple[Trouble, ...]:
    return tuple(one for one in troubles if one.until is None or one.until > now)


def _since(troubles: Sequence[Trouble], before: Sequence[Trouble]) -> list[Trouble]:
    """Keep since when a trouble that is there already is there."""
    began = {one.code: one.since for one in before}
    return [msgspec.structs.replace(one, since=began.get(one.code, one.since)) for one in troubles]


def _joined(known: AccountFacts, news: AccountFacts) -> AccountFacts:
    said = {name: value for name in news.__struct_fields__ if (value := getattr(news, name)) is not None}
    return msgspec.structs.replace(known, **said)
