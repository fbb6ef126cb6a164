"""Names of files that people, or attackers, give."""

from __future__ import annotations

import pytest

from inbox.files.names import MAX_NAME_CHARS, content_disposition, tidy_name


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("price list.pdf", "price list.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\bill.pdf", "bill.pdf"),
        ("bill\r\nSet-Cookie: a=b.pdf", "billSet-Cookie: a=b.pdf"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("..", None),
        ("", None),
        (None, None),
        ("<img onerror=alert(1)>.png", "<img onerror=alert(1)>.png"),
        ("счёт.pdf", "счёт.pdf"),
        ("x" * 300 + ".pdf", "x" * (MAX_NAME_CHARS - 4) + ".pdf"),
    ],
)
def test_names_are_tidied(given: str | None, expected: str | None) -> None:
    assert tidy_name(given) == expected


def test_the_header_has_no_character_that_could_end_it() -> None:
    header = content_disposition('a";\r\nb.pdf', inline=False)
    assert header == "attachment; filename*=UTF-8''a%22%3Bb.pdf"
    assert content_disposition(None, inline=True) == "inline"
    assert content_disposition("../\u202e", inline=True) == "inline"
    assert (
        content_disposition("C:\\x\\\ud800inv.pdf", inline=True) == "inline; filename*=UTF-8''inv.pdf"
    )  # stored before
