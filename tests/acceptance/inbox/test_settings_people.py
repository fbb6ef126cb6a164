"""People and programs in the settings: made, changed, and taken away, with what is shown once."""

from __future__ import annotations

import json
from pathlib import Path

import pyotp
from selenium.webdriver.common.keys import Keys

from tests.acceptance.inbox.accessibility import violations
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.settings_pages import choose, field, fill, objects, open_settings, press_button, shows
from tests.acceptance.inbox.shop import Shop


def test_somebody_is_invited_changed_and_deactivated(ben: Browser, shop: Shop) -> None:
    ben.sign_in_with(shop.owner["token"])
    open_settings(ben, "people")
    press_button(ben, "Invite")
    fill(ben, "Name", "Nora New")
    fill(ben, "E-mail", "nora")
    choose(ben, "Role", "Supervisor: also sees and moves what their groups have")
    fill(ben, "New skill", "tax")
    ben.click("fieldset .input-row button")
    press_button(ben, "Invite")
    objects(ben, "E-mail", "in the form")
    fill(ben, "E-mail", "nora@settings.example")
    press_button(ben, "Invite")
    shows(ben, "Shown this once")
    assert ben.one(".copy code").text.startswith("http")
    press_button(ben, "I have copied it")
    press_button(ben, "Nora New")
    nora = ben.driver.current_url.rsplit("/", 1)[1]
    made = shop.api("GET", f"/operators/{nora}")
    assert (made["role"], made["skills"]) == ("supervisor", {"tax": 3})
    fill(ben, "Conversations at once", "4")
    ben.click("[aria-label='Remove “tax”']")
    press_button(ben, "Save")
    shop.demo.wait_until(lambda: shop.api("GET", f"/operators/{nora}")["capacity"] == 4, "it is stored")
    assert shop.api("GET", f"/operators/{nora}")["skills"] == {}
    press_button(ben, "Nora New")
    press_button(ben, "Deactivate")
    ben.click("dialog[open] button.primary")
    shop.demo.wait_until(lambda: not shop.api("GET", f"/operators/{nora}")["active"], "she is deactivated")


def test_a_program_gets_a_key_and_a_webhook(ben: Browser, shop: Shop) -> None:
    ben.sign_in_with(shop.owner["token"])
    open_settings(ben, "api-keys/new")
    fill(ben, "Name", "Bookkeeping")
    press_button(ben, "Create")
    shows(ben, "Shown this once")
    token = ben.one(".copy code").text
    assert shop.api("GET", "/queues", token=token)["items"]
    press_button(ben, "I have copied it")
    press_button(ben, "Bookkeeping")
    press_button(ben, "Remove")
    ben.click("dialog[open] button.primary")
    ben.until(lambda: "Bookkeeping" not in ben.one("#screen").text, "the key is gone")
    open_settings(ben, "webhooks/new")
    fill(ben, "Address", "hooks")
    press_button(ben, "Create")
    ben.until(lambda: ben.all("#screen [aria-invalid=true], #screen .fault"), "what is no address is refused")
    fill(ben, "Address", "https://hooks.example/gateway")
    fill(ben, "Events", "message.*")
    press_button(ben, "Create")
    shows(ben, "Shown this once")
    press_button(ben, "I have copied it")
    press_button(ben, "https://hooks.example/gateway")
    shows(ben, "There are no deliveries.")
    hook = ben.driver.current_url.rsplit("/", 1)[1]
    assert shop.api("GET", f"/webhooks/{hook}")["events"] == ["message.*"]
    shop.api("DELETE", f"/webhooks/{hook}")


