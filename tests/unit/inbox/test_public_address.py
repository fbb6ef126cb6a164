"""Which addresses tenants may enter."""

from __future__ import annotations

import pytest

from inbox.foundation.public_address import AddressRefused, check_public_url, check_url_shape, is_public


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),  # cloud metadata
        ("100.64.0.1", False),  # carrier-grade NAT
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
    ],
)
def test_private_ranges(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "ftp://example.com",
        "file:///etc/passwd",
        "http://",
        "http://u@example.com",
        "http://example.com/?q=1",
        "http://example.com/#f",
        "http://exa mple.com",
        "http://example.com:port",
    ],
)
def test_what_is_no_address_of_a_server(url: str) -> None:
    with pytest.raises(AddressRefused):
        check_url_shape(url)


def test_a_slash_at_the_end_is_dropped() -> None:
    assert check_url_shape("https://example.com/base/") == "https://example.com/base"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1", "http://2130706433", "http://[::1]:80", "http://0x7f.1", "http://localhost"]
)
async def test_other_spellings_of_a_private_address(url: str) -> None:
    with pytest.raises(AddressRefused):
        await check_public_url(url)
