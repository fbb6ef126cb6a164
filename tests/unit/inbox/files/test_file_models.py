"""Names of customers' files are cleaned where the file gets its id, for all channels."""

from __future__ import annotations

import pytest

from inbox.files.file_models import with_own_file
from inbox.model.content import DocumentContent, Media


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("../../etc/\u202efdp.exe", "fdp.exe"),
        ("a\r\nb.pdf", "ab.pdf"),
        ("C:\\x\\inv.pdf", "inv.pdf"),
        ("x" * 400 + ".pdf", "x" * 196 + ".pdf"),
        ("\u200e\u2066", None),
        (None, None),
    ],
)
@pytest.mark.parametrize("where", [{"provider_media_id": "m"}, {"url": "https://files.example/f"}])
def test_a_customers_name_of_a_file_is_cleaned(given: str | None, stored: str | None, where: dict[str, str]) -> None:
    content = with_own_file(DocumentContent(media=Media(filename=given, **where)))
    assert isinstance(content, DocumentContent)
    assert content.media.filename == stored
    assert (content.media.id is not None) is ("provider_media_id" in where)


def test_an_upload_of_ours_stays_as_it_is() -> None:
    content = DocumentContent(media=Media(id="f1", filename="a.pdf"))
    assert with_own_file(content) is content
