"""Reads the rows of rate cards: our own columns, or those of Meta's files. Pure.

Ours: `effective_date, currency, market, category, rate`, a row for each rate. Meta's: a row for each market with a
column for each category, some lines of text above the heading, and `n/a` where there is no rate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

import msgspec

from inbox.foundation.problems import ProblemError
from inbox.money.card_models import UnreadRow
from inbox.money.markets import codes_of, is_region
from inbox.money.price_rules import CARD_CATEGORIES, DECIMALS, read_amount

Cell = object
Row = Sequence[Cell]
MAX_ROWS: Final = 5_000
"""Every calling code with every category, twice."""
UNREAD_SHOWN: Final = 100
_ABSENT: Final = frozenset({"", "n/a", "na", "-", "–", "—"})
_MARKET: Final = "market"
_OWN: Final = frozenset({_MARKET, "category", "rate"})
_SYMBOLS: Final[Mapping[str, str]] = {"$US": "USD", "US$": "USD", "$": "USD", "€": "EUR", "£": "GBP", "₹": "INR"}


class ReadCard(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says: rates in millionths by calling code and category."""

    effective_date: date
    currency: str
    rates: Mapping[str, Mapping[str, int]]
    unread: Sequence[UnreadRow]


class _Line(NamedTuple):
    row: int
    market: str
    category: str
    rate: Cell
    effective_date: str
    currency: str


def read_card(rows: Iterable[Row], *, effective_date: date | None, currency: str | None) -> ReadCard:
    """Read a file's rows.

    Args:
        rows: With the heading among the first; cells are texts, numbers, dates or None.
        effective_date: In place of the file's own.
        currency: Likewise.

    Raises:
        ProblemError: `invalid_request`, where it is no rate card, says no date or currency, or more than one.
    """
    lines = list(_lines(rows))
    rates, unread = _rates(lines)
    if not rates:
        raise _no_card("No row of the file has a market that is known and a rate.", unread)
    return ReadCard(
        effective_date=effective_date or _date(_single("effective_date", {line.effective_date for line in lines})),
        currency=currency or _currency(_single("currency", {line.currency for line in lines})),
        rates=rates,
        unread=unread[:UNREAD_SHOWN],
    )


def _lines(rows: Iterable[Row]) -> Iterator[_Line]:
    """Yield a line for each rate, of either kind of file."""
    heading: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        if number > MAX_ROWS:
            raise _no_card(f"A rate card has at most {MAX_ROWS:,} rows.")
        if heading:
            yield from _lines_of(heading, number, row)
        else:
            heading = _heading(row)
    if not heading:
        raise _no_card(
            "No heading was found: the file needs the columns market, category and rate, or market and a column "
            f"for each category ({', '.join(sorted(CARD_CATEGORIES))})."
        )


def _heading(row: Row) -> dict[str, int]:
    """Return the columns by name if the row is the heading."""
    names = {_column(cell): place for place, cell in reversed(list(enumerate(row)))}
    is_heading = _MARKET in names and (names.keys() >= _OWN or names.keys() & CARD_CATEGORIES)
    return names if is_heading else {}


def _lines_of(heading: Mapping[str, int], number: int, row: Row) -> Iterator[_Line]:
    market = _text(row, heading.get(_MARKET))
    if not market:
        return
    said = (_text(row, heading.get("effective_date")), _text(row, heading.get("currency")))
    if heading.keys() >= _OWN:
        yield _Line(number, market, _column(_text(row, heading["category"])), row[heading["rate"]], *said)
        return
    for category in sorted(heading.keys() & CARD_CATEGORIES):
        yield _Line(number, market, category, _cell(row, heading[category]), *said)


def _rates(lines: Sequence[_Line]) -> tuple[dict[str, dict[str, int]], list[UnreadRow]]:
    """Put rates together; a country's own goes before that of its region."""
    rates: dict[str, dict[str, int]] = defaultdict(dict)
    unread: dict[UnreadRow, None] = {}
    named: dict[tuple[str, str], int] = {}
    for line in sorted(lines, key=lambda line: not is_region(line.market)):
        codes = codes_of(line.market)
        rate = read_amount(_number(line.rate))
        if reason := _why_unread(line, codes, rate):
            unread[UnreadRow(line.row, reason)] = None
        elif rate is not None:
            for code in codes:
                key = (code, line.category)
                if not is_region(line.market) and named.setdefault(key, rate) != rate:
                    raise _no_card(f"Row {line.row} has another rate for +{code} than a row above it.")
                rates[code][line.category] = rate
    return dict(rates), sorted(unread, key=lambda one: one.row)


def _why_unread(line: _Line, codes: Sequence[str], rate: int | None) -> str | None:
    if not codes:
        return f"The market “{line.market[:60]}” is not known: write its calling code or two letters."
    if line.category not in CARD_CATEGORIES:
        return f"The category “{line.category[:60]}” is not known."
    if rate is None and _number(line.rate).lower() not in _ABSENT:
        return f"The rate is no number with at most {DECIMALS} decimals."
    return None


def _single(column: str, words: set[str]) -> str:
    words.discard("")
    if len(words) != 1:
        found = "no" if not words else "more than one"
        raise _no_card(f"The file has {found} {column}: name it with `?{column}=`, or upload one card at a time.")
    return words.pop()


def _date(text: str) -> date:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise _no_card("`effective_date` must be a date such as 2026-10-01.") from None


def _currency(text: str) -> str:
    code = _SYMBOLS.get(text, text).upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise _no_card("`currency` must be three letters such as USD: name it with `?currency=`.")
    return code


def _column(cell: Cell) -> str:
    return str(cell or "").strip().lower().replace("-", "_").replace(" ", "_")


def _cell(row: Row, place: int | None) -> Cell:
    return row[place] if place is not None and place < len(row) else None


def _text(row: Row, place: int | None) -> str:
    cell = _cell(row, place)
    return "" if cell is None else str(cell).strip()


def _number(cell: Cell) -> str:
    """Return a rate as people write it; a spreadsheet's binary number with the digits that it was typed with."""
    if isinstance(cell, float):
        return f"{cell:.10f}".rstrip("0").rstrip(".")
    return "" if cell is None else str(cell).strip().lstrip("$€£₹").replace(",", ".").strip()


def _no_card(detail: str, unread: Sequence[UnreadRow] = ()) -> ProblemError:
    extra = {"unread": [{"row": one.row, "reason": one.reason} for one in unread[:UNREAD_SHOWN]]} if unread else None
    return ProblemError("invalid_request", detail, extra=extra)
