"""A demo that another origin's pages may ask, that origin, and a browser."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.demo_process import DemoProcess
from tests.acceptance.inbox.inbox_browser import Browser

BROWSER_PARTS = ("chromium", "chromedriver")
EXAMPLES = Path(__file__).parents[3] / "examples"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = [name for name in BROWSER_PARTS if shutil.which(name) is None]
    if missing:
        for item in items:
            if "tests/acceptance/documents" in str(item.path):
                item.add_marker(pytest.mark.skip(reason=f"not installed: {', '.join(missing)}"))


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="package")
def elsewhere() -> Iterator[str]:
    """The origin from which the examples are served, as `python -m http.server` does."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(EXAMPLES)))
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory, elsewhere: str) -> Iterator[DemoProcess]:
    environment = {"GATEWAY_CORS_ORIGINS": elsewhere}
    with DemoProcess.started(tmp_path_factory.mktemp("documents"), environment=environment) as running:
        yield running


@pytest.fixture(scope="package")
def browser(demo: DemoProcess) -> Iterator[Browser]:
    browser = Browser(demo.base_url)
    yield browser
    browser.quit()
