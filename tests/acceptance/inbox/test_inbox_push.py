"""A browser is told while nobody sees the page: turned on, tried, told, clicked, without a connection, turned off."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.acceptance.demo_process import DemoProcess
from tests.acceptance.inbox.accessibility import violations
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.push_service import click_notice, cut_off, deliver, push_service
from tests.acceptance.inbox.settings_pages import open_settings, press_button, shows
from tests.acceptance.inbox.shop import Customer, Shop

SHOWN = """const done = arguments[arguments.length - 1];
    navigator.serviceWorker.getRegistration("/").then((found) => found.getNotifications())
      .then((all) => done(all.map((one) => `${one.title} – ${one.body}`)))"""


@pytest.fixture
def browser(demo: DemoProcess) -> Iterator[Browser]:
    """A browser of its own: it has a service worker afterwards."""
    opened = Browser(demo.base_url)
    yield opened
    opened.quit()


def notices(browser: Browser) -> list[str]:
    return list(browser.driver.execute_async_script(SHOWN))


def test_a_closed_browser_is_told(browser: Browser, shop: Shop, new_customer: Callable[..., Customer]) -> None:
    pia = shop.new_operator("pia@demo.example", "a password of hers")  # has no other page in front of her
    with push_service() as service:
        service.take_part_in(browser)
        browser.sign_in_with(pia["token"])
        open_settings(browser, "notices")
        shows(browser, "This browser doesn’t tell you.")
        assert violations(browser) == []
        press_button(browser, "Turn on in this browser")
        shows(browser, "This browser tells you.")

        press_button(browser, "Send a test notice")
        browser.until(lambda: [one["kind"] for one in service.received] == ["test"], "the test notice came")
        deliver(browser, service.received[-1])
        assert notices(browser) == ["This is how a notice looks – "], "it is shown, whether or not the page is seen"
        assert violations(browser) == []

        browser.driver.get(f"{browser.base_url}/healthz")
        customer = new_customer("Paula Push")
        customer.writes("my secret")
        talk = customer.assigned_to(pia)
        browser.until(lambda: service.received[-1].get("conversation_id") == talk["id"], "the browser is told")
        assert "secret" not in str(service.received)
        assert "Paula" not in str(service.received)
        deliver(browser, service.received[-1])
        assert "A conversation was given to you – WhatsApp" in notices(browser)

        browser.run(
            """navigator.serviceWorker.getRegistration("/").then((found) => found.getNotifications({ tag: "test" }))
                .then((all) => all.forEach((one) => one.close()))"""
        )
        open_settings(browser, "account")
        shows(browser, "gets notices")
        click_notice(browser)
        path = f"/conversations/{talk['id']}"
        browser.until(lambda: browser.driver.current_url.endswith(path), "the page goes to the conversation")

        again = {**service.received[-1], "kind": "test"}
        deliver(browser, again)
        browser.driver.get(browser.base_url + path)
        browser.until(lambda: notices(browser) == [], "what is open needs no notice")

        cut_off(browser, offline=True)
        browser.until(lambda: browser.one("h1").text == "No connection", "an honest page")
        assert violations(browser) == []
        cut_off(browser, offline=False)
        browser.until_live()

        open_settings(browser, "notices")
        press_button(browser, "Turn off")
        shows(browser, "This browser doesn’t tell you.")
        assert shop.api("GET", "/me/push", token=pia["token"])["since"] is None
