"""Upload sessions of samples: what goes in, what is refused, and which header the handle fits."""

from __future__ import annotations

from typing import Any

import pytest

from channels.sandbox.graph.errors import GraphError
from channels.sandbox.graph.samples import SampleUploads

LENGTH = 10


def opened(uploads: SampleUploads, mime_type: str = "image/png") -> str:
    return str(uploads.open(str(LENGTH), mime_type)["id"]).partition("?")[0]


def handle(uploads: SampleUploads, mime_type: str = "image/png") -> str:
    return str(uploads.fill(opened(uploads, mime_type), "0", b"x" * LENGTH)["h"])


def header(kind: str, *handles: str) -> dict[str, Any]:
    return {"type": "HEADER", "format": kind, "example": {"header_handle": list(handles)}}


@pytest.mark.parametrize(
    ("length", "mime_type", "says"),
    [
        *[(length, "image/png", "file_length") for length in ("", "0", "-1", "ten", "1.5")],
        *[("10", one, "file_type") for one in ("", "image/gif", "image/webp", "video/3gpp", "text/plain")],
    ],
)
def test_a_session_needs_length_and_type(length: str, mime_type: str, says: str) -> None:
    with pytest.raises(GraphError) as refused:
        SampleUploads().open(length, mime_type)
    assert refused.value.code == 100
    assert says in str(refused.value.details)


@pytest.mark.parametrize(
    ("offset", "data", "says"),
    [("", b"x", "file_offset"), ("5", b"x", "file_offset"), ("0", b"x" * (LENGTH + 1), "file_length")],
)
def test_bytes_come_in_order_and_no_more_than_announced(offset: str, data: bytes, says: str) -> None:
    uploads = SampleUploads()
    with pytest.raises(GraphError) as refused:
        uploads.fill(opened(uploads), offset, data)
    assert says in str(refused.value.details)


def test_an_upload_that_broke_off_goes_on_from_where_it_was() -> None:
    uploads = SampleUploads()
    name = opened(uploads)
    assert uploads.fill(name, "0", b"x" * 4) == {"id": name, "file_offset": 4}
    assert uploads.progress(name)["file_offset"] == 4
    assert uploads.fill(name, "4", b"x" * 6)["h"].startswith("4::")
    with pytest.raises(GraphError):
        uploads.fill(name, "10", b"x")


@pytest.mark.parametrize(
    ("mime_type", "kind", "fits"),
    [
        ("image/png", "IMAGE", True),
        ("image/jpeg", "image", True),
        ("video/mp4", "VIDEO", True),
        ("application/pdf", "DOCUMENT", True),
        ("image/png", "VIDEO", False),
        ("application/pdf", "IMAGE", False),
    ],
)
def test_a_sample_fits_the_header_of_its_type_also_on_a_card(mime_type: str, kind: str, fits: bool) -> None:
    uploads = SampleUploads()
    one = header(kind, handle(uploads, mime_type))
    for components in ([one], [{"type": "CAROUSEL", "cards": [{"components": [one]}]}]):
        if fits:
            uploads.check(components)
        else:
            with pytest.raises(GraphError):
                uploads.check(components)


@pytest.mark.parametrize("given", [[], ["4::guessed"], [""]])
def test_a_sample_that_was_not_uploaded_is_refused(given: list[str]) -> None:
    with pytest.raises(GraphError):
        SampleUploads().check([header("IMAGE", *given)])
    SampleUploads().check([{"type": "HEADER", "format": "TEXT", "text": "Hello"}])
