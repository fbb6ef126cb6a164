"""One demo and two browsers for all tests of the inbox page; each test has customers of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from tests.acceptance.demo_process import DemoProcess
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.shop import Customer, Shop

BROWSER_PARTS = ("chromium", "chromedriver")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = [name for name in BROWSER_PARTS if shutil.which(name) is None]
    if missing:
        for item in items:
            if "tests/acceptance/inbox" in str(item.path):
                item.add_marker(pytest.mark.skip(reason=f"not installed: {', '.join(missing)}"))


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProcess]:
    with DemoProcess.started(tmp_path_factory.mktemp("inbox")) as running:
        yield running


@pytest.fixture(scope="package")
def shop(demo: DemoProcess) -> Shop:
    return Shop(demo)


@pytest.fixture(scope="package")
def first_browser(demo: DemoProcess) -> Iterator[Browser]:
    yield from _browser(demo)


@pytest.fixture(scope="package")
def second_browser(demo: DemoProcess) -> Iterator[Browser]:
    yield from _browser(demo)


def _browser(demo: DemoProcess) -> Iterator[Browser]:
    browser = Browser(demo.base_url)
    yield browser
    browser.quit()


@pytest.fixture
def ana(first_browser: Browser, shop: Shop) -> Iterator[Browser]:
    """Ana's browser, signed in, on her own conversations."""
    yield from _signed_in(first_browser, shop.ana["token"])


@pytest.fixture
def ben(second_browser: Browser, shop: Shop) -> Iterator[Browser]:
    """Ben's browser, at the same time as Ana's."""
    yield from _signed_in(second_browser, shop.ben["token"])


def _signed_in(browser: Browser, token: str) -> Iterator[Browser]:
    browser.sign_in_with(token)
    yield browser
    browser.check_log()


_numbers = count(15550100000)


@pytest.fixture
def new_customer(shop: Shop) -> Callable[..., Customer]:
    """Make a customer of a name, with a number that no other test uses."""

    def make(name: str, *, number: str = "whatsapp") -> Customer:
        return Customer(shop, str(next(_numbers)), name, number=number)

    return make
