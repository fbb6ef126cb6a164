"""Campaigns on the page: made, a list is checked, what it will take is told, started, watched, and what it achieved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.support.select import Select

from tests.acceptance.inbox.accessibility import violations
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.pictures import PNG
from tests.acceptance.inbox.settings_pages import choose, field, fill, objects, open_settings, press_button, shows
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


def open_campaign(browser: Browser, name: str, template: str) -> None:
    """Make a campaign, as far as its page."""
    browser.driver.get(f"{browser.base_url}/campaigns/new")
    browser.until_live()
    fill(browser, "Name", name)
    options = Select(field(browser, "Template")).options
    choose(browser, "Template", next(one.text for one in options if one.text.startswith(template)))


def made(browser: Browser, name: str) -> None:
    press_button(browser, "Make, then choose recipients")
    browser.until(lambda: browser.texts("#screen h2") == [name], "the campaign has a page")


def upload(browser: Browser, path: Path) -> None:
    field(browser, "List").send_keys(str(path))
    press_button(browser, "Check recipients")


def is_asked_before_it_starts(owner: Browser, picture: Path) -> None:
    """Press "Start", see what is missing, mend it, and press it again."""
    press_button(owner, "Start")
    asked = lambda: owner.one("dialog[open]").text  # noqa: E731
    owner.until(lambda: "people will get it" in asked(), "it is asked, and says how many")
    assert "do not fit the template" in asked(), "those of variant B, whose values are missing"
    assert "rate card" in asked()
    assert violations(owner) == []
    press_button(owner, "Cancel")
    owner.until(lambda: not owner.all("dialog[open]"), "nothing is begun")
    assert owner.all("#screen [data-state=ready]")
    picture.write_bytes(PNG)
    field(owner, "or a file of yours").send_keys(str(picture))
    shows(owner, "✓ collection.png")
    fill(owner, "B: Value of the button “copy_code”", "SPRING20")
    shows(owner, "The new collection is in the shop.")
    press_button(owner, "Save")
    press_button(owner, "Start")
    owner.until(lambda: f"{RECIPIENTS} people will get it" in asked(), "with a picture all of them get it")


def test_campaign_from_list_to_results(owner: Browser, people: Path) -> None:
    open_campaign(owner, "Spring in two", "spring_sale")
    fill(owner, "Where these people agreed to marketing messages", "newsletter form")
    field(owner, "Two variants").click()
    options = Select(field(owner, "Template of variant B")).options
    choose(owner, "Template of variant B", next(one.text for one in options if one.text.startswith("new_collection")))
    made(owner, "Spring in two")
    upload(owner, people)
    shows(owner, f"{RECIPIENTS} recipients are checked")
    shows(owner, "2 rows are left out")
    shows(owner, "1 row: the number is in the list already")
    guessed = lambda: field(owner, "Value of 1").get_attribute("placeholder")  # noqa: E731
    owner.until(lambda: guessed() == "{{ first_name }}", "the column is guessed")
    fill(owner, "Value of 1", "{{ surname }}")
    press_button(owner, "Save")
    objects(owner, "Value of 1", "surname")
    fill(owner, "Value of 1", "{{ first_name }}!")
    press_button(owner, "Save")
    owner.until_notice("Saved.")
    shows(owner, "Will get it")
    assert violations(owner) == []
    is_asked_before_it_starts(owner, people.with_name("collection.png"))
    press_button(owner, "Send now")
    owner.until(lambda: owner.all("#screen [data-state=completed]"), "it is completed")
    shows(owner, f"{RECIPIENTS} of {RECIPIENTS} settled")
    press_button(owner, "Count again")
    results = "#screen [aria-label=Results] tbody tr"
    owner.until(lambda: len(owner.all(results)) == 3, "both variants and all have a row")
    assert violations(owner) == []
    press_button(owner, "Copy")
    owner.until(lambda: owner.texts("#screen h2") == ["Spring in two (copy)"], "the copy is shown")
    press_button(owner, "Back to the list")
    choose(owner, "State", "Completed")
    owner.until(lambda: "Spring in two" in owner.texts("#screen tbody a"), "the list has it")
    owner.until(lambda: "Spring in two (copy)" not in owner.texts("#screen tbody a"), "the list is narrowed")


def test_who_would_get_nothing_is_told_before_the_start(owner: Browser, tmp_path: Path) -> None:
    open_campaign(owner, "Without consent", "spring_sale")
    made(owner, "Without consent")
    bad = tmp_path / "bad.csv"
    bad.write_text("phone,name\nnobody,Eve\n")
    upload(owner, bad)
    shows(owner, "no row that is a recipient")
    unasked = tmp_path / "unasked.csv"
    unasked.write_text("phone,name\n+4915177000001,Ulf\n+4915177000002,Uta\n")
    upload(owner, unasked)
    shows(owner, "No consent to marketing messages is recorded")
    press_button(owner, "Start")
    owner.until(lambda: "nobody would get it" in owner.one("dialog[open] .fault").text, "the question says so, too")
    press_button(owner, "Cancel")
    press_button(owner, "Discard")
    owner.click("dialog[open] .primary")
    owner.until(lambda: owner.driver.current_url.endswith("/campaigns"), "it is gone")


def test_a_segment_says_who_is_in_it(owner: Browser, shop: Shop) -> None:
    open_settings(owner, "segments/new")
    fill(owner, "Name", "Whoever wrote lately")
    fill(owner, "Wrote in the last so many days", "30")
    press_button(owner, "Create")
    owner.until(lambda: "Whoever wrote lately" in owner.texts("#screen tbody a"), "the segment is listed")
    press_button(owner, "Whoever wrote lately")
    shows(owner, "Who is in it now")
    owner.until(lambda: "customer" in owner.one("#screen [aria-label='Who is in it now'] p").text, "they are counted")
    assert violations(owner) == []
    (saved,) = [one for one in shop.api("GET", "/segments")["items"] if one["name"] == "Whoever wrote lately"]
    assert saved["filter"]["seen_within_days"] == 30
