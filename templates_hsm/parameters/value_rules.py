"""Rules for a single value that is put into a template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from inbox.foundation.public_address import is_public
from templates_hsm.definition.limits import MAX_SPACES, chars
from templates_hsm.parameters.faults import Fault

_BREAKS: Final = re.compile(r"[\n\r\t\v\f\u0085\u2028\u2029]")
_SPACES: Final = re.compile(rf" {{{MAX_SPACES + 1},}}")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_URL_SAFE: Final = re.compile(r"(?:[A-Za-z0-9\-._~/?=:;,@+$!'()*]|%[0-9A-Fa-f]{2})*", re.ASCII)
"""What may stand in a URL's variable as it is; `&` and `#` would begin another part of the URL."""
_WEB_LINK: Final = re.compile(r"https?://[^\s/]+\S*", re.ASCII | re.IGNORECASE)
_OWN_NETWORK: Final = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test", ".invalid")
"""Ends of names that no public name server knows. Source: RFC 6761, 6762, 8375; ICANN for `.internal`."""
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
"""The last part of an old spelling of an IPv4 address, such as `127.1`; no domain ends so. Source: URL Standard."""
_SHAPES: Final = (
    (_BREAKS, "newline_or_tab", "WhatsApp refuses line breaks and tabs in a value: write it in one line."),
    (_SPACES, "too_many_spaces", f"WhatsApp refuses more than {MAX_SPACES} spaces in a row in a value."),
    (_CONTROL, "control_character", "This value has a character that can't be shown."),
)


def text_of(value: object) -> str | None:
    """Return a value as text; None if it is neither text nor a number."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return None


def check_text(pointer: str, value: object) -> Iterator[Fault]:
    """Check a value that the customer will read."""
    text = text_of(value)
    if text is None:
        yield Fault(pointer=pointer, code="not_text", message="A value is a text or a number.")
        return
    if not text.strip():
        yield Fault(pointer=pointer, code="blank", message="WhatsApp refuses an empty value: say something here.")
        return
    for pattern, code, message in _SHAPES:
        if pattern.search(text):
            yield Fault(pointer=pointer, code=code, message=message)


def check_url_value(pointer: str, value: object) -> Iterator[Fault]:
    """Check what is put at the end of a button's URL."""
    faults = list(check_text(pointer, value))
    yield from faults
    text = text_of(value)
    if faults or text is None:
        return
    fit = _URL_SAFE.match(text)
    end = fit.end() if fit else 0
    if end < len(text):
        yield _unsafe(pointer, text[end])


def _unsafe(pointer: str, char: str) -> Fault:
    written = "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace"))
    return Fault(
        pointer=pointer,
        code="not_percent_encoded",
        message=f"In a link's value {char!r} has to be written as {written} (percent-encoded).",
    )


def check_code(pointer: str, value: object, most: int) -> Iterator[Fault]:
    """Check a code that the customer copies."""
    faults = list(check_text(pointer, value))
    yield from faults
    if not faults and chars(text_of(value) or "") > most:
        yield Fault(pointer=pointer, code="too_long", message=f"WhatsApp allows at most {most} characters in a code.")


def _is_reachable(link: str) -> bool:
    """Tell whether WhatsApp, which fetches the file itself, may reach a link's host, as far as its name says."""
    try:
        host = urlsplit(link).hostname or ""
    except ValueError:
        return False
    try:
        return is_public(host)
    except ValueError:
        name, dot, last = host.rstrip(".").rpartition(".")
        return bool(name and dot and not _NUMBER.fullmatch(last) and not f"{name}.{last}".endswith(_OWN_NETWORK))


def check_file(pointer: str, kind: str, given: object) -> Iterator[Fault]:
    """Check a header's file: `{"image": {"id": "…"}}` or `{"image": {"link": "https://…"}}`, of a document also its
    `filename`. Whether there is a file with this id is seen where files are.
    """
    file = given.get(kind) if isinstance(given, Mapping) else None
    if not isinstance(file, Mapping):
        message = f'The header shows a file: give {{"{kind}": {{"id": "…"}}}} of an uploaded one, or its "link".'
        yield Fault(pointer=pointer, code="header_file_missing", message=message)
    elif file.get("id") is not None and not isinstance(file["id"], str):
        yield Fault(pointer=f"{pointer}/{kind}/id", code="header_file_unknown", message="A file's id is a text.")
    elif file.get("id") is None and not _WEB_LINK.fullmatch(str(file.get("link", ""))):
        message = "The file needs a link that begins with https:// or http://."
        yield Fault(pointer=f"{pointer}/{kind}/link", code="header_link_invalid", message=message)
    elif file.get("id") is None and not _is_reachable(str(file["link"])):
        message = "WhatsApp fetches the file itself and can't reach this address: give one of the public internet."
        yield Fault(pointer=f"{pointer}/{kind}/link", code="header_link_private", message=message)


def check_location(pointer: str, given: object) -> Iterator[Fault]:
    """Check a header's place: `{"location": {"latitude": …, "longitude": …, "name": …, "address": …}}`."""
    place = given.get("location") if isinstance(given, Mapping) else None
    if not isinstance(place, Mapping):
        message = 'The header shows a map: give {"location": {"latitude": …, "longitude": …}}.'
        yield Fault(pointer=pointer, code="header_location_missing", message=message)
        return
    for name, most in (("latitude", 90), ("longitude", 180)):
        if not _within(place.get(name), most):
            message = f"A {name} is a number from -{most} to {most}."
            yield Fault(pointer=f"{pointer}/location/{name}", code="header_location_invalid", message=message)


def _within(given: Any, most: int) -> bool:
    return isinstance(given, int | float) and not isinstance(given, bool) and -most <= given <= most
