"""Somebody who was invited opens the link, chooses a password, and is in; with a second factor they need its code."""

from __future__ import annotations

import time

import pyotp
import pytest
from selenium.webdriver.common.keys import Keys

from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.shop import Shop
from tests.integration.people.openid_world import CLIENT, STRANGER, providing


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


def test_who_forgot_the_password_hears_what_to_do(second_browser: Browser) -> None:
    page = second_browser
    page.open_page()
    page.click("#forgotten")
    page.until(lambda: page.one("#sign-in-fault").text == "Enter your e-mail first.", "which account")
    page.one("#sign-in-form [name=email]").send_keys("nobody@demo.example")
    page.click("#forgotten")
    page.until(lambda: "ask an administrator" in page.one("#sign-in-note").text, "the same for all")


@pytest.mark.filterwarnings("ignore")  # of the provider's library
def test_an_invited_operator_comes_in_by_the_company_s_provider(second_browser: Browser, shop: Shop) -> None:
    page = second_browser
    workspace = shop.api("GET", "/workspace")["id"]
    invitation = shop.api("POST", "/invitations", {"name": "Olga Openid", "email": "olga@demo.example"})
    with providing() as provider:
        made = shop.api("POST", "/openid-providers", {"name": "Company", "issuer": provider.issuer, **CLIENT})
        token = invitation["link"].rpartition("/")[2]
        for address in (f"/?workspace={workspace}#/password/{token}", f"/?workspace={workspace}"):
            page.driver.get("about:blank")
            page.driver.get(page.base_url + address)
            place = "#choose-password" if token in address else "#sign-in-form"
            page.until(lambda place=place: page.one(f"{place} .sign-in-providers button").is_displayed(), "the button")
            page.click(f"{place} .sign-in-providers button")
            page.until(lambda: provider.issuer in page.driver.current_url, "at the provider")
            page.click(f"button[value={STRANGER.sub}]")
            page.until(lambda: page.one("#who").text == "Olga Openid (operator)", "in")
            assert "code=" not in page.driver.current_url
            page.click("#sign-out")
            page.until(lambda: page.one("#sign-in-form").is_displayed(), "signed out")
    shop.api("DELETE", f"/openid-providers/{made['id']}")


def with_second_factor(shop: Shop, email: str, password: str) -> str:
    """Turn somebody's second factor on as their program would; return the app's secret."""
    token = shop.api("POST", "/auth/login", {"email": email, "password": password})["token"]
    secret = str(shop.api("POST", "/me/second-factor", {"password": password}, token=token)["secret"])
    shop.api("PUT", "/me/second-factor", {"code": pyotp.TOTP(secret).now()}, token=token)
    return secret
