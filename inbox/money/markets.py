"""Markets: where a message goes, by country calling code, and the names under which Meta's rate cards have them.

Source: pricing, 30 Sep 2026: rates go by the calling code of the recipient; regions are Meta's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import phonenumbers

from inbox.contacts.phone_numbers import country_code

ALL_OTHERS: Final = "*"
"""In a card: every calling code that it does not name."""
_CODE: Final = re.compile(r"\+?([1-9][0-9]{0,6})", re.ASCII)
_REGION: Final = re.compile(r"[A-Za-z]{2}", re.ASCII)
_REGION_OF_ID: Final = re.compile(r"([A-Z]{2})\.", re.ASCII)
"""A user id of WhatsApp begins with the country: `US.13491208655302741918`."""

_REGIONS: Final[Mapping[str, str]] = {
    "north america": "1",
    "rest of africa": "211 212 213 216 218 220 221 222 223 225 226 227 228 229 231 232 233 235 237 241 242 244 245 249 "
    "250 251 252 254 255 256 257 258 260 261 263 264 265 266 267 268 291",
    "rest of asia pacific": "60 61 62 63 64 65 66 81 84 86 91 92 93 94 852 855 856 880 886 675 976 977 992 993 998",
    "rest of central & eastern europe": "30 36 40 48 355 359 370 371 373 374 375 380 381 385 386 389 420 421 994 995",
    "rest of latin america": "58 502 503 504 505 506 507 509 591 593 595 598",
    "rest of middle east": "961 962 964 965 967 968 973 974",
    "rest of western europe": "32 41 43 45 46 47 351 353 358",
    "other": ALL_OTHERS,
}
_COUNTRIES: Final[Mapping[str, str]] = {
    "argentina": "54",
    "australia": "61",
    "austria": "43",
    "bangladesh": "880",
    "belgium": "32",
    "brazil": "55",
    "bulgaria": "359",
    "chile": "56",
    "colombia": "57",
    "czech republic": "420",
    "ecuador": "593",
    "egypt": "20",
    "france": "33",
    "germany": "49",
    "ghana": "233",
    "greece": "30",
    "hong kong": "852",
    "hungary": "36",
    "india": "91",
    "indonesia": "62",
    "ireland": "353",
    "israel": "972",
    "italy": "39",
    "japan": "81",
    "jordan": "962",
    "kenya": "254",
    "kuwait": "965",
    "malaysia": "60",
    "mexico": "52",
    "morocco": "212",
    "netherlands": "31",
    "new zealand": "64",
    "nigeria": "234",
    "oman": "968",
    "pakistan": "92",
    "peru": "51",
    "philippines": "63",
    "poland": "48",
    "portugal": "351",
    "qatar": "974",
    "romania": "40",
    "russia": "7",
    "saudi arabia": "966",
    "singapore": "65",
    "south africa": "27",
    "spain": "34",
    "sri lanka": "94",
    "sweden": "46",
    "switzerland": "41",
    "taiwan": "886",
    "thailand": "66",
    "turkey": "90",
    "türkiye": "90",
    "ukraine": "380",
    "united arab emirates": "971",
    "united kingdom": "44",
    "vietnam": "84",
}


def market_of(recipient: str | None) -> str | None:
    """Return the calling code of a phone number or user id; None where it has none."""
    if recipient is None:
        return None
    if recipient.isdecimal():
        return country_code(recipient) or None
    region = _REGION_OF_ID.match(recipient)
    return _code_of_region(region[1]) if region else None


def is_region(name: str) -> bool:
    """Tell whether a card's name stands for several countries: what names a single one goes before it."""
    return _words(name) in _REGIONS


def codes_of(name: str) -> tuple[str, ...]:
    """Return the calling codes of a market: a name of Meta's, two letters, or a code; none if it is unknown."""
    words = _words(name)
    if words in _REGIONS:
        return tuple(_REGIONS[words].split())
    if words in _COUNTRIES:
        return (_COUNTRIES[words],)
    if name == ALL_OTHERS:
        return (ALL_OTHERS,)
    if code := _CODE.fullmatch(name):
        return (code[1],)
    found = _code_of_region(name.upper()) if _REGION.fullmatch(name) else None
    return (found,) if found else ()


def _code_of_region(region: str) -> str | None:
    code = phonenumbers.country_code_for_region(region)
    return str(code) if code else None


def _words(name: str) -> str:
    return " ".join(name.lower().replace(" and ", " & ").split())
