"""The business's own page beside a conversation: set on a page, shown in a frame that only it may fill."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.settings_pages import fill, open_settings, press_button
from tests.acceptance.inbox.shop import Customer, Shop

NewCustomer = Callable[[str], Customer]


class Card(BaseHTTPRequestHandler):
    """A page of a CRM that says for whom it was opened."""

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        body = f"<p id=card>{query['who'][0]} {bool(query['token'])}</p>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@contextmanager
def crm() -> Iterator[str]:
    """Have a CRM on this machine; give its address."""
    with HTTPServer(("127.0.0.1", 0), Card) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_the_customers_card_of_another_system_stands_at_the_side(
    ben: Browser, shop: Shop, new_customer: NewCustomer
) -> None:
    ida = new_customer("Ida Integration")
    ida.writes("Hello")
    ida.assigned_to(shop.owner)
    ben.sign_in_with(shop.owner["token"])
    with crm() as address:
        open_settings(ben, "integration")
        fill(ben, "Address", f"{address}/card?who={{{{ contact.name }}}}")
        press_button(ben, "Save")
        press_button(ben, "Make a secret")
        ben.until(lambda: ben.all("#screen .copy code"), "the secret is shown")
        ben.driver.get(ben.base_url)
        ben.until_live()
        ben.show("mine")
        ben.open_conversation("Ida Integration")
        ben.click(".integration summary")
        ben.driver.switch_to.frame(ben.one("iframe.integration-frame"))
        ben.until(lambda: ben.driver.execute_script("return document.querySelector('iframe')?.src"), "it is told where")
        ben.driver.switch_to.frame(ben.driver.find_element("css selector", "iframe"))
        ben.until(lambda: ben.one("#card").text == "Ida Integration True", "the other system's page is there")
        ben.driver.switch_to.default_content()
    shop.api("DELETE", "/workspace/integration-page")
