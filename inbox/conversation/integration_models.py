"""A business's own page beside a conversation: its address, and what is put into it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from ipaddress import ip_address
from typing import Annotated, Final
from urllib.parse import SplitResult, parse_qsl, quote, urlsplit

import msgspec
from msgspec import Meta

from inbox.foundation.decoding import field_problem

TOKEN: Final = "token"  # noqa: S105 - the name of a parameter
"""The parameter that is added, with the signed values."""
MAX_FIELDS: Final = 50
USUAL_SECONDS: Final = 300
FIELD_PREFIX: Final = "contact.fields."
VARIABLES: Final = (
    "workspace.id",
    "conversation.id",
    "conversation.state",
    "channel.id",
    "channel.kind",
    "channel.name",
    "queue.id",
    "contact.id",
    "contact.name",
    "contact.phone",
    "contact.email",
    "contact.language",
    "operator.id",
    "operator.name",
    "operator.email",
    "operator.role",
)
"""What can be named, beside the workspace's own fields of contacts (`contact.fields.KEY`)."""
USUAL: Final = ("workspace.id", "conversation.id", "contact.id", "operator.id")

_HOLE: Final = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
"""What stands in one is stripped apart: blanks that a pattern may take in three ways cost their number's cube."""
_HOSTS_HERE: Final = frozenset({"localhost"})

Variable = Annotated[str, Meta(min_length=1, max_length=80, examples=["contact.phone"])]
Seconds = Annotated[int, Meta(ge=30, le=3600)]
PageUrl = Annotated[
    str, Meta(min_length=1, max_length=1000, examples=["https://crm.example/card?phone={{ contact.phone }}"])
]
MAX_WAIT_SECONDS: Final = 7 * 24 * 3600


class IntegrationFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The page that is shown beside conversations.

    Attributes:
        url: With variables such as `{{ contact.phone }}` after its `?`; a private address is fine, since a person's
            browser opens it.
        fields: What the token says; these values alone are signed.
        valid_seconds: How long the page takes the token.
    """

    url: PageUrl
    fields: Annotated[tuple[Variable, ...], Meta(max_length=MAX_FIELDS)] = USUAL
    valid_seconds: Seconds = USUAL_SECONDS


class SigningKey(msgspec.Struct, frozen=True, kw_only=True):
    """A secret without itself: `id` stands in a token's header as `kid`."""

    id: str
    signs_from: datetime


class IntegrationPage(msgspec.Struct, frozen=True, kw_only=True):
    """The page with the secrets that sign for it, the newest last; without an address there is none."""

    url: str | None = None
    fields: tuple[str, ...] = ()
    valid_seconds: int = USUAL_SECONDS
    keys: tuple[SigningKey, ...] = ()


class NewSecret(SigningKey, frozen=True, kw_only=True):
    """A secret, which is shown this once."""

    secret: str


class SecretRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a new secret begins to sign: enter it beside the old one in the other system until then."""

    signs_after_seconds: Annotated[int, Meta(ge=0, le=MAX_WAIT_SECONDS)] = 24 * 3600


class OpenedPage(msgspec.Struct, frozen=True, kw_only=True):
    """The address to open now, and until when the page behind it trusts it.

    Attributes:
        frame_url: A page of the gateway's that shows pages of this origin alone, for a UI whose own policy can't name
            it: put it into a frame and post `{"url": …}` to it once it has posted `{"ready": true}`. It takes words of
            pages of the gateway only.
    """

    url: str
    expires_at: datetime
    frame_url: str


def check_page(fields: IntegrationFields, own_keys: Sequence[str], *, allow_http_here: bool) -> None:
    """Refuse a page that can't be opened safely. Raises `ProblemError` (`invalid_request`).

    Args:
        fields: What was asked for.
        own_keys: Keys of the workspace's own fields of contacts.
        allow_http_here: Whether this machine may be reached without encryption (demo, tests).
    """
    fault = _fault_of_url(fields.url, allow_http_here=allow_http_here)
    if fault is not None:
        raise field_problem("/url", fault)
    for variable in _variables(fields.url):
        if not _is_known(variable, own_keys):
            raise field_problem("/url", f"has an unknown variable: {variable or 'an empty one'}")
    for place, variable in enumerate(fields.fields):
        if not _is_known(variable, own_keys):
            raise field_problem(f"/fields/{place}", "is no known variable")


def _variables(url: str) -> list[str]:
    return [inside.strip() for inside in _HOLE.findall(url)]


def _is_known(variable: str, own_keys: Sequence[str]) -> bool:
    if variable.startswith(FIELD_PREFIX):
        return variable.removeprefix(FIELD_PREFIX) in own_keys
    return variable in VARIABLES


def _fault_of_url(url: str, *, allow_http_here: bool) -> str | None:
    filled = _HOLE.sub("x", url)
    parts = _parts_of(filled)
    if parts is None or any(char.isspace() or char in "{}\\" for char in filled):
        return "must be a URL such as https://crm.example/card, with variables in {{ }}"
    if parts.scheme != "https" and not (parts.scheme == "http" and allow_http_here and _is_here(parts.hostname or "")):
        return "must begin with https://"
    if parts.username is not None or parts.password is not None or "#" in filled:
        return "must have no user, password or fragment"
    if "{{" in url.partition("?")[0]:
        return "may have variables only after its ?: elsewhere a value could lead to another place"
    if any(name == TOKEN for name, _ in parse_qsl(parts.query, keep_blank_values=True)):
        return f"must have no parameter {TOKEN}, which is added"
    return None


def _parts_of(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return parts if is_whole else None


def _is_here(host: str) -> bool:
    try:
        return host in _HOSTS_HERE or ip_address(host).is_loopback
    except ValueError:
        return False


def filled_in(url: str, values: Mapping[str, str | None], token: str) -> str:
    """Return an address with its variables' values, percent-encoded, and the token; unknown values are empty."""
    filled = _HOLE.sub(lambda hole: quote(values.get(hole[1].strip()) or "", safe=""), url)
    return f"{filled}{'&' if '?' in filled else '?'}{TOKEN}={token}"


def variables_of(url: str, fields: Sequence[str]) -> frozenset[str]:
    """Return which values a page needs."""
    return frozenset({*fields, *_variables(url)})


def origin_of(url: str) -> str:
    """Return scheme, host and port of a page: for whom its tokens are."""
    parts = urlsplit(url.partition("?")[0])
    return f"{parts.scheme}://{parts.netloc}"


def signing_key(keys: Sequence[SigningKey], now: datetime) -> SigningKey | None:
    """Return which of a page's secrets signs now: the newest whose time has come."""
    return next((key for key in reversed(keys) if key.signs_from <= now), None)
