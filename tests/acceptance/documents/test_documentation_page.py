"""`/docs` in a browser: each subject on a page of its own, on a phone's screen, too; a search that finds."""

from __future__ import annotations

import pytest

from gateway.pages.documentation import subject_pages
from tests.acceptance.demo_process import DemoProcess
from tests.acceptance.inbox.accessibility import violations
from tests.acceptance.inbox.inbox_browser import Browser

PHONE = (390, 844)
SHOWN = """
const problems = (one) => [...one.querySelectorAll("tr")].filter((row) => /^[45]/.test(row.innerText));
return [...document.querySelectorAll("article")].map((one) => [
  one.id, one.innerText.includes("curl "), problems(one).some((row) => !/ProblemBody|ScimError/.test(row.innerText))]);
"""
"""Of each call: whether it has a command, and whether it leaves open what a problem is."""


def open_docs(browser: Browser, demo: DemoProcess, place: str = "") -> None:
    browser.driver.get("about:blank")
    browser.driver.get(f"{demo.base_url}/docs{place}")
    browser.until(lambda: browser.texts("#page h1"), "the page is there")


@pytest.mark.parametrize("name", ["", *(f"/{name}" for name in subject_pages())])
def test_each_page_fits_a_phone_and_has_what_it_should(demo: DemoProcess, browser: Browser, name: str) -> None:
    with browser.screen(*PHONE):
        open_docs(browser, demo, name)
        assert browser.run("return document.documentElement.scrollWidth") <= PHONE[0]
        if name not in ("", "/objects", "/requests", "/sockets"):
            articles = browser.run(SHOWN)
            assert articles
            assert [id_ for id_, has_curl, unknown in articles if not has_curl or unknown] == []
    assert browser.read_log() == []


@pytest.mark.parametrize("name", ["", "/contacts", "/objects", "/requests", "/sockets"])
def test_everybody_can_read_it(demo: DemoProcess, browser: Browser, name: str) -> None:
    open_docs(browser, demo, name)
    assert violations(browser) == []


def test_a_search_names_only_what_it_finds(demo: DemoProcess, browser: Browser) -> None:
    open_docs(browser, demo)
    browser.one("#find").send_keys("merge contact")
    browser.until(lambda: "Merge contacts" in browser.texts("#found li"), "it is found")
    empty = browser.run(
        "return [...document.querySelectorAll('#found h2')]"
        ".filter((one) => !one.nextElementSibling?.matches('ul:has(li)')).length"
    )
    assert empty == 0
    assert not browser.one("#page").is_displayed()
    browser.run("document.getElementById('find').value = ''")
    browser.one("#find").send_keys("window_closed")
    browser.until(lambda: "Send a message" in browser.texts("#found li"), "found by its code")
    assert "window_closed" in browser.texts("#found li")
    browser.one("#find").send_keys(" nowhere to be found")
    browser.until(lambda: browser.texts("#found p") == ["Nothing is found."], "it says so")
    assert browser.texts("#found h2") == []


def test_old_addresses_and_those_of_problems_lead_to_their_place(demo: DemoProcess, browser: Browser) -> None:
    open_docs(browser, demo, "#merge_contacts")
    browser.until(lambda: browser.driver.current_url.endswith("/docs/contacts#merge_contacts"), "it leads on")
    open_docs(browser, demo, "#problem-window_closed")
    assert browser.one("#problem-window_closed").is_displayed()


def test_a_call_is_sent_from_the_page(demo: DemoProcess, browser: Browser) -> None:
    open_docs(browser, demo, "/signing-in#me")
    browser.one("#token").send_keys(demo.owner_token)
    browser.click("#me summary")
    browser.click("#me button")
    browser.until(lambda: "200" in browser.one("#me pre[aria-live]").text, "the answer is shown")
    assert demo.ready["owner"]["email"] in browser.one("#me pre[aria-live]").text
