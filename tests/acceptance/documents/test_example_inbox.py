"""The example of an inbox, from another origin: a customer is answered with it."""

from __future__ import annotations

from tests.acceptance.demo_process import DemoProcess
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.shop import Customer, Shop


def test_a_customer_is_answered(demo: DemoProcess, browser: Browser, elsewhere: str) -> None:
    shop = Shop(demo)
    customer = Customer(shop, "15550170001", "Nora <b>Lind</b>")
    browser.driver.get(f"{elsewhere}/inbox.html")
    browser.run("document.getElementById('url').value = arguments[0]", demo.base_url)
    browser.one("#token").send_keys(shop.ana["token"])
    browser.click("#sign-in button")
    browser.until(lambda: browser.one("main").is_displayed(), "the inbox is there")

    customer.writes("Where is my order?")
    row = browser.until(
        lambda: next((r for r in browser.all("#list button") if customer.name in r.text), None), "it is listed"
    )
    row.click()
    browser.until(lambda: "Where is my order?" in browser.texts("#thread li"), "the message is shown")
    browser.click("#take")
    browser.until(lambda: browser.one("#text").is_displayed(), "it can be answered")
    browser.one("#text").send_keys("On its way <script>")
    browser.click("#answer button")
    demo.wait_until(lambda: "On its way <script>" in customer.sees(), "the customer sees the answer")
    customer.writes("Thanks!")
    browser.until(lambda: "Thanks!" in browser.texts("#thread li"), "what comes is shown at once")
    customer.opens_the_chat()
    browser.until(lambda: "On its way <script> (read)" in browser.texts("#thread li"), "so is what becomes of it")

    demo.kill_and_wait("serve")
    customer.writes("One more thing")
    browser.until(lambda: "One more thing" in browser.texts("#thread li"), "nothing is missed over a restart")
    browser.click("#close")
    browser.until(lambda: all(customer.name not in row for row in browser.texts("#list button")), "it is closed")
    browser.check_log()
