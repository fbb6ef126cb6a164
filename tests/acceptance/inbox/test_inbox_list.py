"""The list: filters, saved views, closed conversations, and one action on several."""

from __future__ import annotations

from collections.abc import Callable

from selenium.webdriver.common.keys import Keys

from tests.acceptance.inbox.accessibility import violations
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.shop import Customer, Shop

NewCustomer = Callable[[str], Customer]


def choose(browser: Browser, label: str, text: str) -> None:
    """Choose in the selection with this label what begins with a text."""
    script = """const label = [...document.querySelectorAll("#list-pane label, dialog label")].find((one) => one.textContent === arguments[0]);
        const field = label && document.getElementById(label.htmlFor);
        const option = field && [...field.options].find((one) => one.text.startsWith(arguments[1]));
        if (!option) return false;
        field.value = option.value;
        field.dispatchEvent(new Event("change", { bubbles: true }));
        return true;"""  # noqa: E501
    browser.until(lambda: browser.run(script, label, text), f"{text} can be chosen as {label}")


def test_a_filter_is_saved_as_a_view_and_closed_ones_are_found(
    ana: Browser, shop: Shop, new_customer: NewCustomer
) -> None:
    for name in ("Vic Vip", "Uma Usual"):
        customer = new_customer(name)
        customer.writes("Hello")
        conversation = customer.assigned_to(shop.ana)
        if name == "Vic Vip":
            path = f"/conversations/{conversation['id']}/tags"
            shop.api("PUT", path, {"tags": ["only-vip"]})
    ana.show("mine")
    ana.until_listed("Uma Usual")
    ana.click("#show-filters")
    choose(ana, "Tag", "only-vip")
    ana.until_not_listed("Uma Usual")
    ana.until_listed("Vic Vip")
    assert violations(ana) == []
    ana.click("#save-view")
    ana.one("dialog input").send_keys("My VIPs", Keys.ENTER)
    ana.until(lambda: not ana.all("dialog"), "it is saved")
    choose(ana, "Saved view", "none")
    ana.until_listed("Uma Usual")
    choose(ana, "Saved view", "My VIPs (1)")
    ana.until_not_listed("Uma Usual")
    choose(ana, "Saved view", "none")
    ana.click("#show-filters")

    ana.open_conversation("Uma Usual")
    ana.until_said("Hello")
    ana.click("[data-action=close]")
    ana.until_not_listed("Uma Usual")
    ana.show("closed")
    ana.until_listed("Uma Usual")
    ana.open_conversation("Uma Usual")
    ana.until_note("This conversation is closed")
    ana.show("mine")


def test_one_action_on_several(ana: Browser, ben: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    shop.api("PUT", f"/operators/{shop.ben['id']}/status", {"status": "online"})
    names = ("Bea Bulk", "Bob Bulk", "Bud Bulk")
    for name in names:
        customer = new_customer(name)
        customer.writes("One of many")
        customer.assigned_to(shop.ana)
    ana.show("mine")
    for name in names:
        ana.until_listed(name)
    ana.click("#show-filters")
    ana.click("#pick-several")
    ana.click("#show-filters")
    for name in names[:2]:
        ana.click_in("#list [role=option]", name)
    ana.until(lambda: "2 chosen" in ana.one(".bulk").text, "two are chosen")
    assert violations(ana) == []
    ana.click("[data-bulk=transfer]")
    choose(ana, "To", "Ben Busy")
    ana.click("dialog button.primary")
    ana.until_notice("2 done.")
    for name in names[:2]:
        ana.until_not_listed(name)
    ana.until_listed("Bud Bulk")
    assert not ana.all(".bulk")
    ben.show("mine")
    ben.until_listed("Bea Bulk")


def test_a_search_over_everything_leads_to_the_message(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    fay = new_customer("Fay Found")
    fay.writes("The kaleidoscope arrived in pieces 😀")
    fay.assigned_to(shop.ana)
    for number in range(3):
        fay.writes(f"And more, {number}")
    look = lambda: shop.api("GET", "/search?q=kaleidoscope", token=shop.ana["token"])["items"]  # noqa: E731
    shop.demo.wait_until(lambda: bool(look()), "the message can be found, some seconds after it came")
    ana.show("mine")
    ana.until_listed("Fay Found")
    ana.one("#search").send_keys("kaleidoscopes", Keys.ENTER)
    ana.until(lambda: ana.all("#found [data-kind=messages] .hit"), "the message is found")
    assert ana.texts("#found mark") == ["kaleidoscope"]
    ana.until(lambda: not ana.all("#found [role=status]"), "all kinds are searched")
    assert violations(ana) == []
    ana.click("#found [data-kind=messages] .hit")
    ana.until(lambda: "kaleidoscope" in ana.one("#messages .shown").text, "the message is shown")
    ana.one("#found").send_keys(Keys.ESCAPE)
    ana.until(lambda: ana.focus_is_on("search"), "back at the list")
    ana.one("#search").clear()
    ana.one("#search").send_keys("Fay", Keys.BACKSPACE, Keys.BACKSPACE, Keys.BACKSPACE)


def test_counts_follow_what_happens(ana: Browser, ben: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    count = lambda browser, view: int(browser.one(f"#tab-{view} .count").text)  # noqa: E731
    ana.show("mine")
    mine, unassigned = count(ana, "mine"), count(ben, "unassigned")
    cora = new_customer("Cora Counted")
    cora.writes("How many are we?")
    cora.conversation()
    ben.until(lambda: count(ben, "unassigned") == unassigned + 1, "one more waits")
    cora.assigned_to(shop.ana)
    ana.until(lambda: count(ana, "mine") == mine + 1, "one more is Ana's")
    ben.until(lambda: count(ben, "unassigned") == unassigned, "she waits no more")
    for browser, who in ((ana, shop.ana), (ben, shop.ben)):
        said = shop.api("GET", "/conversations/counts", token=who["token"])
        for view in ("mine", "unassigned", "all"):
            browser.until(
                lambda b=browser, v=view, n=said[view]["count"]: count(b, v) == n, f"{view} is as the API says"
            )


def test_what_the_list_shows_has_an_address(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    for name in ("Adele Address", "Otto Other"):
        customer = new_customer(name)
        customer.writes("Hello")
        conversation = customer.assigned_to(shop.ana)
        if name == "Adele Address":
            shop.api("PUT", f"/conversations/{conversation['id']}/tags", {"tags": ["addressed"]})
    ana.show("mine")
    ana.until_listed("Otto Other")
    ana.click("#show-filters")
    choose(ana, "Tag", "addressed")
    ana.until_not_listed("Otto Other")
    ana.open_conversation("Adele Address")
    address = ana.driver.current_url
    assert address.endswith("?view=mine&tag=addressed")
    ana.show("unassigned")
    ana.driver.back()
    ana.until(lambda: ana.one("#tab-mine").get_attribute("aria-selected") == "true", "Back shows the list of before")
    ana.until_listed("Adele Address")
    ana.driver.back()
    ana.until(lambda: ana.driver.current_url.endswith("/?view=mine&tag=addressed"), "the conversation is left")
    ana.driver.back()
    ana.until_listed("Otto Other")
    ana.driver.get(address)
    ana.until(lambda: ana.one("#head-name").text == "Adele Address", "a link opens the conversation")
    ana.until_listed("Adele Address")
    ana.until_not_listed("Otto Other")
    ana.driver.get(f"{ana.base_url}/?view=mine")
    ana.until_listed("Otto Other")
