"""How an account stands with its provider: what troubles it, and what is known of it."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the provider told, or that a look found, and that somebody should do something about.

    Attributes:
        code: Stable, for programs; `docs/channels/health.md` has them all.
        detail: What it is, for people.
        advice: What to do.
        stops: Whether the channel can't send or receive meanwhile.
        until: When it ends by itself, where the provider says so.
    """

    code: str
    detail: str
    advice: str
    stops: bool = False
    since: datetime
    until: datetime | None = None


class AccountFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the provider says of an account.

    Attributes:
        number: The phone number, digits only.
        quality: The provider's rating: `GREEN`, `YELLOW`, `RED`, `UNKNOWN`.
        messaging_limit: Customers whom the business may write to first within 24 hours, in the provider's words.
        token_expires_at: When the access token ends; null where it does not.
    """

    number: str | None = None
    quality: str | None = None
    messaging_limit: str | None = None
    token_expires_at: datetime | None = None


class AccountNews(msgspec.Struct, frozen=True, kw_only=True):
    """What one notice of the provider told.

    Attributes:
        of_number: The number that it is about, digits only; None for all of the business account.
        settled: Codes of troubles that are over.
    """

    of_number: str | None = None
    raised: tuple[Trouble, ...] = ()
    settled: frozenset[str] = frozenset()
    facts: AccountFacts = AccountFacts()


class AccountLook(msgspec.Struct, frozen=True, kw_only=True):
    """What a look at the provider found.

    Attributes:
        connected: The provider serves the account: notices that say otherwise are over.
    """

    connected: bool
    troubles: tuple[Trouble, ...] = ()
    facts: AccountFacts = AccountFacts()
