"""Which addresses tenants may enter."""

from __future__ import annotations

import random
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

import pytest

from inbox.foundation.public_address import AddressRefusedError, check_public_url, check_url_shape, is_public


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


PRIVATE_V4 = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
]
PUBLIC_V4 = ["8.8.8.8", "1.1.1.1", "31.13.84.51", "149.154.167.220", "192.0.1.1", "172.32.0.1", "100.128.0.1"]
REFUSED_WHOLE = ["::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2001:db8::/32", "2002::/16"]
REFUSED_WHOLE += ["3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"]
SEED = 20261127


@pytest.mark.parametrize("network", [*PRIVATE_V4, *REFUSED_WHOLE])
def test_no_address_of_a_refused_range_is_public(network: str) -> None:
    for number in _some_of(ip_network(network)):
        assert not is_public(_written(ip_network(network), number)), number


@pytest.mark.parametrize("prefix", ["::ffff:0:0", "64:ff9b::"])
@pytest.mark.parametrize("network", PRIVATE_V4)
def test_an_address_that_carries_a_private_one_is_private(prefix: str, network: str) -> None:
    for number in _some_of(IPv4Network(network)):
        assert not is_public(str(IPv6Address(int(IPv6Address(prefix)) | number))), number


@pytest.mark.parametrize("prefix", ["::ffff:0:0", "64:ff9b::"])
@pytest.mark.parametrize("address", PUBLIC_V4)
def test_an_address_that_carries_a_public_one_is_public(prefix: str, address: str) -> None:
    assert is_public(address)
    assert is_public(str(IPv6Address(int(IPv6Address(prefix)) | int(IPv4Address(address)))))


@pytest.mark.parametrize("wrapped", ["::{0}", "2002:{1}::", "2001:0:{1}::1", "64:ff9b:1::{0}", "::ffff:0:{0}"])
@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "192.0.0.192", "10.0.0.1", "8.8.8.8"])
def test_tunnels_lead_nowhere(wrapped: str, address: str) -> None:
    high, low = divmod(int(IPv4Address(address)), 1 << 16)
    assert not is_public(wrapped.format(address, f"{high:x}:{low:x}"))


def _some_of(network: IPv4Network | IPv6Network) -> list[int]:
    first, last = int(network.network_address), int(network.broadcast_address)
    chosen = random.Random(SEED)
    return [first, first + 1, last - 1, last, *(chosen.randint(first, last) for _ in range(50))]


def _written(network: IPv4Network | IPv6Network, number: int) -> str:
    return str(IPv4Address(number) if isinstance(network, IPv4Network) else IPv6Address(number))


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
    with pytest.raises(AddressRefusedError):
        check_url_shape(url)


def test_a_slash_at_the_end_is_dropped() -> None:
    assert check_url_shape("https://example.com/base/") == "https://example.com/base"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1",
        "http://2130706433",
        "http://[::1]:80",
        "http://0x7f.1",
        "http://localhost",
        "http://[64:ff9b::7f00:1]",
    ],
)
async def test_other_spellings_of_a_private_address(url: str) -> None:
    with pytest.raises(AddressRefusedError):
        await check_public_url(url)
