"""The widget itself: keyboard, screen reader, languages, badge, buttons, and that nothing that is written runs."""

from __future__ import annotations

import base64
import time
from pathlib import Path

from selenium.webdriver.common.keys import Keys

from tests.acceptance.demo_process import DemoProcess
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.webchat.desk import Desk
from tests.acceptance.webchat.visitor_page import ROOT, VisitorPage
from tests.integration.webchat.visitors import identity

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
EVIL = "<img src=x onerror=window.pwned=1><script>window.pwned=2</script>"


def focused(visitor: VisitorPage) -> str:
    return str(visitor.browser.run(f"return {ROOT}.activeElement?.id || ''"))


def test_it_works_by_keyboard(visitor: VisitorPage, desk: Desk) -> None:
    visitor.browser.run("arguments[0].focus()", visitor.element("launcher"))
    assert visitor.browser.run(f"return {ROOT}.getElementById('launcher').getAttribute('aria-expanded')") == "false"
    visitor.browser.press(Keys.ENTER)
    assert focused(visitor) == "field"
    visitor.browser.press("by keyboard", Keys.ENTER)
    visitor.until_said("by keyboard")
    for _ in range(2):
        visitor.browser.press(Keys.TAB)
    assert visitor.browser.run(f"return {ROOT}.getElementById('panel').contains({ROOT}.activeElement)")
    visitor.browser.press(Keys.ESCAPE)
    assert focused(visitor) == "launcher"
    assert not visitor.element("panel").is_displayed()


def test_a_screen_reader_knows_what_is_what(visitor: VisitorPage, desk: Desk) -> None:
    visitor.open()
    named = f"""return [...{ROOT}.querySelectorAll('button, textarea, [role]')].filter((one) => one.offsetParent
        && !one.innerText && !one.getAttribute('aria-label') && !one.getAttribute('aria-labelledby')
        && one.id !== 'state' && one.id !== 'notice').map((one) => one.outerHTML)"""
    assert visitor.browser.run(named) == []
    roles = {name: visitor.element(name).get_attribute("role") for name in ("panel", "log", "state", "notice")}
    assert roles == {"panel": "dialog", "log": "log", "state": "status", "notice": "status"}
    assert visitor.element("log").get_attribute("aria-live") == "polite"


def test_unread_messages_are_counted_until_they_are_seen(visitor: VisitorPage, desk: Desk) -> None:
    visitor.open()
    visitor.write("hello")
    desk.takes()
    visitor.until_said("hello")
    visitor.browser.run("window.webchat.close()")
    sent = desk.answers("are you there?")
    label = "return arguments[0].getAttribute('aria-label')"
    visitor.browser.until(lambda: "unread" in visitor.browser.run(label, visitor.element("launcher")), "it is counted")
    visitor.reload()
    visitor.browser.until(lambda: "unread" in visitor.browser.run(label, visitor.element("launcher")), "still counted")
    visitor.open()
    visitor.browser.until(lambda: visitor.browser.run(label, visitor.element("launcher")) == "Open chat", "all seen")
    visitor.browser.until(lambda: desk.status_of(sent["id"]) == "read", "the operator sees that it was read")


def test_a_button_answers(visitor: VisitorPage, desk: Desk) -> None:
    visitor.open()
    visitor.write("hello")
    desk.takes()
    desk.sends({"type": "buttons", "text": "Which?", "buttons": [{"id": "b", "title": "Blue"}]})
    pressed = f"const one = {ROOT}.querySelector('.choices button:enabled'); one?.click(); return !!one"
    visitor.browser.until(lambda: visitor.browser.run(pressed), "there is a button")
    visitor.browser.until(lambda: visitor.said()[-1].endswith("Blue"), "it was pressed")
    disabled = f"return {ROOT}.querySelector('.choices button').disabled"
    visitor.browser.until(lambda: visitor.browser.run(disabled), "it can be pressed once")


def test_it_speaks_russian_and_takes_the_sites_colour(visitor: VisitorPage, demo: DemoProcess) -> None:
    script = """const old = document.querySelector('#webchat'); old.remove(); delete window.webchat;
        const made = document.createElement('script'); made.src = arguments[0] + '?ru'; made.dataset.lang = 'ru';
        made.dataset.color = '#0a5c36'; made.dataset.theme = 'dark'; document.head.append(made)"""
    visitor.browser.run(script, f"/webchat/{demo.ready['channels']['webchat']['id']}/widget.js")
    visitor.until_there()
    visitor.open()
    assert visitor.text_of("title") == "Напишите нам"
    colour = f"return getComputedStyle({ROOT}.querySelector('header')).backgroundColor"
    assert visitor.browser.run(colour) == "rgb(10, 92, 54)"


