"""Rate cards as people and Meta write them."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from inbox.foundation.problems import ProblemError
from inbox.money.card_files import MAX_UNPACKED_BYTES, rows_of
from inbox.money.card_reading import ReadCard, read_card
from inbox.money.markets import codes_of, market_of

OWN = """effective_date,currency,market,category,rate
2026-10-01,USD,Brazil,marketing,0.0625
2026-10-01,USD,55,utility,0.0068
2026-10-01,USD,US,marketing,"0,0250"
2026-10-01,USD,*,service,0.0064
"""
METAS: list[list[Any]] = [
    ["WhatsApp Business Platform rates, effective October 1, 2026"],
    [],
    ["Market", "Currency", "Marketing", "Utility", "Authentication", "Authentication-International", "Service"],
    ["India", "$US", 0.0118, 0.0014, 0.0014, 0.028, 0.0014],
    ["Rest of Asia Pacific", "$US", 0.0732, 0.0113, 0.0113, "n/a", 0.0113],
    ["Rest of Central & Eastern Europe", "$US", 0.086, 0.0212, 0.0212, "n/a", 0.0212],
    ["Hungary", "$US", 0.0861, 0.035, 0.035, "n/a", 0.035],
    ["Atlantis", "$US", 0.1, 0.1, 0.1, 0.1, 0.1],
    ["Other", "$US", 0.0604, 0.0077, 0.0077, "n/a", "n/a"],
]


def read(data: bytes, effective_date: date | None = None, currency: str | None = None) -> ReadCard:
    return read_card(rows_of(data), effective_date=effective_date, currency=currency)


def sheet(rows: list[list[Any]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_our_own_columns() -> None:
    card = read(OWN.encode())
    assert (card.effective_date, card.currency, card.unread) == (date(2026, 10, 1), "USD", [])
    assert card.rates == {
        "55": {"marketing": 62_500, "utility": 6_800},
        "1": {"marketing": 25_000},
        "*": {"service": 6_400},
    }


def test_a_semicolon_and_a_mark_at_the_beginning_as_spreadsheets_write_them() -> None:
    assert read(b"\xef\xbb\xbf" + OWN.replace('"0,0250"', "0.0250").replace(",", ";").encode()) == read(OWN.encode())


def test_metas_file() -> None:
    card = read(sheet(METAS), date(2026, 10, 1))
    assert card.currency == "USD"
    assert card.rates["91"] == {
        **{"marketing": 11_800, "utility": 1_400, "authentication": 1_400},
        **{"authentication_international": 28_000, "service": 1_400},
    }
    assert "authentication_international" not in card.rates["63"], "n/a is no rate, not 0"
    assert card.rates["36"]["utility"] == 35_000, "a country's own rate goes before its region's"
    assert card.rates["48"]["utility"] == 21_200
    assert [one.row for one in card.unread] == [8]
    assert "Atlantis" in card.unread[0].reason


def test_a_date_of_a_spreadsheet() -> None:
    rows = [
        ["Market", "Category", "Rate", "Currency", "Effective date"],
        ["DE", "utility", 0.05, "EUR", datetime(2027, 1, 1)],  # noqa: DTZ001 - as spreadsheets have it,
    ]
    assert read(sheet(rows)).effective_date == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("hello", "heading"),
        ("market,category,rate\nBrazil,marketing,0.1", "effective_date"),
        (OWN.replace("2026-10-01,USD,*", "2027-01-01,USD,*"), "more than one effective_date"),
        (OWN.replace("USD,*", "EUR,*"), "more than one currency"),
        (OWN.replace("2026-10-01", "soon"), "date such as"),
        (OWN.replace("USD", "money"), "three letters"),
        (OWN + "2026-10-01,USD,BR,marketing,0.07\n", "another rate for \\+55"),
        ("effective_date,currency,market,category,rate\n2026-10-01,USD,Atlantis,marketing,1", "No row"),
        ("a,b\n" * 6_000, "at most 5,000 rows"),
        (b"\xff\xfe\x00", "neither XLSX nor CSV"),
        (b"PK\x03\x04 no archive", "no XLSX"),
    ],
)
def test_what_is_no_card(text: str | bytes, said: str) -> None:
    with pytest.raises(ProblemError, match=said):
        read(text if isinstance(text, bytes) else text.encode())


@pytest.mark.parametrize("rate", ["-1", "cheap", "0.0000001", "1e400"])
def test_a_rate_that_is_none_is_told_with_its_row(rate: str) -> None:
    card = read((OWN + f"2026-10-01,USD,Peru,marketing,{rate}\n").encode())
    assert [one.row for one in card.unread] == [6]
    assert "51" not in card.rates


def test_an_archive_that_unpacks_to_gigabytes_is_not_unpacked() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * (MAX_UNPACKED_BYTES + 1))
    with pytest.raises(ProblemError, match="no XLSX"):
        rows_of(written.getvalue())


@pytest.mark.parametrize(
    ("recipient", "market"),
    [
        ("5511987654321", "55"),
        ("12025550123", "1"),
        ("BR.1349120865530274", "55"),
        (None, None),
        ("Y2FwaWdyb3Vw", None),
    ],
)
def test_a_market_is_the_calling_code(recipient: str | None, market: str | None) -> None:
    assert market_of(recipient) == market


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        *[("BR", ("55",)), ("br", ("55",)), ("+55", ("55",)), ("Brazil", ("55",)), ("*", ("*",)), ("other", ("*",))],
        *[("Rest of Central and Eastern Europe", codes_of("Rest of Central & Eastern Europe")), ("ZZ", ()), ("0", ())],
    ],
)
def test_names_of_markets(name: str, codes: tuple[str, ...]) -> None:
    assert codes_of(name) == codes
