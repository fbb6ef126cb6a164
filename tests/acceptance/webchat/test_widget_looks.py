"""The channel's looks in a real browser: by language, light and dark, on a phone, with a colour that can be read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo import MongoClient
from selenium.webdriver.common.keys import Keys

from inbox.reports.day_rollups import DAY, day_of, of_days
from inbox.reports.rollup_documents import rollup_document
from inbox.reports.slots import Group
from inbox.reports.tallies import Tally, together, took
from tests.acceptance.demo_process import DemoProcess
from tests.acceptance.webchat.desk import Desk
from tests.acceptance.webchat.visitor_page import ROOT, VisitorPage

EVIL = "<img src=x onerror=window.pwned=1>"
COLOURS = f"""const look = getComputedStyle({ROOT}.querySelector('header'));
    return [look.backgroundColor, look.color]"""
FITS = f"""const box = {ROOT}.getElementById('panel').getBoundingClientRect();
    return box.left >= 0 && box.right <= innerWidth && {ROOT}.querySelector('header').scrollWidth <= box.width"""


@pytest.fixture
def channel(demo: DemoProcess, desk: Desk) -> Iterator[str]:
    path = f"/channels/{demo.ready['channels']['webchat']['id']}"
    before = desk.shop.api("GET", path)
    yield path
    nothing = {
        "texts": {"en": None, "ru": None},
        "color": None,
        "logo_url": None,
        "show_team": False,
        "show_answer_time": False,
        "sound": True,
        "form": [],
        "invitations": [],
    }
    desk.shop.api("PATCH", path, {"widget": nothing, "queue_id": before["queue_id"]})
    desk.shop.api("PUT", "/operators/me/status", {"status": "offline"})


def widget(desk: Desk, channel: str, **changes: Any) -> None:
    desk.shop.api("PATCH", channel, {"widget": changes})


def test_operators_see_on_which_page_it_began(visitor: VisitorPage, desk: Desk) -> None:
    """Only campaign marks of the address leave the page."""
    visitor.browser.run(
        "history.replaceState(null, '', '?session=secret&utm_source=news#top'); document.title = 'Shoes \\ud83d'"
    )
    visitor.open()
    visitor.write("hello")
    visitor.until_said("hello")
    conversation = desk.shop.api("GET", f"/conversations/{desk.takes()}")
    assert conversation["referral"] == {"source_url": visitor.url, "headline": "Shoes", "utm_source": "news"}


def test_emoji_are_chosen_by_keyboard_and_mouse(visitor: VisitorPage, desk: Desk) -> None:
    visitor.open()
    visitor.type("well done")
    visitor.browser.run("arguments[0].focus()", visitor.element("emoji"))
    visitor.browser.press(Keys.ENTER)
    focused = f"return {ROOT}.activeElement.textContent"
    assert visitor.browser.run(focused) == "😀"
    visitor.browser.press(
        Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.ARROW_UP, Keys.ARROW_LEFT, Keys.ARROW_LEFT, Keys.ENTER
    )
    assert visitor.browser.run("return arguments[0].value", visitor.element("field")) == "well done😀"
    assert visitor.browser.run(f"return {ROOT}.activeElement.id") == "field"
    visitor.element("emoji").click()
    visitor.browser.press(Keys.ESCAPE)
    assert visitor.element("panel").is_displayed()
    assert not visitor.element("emojis").is_displayed()
    visitor.browser.press(Keys.ENTER)
    visitor.until_said("well done😀")


def test_a_new_message_sounds_until_the_visitor_turns_it_off(visitor: VisitorPage, desk: Desk, channel: str) -> None:
    """The page counts sounds where the browser would play them."""
    heard = """window.heard = 0; const real = AudioContext;
        window.AudioContext = class extends real {
            createOscillator() { window.heard += 1; return super.createOscillator(); } }"""
    visitor.browser.run(heard)
    visitor.element("launcher").click()
    visitor.write("hello")
    desk.takes()
    visitor.until_said("hello")
    desk.answers("first")
    visitor.until_said("hello", "first")
    before = visitor.browser.run("return window.heard")
    assert before >= 1
    visitor.element("sound").click()
    assert visitor.element("sound").get_attribute("aria-pressed") == "false"
    desk.answers("second")
    visitor.until_said("hello", "first", "second")
    assert visitor.browser.run("return window.heard") == before
    visitor.reload()
    visitor.open()
    assert visitor.element("sound").get_attribute("aria-pressed") == "false"
    visitor.element("sound").click()
    widget(desk, channel, sound=False)
    visitor.reload()
    visitor.until_said("hello", "first", "second")
    assert visitor.element("sound").get_attribute("aria-pressed") == "true"


def test_a_form_comes_before_the_chat(visitor: VisitorPage, desk: Desk, channel: str) -> None:
    """By keyboard, on a phone: what is half filled in outlives a lost line; the answers go with the first message."""
    form = [{"key": "name", "required": True, "labels": {"en": EVIL}}, {"key": "email"}]
    widget(desk, channel, form=form)
    driver = visitor.browser.driver
    phone = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    try:
        visitor.reload()
        visitor.open()
        visitor.browser.until(lambda: visitor.element("form").is_displayed(), "the form is there")
        assert not visitor.element("composer").is_displayed()
        assert EVIL in visitor.text_of("form")
        assert visitor.browser.run("return window.pwned") is None
        assert visitor.browser.run(f"return {ROOT}.activeElement.id") == "form-name"
        visitor.browser.press(Keys.ENTER)
        assert visitor.element("form").is_displayed()  # the name is missing
        visitor.browser.press("Mia", Keys.TAB, "mia@shop.exam")
        visitor.browser.run("dispatchEvent(new Event('offline')); window.webchat.close(); window.webchat.open()")
        assert visitor.browser.run("return arguments[0].value", visitor.element("form-email")) == "mia@shop.exam"
        visitor.element("form-email").send_keys("ple")
        assert visitor.browser.run(FITS)
        visitor.browser.press(Keys.ENTER)
        assert not visitor.element("form").is_displayed()
        assert visitor.browser.run(f"return {ROOT}.activeElement.id") == "field"
        visitor.reload()
        visitor.open()
        visitor.write("hello")
        visitor.until_said("hello")
    finally:
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    conversation = desk.shop.api("GET", f"/conversations/{desk.takes()}")
    card = desk.shop.api("GET", f"/contacts/{conversation['contact']['id']}")
    assert (card["name"], card["emails"]) == ("Mia", ["mia@shop.example"])
    assert visitor.browser.run("return Object.keys(localStorage).filter((one) => one.endsWith('answers'))") == []


def test_who_comes_while_nobody_is_there_is_asked_for_an_address(
    visitor: VisitorPage, desk: Desk, channel: str
) -> None:
    """What is half filled in stays when somebody comes or goes."""
    widget(desk, channel, form=[{"key": "name"}, {"key": "email", "required": True, "when": "away"}])
    desk.shop.api("PATCH", channel, {"queue_id": None})
    status = "/operators/me/status"
    desk.shop.api("PUT", status, {"status": "ready"})
    asked = f"return [...{ROOT}.querySelectorAll('#form input')].map((one) => one.id)"
    visitor.reload()
    visitor.open()
    visitor.browser.until(lambda: visitor.browser.run(asked) == ["form-name"], "somebody is there")
    visitor.browser.press("Mi")
    desk.shop.api("PUT", status, {"status": "offline"})
    visitor.browser.until(lambda: visitor.browser.run(asked) == ["form-name", "form-email"], "nobody is there")
    assert visitor.browser.run(f"return {ROOT}.activeElement.id") == "form-name"
    visitor.browser.press("a", Keys.TAB, "mia@shop.example", Keys.ENTER)
    visitor.write("hello")
    visitor.until_said("hello")
    conversation = desk.shop.api("GET", f"/conversations/{desk.takes()}")
    card = desk.shop.api("GET", f"/contacts/{conversation['contact']['id']}")
    assert (card["name"], card["emails"]) == ("Mia", ["mia@shop.example"])


def test_a_greeting_begins_by_rule_and_once(visitor: VisitorPage, desk: Desk, channel: str) -> None:
    rules = [
        {"path": "/elsewhere*", "after_seconds": 0, "texts": {"en": "Wrong page"}},
        {"path": "*/demo", "after_seconds": 1, "texts": {"en": EVIL}},
    ]
    widget(desk, channel, invitations=rules)
    visitor.reload()
    visitor.browser.until(lambda: visitor.element("invite").is_displayed(), "the greeting is there")
    assert visitor.text_of("invited") == EVIL
    assert visitor.browser.run("return window.pwned") is None
    visitor.element("invited").click()
    visitor.browser.until(lambda: visitor.element("panel").is_displayed(), "the chat is open")
    visitor.browser.until(lambda: not visitor.element("invite").is_displayed(), "the greeting is gone")
    assert EVIL in next(value for name, value in visitor.kept().items() if name.endswith("invited"))


def test_the_channel_says_how_the_widget_looks(visitor: VisitorPage, desk: Desk, channel: str) -> None:
    """What it says is text; the next page begins with the same looks, before it is connected."""
    texts = {"en": {"title": "Talk to the shop " + "x" * 40, "greeting": EVIL}, "ru": {"title": "Магазин"}}
    widget(desk, channel, texts=texts, color="#ffee00", show_team=True)
    desk.shop.api("PATCH", channel, {"queue_id": None})
    desk.shop.api("PUT", "/operators/me/status", {"status": "ready"})
    visitor.reload()
    visitor.open()
    visitor.browser.until(lambda: visitor.text_of("title").startswith("Talk to the shop"), "the channel's title")
    greeting = f"return {ROOT}.querySelector('[data-note=greeting]').textContent"
    assert visitor.browser.run(greeting) == EVIL
    assert visitor.browser.run("return window.pwned") is None
    assert visitor.browser.run(COLOURS) == ["rgb(255, 238, 0)", "rgb(0, 0, 0)"]
    visitor.browser.until(lambda: "Here now" in visitor.text_of("people"), "who is there")
    for theme in ("light", "dark"):
        visitor.browser.run("document.querySelector('#webchat').dataset.theme = arguments[0]", theme)
        assert visitor.browser.run(COLOURS) == ["rgb(255, 238, 0)", "rgb(0, 0, 0)"]
    driver = visitor.browser.driver
    size = driver.get_window_size()
    try:
        phone = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
        visitor.browser.until(lambda: visitor.browser.run(FITS), "it fits on a phone")
    finally:
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        driver.set_window_size(size["width"], size["height"])
    visitor.browser.run("window.webchat.close()")
    widget(desk, channel, texts={"en": {"title": "Another title"}}, color="#00257a")
    visitor.reload()
    visitor.browser.until(lambda: visitor.text_of("title") == "Another title", "a change comes with the next page")
    assert visitor.browser.run(COLOURS) == ["rgb(0, 37, 122)", "rgb(255, 255, 255)"]


def test_the_head_says_how_soon_somebody_usually_answers(
    visitor: VisitorPage, desk: Desk, channel: str, demo: DemoProcess
) -> None:
    """Only while somebody is there, in the visitor's language."""
    day = day_of(datetime.now(UTC) - 2 * DAY)
    quick = {demo.ready["channels"]["webchat"]["id"]: together([Tally(first_answer=took(200.0))] * 30)}
    counted = rollup_document(demo.ready["workspace_id"], of_days(Group.CHANNEL), day, quick)
    with MongoClient[dict[str, Any]](str(demo.ready["mongo_url"])) as client:
        client.get_default_database()["rollups"].insert_one(dict(counted))
    widget(desk, channel, show_answer_time=True)
    desk.shop.api("PATCH", channel, {"queue_id": None})
    desk.shop.api("PUT", "/operators/me/status", {"status": "ready"})
    visitor.reload()
    visitor.open()
    visitor.browser.until(lambda: visitor.text_of("usual") == "Usually answers within 5 minutes", "how soon")
    desk.shop.api("PUT", "/operators/me/status", {"status": "offline"})
    visitor.browser.until(lambda: not visitor.element("usual").is_displayed(), "nobody is there to keep it")
