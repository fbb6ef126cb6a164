"""What helpers say is shown where there is one: suggestions, a translation, a summary, the words of a voice message."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.acceptance.inbox.accessibility import violations
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.shop import Customer, Shop

ANSWERS = {
    "helper.suggest": {"suggestions": [{"text": "We open at nine."}, {"text": "Which shop do you mean?"}]},
    "helper.translate": {"text": "When do you open?", "language": "en"},
    "helper.summarise": {"text": "Asks for the opening hours."},
}
TEXT = "return document.getElementById('text').value"


class Helper(BaseHTTPRequestHandler):
    """Answers each question with one of `ANSWERS`."""

    def do_POST(self) -> None:
        """Answer what is asked."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps(ANSWERS[asked["type"]]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def helpers(shop: Shop) -> Iterator[None]:
    """Helpers that suggest, translate and summarise; none transcribes."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Helper) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        kinds = ("suggest", "translate", "summarise")
        made = [shop.api("POST", "/helpers", {"kind": kind, "url": url})["id"] for kind in kinds]
        yield
        for helper in made:
            shop.api("DELETE", f"/helpers/{helper}")
        server.shutdown()


@pytest.mark.usefixtures("helpers")
def test_helpers_suggest_translate_and_sum_up_and_nothing_goes_by_itself(
    first_browser: Browser, shop: Shop, new_customer: Callable[[str], Customer]
) -> None:
    hal = new_customer("Hal Helped")
    hal.writes("Wann macht ihr auf?")
    hal.assigned_to(shop.ana)
    page = first_browser
    page.sign_in_with(shop.ana["token"])
    page.show("mine")
    page.open_conversation("Hal Helped")

    page.click_in_message("Wann macht ihr auf?", "[data-action=translate]")
    page.until(lambda: "When do you open?" in page.one(".helped").text, "it is translated below")
    assert "Wann macht ihr auf?" in page.messages()[0]
    page.click("#summary button")
    page.until(lambda: "Asks for the opening hours." in page.one("#summary").text, "it is summed up")
    page.click("#show-suggestions")
    page.until(lambda: "Which shop do you mean?" in page.one(".suggestions").text, "replies are suggested")
    assert violations(page) == []
    page.click_in(".suggestions button", "We open at nine.")
    page.until(lambda: page.run(TEXT) == "We open at nine.", "it is in the field")
    assert page.focus_is_on("text")
    assert not hal.sees()
    assert not page.all(".suggestions")
    page.send(" See you!")
    page.until_said("We open at nine. See you!")
    page.check_log()


def test_nothing_is_offered_where_no_helper_is_set(
    ana: Browser, shop: Shop, new_customer: Callable[[str], Customer]
) -> None:
    una = new_customer("Una Unhelped")
    una.writes("Nobody helps here")
    una.assigned_to(shop.ana)
    ana.show("mine")
    ana.open_conversation("Una Unhelped")
    ana.until_said("Nobody helps here")
    assert not ana.all("#show-suggestions, #summary, [data-action=translate]")