def test_a_configuration_is_compared_and_then_taken_in(ben: Browser, shop: Shop, tmp_path: Path) -> None:
    ben.sign_in_with(shop.owner["token"])
    open_settings(ben, "configuration")
    given = {"version": shop.api("GET", "/workspace/configuration")["version"]}
    path, broken = tmp_path / "configuration.json", tmp_path / "broken.json"
    broken.write_text("no JSON")
    field(ben, "File").send_keys(str(broken))
    press_button(ben, "Compare")
    shows(ben, "This is no file of a configuration.")
    path.write_text(json.dumps({**given, "tags": [{"name": "brought-along", "color": "#2f80ed"}]}))
    field(ben, "File").send_keys(str(path))
    press_button(ben, "Compare")
    shows(ben, "brought-along")
    names = lambda: [one["name"] for one in shop.api("GET", "/tags?limit=200")["items"]]  # noqa: E731
    assert "brought-along" not in names(), "it was compared only"
    assert violations(ben) == []
    press_button(ben, "Import this")
    shows(ben, "Imported.")
    assert "brought-along" in names()
    open_settings(ben, "audit")
    shows(ben, "Configuration: imported")
    (made,) = [one for one in shop.api("GET", "/tags?limit=200")["items"] if one["name"] == "brought-along"]
    shop.api("DELETE", f"/tags/{made['id']}")


def test_what_is_not_saved_is_asked_about_before_it_is_left(ben: Browser, shop: Shop) -> None:
    ben.sign_in_with(shop.owner["token"])
    open_settings(ben, "groups/new")
    fill(ben, "Name", "Half a group")
    ben.click(".settings-list a[href='/settings/tags']")
    ben.driver.switch_to.alert.dismiss()
    assert field(ben, "Name").get_attribute("value") == "Half a group"
    ben.click(".settings-list a[href='/settings/tags']")
    ben.driver.switch_to.alert.accept()
    ben.until(lambda: ben.one(".settings-page h2").text == "Tags", "the other page is open")


def test_the_second_factor_begins_with_a_drawing_for_the_app(ben: Browser, shop: Shop) -> None:
    ben.sign_in_with(shop.ana["token"])
    open_settings(ben, "account")
    press_button(ben, "Turn on")
    fill(ben, "Password", "not the password")
    press_button(ben, "Go on")
    ben.until(lambda: ben.all("#screen [aria-invalid=true], #screen .fault"), "a wrong password is refused")
    fill(ben, "Password", shop.ana["password"])
    press_button(ben, "Go on")
    ben.one("svg.qr[role=img]")
    fill(ben, "Code of the app", "000000")
    press_button(ben, "Turn on")
    ben.until(lambda: ben.all("#screen [aria-invalid=true], #screen .fault"), "a wrong code is refused")


def test_a_demanded_second_factor_is_set_up_before_anything_else(ben: Browser, shop: Shop) -> None:
    password = "long enough for her"
    vera = shop.new_operator("vera@demo.example", password)
    scopes = ["read", "write", "manage", "administer"]
    key = shop.api("POST", "/api-keys", {"name": "For emergencies", "scopes": scopes})["token"]
    shop.api("PATCH", "/workspace", {"settings": {"second_factor_required": True}})
    try:
        ben.open_page()
        ben.sign_in(vera["email"], password)
        ben.until(lambda: "demands a second factor" in ben.one("#sign-in-factor").text, "the page says what it wants")
        assert not ben.one("#app").is_displayed()
        ben.click("#sign-in-factor button.primary")
        ben.one("#sign-in-factor input[type=password]").send_keys(password, Keys.ENTER)
        secret = ben.until(lambda: ben.one("#sign-in-factor .copy code").text, "the secret is shown")
        ben.one("#sign-in-factor input[autocomplete=one-time-code]").send_keys(pyotp.TOTP(secret).now(), Keys.ENTER)
        ben.until(lambda: len(ben.one("#sign-in-factor .copy code").text.split()) == 10, "the recovery codes are shown")
        ben.click("#sign-in-factor button.primary")
        ben.until_live()
        assert ben.one("#app").is_displayed()
    finally:
        shop.api("PATCH", "/workspace", {"settings": {"second_factor_required": False}}, token=key)
        shop.api("DELETE", f"/operators/{vera['id']}/second-factor", token=key)
        shop.until_let_in(shop.owner["token"])


def test_the_list_of_people_says_who_lacks_a_second_factor(ben: Browser, shop: Shop) -> None:
    ben.sign_in_with(shop.owner["token"])
    open_settings(ben, "people")
    shows(ben, "Second factor")
    shows(ben, "None")
