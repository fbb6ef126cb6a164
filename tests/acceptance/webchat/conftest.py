"""One demo and one browser for all tests of the widget; each test is a new visitor."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.acceptance.demo_process import DemoProcess
from tests.acceptance.inbox.conftest import BROWSER_PARTS
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.shop import Shop
from tests.acceptance.webchat.desk import Desk
from tests.acceptance.webchat.proxy import Network
from tests.acceptance.webchat.visitor_page import VisitorPage


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = [name for name in BROWSER_PARTS if shutil.which(name) is None]
    if missing:
        for item in items:
            if "tests/acceptance/webchat" in str(item.path):
                item.add_marker(pytest.mark.skip(reason=f"not installed: {', '.join(missing)}"))


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProcess]:
    with DemoProcess.started(tmp_path_factory.mktemp("webchat")) as running:
        yield running


@pytest.fixture(scope="package")
def network(demo: DemoProcess) -> Iterator[Network]:
    with Network.before(demo.base_url) as between:
        yield between


@pytest.fixture(scope="package")
def browser(demo: DemoProcess) -> Iterator[Browser]:
    opened = Browser(demo.base_url)
    yield opened
    opened.quit()


@pytest.fixture(scope="package")
def desk(demo: DemoProcess) -> Desk:
    return Desk(Shop(demo))


@pytest.fixture
def visitor(demo: DemoProcess, network: Network, browser: Browser, desk: Desk) -> Iterator[VisitorPage]:
    """A new visitor on the page, whose network can be cut."""
    desk.nobody_came_yet()
    page = VisitorPage(browser, f"{network.url}/webchat/{demo.ready['channels']['webchat']['id']}/demo")
    page.visit()
    yield page
    browser.check_log()
