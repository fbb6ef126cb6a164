"""What the doctor says of settings that are right each, and wrong together."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from gateway.commands.doctor_settings import metrics_readers, named_proxies, proxy_fault
from inbox.foundation.settings import Settings


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({}, False),
        ({"public_url": "https://gateway.example"}, True),
        ({"public_url": "https://gateway.example", "trusted_proxies": "10.0.0.1"}, False),
    ],
)
def test_a_proxy_that_must_be_there_is_missed(settings: dict[str, Any], fault: bool) -> None:
    assert (proxy_fault(Settings(**settings)) is not None) is fault


def test_proxies_are_addresses_and_networks() -> None:
    settings = Settings(trusted_proxies="127.0.0.1, 10.0.0.0/8,2001:db8::/32,")  # type: ignore[arg-type]
    assert settings.trusted_proxies == tuple(map(ip_network, ("127.0.0.1", "10.0.0.0/8", "2001:db8::/32")))
    assert "10.0.0.0/8" in named_proxies(settings)
    for wrong in ("nginx", "10.0.0.1/8", "*"):
        with pytest.raises(ValidationError):
            Settings(trusted_proxies=wrong)  # type: ignore[arg-type]


def test_readers_of_figures_are_told() -> None:
    assert "this machine" in metrics_readers(Settings())
    assert "GATEWAY_METRICS_TOKEN" in metrics_readers(Settings(metrics_token=SecretStr("x" * 16)))
    with pytest.raises(ValidationError):
        Settings(metrics_token=SecretStr("short"))
