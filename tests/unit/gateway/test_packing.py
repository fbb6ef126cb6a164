"""Long answers are packed as their reader can unpack them."""

from __future__ import annotations

import zlib

import brotli
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from gateway.http.packing import SHORTEST, pack

LONG = b'{"items": [' + b'{"name": "same"}, ' * SHORTEST + b"null]}"
UNPACK = {"br": brotli.decompress, "gzip": lambda body: zlib.decompress(body, 31), None: bytes}


def packed(accepted: str, *, body: bytes = LONG, content_type: str = "application/json") -> web.Response:
    request = make_mocked_request("GET", "/", headers={"Accept-Encoding": accepted})
    return pack(request, web.Response(body=body, content_type=content_type))


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
def test_it_can_be_unpacked_by_who_asked(accepted: str, encoding: str | None) -> None:
    response = packed(accepted)
    assert response.headers.get("Content-Encoding") == encoding
    assert response.headers["Vary"] == "Accept-Encoding"
    assert isinstance(response.body, bytes)
    assert UNPACK[encoding](response.body) == LONG
    assert encoding is None or len(response.body) < len(LONG) / 10


@pytest.mark.parametrize(
    "response", [packed("br", body=b"{}"), packed("br", content_type="image/png"), packed("br", body=b"")]
)
def test_short_ones_and_files_stay_as_they_are(response: web.Response) -> None:
    assert "Content-Encoding" not in response.headers
