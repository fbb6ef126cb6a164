"""Conversations come, are assigned, answered and closed, live and without reloading."""

from __future__ import annotations

from collections.abc import Callable

from selenium.webdriver.common.keys import Keys

from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.shop import Customer, Shop

NewCustomer = Callable[[str], Customer]


def test_a_customer_who_writes_appears_by_themselves(ana: Browser, new_customer: NewCustomer) -> None:
    ana.show("unassigned")
    mia = new_customer("Mia Moves")
    mia.writes("Is anybody there?")
    assert "Is anybody there?" in ana.until_listed("Mia Moves")
    ana.open_conversation("Mia Moves")
    ana.until_said("Is anybody there?")
    mia.writes("Hello?")
    ana.until_said("Hello?")
    ana.until(lambda: ana.badge("Mia Moves") == "2", "two are unread")


def test_assign_answer_and_two_blue_ticks(ana: Browser, new_customer: NewCustomer) -> None:
    tom = new_customer("Tom Ticks")
    tom.writes("How much is it?")
    ana.show("unassigned")
    ana.open_conversation("Tom Ticks")
    ana.until_note("Nobody has this conversation yet")
    ana.click("[data-action=assign]")
    ana.until_note("Window closes in 23 h")
    ana.until_not_listed("Tom Ticks")
    ana.show("mine")
    ana.until_listed("Tom Ticks")
    ana.send("Twelve euros.")
    ana.until_status("Twelve euros.", "delivered")
    assert tom.sees() == ["Twelve euros."]
    tom.opens_the_chat()
    ana.until_status("Twelve euros.", "read")
    ticks = ana.one("[data-status=read] .status-read")
    assert ana.one("[data-status=read] .status-read .icon-ticks").get_attribute("aria-label") == "Read"
    assert ticks.value_of_css_property("color") != ana.one("[data-status=read] .foot").value_of_css_property("color")


