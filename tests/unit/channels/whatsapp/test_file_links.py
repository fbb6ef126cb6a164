"""Which links of files a worker follows."""

from __future__ import annotations

import pytest

from channels.whatsapp.files import may_fetch

BASE = "http://graph.example:8090"


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        ("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1", None, True),
        ("http://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1", None, False),  # the token goes along
        ("https://lookaside.fbsbx.com.evil.example/", None, False),
        ("https://evil.example/?lookaside.fbsbx.com", None, False),
        ("https://user@evil.example/.fbsbx.com", None, False),
        ("http://graph.example:8090/files/1", BASE, True),
        ("https://lookaside.fbsbx.com/1", BASE, True),  # a proxy of Meta's API
        ("http://graph.example:9000/files/1", BASE, False),
        ("http://169.254.169.254/latest/meta-data", BASE, False),
        ("http://127.0.0.1:27017/", BASE, False),
        ("file:///etc/passwd", BASE, False),
        ("", None, False),
        ("https://[", None, False),
    ],
)
def test_only_links_to_meta_and_to_the_channels_server_are_followed(
    url: str, base: str | None, *, expected: bool
) -> None:
    assert may_fetch(url, base) is expected
