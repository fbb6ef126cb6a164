"""What a file is, by its bytes."""

from __future__ import annotations

import pytest

from inbox.files.sniffing import type_of

PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)
ZIP = b"PK\x03\x04" + bytes(64)
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(32)


@pytest.mark.parametrize(
    ("head", "declared", "expected"),
    [
        (PNG, "image/png", "image/png"),
        (PNG, "text/html", "image/png"),  # who lies about it is not believed
        (b"<html><script>alert(1)</script>", "image/png", "text/plain"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'>", "image/svg+xml", "text/plain"),
        (b"%PDF-1.7\n", None, "application/pdf"),
        (b"a;b\n1;2\n", "text/csv; charset=utf-8", "text/csv"),
        (b"a;b\n1;2\n", "text/html", "text/plain"),
        ("привет".encode()[:-1], "text/plain", "text/plain"),  # cut in the middle of a character
        (ZIP, DOCX, DOCX),
        (ZIP, "image/png", "application/zip"),
        (OLE, "application/msword", "application/msword"),
        (OLE, "image/png", "application/octet-stream"),
        (MP4, "audio/mp4", "audio/mp4"),
        (MP4, None, "video/mp4"),
        (b"OggS" + bytes(32), "audio/ogg; codecs=opus", "audio/ogg"),
        (bytes(64), "image/png", "application/octet-stream"),
        (b"", "image/png", "application/octet-stream"),
    ],
)
def test_the_bytes_decide(head: bytes, declared: str | None, expected: str) -> None:
    assert type_of(head, declared) == expected
