"""The pictures of the README and of `docs/`, taken from a demo as it is: `make screenshots`."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.acceptance.demo_process import DemoProcess
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.shop import Shop

IMAGES = Path(__file__).parents[1] / "docs" / "images"
SAMPLES = 17
"""Conversations that the demo's samples make, closed ones included."""


class Picture(NamedTuple):
    """A picture: who sees what at which address, after doing something there."""

    name: str
    who: str
    path: str
    then: Callable[[Browser], None] = lambda _: None


def _open_maria(browser: Browser) -> None:
    browser.show("mine")
    browser.open_conversation("Maria Santos")
    browser.until_said("Can I still change the address?")


PICTURES = (
    Picture("inbox", "ana", "/", _open_maria),
    Picture("queues", "owner", "/board"),
    Picture("queue-settings", "owner", "/settings/queues", lambda browser: browser.click("#screen tbody a")),
    Picture("reports", "owner", "/reports"),
    Picture("channels", "owner", "/settings/channels"),
)


def main() -> None:
    """Take all pictures."""
    with tempfile.TemporaryDirectory() as directory, DemoProcess.started(Path(directory), "--samples") as demo:
        shop = Shop(demo)
        demo.wait_until(lambda: _all_there(demo), "customers have written")
        browser = Browser(demo.base_url)
        try:
            for picture in PICTURES:
                _take(browser, picture, (shop.ana if picture.who == "ana" else shop.owner)["token"])
        finally:
            browser.quit()


def _all_there(demo: DemoProcess) -> bool:
    lists = ("/conversations?limit=200", "/conversations?state=closed&limit=200")
    return sum(len(demo.api("GET", path)[1]["items"]) for path in lists) >= SAMPLES


def _take(browser: Browser, picture: Picture, token: str) -> None:
    browser.sign_in_with(token)
    browser.driver.get(browser.base_url + picture.path)
    browser.until_live()
    browser.until(lambda: not browser.all("#screen [role=status]"), "everything is loaded")
    picture.then(browser)
    browser.until(lambda: not browser.all("#screen [role=status]"), "everything is loaded")
    browser.run("document.activeElement.blur()")
    file = IMAGES / f"{picture.name}.png"
    file.write_bytes(browser.driver.get_screenshot_as_png())
    print(file)


if __name__ == "__main__":
    main()