def test_what_the_operator_sees_is_read(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    rita = new_customer("Rita Reads")
    rita.writes("One")
    rita.assigned_to(shop.ana)
    ana.show("mine")
    ana.until(lambda: ana.badge("Rita Reads") == "1", "one is unread")
    ana.open_conversation("Rita Reads")
    ana.until(lambda: ana.badge("Rita Reads") is None, "no badge")
    shop.demo.wait_until(lambda: rita.conversation()["unread"] == 0, "the server knows")


def test_a_second_operator_sees_the_assignment(ana: Browser, ben: Browser, new_customer: NewCustomer) -> None:
    new_customer("Sue Shared").writes("Who takes me?")
    for browser in (ana, ben):
        browser.show("unassigned")
        browser.open_conversation("Sue Shared")
    ana.click("[data-action=assign]")
    ben.until_not_listed("Sue Shared")
    ben.until(lambda: "Ana Answers has this conversation now" in ben.one("#no-thread").text, "Ben is told")
    ana.show("mine")
    ana.until_listed("Sue Shared")


def test_the_loser_of_a_race_is_told(ana: Browser, ben: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    ray = new_customer("Ray Race")
    ray.writes("First come, first served")
    ben.show("unassigned")
    ben.open_conversation("Ray Race")
    ben.run("""const real = window.fetch;
        window.fetch = async (url, options) => {
          if (String(url).endsWith("/assign")) await new Promise((go) => { window.go = go; });
          return real(url, options);
        };""")
    ben.click("[data-action=assign]")
    ben.until(lambda: ben.run("return Boolean(window.go)"), "Ben has clicked")
    ray.assigned_to(shop.ana)
    ben.until_not_listed("Ray Race")
    ben.run("window.go()")
    ben.until_notice("Another operator has this conversation")


def test_assigning_to_somebody_else(ana: Browser, ben: Browser, new_customer: NewCustomer) -> None:
    new_customer("Gus Given").writes("For Ben")
    ana.show("unassigned")
    ana.open_conversation("Gus Given")
    ana.run("const choice = document.getElementById('assign-choice');"
            "choice.value = [...choice.options].find((one) => one.text.startsWith('Ben')).value")  # fmt: skip
    ana.click("#assign-button")
    ana.until_not_listed("Gus Given")
    ben.show("mine")
    ben.until_listed("Gus Given")


def test_a_closed_conversation_leaves_the_list_and_opens_anew(
    ana: Browser, shop: Shop, new_customer: NewCustomer
) -> None:
    cleo = new_customer("Cleo Closed")
    cleo.writes("Just a question")
    cleo.assigned_to(shop.ana)
    ana.show("mine")
    ana.open_conversation("Cleo Closed")
    ana.until_said("Just a question")
    ana.click("[data-action=close]")
    ana.until_not_listed("Cleo Closed")
    ana.until_note("This conversation is closed")
    assert not ana.one("#text").is_displayed()
    cleo.writes("One more thing")
    ana.show("unassigned")
    assert "One more thing" in ana.until_listed("Cleo Closed")


def test_a_close_asks_for_what_is_required_and_can_be_taken_back(
    ana: Browser, shop: Shop, new_customer: NewCustomer
) -> None:
    rae = new_customer("Rae Required")
    rae.writes("My order is wrong")
    conversation = rae.assigned_to(shop.ana)
    channel = f"/channels/{conversation['channel']['id']}"
    ana.show("mine")
    ana.open_conversation("Rae Required")
    ana.until_said("My order is wrong")
    shop.api("PATCH", channel, {"required_before_close": ["tag", "note"]})
    try:
        ana.click("[data-action=close]")
        ana.one("dialog [role=combobox]").send_keys("wrong-order")
        ana.one("dialog [role=option]")
        ana.press(Keys.ENTER)
        ana.until(lambda: "wrong-order" in ana.texts("dialog .labels li span"), "the tag is there")
        ana.one("dialog textarea").send_keys("Sent a new one")
        ana.click("dialog .form button.primary")
        ana.until_not_listed("Rae Required")
    finally:
        shop.api("PATCH", channel, {"required_before_close": []})
    ana.click(".notice .act")
    ana.until_listed("Rae Required")
    ana.until_note("Window closes in")
    now = rae.conversation()
    assert (now["id"], now["notes"]) == (conversation["id"], 1)


def test_what_was_not_seen_is_not_closed(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    lee = new_customer("Lee Late")
    lee.writes("First")
    lee.assigned_to(shop.ana)
    ana.show("mine")
    ana.open_conversation("Lee Late")
    ana.until_said("First")
    ana.run("""const real = window.fetch;
        window.fetch = (url, options) => {
          if (String(url).endsWith("/close")) options.body = JSON.stringify({seen_seq: JSON.parse(options.body).seen_seq - 1});
          return real(url, options);
        };""")  # noqa: E501
    ana.click("[data-action=close]")
    ana.until_notice("Not closed: the customer has written meanwhile")
    ana.until_listed("Lee Late")


def test_the_owner_takes_over(first_browser: Browser, ben: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    tess = new_customer("Tess Taken")
    tess.writes("I want the manager")
    tess.assigned_to(shop.ben)
    ben.show("mine")
    ben.until_listed("Tess Taken")
    first_browser.sign_in_with(shop.owner["token"])
    first_browser.show("all")
    first_browser.open_conversation("Tess Taken")
    first_browser.until_note("Ben Busy has this conversation. Take it over to answer.")
    first_browser.click("[data-action=takeOver]")
    first_browser.until_note("Window closes in")
    ben.until_not_listed("Tess Taken")
    first_browser.check_log()


def test_search_by_name_and_number(ana: Browser, new_customer: NewCustomer) -> None:
    nora = new_customer("Nora Needle")
    for customer in (nora, new_customer("Hal Haystack")):
        customer.writes("Hello")
    ana.show("unassigned")
    ana.until_listed("Hal Haystack")
    field = ana.one("#search")
    for text in ("needle", f"+{nora.wa_id}"):
        field.clear()
        field.send_keys(text)
        ana.until_listed("Nora Needle")
        ana.until_not_listed("Hal Haystack")
    field.clear()
    field.send_keys("nobody of that name", Keys.TAB)
    ana.until(lambda: ana.one("#list-note").text == "Nothing found.", "nothing is found")


def test_by_keyboard_alone(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    for name in ("Kay Keys", "Kim Keys"):
        customer = new_customer(name)
        customer.writes(f"I am {name}")
        customer.assigned_to(shop.ana)
    ana.show("mine")
    ana.until_listed("Kim Keys")
    ana.until_listed("Kay Keys")
    ana.press(Keys.ARROW_DOWN)  # from the tab into the list
    ana.until(lambda: ana.focus_is_on("list"), "the list has the focus")
    ana.press(Keys.HOME, Keys.ARROW_DOWN)
    active = ana.one("#list").get_attribute("aria-activedescendant")
    name = ana.one(f"#{active} .name").text
    ana.press(Keys.ENTER)
    ana.until(lambda: ana.one("#head-name").text == name, "it is open")
    ana.until(lambda: ana.focus_is_on("text"), "one can write at once")
    ana.press("two", Keys.SHIFT + Keys.ENTER, Keys.NULL, "lines", Keys.ENTER)
    ana.until_said("two\nlines")
    ana.press(Keys.ESCAPE)
    ana.until(lambda: ana.focus_is_on("list"), "back in the list")


def test_a_colleagues_status_leaves_what_is_shown_and_half_chosen(
    ana: Browser, shop: Shop, new_customer: NewCustomer
) -> None:
    kim = new_customer("Kim Kept")
    kim.writes("Listen to this")
    kim.assigned_to(shop.owner)
    ana.sign_in_with(shop.owner["token"])
    ana.show("mine")
    ana.open_conversation("Kim Kept")
    ana.until_said("Listen to this")
    ana.run("""window.kept = document.querySelector("#messages li.in");
        const choice = document.getElementById("assign-choice");
        choice.value = [...choice.options].find((one) => one.text.startsWith("Ben")).value;
        choice.dispatchEvent(new Event("change"));""")
    for status in ("online", "unavailable"):
        shop.api("PUT", f"/operators/{shop.ben['id']}/status", {"status": status})
        shown = f"Ben Busy · {status}"
        ana.until(lambda shown=shown: shown in ana.texts("#assign-choice option"), "the new status is shown")
        assert ana.run("return document.getElementById('assign-choice').value") == shop.ben["id"]
    assert ana.run("return window.kept.isConnected")


def test_a_status_chosen_by_keys_is_sent_once(ana: Browser, shop: Shop) -> None:
    history = f"/operators/{shop.ana['id']}/status-history"
    shop.api("PUT", f"/operators/{shop.ana['id']}/status", {"status": "ready"})
    ana.until(lambda: ana.run("return document.getElementById('status')?.value") == "ready", "ready is shown")
    before = len(shop.api("GET", history)["items"])
    ana.run("document.getElementById('status').focus()")
    ana.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    chosen = ana.run("return document.getElementById('status').value")
    ana.press(Keys.TAB)
    ana.until(lambda: shop.api("GET", history)["items"][0]["status"] == chosen, "the last one is set")
    assert chosen == "unavailable"
    assert len(shop.api("GET", history)["items"]) == before + 1


def test_nothing_is_off_the_screen_on_a_phone_and_a_tablet(
    first_browser: Browser, shop: Shop, new_customer: NewCustomer
) -> None:
    phil = new_customer("Phil Phone")
    phil.writes("From my phone")
    phil.assigned_to(shop.ana)  # with all that a supervisor may do
    first_browser.sign_in_with(shop.owner["token"])
    with first_browser.screen(820, 1180):
        edge = "return document.getElementById('sign-out').getBoundingClientRect().right <= innerWidth"
        assert first_browser.run(edge)
    with first_browser.screen(390, 844):
        first_browser.show("all")
        first_browser.open_conversation("Phil Phone")
        gap = "return innerHeight - document.getElementById('composer').getBoundingClientRect().bottom"
        assert abs(first_browser.run(gap)) < 2
        outside = """return [...document.querySelectorAll("#thread button")]
            .filter((one) => one.offsetParent && one.getBoundingClientRect().right > innerWidth)
            .map((one) => one.textContent)"""
        assert first_browser.run(outside) == []
        assert first_browser.run("return document.getElementById('head-name').clientWidth") > 60
        wide = "return document.documentElement.scrollWidth <= innerWidth"
        assert first_browser.run(wide)
    first_browser.check_log()
