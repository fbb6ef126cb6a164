"""What can be wrong with settings although each of them is right. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

from inbox.foundation.settings import Settings


def proxy_fault(settings: Settings) -> str | None:
    """Say what to do where a proxy must be in front of us and is not named: the server itself speaks no TLS."""
    if urlsplit(settings.public_url).scheme != "https" or settings.trusted_proxies:
        return None
    return (
        "GATEWAY_PUBLIC_URL is https, so a proxy is in front of the server: name its address in "
        "GATEWAY_TRUSTED_PROXIES, otherwise all visitors and operators count as one address for the limits"
    )


def named_proxies(settings: Settings) -> str:
    """Say whose word for a client's address counts."""
    if not settings.trusted_proxies:
        return "none is named; the address that connects is the client's"
    names = ", ".join(map(str, settings.trusted_proxies))
    return f"what {names} say of a client's address counts"


def metrics_readers(settings: Settings) -> str:
    """Say how Prometheus reads the figures."""
    if settings.metrics_token is None:
        return "/metrics answers programs on this machine only; set GATEWAY_METRICS_TOKEN for a Prometheus elsewhere"
    return "/metrics answers who shows the token of GATEWAY_METRICS_TOKEN (bearer token, `authorization` in Prometheus)"
