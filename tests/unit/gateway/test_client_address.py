"""Whose address counts: only what proxies of ours say about it is believed."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from aiohttp.test_utils import make_mocked_request

from gateway.http.client_address import ClientAddresses, client_of, counted_as, read_address

PROXIES = [ip_network("127.0.0.1"), ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["8.8.8.8"], "203.0.113.9"),  # a stranger says so
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["8.8.8.8"], "8.8.8.8"),
        ("127.0.0.1", ["6.6.6.6, 8.8.8.8"], "8.8.8.8"),  # the client wrote the first one itself
        ("127.0.0.1", ["6.6.6.6, 8.8.8.8, 10.1.2.3"], "8.8.8.8"),  # two proxies of ours
        ("127.0.0.1", ["6.6.6.6", "8.8.8.8,10.1.2.3"], "8.8.8.8"),  # in two headers
        ("127.0.0.1", ["10.9.9.9"], "10.9.9.9"),  # a client inside of the network
        ("127.0.0.1", ["8.8.8.8, nonsense"], "127.0.0.1"),
        ("127.0.0.1", ["8.8.8.8, "], "127.0.0.1"),
        ("127.0.0.1", ["[2001:db8::7]:4711"], "2001:db8::7"),
        ("127.0.0.1", ["8.8.8.8:4711"], "8.8.8.8"),
        ("fd00::1", ["2001:db8::7"], "2001:db8::7"),
        ("::ffff:127.0.0.1", ["::ffff:8.8.8.8"], "8.8.8.8"),
        (None, ["8.8.8.8"], None),
    ],
)
def test_the_client_is_the_nearest_address_that_is_no_proxy(
    peer: str | None, forwarded: list[str], client: str | None
) -> None:
    assert client_of(read_address(peer), forwarded, PROXIES) == read_address(client)


def test_without_the_setting_the_header_is_ignored() -> None:
    assert client_of(read_address("127.0.0.1"), ["8.8.8.8"], []) == read_address("127.0.0.1")


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("8.8.8.8", "8.8.8.8"),
        ("::ffff:8.8.8.8", "8.8.8.8"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        (None, ""),
        ("nonsense", ""),
    ],
)
def test_a_home_of_ipv6_is_one_address(address: str | None, name: str) -> None:
    assert counted_as(read_address(address)) == name


@pytest.mark.parametrize(
    ("trusted", "headers", "here"),
    [
        ([], {}, True),
        ([], {"X-Forwarded-For": "127.0.0.1"}, False),  # through a proxy that nobody named
        ([], {"Via": "1.1 nginx"}, False),
        ([], {"Forwarded": "for=127.0.0.1"}, False),
        (PROXIES, {}, True),
        (PROXIES, {"X-Forwarded-For": "8.8.8.8"}, False),
        (PROXIES, {"X-Forwarded-For": "127.0.0.1, 8.8.8.8"}, False),
        (PROXIES, {"Forwarded": "for=8.8.8.8"}, False),  # it does not say in the way that we read
        (PROXIES, {"X-Forwarded-For": "127.0.0.1"}, True),
    ],
)
def test_what_comes_through_a_proxy_is_not_this_machine(
    trusted: list[object], headers: dict[str, str], here: bool
) -> None:
    request = make_mocked_request("GET", "/metrics", headers=headers).clone(remote="127.0.0.1")
    assert ClientAddresses(trusted).is_this_machine(request) is here  # type: ignore[arg-type]
