"""Signing in and out; what customers send is text and nothing else; the page loads nothing from elsewhere."""

from __future__ import annotations

import base64
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.demo_process import DemoProcess
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.shop import Customer, Shop

NewCustomer = Callable[[str], Customer]

EVIL = "<img src=x onerror=window.pwned=1><script>window.pwned=2</script>"
EVIL_LINK = "javascript:window.pwned=3"
PAGE_SOURCE = Path(__file__).parents[3] / "gateway" / "workplace"

RENDER = """const done = arguments[arguments.length - 1];
    const built = document.querySelector("script[src$='/main.js']").src.replace("main.js", "drawn.js");
    import(built).then(async ({ drawMessage, ready }) => {
      await ready;
      const place = document.createElement("ol");
      document.body.append(place);
      const people = { me: { id: "ana" }, names: new Map(), customer: "Customer" };
      drawMessage(place, arguments[0], { ...people, writesIn: "c", kind: "whatsapp", helpers: new Set(), does: {} }, arguments[1]);
      const links = [...place.querySelectorAll("[href], [src]")].map((one) => one.getAttribute("href") ?? one.getAttribute("src"));
      const made = [...place.querySelectorAll("*")].map((one) => one.localName);
      done({ text: place.textContent, links, made, buttons: [...place.querySelectorAll("button")].map((one) => one.textContent) });
      drawMessage(place, null);
      place.remove();
    }).catch((error) => done(String(error)));"""  # noqa: E501


def rendered(browser: Browser, content: dict[str, Any], *, retried: bool = False, **more: Any) -> Any:
    """Have the page's own module make a message of this content."""
    message = {
        "id": "m", "conversation_id": "c", "seq": 1, "direction": "in", "author": {"kind": "contact", "id": "x"},
        "content": content, "reply_to": None, "reactions": [], "status": "received", "error": None,
        "created_at": "2026-01-05T12:00:00Z", "provider_at": None, "edited_at": None, "deleted_at": None, **more,
    }  # fmt: skip
    made = browser.driver.execute_async_script(RENDER, message, retried)
    assert isinstance(made, dict), made
    return made


def test_signing_in_and_out(first_browser: Browser, shop: Shop) -> None:
    page = first_browser
    page.open_page()
    page.sign_in(shop.ana["email"], "not the password")
    page.until(lambda: "E-mail or password is wrong" in page.one("#sign-in-fault").text, "the fault is said")
    page.sign_in(shop.ana["email"], shop.ana["password"])
    page.until_live()
    assert page.one("#who").text == "Ana Answers (operator)"
    page.show("all")
    page.click("#sign-out")
    page.until(lambda: page.one("#sign-in").is_displayed(), "signed out")
    page.until(lambda: page.driver.current_url == f"{page.base_url}/", "whoever comes next does not see what she saw")
    assert page.run("return Object.keys(sessionStorage).filter((name) => name.startsWith('inbox.'))") == []
    page.driver.refresh()
    page.until(lambda: page.one("#sign-in").is_displayed(), "still signed out")
    page.check_log()


def test_a_sign_in_stays_where_that_is_asked_for(first_browser: Browser, shop: Shop) -> None:
    """As a page that a notice opens needs it: another tab has the session storage of nobody."""
    page = first_browser
    page.open_page()
    page.click("[name=stay]")
    page.sign_in(shop.ana["email"], shop.ana["password"])
    page.until_live()
    with page.another_tab():
        page.until_live()
        assert page.one("#who").text == "Ana Answers (operator)"
        page.click("#sign-out")
        page.until(lambda: page.one("#sign-in").is_displayed(), "signed out")
    page.until(lambda: page.one("#sign-in").is_displayed(), "in the other one, too")
    with page.another_tab():
        page.until(lambda: page.one("#sign-in").is_displayed(), "nobody stays signed in")

    page.sign_in(shop.ana["email"], shop.ana["password"])
    page.until_live()
    with page.another_tab():
        page.until(lambda: page.one("#sign-in").is_displayed(), "it was not asked for")
    page.check_log()


def test_a_sign_in_that_has_ended_says_so(first_browser: Browser, shop: Shop) -> None:
    page = first_browser
    path, who = "/auth/login", {"email": shop.ben["email"], "password": shop.ben["password"]}
    token = shop.api("POST", path, who)["token"]
    page.sign_in_with(token)
    shop.api("POST", "/auth/logout", token=token)
    page.one("#search").send_keys("anything that asks the server")
    page.until(lambda: "Your sign-in has ended" in page.one("#sign-in-fault").text, "it is said")
    page.check_log()