def test_nothing_that_people_write_runs(visitor: VisitorPage, desk: Desk, demo: DemoProcess) -> None:
    secret = demo.ready["channels"]["webchat"]["identity_secret"]
    token = identity(secret, id=f"evil-{time.time()}", name=EVIL)
    visitor.browser.run("window.webchat.identify(arguments[0])", token)
    visitor.open()
    visitor.write(EVIL)
    desk.takes()
    desk.answers(EVIL)
    media = {"url": "https://127.0.0.1:1/x.pdf", "filename": EVIL}
    desk.sends({"type": "document", "media": media, "caption": EVIL})
    visitor.browser.until(lambda: len(visitor.said()) == 3, "all is there")
    assert visitor.said()[:2] == [EVIL, EVIL]
    made = f"return {ROOT}.querySelectorAll('#log script, #log img').length"
    assert visitor.browser.run(made) == 0
    inbox = Browser(demo.base_url)
    try:
        inbox.sign_in_with(demo.owner_token)
        inbox.show("all")
        inbox.open_conversation(EVIL)
        inbox.until_said(EVIL)
        inbox.check_log()
    finally:
        inbox.quit()


def test_formatting_is_shown_around_the_words(visitor: VisitorPage, desk: Desk) -> None:
    visitor.open()
    visitor.write("where is it?")
    desk.takes()
    marks = [
        {"type": "bold", "offset": 0, "length": 6},
        {"type": "link", "offset": 7, "length": 4, "url": "https://shop.example/1"},
    ]
    desk.sends({"type": "text", "text": f"👍 red here {EVIL}", "marks": marks})
    visitor.until_said("where is it?", f"👍 red here {EVIL}")
    shown = f"return [...{ROOT}.querySelectorAll('.said strong, .said a, .said img')].map((one) => one.outerHTML)"
    bold, link = visitor.browser.run(shown)
    assert bold == "<strong>👍 red</strong>"
    assert 'href="https://shop.example/1"' in link
    assert link.endswith(">here</a>")


def test_a_picture_goes_both_ways(visitor: VisitorPage, desk: Desk, demo: DemoProcess, tmp_path: Path) -> None:
    picture = tmp_path / "a&b'c.png"
    picture.write_bytes(PICTURE)
    visitor.open()
    visitor.browser.until(lambda: visitor.element("attach").is_displayed(), "files can be sent")
    visitor.browser.run("arguments[0].hidden = false", visitor.element("picker"))
    visitor.element("picker").send_keys(str(picture))
    loaded = f"return [...{ROOT}.querySelectorAll('#log img')].filter((one) => one.naturalWidth).length"
    visitor.browser.until(lambda: visitor.browser.run(loaded) == 1, "the visitor sees the own picture")
    desk.takes()
    path = f"/conversations/{desk.conversation_id}/messages"
    first = desk.shop.api("GET", path)["items"][0]
    assert (first["content"]["type"], first["content"]["media"]["filename"]) == ("image", picture.name)
    desk.sends({"type": "image", "media": {"url": first["content"]["media"]["url"]}})
    visitor.browser.until(lambda: visitor.browser.run(loaded) == 2, "and the operator's")


def test_an_identity_that_is_over_is_said_and_what_is_typed_stays(visitor: VisitorPage, demo: DemoProcess) -> None:
    secret = demo.ready["channels"]["webchat"]["identity_secret"]
    visitor.open()
    visitor.type("half a sen")
    over = identity(secret, id="late", exp=time.time() - 3600)
    visitor.browser.run("window.webchat.identify(arguments[0])", over)
    visitor.until_notice("sign-in is over")
    assert any("identity was refused (identity_expired)" in line for line in visitor.browser.read_log())
    assert visitor.browser.run("return arguments[0].value", visitor.element("field")) == "half a sen"
    visitor.browser.run("window.webchat.identify(arguments[0])", identity(secret, id=f"late-{time.time()}"))
    visitor.browser.until(lambda: "sign-in" not in visitor.text_of("notice"), "the sign-in holds")


def test_a_score_after_the_close(visitor: VisitorPage, desk: Desk, demo: DemoProcess) -> None:
    """It is asked for once; the press is shown where it was pressed, and may be corrected."""
    visitor.open()
    visitor.write("hello")
    conversation_id = desk.takes()
    made, key = demo.api("POST", "/api-keys", {"name": "closes", "scopes": ["read", "write"]})
    assert made == 201, key
    assert demo.api("POST", f"/conversations/{conversation_id}/close", {}, token=key["token"])[0] == 200
    pressed = f"""const one = {ROOT}.querySelectorAll('.choices button:enabled')[arguments[0]];
        one?.click(); return !!one"""
    chosen = f"return [...{ROOT}.querySelectorAll('.choices [aria-pressed]')].map((one) => one.textContent)"
    for place, shown in ((0, "5 ★★★★★"), (3, "2 ★★")):
        visitor.browser.until(lambda place=place: visitor.browser.run(pressed, place), "it is asked")
        visitor.browser.until(lambda shown=shown: visitor.browser.run(chosen) == [shown], "the score is shown")
    assert demo.api("GET", f"/conversations/{conversation_id}")[1]["rating"]["score"] == 2
    assert [line for line in visitor.said() if line.endswith("★")] == []
    visitor.reload()
    visitor.open()
    visitor.browser.until(lambda: visitor.browser.run(chosen) == ["2 ★★"], "it is still shown")
