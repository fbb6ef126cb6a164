"""Somebody who was invited opens the link, chooses a password, and is in; with a second factor they need its code."""

from __future__ import annotations

import time

import pyotp
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
    secret = with_second_factor(shop, person["email"], "short but long enough")
    page.until(lambda: page.one("#sign-in-form").is_displayed(), "signed out")
    assert not page.one("#sign-in-code").is_displayed(), "who has none never sees the field"
    for field, text in (("email", person["email"]), ("password", "short but long enough")):
        page.one(f"#sign-in-form [name={field}]").clear()
        page.one(f"#sign-in-form [name={field}]").send_keys(text)
    page.press(Keys.ENTER)
    page.until(lambda: page.one("#sign-in-code").is_displayed(), "the code is asked for")
    next_code = pyotp.TOTP(secret).at(int(time.time()), counter_offset=1)
    page.one("#sign-in-form [name=code]").send_keys(next_code)
    page.press(Keys.ENTER)
    page.until(lambda: page.one("#sign-out").is_displayed(), "the code is right")
    page.click("#sign-out")


def with_second_factor(shop: Shop, email: str, password: str) -> str:
    """Turn somebody's second factor on as their program would; return the app's secret."""
    token = shop.api("POST", "/auth/login", {"email": email, "password": password})["token"]
    secret = str(shop.api("POST", "/me/second-factor", {"password": password}, token=token)["secret"])
    shop.api("PUT", "/me/second-factor", {"code": pyotp.TOTP(secret).now()}, token=token)
    return secret
