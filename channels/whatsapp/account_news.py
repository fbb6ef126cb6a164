"""Reads Meta's notices about accounts and numbers: what troubles them, what is over, what is known.

Source: webhooks/reference/account_update, phone_number_quality_update, phone_number_name_update,
business_capability_update, account_review_update; embedded-signup/onboarding-business-app-users.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from inbox.channel.standing_models import AccountFacts, AccountNews, Trouble

TOPICS: Final = (
    "account_update",
    "phone_number_quality_update",
    "phone_number_name_update",
    "business_capability_update",
    "account_review_update",
)
MAX_WORDS: Final = 300
_MANAGER: Final = "See the account in WhatsApp Manager."
_CONNECT: Final = "Connect the number anew: its steps are under Connecting."

_REASONS: Final[Mapping[str, str]] = {
    "BUSINESS_DOWNGRADE": "the owner went back to the ordinary WhatsApp app",
    "PRIMARY_INACTIVITY": "the phone app was not opened for too long",
    "COMPANION_INACTIVITY": "the connection was not used for too long",
    "ACCOUNT_DISCONNECTED": "the owner disconnected it in the phone app",
    "CHANGE_NUMBER": "the owner changed the number in the phone app",
    "USER_RE_REGISTERED": "the owner registered the number anew in the phone app",
}
"""Meta's reasons why a number that the phone app shares was disconnected."""


def read_account_news(topic: str, raw: bytes, at: datetime) -> AccountNews | None:
    """Read a notice; None where it says nothing that concerns us, or nothing readable."""
    read = _READERS.get(topic)
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return read(value, at) if read is not None and isinstance(value, dict) else None


def _account(value: Mapping[str, Any], at: datetime) -> AccountNews | None:
    event = _EVENTS.get(str(value.get("event")))
    if event is None:
        return None
    news = event(value, at)
    number = value.get("phone_number")
    return msgspec.structs.replace(news, of_number=_digits(number)) if number else news


def _offboarded(_value: Mapping[str, Any], at: datetime) -> AccountNews:
    return _raised(
        Trouble(
            code="offboarded",
            detail="The number was taken off the Cloud API: its owner registered it in a phone app.",
            advice=f"If that was not meant: {_CONNECT}",
            stops=True,
            since=at,
        )
    )


def _reconnected(_value: Mapping[str, Any], _at: datetime) -> AccountNews:
    return AccountNews(settled=frozenset({"offboarded", "partner_removed", "app_uninstalled"}))


def _partner_removed(value: Mapping[str, Any], at: datetime) -> AccountNews:
    info = _part(value, "disconnection_info")
    reason = _REASONS.get(str(info.get("reason")))
    why = f": {reason}" if reason else ""
    return _raised(
        Trouble(
            code="partner_removed",
            detail=f"The business account is not connected to the app any more{why}.",
            advice=_CONNECT,
            stops=True,
            since=at,
        )
    )


def _uninstalled(_value: Mapping[str, Any], at: datetime) -> AccountNews:
    return _raised(
        Trouble(
            code="app_uninstalled",
            detail="The business has taken the app's rights away.",
            advice=_CONNECT,
            stops=True,
            since=at,
        )
    )


def _restricted(value: Mapping[str, Any], at: datetime) -> AccountNews:
    rows = [row for row in _list(value.get("restriction_info")) if isinstance(row, dict)]
    kinds = ", ".join(_words(row.get("restriction_type")) for row in rows if row.get("restriction_type"))
    until = max((when for row in rows if (when := _time(row.get("expiration"))) is not None), default=None)
    violation = _words(_part(value, "violation_info").get("violation_type"))
    why = f", for {violation}" if violation else ""
    return _raised(
        Trouble(
            code="restricted",
            detail=f"Meta has restricted the account{why}: {kinds or 'no kind is named'}.",
            advice="See what is restricted, and ask for a review, on the account's quality page in WhatsApp Manager.",
            since=at,
            until=until,
        )
    )


def _violation(value: Mapping[str, Any], at: datetime) -> AccountNews:
    kind = _words(_part(value, "violation_info").get("violation_type")) or "no kind is named"
    return _raised(
        Trouble(code="violation", detail=f"Meta reports a breach of its policy: {kind}.", advice=_MANAGER, since=at)
    )


def _disabled(value: Mapping[str, Any], at: datetime) -> AccountNews:
    info = _part(value, "ban_info")
    state = str(info.get("waba_ban_state"))
    if state == "REINSTATE":
        return AccountNews(settled=frozenset({"account_disabled", "disable_scheduled"}))
    if state == "SCHEDULE_FOR_DISABLE":
        day = _words(info.get("waba_ban_date")) or "soon"
        detail = f"Meta will disable the business account: {day}."
        return _raised(Trouble(code="disable_scheduled", detail=detail, advice=_MANAGER, since=at))
    detail = "Meta has disabled the business account."
    return _raised(Trouble(code="account_disabled", detail=detail, advice=_MANAGER, stops=True, since=at))


