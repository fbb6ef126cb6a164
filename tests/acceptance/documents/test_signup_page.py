"""A number is connected in the emulated dialog of Meta's, in a real browser and under the page's own policy."""

from __future__ import annotations

from tests.acceptance.demo_process import DemoProcess
from tests.acceptance.inbox.inbox_browser import Browser


def test_a_number_is_signed_up(demo: DemoProcess, browser: Browser) -> None:
    status, signup = demo.api("POST", "/signups", {"name": "Signed up"}, token=demo.owner_token)
    assert status == 201, signup
    driver = browser.driver
    driver.get(signup["page_url"])
    own = driver.current_window_handle
    browser.until(lambda: browser.one("#begin").is_enabled(), "Meta's script is there")
    assert "#" not in driver.current_url
    browser.click("#begin")
    browser.until(lambda: len(driver.window_handles) == 2, "the dialog opens")
    driver.switch_to.window(next(handle for handle in driver.window_handles if handle != own))
    browser.until(lambda: "Demo number to connect 15550109999" in browser.texts("#numbers button"), "it lists numbers")
    next(one for one in browser.all("#numbers button") if "to connect" in one.text).click()
    driver.switch_to.window(own)
    browser.until(lambda: browser.one("#said").text.startswith("The number is connected"), "it is connected")
    browser.check_log()
    _, shown = demo.api("GET", f"/signups/{signup['id']}", token=demo.owner_token)
    assert shown["state"] == "done"
    _, channel = demo.api("GET", f"/channels/{shown['channel_id']}", token=demo.owner_token)
    assert channel["name"] == "Signed up"

    driver.get(f"{demo.base_url}/signup/whatsapp")
    browser.until(lambda: "without a ticket" in browser.one("#said").text, "a page without a ticket says so")
    assert not browser.one("#begin").is_enabled()
