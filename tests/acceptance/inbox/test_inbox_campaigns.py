"""Campaigns on the page: a list is checked, the campaign started, watched and reported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.support.select import Select

from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.shop import Shop

RECIPIENTS = 40


@pytest.fixture
def owner(first_browser: Browser, shop: Shop) -> Iterator[Browser]:
    first_browser.sign_in_with(shop.demo.owner_token)
    yield first_browser
    first_browser.check_log()


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A list with a twin and somebody without a phone."""
    lines = [f"+49151{60000000 + n};Ann{n}" for n in range(RECIPIENTS)]
    path = tmp_path / "spring.csv"
    path.write_text("\n".join(["Phone;First name", *lines, lines[0], "nobody;Eve"]) + "\n")
    return path


def choose(browser: Browser, name: str, text: str) -> None:
    browser.until(lambda: text in browser.one(f"#campaign-form [name={name}]").text, f"{text} can be chosen")
    options = Select(browser.one(f"#campaign-form [name={name}]"))
    (found,) = [one.text for one in options.options if text in one.text]
    options.select_by_visible_text(found)


def test_campaign_from_list_to_report(owner: Browser, people: Path) -> None:
    owner.click("#show-campaigns")
    owner.click("#new-campaign")
    choose(owner, "channel", "WhatsApp demo")
    choose(owner, "template", "spring_sale")
    owner.one("#campaign-form [name=file]").send_keys(str(people))
    owner.until(lambda: owner.all("#campaign-mapping input"), "the variables are shown")
    variable = "#campaign-mapping input"
    owner.until(lambda: owner.one(variable).get_attribute("value") == "{{ first_name }}", "the column is guessed")
    owner.one("#campaign-form [name=consent]").send_keys("newsletter form")
    owner.click("#check-campaign")
    owner.until_notice(f"{RECIPIENTS} recipients are checked")
    owner.until(lambda: "2 rows left out" in owner.one(".campaign-card").text, "the list's errors can be had")
    owner.click("[data-action=campaign-start]")
    owner.until(lambda: owner.all('.campaign-card[data-state="completed"]'), "it is completed")
    owner.until(lambda: f"{RECIPIENTS} of {RECIPIENTS} settled" in owner.one(".campaign-card").text, "all is told")
    owner.press("\ue00c")  # Escape


def test_list_that_does_not_fit_says_why(owner: Browser, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("phone,name\nnobody,Eve\n")
    owner.click("#show-campaigns")
    owner.click("#new-campaign")
    choose(owner, "template", "spring_sale")
    owner.one("#campaign-form [name=file]").send_keys(str(bad))
    owner.click("#check-campaign")
    owner.until(lambda: "no row that is a recipient" in owner.one("#campaign-form .fault").text, "it says why")
    owner.press("\ue00c")