def test_what_customers_send_is_text(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    eve = new_customer(f"Eve {EVIL}")
    eve.writes(f"{EVIL} {EVIL_LINK}")
    file = {"data_base64": base64.b64encode(b"x").decode(), "mime_type": "text/html", "filename": f"{EVIL}.html"}
    eve.sends(type="document", document={**file, "caption": EVIL})
    eve.sends(
        type="location", location={"latitude": 1, "longitude": 2, "name": EVIL, "address": EVIL, "url": EVIL_LINK}
    )
    card = {"name": {"formatted_name": EVIL, "first_name": EVIL}, "phones": [{"phone": EVIL_LINK}]}
    eve.sends(type="contacts", contacts=[{**card, "emails": [{"email": EVIL_LINK}], "org": {"company": EVIL}}])
    eve.assigned_to(shop.ana)
    shop.demo.wait_until(lambda: eve.conversation()["unread"] == 4, "all have arrived")
    ana.show("mine")
    ana.until(lambda: EVIL in (ana.run("return document.querySelector('#list .name')?.textContent") or ""), "listed")
    ana.click("#list [role=option]")
    ana.until(lambda: len(ana.messages()) == 4, "the thread is there")
    assert all(EVIL in text for text in ana.messages())
    assert EVIL in ana.one("#head-name").get_attribute("textContent")
    assert EVIL in ana.run("return document.querySelector('#details-pane h2').textContent")
    made = ana.run("return document.querySelectorAll('#app script, #app img, #announcer *').length")
    assert made == 0
    links = ana.run("return [...document.querySelectorAll('[href]')].map((one) => one.href)")
    assert not [link for link in links if link.lower().startswith(("javascript:", "data:"))]
    assert ana.run("return window.pwned") is None


MEDIA = ("image", "video", "audio", "voice", "document", "sticker")
ADDRESS = "https://files.example/a?b=1"
ROW = {"id": "a", "title": EVIL, "description": EVIL}
ITEM = {"product_id": EVIL, "quantity": 1, "price": 1, "currency": EVIL}
MARKS = [
    {"type": "bold", "offset": 0, "length": 10},
    {"type": "constructor", "offset": 3, "length": 9},
    {"type": "link", "offset": 5, "length": 9, "url": EVIL_LINK},
    {"type": "code", "offset": 8, "length": 9_000},
]
CONTENTS: list[tuple[dict[str, Any], list[str]]] = [
    *[({"type": kind, "media": {"url": ADDRESS, "filename": EVIL}, "caption": EVIL}, [ADDRESS]) for kind in MEDIA],
    *[({"type": kind, "media": {"url": EVIL_LINK, "filename": EVIL}, "caption": EVIL}, []) for kind in MEDIA],
    ({"type": "image", "media": {"url": "data:text/html,<script>1</script>", "filename": EVIL}, "caption": EVIL}, []),
    ({"type": "text", "text": f"{EVIL} {EVIL_LINK} {ADDRESS}"}, [ADDRESS]),
    ({"type": "text", "text": f"{EVIL} at {ADDRESS}", "marks": MARKS}, [ADDRESS]),
    ({"type": "choice", "id": EVIL, "title": EVIL, "description": EVIL}, []),
    ({"type": "buttons", "text": EVIL, "buttons": [{"id": "a", "title": EVIL}]}, []),
    ({"type": "list", "text": EVIL, "button": EVIL, "sections": [{"title": EVIL, "rows": [ROW]}]}, []),
    ({"type": "checklist", "title": EVIL, "tasks": [{"id": 1, "text": EVIL, "done": True}, {"text": EVIL}]}, []),
    ({"type": "order", "catalog_id": "c", "items": [ITEM]}, []),
    ({"type": "template", "name": EVIL, "language": "en", "rendered": EVIL}, []),
    ({"type": "system", "code": "x", "text": EVIL}, []),
    ({"type": "unsupported", "reason": EVIL}, []),
    ({"type": "a kind of tomorrow", "reason": EVIL}, []),
    ({"type": "constructor", "reason": EVIL}, []),
]  # fmt: skip


def test_every_kind_of_content_is_shown_as_text(ana: Browser) -> None:
    for content, addresses in CONTENTS:
        made = rendered(ana, content, reactions=[{"author": {"kind": "contact", "id": "x"}, "emoji": EVIL, "at": ""}])
        assert EVIL in made["text"] or "img" in made["made"] or "video" in made["made"] or "audio" in made["made"], (
            content
        )
        assert "script" not in made["made"], content
        assert set(made["links"]) <= set(addresses), content
        assert set(addresses) <= set(made["links"]), content
    assert ana.run("return window.pwned") is None
    ana.driver.get_log("browser")  # files.example does not exist, and says so


def test_formatting_is_shown_around_the_words(ana: Browser) -> None:
    marks = [
        {"type": "bold", "offset": 0, "length": 6},
        {"type": "italic", "offset": 3, "length": 3},
        {"type": "link", "offset": 7, "length": 4, "url": ADDRESS},
    ]
    made = rendered(ana, {"type": "text", "text": "👍 red here", "marks": marks})
    assert "👍 red here" in made["text"]
    assert made["links"] == [ADDRESS]
    assert [tag for tag in made["made"] if tag in ("strong", "em", "a")] == ["strong", "em", "strong", "a"]


STATUSES: list[tuple[str, dict[str, Any] | None, list[str]]] = [
    ("queued", None, []),
    ("failed", {"code": "rate_limited", "explanation": "Too many at once.", "retryable": True}, ["Retry"]),
    ("failed", {"code": "undeliverable", "explanation": "Not on WhatsApp."}, []),
    ("unknown", {"code": "answer_lost", "explanation": "It may have arrived."}, ["Send again"]),
]


def test_statuses_say_what_can_be_done(ana: Browser) -> None:
    for status, error, buttons in STATUSES:
        content = {"type": "text", "text": "Hello"}
        out = {"direction": "out", "status": status, "error": error, "author": {"kind": "operator", "id": "ana"}}
        made = rendered(ana, content, **out)
        assert [text for text in made["buttons"] if text] == buttons
        assert error is None or error["explanation"] in made["text"]
        again = rendered(ana, content, retried=True, **out)
        assert [text for text in again["buttons"] if text] == []


def built_path(demo: DemoProcess, name: str) -> str:
    """Return where the page finds one of its files."""
    with urllib.request.urlopen(demo.base_url) as answer:
        found = re.search(r"/workplace/\w+/", answer.read().decode())
    assert found is not None
    return found[0] + name


def test_the_page_may_load_nothing_from_elsewhere(demo: DemoProcess) -> None:
    for path in ("/", built_path(demo, "main.js"), built_path(demo, "style.css")):
        with urllib.request.urlopen(demo.base_url + path) as answer:
            policy = dict(one.split(" ", 1) for one in answer.headers["Content-Security-Policy"].split("; "))
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert policy["default-src"] == policy["form-action"] == policy["frame-ancestors"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"


def test_the_page_asked_this_server_only(ana: Browser, demo: DemoProcess) -> None:
    names = ana.run("return performance.getEntriesByType('resource').map((one) => one.name)")
    assert names
    assert [name for name in names if not name.startswith(demo.base_url)] == []


def test_an_unchanged_page_is_not_sent_again(demo: DemoProcess) -> None:
    with urllib.request.urlopen(demo.base_url) as answer:
        etag = answer.headers["ETag"]
    request = urllib.request.Request(demo.base_url, headers={"If-None-Match": etag})
    with pytest.raises(urllib.error.HTTPError) as again:
        urllib.request.urlopen(request)
    again.value.close()
    assert again.value.code == 304


LINKS = {"https://www.openstreetmap.org", "http://www.w3.org"}
SHOWN_AS_EXAMPLES = {"https://shop.example", "https://crm.example", "https://accounts.google.com"}
"""Texts of hints and placeholders: nothing is read from there."""


def test_the_files_hold_no_markup_from_text_and_no_other_address() -> None:
    """The ways by which text becomes markup or code are not used at all, so that none can be used wrongly."""
    forbidden = re.compile(
        r"innerHTML|outerHTML|dangerouslySet|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser"
    )
    source = [
        file
        for folder in ("src", "public")
        for file in (PAGE_SOURCE / folder).rglob("*")
        if file.is_file() and file.suffix != ".png"
    ]
    assert source
    for file in source:
        text = file.read_text()
        assert not forbidden.search(text), file.name
        others = set(re.findall(r"https?://[\w.-]*\w", text))
        assert others <= LINKS | SHOWN_AS_EXAMPLES, (file.name, json.dumps(sorted(others)))
