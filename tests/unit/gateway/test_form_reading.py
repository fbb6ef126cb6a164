"""The file of a form: names as browsers write them, bytes however they are cut, nothing without a limit."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from gateway.media.form_reading import (
    MAX_BESIDE_BYTES,
    MAX_HEAD_BYTES,
    MAX_PARTS,
    FormUnreadableError,
    find_file_part,
)

FORM = "multipart/form-data; boundary=cut"
FIELD = b'--cut\r\nContent-Disposition: form-data; name="other"\r\n\r\nwords\r\n'
END = b"\r\n--cut--\r\n"


def file(disposition: str, data: bytes = b"bytes") -> bytes:
    return f"--cut\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode() + data + END


async def arriving(body: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


async def read(body: bytes, *, size: int = 1 << 16, content_type: str = FORM) -> tuple[str | None, bytes]:
    form = await find_file_part(content_type, arriving(body, size))
    return form.filename, b"".join([piece async for piece in form.pieces])


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('name="file"; filename="a.pdf"', "a.pdf"),
        ('name="file"; filename="Offer; final.pdf"', "Offer; final.pdf"),
        ('name="file"; filename="Offer; invoice; final.pdf"', "Offer; invoice; final.pdf"),
        ('filename=";;;.pdf"; name="file"', ";;;.pdf"),
        ('name="file"; filename="a; name=\\"other\\".pdf"', 'a; name="other".pdf'),
        ('name="file"; filename="C:\\x\\inv.pdf"', "C:\\x\\inv.pdf"),  # an old browser's path
        ('name="file"; filename="back\\\\slash.pdf"', "back\\slash.pdf"),  # curl
        ("name=file; filename=plain.pdf", "plain.pdf"),
        ("NAME=file; FileName=plain.pdf", "plain.pdf"),
        ('name="file"; filename="x.pdf"; filename*=UTF-8\'\'%D1%81%D1%87.pdf', "сч.pdf"),
        ('name="file"; filename="x.pdf"; filename*=nonsense', "x.pdf"),
        ('name="file"; filename="счёт.pdf"', "счёт.pdf"),
        ('name="file"; filename="a\x00b.pdf"', "a\x00b.pdf"),  # tidied where it is stored
        ('name="file"', None),
        ('name="file"; filename=""', ""),
    ],
)
async def test_names(disposition: str, name: str | None) -> None:
    assert await read(FIELD + file(disposition)) == (name, b"bytes")


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64, 1 << 16])
@pytest.mark.parametrize(
    "data", [b"", b"\r\n", b"\r\n--", b"\r\n--cu", b"--cu", b"\r", b"a\r\n--cu\r\n--c", bytes(range(256)) * 5]
)
async def test_bytes_come_whole_however_they_are_cut(data: bytes, size: int) -> None:
    assert await read(b"preamble\r\n" + FIELD + file('name="file"', data), size=size) == (None, data)


async def test_a_name_that_is_no_utf_8_makes_no_lone_surrogates() -> None:
    body = file('name="file"; filename="?.pdf"').replace(b"?", b"\xed\xa0\x80\xff")
    name, _ = await read(body)
    assert name is not None
    name.encode()


@pytest.mark.parametrize(
    "content_type", ['multipart/form-data; boundary="cut"', "Multipart/Mixed; charset=x; boundary=cut"]
)
async def test_boundaries(content_type: str) -> None:
    assert await read(file("name=file"), content_type=content_type) == (None, b"bytes")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (file("name=file"), "application/json"),
        (file("name=file"), "multipart/form-data"),
        (file("name=file"), "multipart/form-data; boundary="),
        (file("name=file"), "multipart/form-data; boundary=" + "x" * 71),
        (b"", FORM),
        (b"no form at all", FORM),
        (FIELD + b"--cut--\r\n", FORM),  # no such field
        (FIELD, FORM),  # unfinished
        (FIELD + b"--cut\r\nContent-Disposition: form-data; name=file", FORM),  # unfinished head
        (file("name=file")[: -len(END)], FORM),  # unfinished file
        (FIELD * MAX_PARTS + file("name=file"), FORM),
        (b"--cut\r\nX: " + b"y" * MAX_HEAD_BYTES + b"\r\n" + file("name=file"), FORM),
        (b"z" * (MAX_BESIDE_BYTES + 1) + b"\r\n" + file("name=file"), FORM),
        (FIELD.replace(b"words", b"w" * MAX_BESIDE_BYTES) + file("name=file"), FORM),
    ],
)
async def test_what_can_not_be_read_is_said(body: bytes, content_type: str) -> None:
    with pytest.raises(FormUnreadableError):
        await read(body, content_type=content_type)


async def test_a_form_of_countless_parts_is_refused_at_its_beginning() -> None:
    given = 0

    async def counted() -> AsyncIterator[bytes]:
        nonlocal given
        async for piece in arriving(b"--cut\r\n\r\n\r\n" * 60_000, 4096):
            given += 1
            yield piece

    with pytest.raises(FormUnreadableError):
        await find_file_part(FORM, counted())
    assert given == 1
