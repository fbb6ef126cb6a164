"""What Prometheus reads.

With several processes on one port each scrape hits one of them, unless PROMETHEUS_MULTIPROC_DIR names
an empty directory before they start: then every process answers for all.
"""

from __future__ import annotations

import os
from typing import Final

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from inbox.storage.group_commit import Cause

SHARED: Final = "PROMETHEUS_MULTIPROC_DIR" in os.environ
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

REQUESTS: Final = Counter("gateway_requests", "Requests answered.", ("method", "route", "status"))
REQUEST_SECONDS: Final = Histogram(
    "gateway_request_seconds",
    "Time from a request's head to its answer.",
    ("method", "route"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
SOCKETS: Final = Gauge("gateway_open_sockets", "WebSockets open.", multiprocess_mode="livesum")
NOT_STORED: Final = Counter(
    "gateway_not_stored",
    "Submissions that were answered 503 or 500 because they could not be stored: full (too much waits), slow (waited "
    "too long), away (no database), conflict (others write the same), fault (anything else).",
    ("kind", "cause"),
)
PROCESS: Final = Gauge("gateway_process", "1 for the process that answered this scrape.", ("pid",))


def count_refusal(kind: str, cause: Cause) -> None:
    """Count a submission of a group commit that was not written."""
    NOT_STORED.labels(kind, cause.value).inc()


def render_metrics() -> bytes:
    """Return all figures in Prometheus' text format."""
    if SHARED:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
    PROCESS.labels(str(os.getpid())).set(1)
    return generate_latest(REGISTRY)
