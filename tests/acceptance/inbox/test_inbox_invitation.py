"""Somebody who was invited opens the link, chooses a password, and is in; then they are there."""

from __future__ import annotations

from selenium.webdriver.common.keys import Keys

from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.shop import Shop


def test_an_invited_operator_chooses_a_password(second_browser: Browser, shop: Shop) -> None:
    page = second_browser
    person = {"name": "Ines Invited", "email": "ines@demo.example"}
    invitation = shop.api("POST", "/invitations", person)
    page.open_page()
    page.driver.get("about:blank")
    page.driver.get(f"{page.base_url}/{invitation['link'].partition('/#')[2].join(['#', ''])}")
    page.until(lambda: page.one("#choose-password").is_displayed(), "the form is there")
    assert "gwp_" not in page.driver.current_url
    page.one("#choose-password input").send_keys("short")
    page.press(Keys.ENTER)
    page.until(lambda: "at least 10" in page.one("#choose-password .fault").text, "too short")
    page.one("#choose-password input").send_keys(" but long enough")
    page.press(Keys.ENTER)
    page.until_live()
    assert page.one("#who").text == "Ines Invited (operator)"

    def status() -> str:
        return str(shop.api("GET", f"/operators/{invitation['operator']['id']}")["status"])

    page.until(lambda: status() == "online", "presence by the open page")
    page.click("#sign-out")
