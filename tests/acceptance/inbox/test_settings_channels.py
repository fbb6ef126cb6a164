"""Connecting a channel on the page, step by step."""

from __future__ import annotations

import pytest

from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.settings_pages import fill, objects, open_settings, press_button, shows
from tests.acceptance.inbox.shop import Shop


def state_of(browser: Browser, step: str) -> str:
    return str(browser.one(f"[data-step={step}]").get_attribute("data-state"))


def test_an_owner_sets_up_a_web_chat_and_takes_it_away(ben: Browser, shop: Shop) -> None:
    ben.sign_in_with(shop.owner["token"])
    open_settings(ben, "channels")
    press_button(ben, "Connect a channel")
    ben.click("a[href$='/new/webchat']")
    fill(ben, "Name", "Second shop")
    fill(ben, "Sites that carry the chat", "shop.example")
    press_button(ben, "Connect and check")
    shows(ben, "Write it in the form that is asked for.")
    ben.one(".settings-page textarea[aria-invalid]")
    fill(ben, "Sites that carry the chat", "https://shop.example")
    press_button(ben, "Connect and check")
    ben.until(
        lambda: state_of(ben, "origins") == "done", "the site is allowed, and was checked without being asked for"
    )
    assert state_of(ben, "page") == "waiting"
    made = ben.driver.current_url.rsplit("/", 1)[1]
    assert f"/webchat/{made}/widget.js" in ben.one("[data-step=page] code").text
    fill(ben, "Close after a silence with an operator of", "30")
    fill(ben, "Say so before the close", "40")
    press_button(ben, "Save")
    shows(ben, "warn_before_seconds")
    fill(ben, "Say so before the close", "5")
    press_button(ben, "Save")
    shop.demo.wait_until(
        lambda: shop.api("GET", f"/channels/{made}")["auto_close"]["warn_before_seconds"] == 300, "the times are stored"
    )
    fill(ben, "Colour", "green")
    fill(ben, "Title", "Talk to us")
    press_button(ben, "Save the looks")
    ben.until(lambda: ben.one("#screen .field-fault").text, "a colour that is none is refused at its field")
    fill(ben, "Colour", "#0a5c36")
    press_button(ben, "Save the looks")
    shop.demo.wait_until(lambda: looks(shop, made) == ("#0a5c36", "Talk to us"), "the looks are stored")
    press_button(ben, "Disconnect")
    ben.click("dialog[open] button.primary")
    ben.until(lambda: ben.driver.current_url.endswith("/settings/channels"), "the list is shown")
    ben.until(lambda: "Second shop" not in ben.one("#screen").text, "it is gone")


def looks(shop: Shop, channel: str) -> tuple[str, str | None]:
    widget = shop.api("GET", f"/channels/{channel}")["widget"]
    return widget["color"], widget["texts"].get("en", {}).get("title")


def test_a_telegram_bot_is_checked_with_its_provider(ben: Browser, shop: Shop) -> None:
    channel = shop.demo.ready["channels"]["telegram"]["id"]
    ben.sign_in_with(shop.owner["token"])
    open_settings(ben, f"channels/{channel}")
    press_button(ben, "Check again")
    ben.until(lambda: state_of(ben, "token") == "done", "the token is taken")
    ben.until(lambda: state_of(ben, "updates") == "done", "updates come")
    fill_name(ben, "")
    objects(ben, "Name", "Write something")


def fill_name(browser: Browser, name: str) -> None:
    fill(browser, "Name", name)
    press_button(browser, "Save")


def test_a_rate_card_and_a_budget_say_what_marketing_may_cost(
    ben: Browser, shop: Shop, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rates = tmp_path_factory.mktemp("rates") / "rates.csv"
    rates.write_text("effective_date,currency,market,category,rate\n2031-10-01,CHF,BR,utility,0.0068\n")
    ben.sign_in_with(shop.owner["token"])
    open_settings(ben, "rate-cards")
    press_button(ben, "Upload a card")
    shows(ben, "Choose a file first.")
    ben.one("#rate-card-file").send_keys(str(rates))
    press_button(ben, "Upload a card")
    shows(ben, "The rates of 1 market were read.")
    channel = shop.demo.ready["channels"]["whatsapp"]["id"]
    open_settings(ben, f"channels/{channel}")
    fill(ben, "A month", "much")
    ben.click("section[aria-label='Budget for marketing'] button.primary")
    ben.until(lambda: ben.all("section[aria-label='Budget for marketing'] [aria-invalid=true]"), "it is refused")
    fill(ben, "A month", "250")
    ben.click("section[aria-label='Budget for marketing'] button.primary")
    shows(ben, "of 250")
    shop.api("PUT", f"/channels/{channel}/budget", {"monthly_amount": None, "currency": "USD"})


def test_a_channel_may_not_close_earlier_than_its_queue_waits(ben: Browser, shop: Shop) -> None:
    channel = shop.demo.ready["channels"]["webchat"]["id"]
    ben.sign_in_with(shop.owner["token"])
    open_settings(ben, f"channels/{channel}")
    fill(ben, "Say so before the close", "0.5")
    fill(ben, "Close after a silence with an operator of", "1")
    press_button(ben, "Save")
    shows(ben, "'Sales'")
    fill(ben, "Close after a silence with an operator of", "25")
    press_button(ben, "Save")
    shop.demo.wait_until(
        lambda: shop.api("GET", f"/channels/{channel}")["auto_close"]["assigned_seconds"] == 1500, "the time is stored"
    )
