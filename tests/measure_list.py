"""What the inbox's list costs a browser with many conversations: `python -m tests.measure_list [ROWS]`.

It starts a demo, writes conversations with names and last messages into its database, signs an owner in on *All*, and
prints how much of the API a sign-in reads, as it comes over the wire, and how much of the processor an event takes
once all rows are there, with the pointer elsewhere and over the list.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from pymongo import MongoClient

from inbox.foundation.ids import lowest_id
from tests.acceptance.demo_process import DemoProcess
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.shop import Customer, Shop

ROWS: Final = 2_000
MESSAGES: Final = 60
QUIET_SECONDS: Final = 4
"""What a page still does by itself after a sign-in, or after an event."""
WORDS: Final = ("the", "order", "came", "late", "parcel", "blue", "please", "send", "again", "invoice", "refund", "box")
FIGURES: Final = ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration", "TaskDuration")
OF_API: Final = """return performance.getEntriesByType("resource").filter((one) => one.name.includes("/api/v1"))
    .map((one) => [one.name.split("/api/v1")[1], one.encodedBodySize])"""


def main() -> None:
    """Measure once."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as directory, DemoProcess.started(Path(directory)) as demo:
        fill(demo, rows)
        shop = Shop(demo)
        browser = Browser(demo.base_url)
        try:
            _measure_sign_in(browser, shop)
            _read_all(browser)
            _measure_events(browser, shop)
        finally:
            browser.quit()


def fill(demo: DemoProcess, rows: int) -> None:
    """Write conversations as they are stored, each with a contact and a message."""
    database: Any = MongoClient(demo.ready["mongo_url"]).get_default_database()
    channel = database.channels.find_one({"_id": demo.whatsapp["id"]})
    place = {"workspace_id": channel["workspace_id"], "channel_id": channel["_id"]}
    operators = [one["id"] for one in demo.ready["operators"]]
    made = list(_made(place, operators, rows))
    for collection, documents in zip(("contacts", "conversations", "messages"), zip(*made, strict=True), strict=True):
        getattr(database, collection).insert_many(documents)


def _wa_id(number: int) -> str:
    return f"4915{number:09}"


def _made(place: dict[str, str], operators: list[str], rows: int) -> Iterator[tuple[Any, Any, Any]]:
    pick = random.Random(5)
    began = datetime.now(UTC) - timedelta(hours=20)
    for number in range(rows):
        at = began + timedelta(seconds=number * 30)
        id_ = lowest_id(at.timestamp())
        account = {"kind": "whatsapp", "external_id": _wa_id(number)}
        name = f"{pick.choice(WORDS).title()} {number}"
        contact = {
            "_id": id_,
            "workspace_id": place["workspace_id"],
            "name": name,
            "profile_name": name,
            "identity_keys": [f"whatsapp:{_wa_id(number)}"],
            "identities": [{**account, "aliases": []}],
            "search_terms": [],
            "tags": [],
            "created_at": at,
            "version": 1,
        }
        conversation = {
            "_id": id_,
            **place,
            "channel_kind": "whatsapp",
            "identity": account,
            "contact_id": id_,
            "open": True,
            "state": "assigned",
            "queue_id": None,
            "operator_id": pick.choice(operators),
            "priority": 0,
            "opened_at": at,
            "queued_at": at,
            "assigned_at": at,
            "active_at": at,
            "read_seq": 0,
            "version": 1,
            "promised": {},
            "window_expires_at": at + timedelta(hours=24),
        }
        message = {
            "_id": id_,
            **place,
            "conversation_id": id_,
            "seq": int(at.timestamp() * 1000),
            "direction": "in",
            "author": {"kind": "contact", "id": id_},
            "status": "received",
            "content": {"type": "text", "text": " ".join(pick.choices(WORDS, k=pick.randint(3, 18)))},
            "created_at": at,
            "provider_at": at,
        }
        yield contact, conversation, message


def _measure_sign_in(browser: Browser, shop: Shop) -> None:
    browser.driver.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
    browser.sign_in_with(shop.owner["token"])
    browser.show("all")
    browser.one("#list [role=option]")
    browser.driver.refresh()
    browser.until_live()
    browser.one("#list [role=option]")
    time.sleep(QUIET_SECONDS)
    read = browser.run(OF_API)
    for path, size in read:
        print(f"{size:8,} bytes  {path}")
    print(
        f"{sum(size for _, size in read):8,} bytes of the API at a sign-in; tabs: {browser.texts('#tabs [role=tab]')}"
    )


def _read_all(browser: Browser) -> None:
    """Scroll until nothing more comes."""
    height = -1
    while (now := browser.run("return document.getElementById('list-panel').scrollHeight")) != height:
        height = now
        browser.run("const panel = document.getElementById('list-panel'); panel.scrollTop = panel.scrollHeight")
        time.sleep(2)
    rows = browser.run("return document.querySelector('[aria-setsize]')?.getAttribute('aria-setsize')")
    print(f"rows read: {rows}, of them in the page: {len(browser.all('#list [role=option]'))}")
    browser.run("document.getElementById('list-panel').scrollTop = 0")


def _measure_events(browser: Browser, shop: Shop) -> None:
    customers = [Customer(shop, _wa_id(number * 7), "Somebody") for number in range(MESSAGES)]
    for pointer in ("elsewhere", "over the list"):
        if pointer != "elsewhere":
            row = browser.one("#list [role=option]").rect
            move = {"type": "mouseMoved", "x": row["x"] + 40, "y": row["y"] + 90}
            browser.driver.execute_cdp_cmd("Input.dispatchMouseEvent", move)
        time.sleep(QUIET_SECONDS)
        cursor, before = shop.api("GET", "/events?limit=0")["next_cursor"], _figures(browser)
        for customer in customers:
            customer.writes(f"again {time.time()}")
        time.sleep(QUIET_SECONDS)
        events = len(shop.api("GET", f"/events?cursor={cursor}&limit=200")["items"])
        cost = {name: (value - before[name]) * 1000 / events for name, value in _figures(browser).items()}
        print(f"pointer {pointer}, {events} events, ms each: { {name: round(ms, 2) for name, ms in cost.items()} }")


def _figures(browser: Browser) -> dict[str, float]:
    metrics = browser.driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
    return {one["name"]: one["value"] for one in metrics if one["name"] in FIGURES}


if __name__ == "__main__":
    main()
