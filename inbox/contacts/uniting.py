"""Which values count where several contacts are one person, so that nothing is lost. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar, cast

from inbox.storage.documents import (
    ContactDocument,
    Fields,
    LastCampaignDocument,
    MarketingDocument,
    ReachabilityDocument,
    WindowsDocument,
)

AtT = TypeVar("AtT", LastCampaignDocument, ReachabilityDocument)
Rule = Callable[[Sequence[Any]], Any]
MARKETING_KEPT: Final = 20
"""Times of marketing messages that a contact remembers: as many as a frequency cap may ask for."""


def united(contacts: Sequence[ContactDocument]) -> Fields:
    """Return the fields of contacts that are one person: what the first one has comes before what others have.

    An opt-out of any of them holds, whatever another one said later. Fields that none of them has are left out.
    """
    stored = [cast(Fields, contact) for contact in contacts]
    values = {name: [one[name] for one in stored if name in one] for name in RULES}
    return {name: RULES[name](own) for name, own in values.items() if own}


def _first(values: Sequence[Any]) -> Any:
    return next((value for value in values if value), None)


def _all(values: Sequence[list[Any] | None]) -> list[Any]:
    return [one for value in values for one in value or ()]


def _each_once(values: Sequence[list[str] | None]) -> list[str]:
    return list(dict.fromkeys(_all(values)))


def _by_key(values: Sequence[dict[str, Any] | None]) -> dict[str, Any]:
    return {key: value for by_key in reversed(values) for key, value in (by_key or {}).items()}


def _latest_sent(values: Sequence[list[Any] | None]) -> list[Any]:
    return sorted(_all(values))[-MARKETING_KEPT:]


def _stricter(values: Sequence[MarketingDocument | None]) -> MarketingDocument | None:
    said = [one for one in values if one]
    refusals = [one for one in said if not one["accepts"]]
    return max(refusals or said, key=lambda one: one["at"], default=None)


def _latest(values: Sequence[Any]) -> Any:
    return max((one for one in values if one), key=lambda one: one["at"], default=None)


def _later_by_channel(values: Sequence[Mapping[str, AtT] | None]) -> dict[str, AtT]:
    """Return the later one of what several contacts have by channel."""
    later: dict[str, AtT] = {}
    for by_channel in values:
        for channel_id, value in (by_channel or {}).items():
            if channel_id not in later or later[channel_id]["at"] < value["at"]:
                later[channel_id] = value
    return later


def _later_windows(values: Sequence[Mapping[str, WindowsDocument] | None]) -> dict[str, WindowsDocument]:
    later: dict[str, WindowsDocument] = {}
    for by_channel in values:
        for channel_id, windows in (by_channel or {}).items():
            later[channel_id] = _later_window(later.get(channel_id, {}), windows)
    return later


def _later_window(one: WindowsDocument, other: WindowsDocument) -> WindowsDocument:
    later: WindowsDocument = {**one, **other}
    if "window_expires_at" in one and "window_expires_at" in other:
        later["window_expires_at"] = max(one["window_expires_at"], other["window_expires_at"])
    if "free_entry_expires_at" in one and "free_entry_expires_at" in other:
        later["free_entry_expires_at"] = max(one["free_entry_expires_at"], other["free_entry_expires_at"])
    return later


RULES: Final[Mapping[str, Rule]] = {
    "name": _first,
    "profile_name": _first,
    "language": _first,
    "last_operator_id": _first,
    "identity_keys": _each_once,
    "identities": _all,
    "tags": _each_once,
    "phones": _each_once,
    "emails": _each_once,
    "fields": _by_key,
    "marketing": _stricter,
    "marketing_sent": _latest_sent,
    "consent": _latest,
    "blocked": any,
    "reachability": _later_by_channel,
    "windows": _later_windows,
    "campaigns": _later_by_channel,
    "created_at": min,
}
