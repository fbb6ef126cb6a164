"""How much the workplace page keeps after a day of work.

    .venv/bin/python -m tests.page_heap [--hours 8] [--conversations 16]

A demo of its own, one Chromium that is signed in as the owner, and the traffic of a day without its pauses: in each
hour so many new customers write four messages each; of every third the conversation is opened, answered by typing,
opened again and closed while it is shown, the others are answered and closed over the API. After two hours of this,
and after so many more, the browser collects its garbage and says what is left. It runs without compiling to machine
code: what V8 compiles grows with use, whatever the page does.

It ends with 1 where more than a tenth was added.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from tests.acceptance.demo_process import DemoProcess
from tests.acceptance.inbox.inbox_browser import MESSAGES, Browser
from tests.acceptance.inbox.shop import Customer, Shop

LEAD_HOURS: Final = 2
"""Until everything was used that is used in a day."""
ALLOWED: Final = 1.10
FIRST_NUMBER: Final = 15557000000
QUESTIONS: Final = 4
ANSWERS: Final = 3
GO: Final = "history.pushState({}, '', arguments[0]); dispatchEvent(new PopStateEvent('popstate'))"
SAYS: Final = (
    "return [...document.querySelectorAll(arguments[0])].some((one) => one.textContent.includes(arguments[1]))"
)
"""Answers with yes or no: what the driver is told stays in the page's memory for a while."""

Pair = tuple[Customer, str]


class Day:
    """Customers and an owner with much to do."""

    def __init__(self, demo: DemoProcess, browser: Browser, conversations: int) -> None:
        self._shop = Shop(demo)
        self._owner = demo.ready["owner"]
        self._browser = browser
        self._conversations = conversations
        self._numbers = itertools.count(FIRST_NUMBER)
        self._pool = ThreadPoolExecutor(4)

    def hour(self) -> None:
        """Everything that happens in one hour."""
        numbers = [next(self._numbers) for _ in range(self._conversations)]
        pairs = list(self._pool.map(self._come, numbers))
        shown = pairs[::3]
        for pair in shown:
            self._open(pair)
            self._browser.send("I look into it.")
            self._until_says("I look into it.")
        list(self._pool.map(self._answer, pairs))
        for pair in shown:
            self._open(pair)
            self._close(pair)
        list(self._pool.map(self._close, (pair for pair in pairs if pair not in shown)))

    def _come(self, number: int) -> Pair:
        customer = Customer(self._shop, str(number), f"Person {number}")
        for place in range(QUESTIONS):
            customer.writes(f"Question {place} of {number}: where is my order?")
        return customer, customer.assigned_to(self._owner)["id"]

    def _answer(self, pair: Pair) -> None:
        customer, conversation_id = pair
        for place in range(ANSWERS):
            body = {"content": {"type": "text", "text": f"Answer {place}"}}
            self._shop.api("POST", f"/conversations/{conversation_id}/messages", body)
        customer.opens_the_chat()

    def _close(self, pair: Pair) -> None:
        self._shop.api("POST", f"/conversations/{pair[1]}/close", {})

    def _open(self, pair: Pair) -> None:
        self._browser.run(GO, f"/conversations/{pair[1]}")
        self._until_says(f"of {pair[0].wa_id}")

    def _until_says(self, words: str) -> None:
        self._browser.until(lambda: self._browser.run(SAYS, MESSAGES, words), f"the thread says {words!r}")


def heap_of(browser: Browser) -> dict[str, Any]:
    """Collect garbage and say what is left: bytes of the heap, nodes, listeners."""
    browser.driver.execute_cdp_cmd("Performance.enable", {})
    for _ in range(3):  # what one round lets go of holds more
        browser.driver.execute_cdp_cmd("HeapProfiler.collectGarbage", {})
    metrics = browser.driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
    return {one["name"]: one["value"] for one in metrics}


def measure(hours: int, conversations: int) -> float:
    """Print the heap after each hour; return by what it was multiplied since the lead."""
    with tempfile.TemporaryDirectory() as directory, DemoProcess.started(Path(directory)) as demo:
        browser = Browser(demo.base_url, "--js-flags=--jitless")
        try:
            browser.sign_in_with(demo.ready["owner"]["token"])
            browser.show("all")
            return _through(Day(demo, browser, conversations), browser, hours)
        finally:
            browser.quit()


def _through(day: Day, browser: Browser, hours: int) -> float:
    first = last = 0.0
    for hour in range(1, LEAD_HOURS + hours + 1):
        began = time.monotonic()
        day.hour()
        found = heap_of(browser)
        last = found["JSHeapUsedSize"]
        first = last if hour == LEAD_HOURS else first
        taken = time.monotonic() - began
        rest = f"{found['Nodes']} nodes, {found['JSEventListeners']} listeners ({taken:.0f} s)"
        print(f"hour {hour}: {last / 1e6:.2f} MB, {rest}", flush=True)
    return last / first


def main() -> int:
    """Measure, and say whether it is within what is allowed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=int, default=8)
    parser.add_argument("--conversations", type=int, default=16, help="new ones an hour")
    given = parser.parse_args()
    times = measure(given.hours, given.conversations)
    print(f"after {given.hours} more hours: {100 * (times - 1):+.1f} %")
    return 0 if times <= ALLOWED else 1


if __name__ == "__main__":
    sys.exit(main())
