"""Queues, their hours and texts, and what operators work with, set up on the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.settings_pages import choose, field, fill, objects, open_settings, press_button, shows
from tests.acceptance.inbox.shop import Shop

CHANGED = (
    "limit",
    "max_wait_seconds",
    "on_max_wait",
    "next_queue_id",
    "business_hours_id",
    "strategy",
    "texts",
    "first_answer_target_seconds",
)


@pytest.fixture
def queue(shop: Shop) -> Iterator[dict[str, Any]]:
    """The queue "Sales"; afterwards it is as it was."""
    before = shop.api("GET", f"/queues/{shop.demo.ready['queues'][0]['id']}")
    yield before
    shop.api("PATCH", f"/queues/{before['id']}", {name: before[name] for name in CHANGED})


def test_a_queue_gets_hours_times_in_words_and_texts(ben: Browser, shop: Shop, queue: dict[str, Any]) -> None:
    ben.sign_in_with(shop.owner["token"])
    open_settings(ben, "hours/new")
    fill(ben, "Name", "Mornings by grid")
    choose(ben, "Time zone", "Europe/Lisbon")
    ben.run("document.querySelector('[aria-label=\"Monday, to\"]').value = '12:00'")
    ben.run(
        "document.querySelector('[aria-label=\"Monday, to\"]').dispatchEvent(new Event('input', { bubbles: true }))"
    )
    press_button(ben, "Same on all working days")
    press_button(ben, "Create")
    shows(ben, "Mon–Fri 09:00–12:00")
    open_settings(ben, f"queues/{queue['id']}")
    fill(ben, "Limit", "0")
    press_button(ben, "Save")
    objects(ben, "Limit", "1 or more")
    fill(ben, "Limit", "7")
    fill(ben, "First answer within", "5")
    choose(ben, "Business hours", "Mornings by grid")
    choose(ben, "Which operator", "One after the other")
    fill(ben, "Greeting", "Hello {{ contact.nam }}")
    press_button(ben, "Save")
    objects(ben, "Greeting", "contact.nam")
    fill(ben, "Greeting", "Hello {{ contact.name }}")
    shows(ben, "Hello Maria")
    press_button(ben, "Save")
    ben.until(lambda: ben.driver.current_url.endswith("/settings/queues"), "the list is shown again")
    saved = shop.api("GET", f"/queues/{queue['id']}")
    assert saved["texts"]["greeting"]["en"] == "Hello {{ contact.name }}"
    assert (saved["limit"], saved["first_answer_target_seconds"], saved["strategy"]) == (7, 300, "round_robin")
    made = {one["name"]: one["id"] for one in shop.api("GET", "/business-hours")["items"]}
    assert saved["business_hours_id"] == made["Mornings by grid"]


def test_a_supervisor_sees_a_queues_settings_and_changes_nothing(ben: Browser, shop: Shop) -> None:
    ben.sign_in_with(shop.sofia["token"])
    open_settings(ben, f"queues/{shop.demo.ready['queues'][0]['id']}")
    assert not field(ben, "Limit").is_enabled()
    assert not any(button.is_enabled() for button in ben.all(".settings-page button.primary"))


def test_topics_fields_and_replies_are_set_up(ben: Browser, shop: Shop) -> None:
    ben.sign_in_with(shop.owner["token"])
    for name, above in (("Delivery by page", "At the top"), ("Late by page", "Delivery by page")):
        open_settings(ben, "topics/new")
        fill(ben, "Name", name)
        choose(ben, "Below", above)
        press_button(ben, "Create")
        shows(ben, name)
    shows(ben, "Delivery by page › Late by page")
    open_settings(ben, "contact-fields/new")
    fill(ben, "Name", "Size by page")
    fill(ben, "Key", "Size")
    press_button(ben, "Create")
    objects(ben, "Key", "in the form")
    fill(ben, "Key", "size_by_page")
    choose(ben, "Kind", "One of some")
    fill(ben, "Choices", "S\nM")
    press_button(ben, "Create")
    shows(ben, "size_by_page")
    open_settings(ben, "replies/new")
    fill(ben, "Name", "By page")
    press_button(ben, "New collection")
    ben.until(lambda: "By page" in ben.texts("#screen tbody a"), "the collection is listed")
    press_button(ben, "By page")
    press_button(ben, "New reply")
    fill(ben, "Title", "Greeting by page")
    fill(ben, "Word", "hello-by-page")
    fill(ben, "Text", "Hello\n\nHow can we help?")
    ben.click("dialog[open] form button.primary")
    shows(ben, "/hello-by-page")
    replies = shop.api("GET", "/prepared-replies?shortcut=hello-by-page")["items"]
    assert [one["text"] for one in replies[0]["translations"]["en"]] == ["Hello", "How can we help?"]