def _deleted(_value: Mapping[str, Any], at: datetime) -> AccountNews:
    return _raised(
        Trouble(
            code="account_deleted",
            detail="The business account was deleted at Meta.",
            advice="Connect a number of another account, and disconnect this channel.",
            stops=True,
            since=at,
        )
    )


_EVENTS: Final[Mapping[str, Callable[[Mapping[str, Any], datetime], AccountNews]]] = {
    "ACCOUNT_OFFBOARDED": _offboarded,
    "ACCOUNT_RECONNECTED": _reconnected,
    "PARTNER_ADDED": _reconnected,
    "PARTNER_APP_INSTALLED": _reconnected,
    "PARTNER_REMOVED": _partner_removed,
    "PARTNER_APP_UNINSTALLED": _uninstalled,
    "ACCOUNT_RESTRICTION": _restricted,
    "ACCOUNT_VIOLATION": _violation,
    "DISABLED_UPDATE": _disabled,
    "ACCOUNT_DELETED": _deleted,
}


def _quality(value: Mapping[str, Any], at: datetime) -> AccountNews:
    event = str(value.get("event"))
    limit = _words(value.get("current_limit")) or None
    number = _digits(value.get("display_phone_number"))
    raised: tuple[Trouble, ...] = ()
    settled: frozenset[str] = frozenset()
    if event == "FLAGGED":
        raised = (low_quality(at),)
    elif event == "UNFLAGGED":
        settled = frozenset({"quality_low"})
    elif event == "DOWNGRADE":
        detail = f"Meta has lowered the number's limit of new customers a day{f' to {limit}' if limit else ''}."
        advice = "Write only to customers who expect it: the limit rises again with better quality."
        raised = (Trouble(code="limit_lowered", detail=detail, advice=advice, since=at),)
    elif event == "UPGRADE":
        settled = frozenset({"limit_lowered"})
    return AccountNews(of_number=number, raised=raised, settled=settled, facts=AccountFacts(messaging_limit=limit))


def low_quality(at: datetime) -> Trouble:
    """Say that customers complain of the number's messages."""
    return Trouble(
        code="quality_low",
        detail="Meta rates the number's quality as low: customers block or report its messages.",
        advice="Send fewer and better wanted messages; see which templates are meant in WhatsApp Manager.",
        since=at,
    )


def _name(value: Mapping[str, Any], at: datetime) -> AccountNews:
    number = _digits(value.get("display_phone_number"))
    if value.get("decision") != "REJECTED":
        return AccountNews(of_number=number, settled=frozenset({"name_rejected"}))
    why = _words(value.get("rejection_reason"))
    trouble = Trouble(
        code="name_rejected",
        detail=f"Meta has rejected the display name{f' ({why})' if why and why != 'NONE' else ''}.",
        advice="Enter another display name in WhatsApp Manager.",
        since=at,
    )
    return AccountNews(of_number=number, raised=(trouble,))


def _capability(value: Mapping[str, Any], _at: datetime) -> AccountNews:
    names = ("max_daily_conversations_per_business", "max_daily_conversation_per_phone")
    limit = next((_words(value[name]) for name in names if value.get(name) is not None), None)
    return AccountNews(facts=AccountFacts(messaging_limit=limit))


def _review(value: Mapping[str, Any], at: datetime) -> AccountNews:
    if value.get("decision") != "REJECTED":
        return AccountNews(settled=frozenset({"account_rejected"}))
    detail = "Meta has rejected the business account."
    return _raised(Trouble(code="account_rejected", detail=detail, advice=_MANAGER, since=at))


_READERS: Final[Mapping[str, Callable[[Mapping[str, Any], datetime], AccountNews | None]]] = {
    "account_update": _account,
    "phone_number_quality_update": _quality,
    "phone_number_name_update": _name,
    "business_capability_update": _capability,
    "account_review_update": _review,
}


def _raised(trouble: Trouble) -> AccountNews:
    return AccountNews(raised=(trouble,))


def _part(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = value.get(name)
    return part if isinstance(part, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _words(value: object) -> str:
    if not isinstance(value, str | int):
        return ""
    return "".join(filter(str.isprintable, str(value)))[:MAX_WORDS]


def _digits(value: object) -> str | None:
    return "".join(filter(str.isdecimal, _words(value))) or None


def _time(value: object) -> datetime | None:
    """Read seconds since 1970; nonsense is None."""
    try:
        return datetime.fromtimestamp(int(_words(value)), UTC)
    except (ValueError, OverflowError, OSError):
        return None
