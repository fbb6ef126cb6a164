"""What an operator does all day: places, what is sent later, what became of a message, several at once, going home."""

from __future__ import annotations

from collections.abc import Callable

from tests.acceptance.inbox.accessibility import violations
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.shop import Customer, Shop

NewCustomer = Callable[[str], Customer]


def retype(page: Browser, selector: str, text: str) -> None:
    field = page.one(selector)
    field.clear()
    field.send_keys(text)


def test_a_place_what_is_sent_later_and_what_became_of_a_message(
    ana: Browser, shop: Shop, new_customer: NewCustomer
) -> None:
    lea = new_customer("Lea Later")
    lea.writes("Where are you?")
    lea.assigned_to(shop.ana)
    ana.show("mine")
    ana.open_conversation("Lea Later")

    ana.click("#send-place")
    retype(ana, "dialog input", "around the corner")
    ana.click("dialog button.primary")
    ana.until(lambda: "There are no coordinates in it" in ana.one("dialog .field-fault").text, "no place is in it")
    assert violations(ana) == []
    retype(ana, "dialog input", "https://www.openstreetmap.org/#map=16/52.52/13.405")
    ana.all("dialog input")[1].send_keys("Our shop")
    ana.click("dialog button.primary")
    ana.until_said("Our shop")
    places = lambda: [one for one in lea._control("GET", "/thread")["messages"] if one["type"] == "location"]  # noqa: E731
    shop.demo.wait_until(lambda: len(places()) == 1, "Lea has the place")
    assert (places()[0]["location"]["latitude"], places()[0]["location"]["name"]) == (52.52, "Our shop")

    ana.click_in_message("Our shop", "[data-action=details]")
    ana.until(lambda: "sent" in ana.one("dialog .attempts").text, "the attempt is told")
    assert "Price" in ana.one("dialog").text
    assert violations(ana) == []
    ana.press("\ue00c")  # Escape
    ana.until(lambda: not ana.all("dialog[open]"), "it is closed")

    ana.write("We open at nine")
    ana.click("#send-later")
    ana.click("dialog button.primary")
    ana.until_status("We open at nine", "scheduled")
    ana.click_in_message("We open at nine", "[data-action=reschedule]")
    retype(ana, "dialog textarea", "We open at ten")
    assert violations(ana) == []
    ana.click("dialog button.primary")
    ana.until_status("We open at ten", "scheduled")
    assert "We open at nine" not in " ".join(ana.messages())
    ana.click_in_message("We open at ten", "[data-action=withdraw]")
    ana.until(lambda: "We open at ten" not in " ".join(ana.messages()), "it is taken back")


def test_several_are_set_aside_and_all_of_ones_own_given_back(
    first_browser: Browser, shop: Shop, new_customer: NewCustomer
) -> None:
    people = [new_customer("Sid Several"), new_customer("Sue Several")]
    for one in people:
        one.writes("Tomorrow is fine")
        one.assigned_to(shop.owner)
    page = first_browser
    page.sign_in_with(shop.owner["token"])
    page.show("mine")
    for one in people:
        page.until_listed(one.name)
    page.click("#show-filters")
    page.click("#pick-several")
    for one in people:
        page.click_in("#list [role=option]", one.name)
    page.click("[data-bulk=snooze]")
    assert violations(page) == []
    page.click("dialog button.primary")
    page.until_notice("2 done.")
    assert all(one.conversation()["snooze"] for one in people)

    page.click_in(".filters button", "Give all mine back")
    page.click("dialog button.primary")
    for one in people:
        page.until_not_listed(one.name)
    assert all(one.conversation()["operator_id"] != shop.owner["id"] for one in people)
    page.check_log()
