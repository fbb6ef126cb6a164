"""The screens beside the inbox, as supervisors and owners use them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from selenium.webdriver.common.keys import Keys

from tests.acceptance.commands import command
from tests.acceptance.inbox.accessibility import violations
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.settings_pages import press_button
from tests.acceptance.inbox.shop import Customer, Shop

NewCustomer = Callable[[str], Customer]

SCREENS = (
    "/",
    "/contacts",
    "/board",
    "/reports",
    "/reports/waiting?by=hour",
    "/reports/costs",
    "/campaigns",
    "/campaigns/new",
    "/templates",
    "/templates/new",
    "/settings",
    "/settings/tags",
)


@pytest.fixture
def owner(first_browser: Browser, shop: Shop) -> Iterator[Browser]:
    first_browser.sign_in_with(shop.owner["token"])
    yield first_browser
    first_browser.run("localStorage.clear()")
    first_browser.check_log()


def go(browser: Browser, path: str) -> None:
    browser.driver.get(browser.base_url + path)
    browser.until_live()
    until_settled(browser)


def until_settled(browser: Browser) -> None:
    browser.until(lambda: not browser.all("#screen [role=status]"), "everything is loaded")


def heading(browser: Browser) -> str:
    return browser.one("#screen h2").text


def table(browser: Browser, label: str) -> list[str]:
    """The rows of a table, each as one line."""
    return [" ".join(text.split()) for text in browser.texts(f"#screen [aria-label='{label}'] tbody tr")]


def test_an_empty_workspace_says_what_to_do_first(first_browser: Browser, shop: Shop) -> None:
    first_browser.sign_in_with(shop.demo.ready["second_workspace"]["owner"]["token"])
    steps = lambda: first_browser.texts("#first-run li")  # noqa: E731
    first_browser.until(lambda: len(steps()) == 3, "three steps are shown")
    assert first_browser.one("#first-run [aria-current=step]").text.startswith("Connect a channel")
    assert violations(first_browser) == []
    first_browser.click("#first-run a")
    first_browser.until(lambda: "/settings/channels" in first_browser.driver.current_url, "the way leads to channels")
    first_browser.check_log()


def test_the_tab_says_how_many_messages_wait(owner: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    tim = new_customer("Tim Title")
    tim.writes("Look here")
    tim.assigned_to(shop.owner)
    go(owner, "/reports")
    owner.until(lambda: re.fullmatch(r"\(\d+\) Reports", owner.driver.title), "the number, and the screen's name")


def test_a_link_of_the_demo_signs_in_and_leaves_no_trace(owner: Browser, shop: Shop) -> None:
    """Also where the page is open already, so that only the end of the address changes."""
    go(owner, "/settings")
    for person, name in ((shop.ben, "Ben Busy"), (shop.ana, "Ana Answers")):
        owner.driver.get(f"{owner.base_url}/settings#sign-in={person['token']}")
        owner.until(lambda name=name: name in owner.one("#who").text, f"{name} is signed in")
        assert owner.driver.current_url == f"{owner.base_url}/settings"


def test_the_board_follows_what_happens(owner: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    go(owner, "/board")
    load = {row.split("Online")[0]: row for row in table(owner, "People")}
    assert any("Ana Answers" in name for name in load)
    bea = new_customer("Bea Board")
    bea.writes("Who has me?")
    before = next(row for row in table(owner, "People") if "Ben Busy" in row)
    bea.assigned_to(shop.ben)
    owner.until(lambda: before not in table(owner, "People"), "the board shows what Ben has now")


def test_a_supervisor_sets_a_colleagues_status(owner: Browser, shop: Shop) -> None:
    go(owner, "/board")
    select = "[aria-label='Status of Sofia Sees']"
    owner.one(select).send_keys("Un")
    owner.until(
        lambda: shop.api("GET", f"/operators/{shop.sofia['id']}")["status"] == "unavailable", "her status is set"
    )
    owner.until(lambda: owner.one(select).get_attribute("value") == "unavailable", "the board shows it")


def test_a_report_has_an_address_and_back_works(owner: Browser) -> None:
    go(owner, "/board")
    owner.click("#rail a[href='/reports']")
    owner.until(lambda: heading(owner) == "Reports", "the reports are open")
    owner.click("#screen a[href^='/reports/waiting']")
    until_settled(owner)
    assert "/reports/waiting" in owner.driver.current_url
    owner.driver.back()
    owner.driver.back()
    owner.until(lambda: heading(owner) == "Now", "back on the board")


def test_tags_are_made_and_merged(owner: Browser, shop: Shop) -> None:
    go(owner, "/settings/tags")
    for name in ("screens-one", "screens-two"):
        owner.click("#screen .page-actions button.primary")
        owner.one("dialog input[maxlength]").send_keys(name, Keys.ENTER)
        owner.until(lambda name=name: any(name in row for row in table(owner, "Tags")), f"{name} is there")
    owner.click("#screen .page-actions button.primary")
    owner.one("dialog input[maxlength]").send_keys("screens-one", Keys.ENTER)
    owner.until(lambda: "already in use" in owner.one("dialog .field-fault").text, "the fault stands at the field")
    owner.press(Keys.ESCAPE)
    owner.until(lambda: not owner.all("dialog"), "closed")
    rows = table(owner, "Tags")
    place = next(n for n, row in enumerate(rows) if "screens-one" in row) + 1
    owner.click(f"#screen tbody tr:nth-child({place}) button:last-of-type")
    owner.one("dialog select").send_keys("screens-two")
    owner.click("dialog button.primary")
    owner.until(lambda: not any("screens-one" in row for row in table(owner, "Tags")), "merged")
    assert "screens-two" in [one["name"] for one in shop.api("GET", "/tags?limit=200")["items"]]


def test_a_contact_is_found_changed_taken_out_and_erased(owner: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    carla = new_customer("Carla Contact")
    carla.writes("Remember me")
    carla.conversation()
    go(owner, "/contacts")
    owner.one("#screen input[type=search]").send_keys("Carla Con")
    owner.until(lambda: "q=Carla" in owner.driver.current_url, "what is looked for stands in the address")
    until_settled(owner)
    owner.until(
        lambda: [row for row in table(owner, "Contacts") if "Carla" in row] == table(owner, "Contacts"), "found"
    )
    owner.click("#screen tbody a")
    owner.until(lambda: heading(owner) == "Carla Contact", "her page is open")
    press_button(owner, "Change the contact")
    owner.one("dialog input").clear()
    owner.one("dialog input").send_keys("Carla Changed", Keys.ENTER)
    owner.until(lambda: heading(owner) == "Carla Changed", "her name is changed")
    assert any("Remember me" in row for row in table(owner, "Conversations"))
    assert violations(owner) == []
    owner.click("#screen section:last-of-type .form-actions button")
    owner.until(lambda: any("Ready" in row for row in table(owner, "Exports")), "the export is ready")
    owner.click("#screen section:last-of-type .form-actions .danger")
    owner.click("dialog button.primary")
    owner.until(lambda: heading(owner) == "Contacts", "back in the list")
    owner.until(lambda: shop.api("GET", "/contacts?q=Carla%20Changed")["items"] == [], "she is erased")


def test_a_contact_is_added(owner: Browser, shop: Shop) -> None:
    go(owner, "/contacts")
    owner.click("#screen .page-actions button")
    name, number, _ = owner.all("dialog input")
    name.send_keys("Added Adam")
    number.send_keys("12")
    owner.click("dialog button.primary")
    owner.until(lambda: owner.one("dialog .field-fault").text, "the number is refused at its field")
    number.clear()
    number.send_keys("+49 1512 3450077")
    owner.click("dialog button.primary")
    owner.until(lambda: heading(owner) == "Added Adam", "his page is open")


def test_a_workspace_is_taken_out_and_erased(first_browser: Browser, shop: Shop) -> None:
    browser, demo = first_browser, shop.demo
    words = ("workspace", "create", "--name", "Short lived", "--email", "short@lived.example")
    made = command(*words, GATEWAY_DATA_DIR=str(demo.directory), GATEWAY_PUBLIC_URL=demo.base_url)
    browser.sign_in_with(next(word for word in made.stdout.split() if word.startswith("gwt_")))
    go(browser, "/settings/data")
    assert violations(browser) == []
    browser.click("#screen .form-actions button")
    browser.until(lambda: any("Ready" in row for row in table(browser, "Exports")), "the export is ready")
    browser.click("#screen button.danger")
    browser.one("dialog input").send_keys("Another name", Keys.ENTER)
    browser.until(lambda: browser.one("dialog .fault").text, "another name is refused")
    browser.one("dialog input").clear()
    browser.one("dialog input").send_keys("Short lived", Keys.ENTER)
    browser.until(lambda: "certificate" in browser.one("#sign-in-fault").text, "the certificate is told at the sign-in")
    certificate = browser.one("#sign-in-fault").text.split()[-1]
    status, erasure = demo.api("GET", f"/workspace-erasure?certificate={certificate}")
    assert (status, "counts" in erasure) == (200, True)
    browser.check_log()


def test_anything_is_found_by_its_name(owner: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    petra = new_customer("Petra Palette")
    petra.writes("Find me")
    conversation = petra.conversation()
    go(owner, "/board")
    owner.run("document.body.focus()")
    owner.press(Keys.CONTROL + "k")
    owner.one("dialog [role=combobox]").send_keys("Petra Pal")
    owner.until(lambda: "Petra Palette" in owner.one("dialog [role=option].chosen").text, "she is found")
    owner.press(Keys.ENTER)
    owner.until(lambda: owner.one("#head-name").text == "Petra Palette", "her conversation is open")
    assert owner.driver.current_url.endswith(f"/conversations/{conversation['id']}")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_everybody_can_use_the_screens(owner: Browser, language: str) -> None:
    owner.run("localStorage.setItem('workplace.language', arguments[0])", language)
    found = []
    for path in SCREENS:
        go(owner, path)
        assert owner.run("return document.documentElement.lang") == language
        for theme in ("light", "dark"):
            owner.run("document.documentElement.dataset.theme = arguments[0]", theme)
            found += [f"{path} in {theme}: {one}" for one in violations(owner)]
    assert found == []


ENGLISH = """
const OTHERS = "[dir=auto], script, style, code, pre, textarea";
const isOurs = (element) => !element.closest(OTHERS) && element.checkVisibility();
const said = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode())
  if (isOurs(walker.currentNode.parentElement)) said.push(walker.currentNode.data);
for (const name of ["aria-label", "title", "placeholder", "alt"])
  for (const element of document.querySelectorAll(`[${name}]`))
    if (isOurs(element)) said.push(element.getAttribute(name));
const words = /(^|[^\\w@./-])[A-Za-z]['A-Za-z]+(,? [A-Za-z]['A-Za-z]*){2,}/;
return [...new Set(said.filter((text) => words.test(text)))];
"""
"""What has three English words after each other, and neither is code nor written by people: `dir=auto` marks these."""


def test_no_english_sentence_is_left_in_russian(owner: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    rita = new_customer("Rita Russian")
    rita.sends(type="location", location={"latitude": 55.75, "longitude": 37.62})
    conversation = rita.assigned_to(shop.owner)
    rita.sends(type="unsupported", errors=[{"code": 131051, "title": "Unsupported"}])
    owner.run("localStorage.setItem('workplace.language', 'ru')")
    settings = [
        f"/settings/{page}"
        for page in (
            "account",
            "channels",
            "queues",
            "people",
            "webhooks",
            "audit",
            "workspace",
            "data",
            "segments/new",
            "replies",
        )
    ]
    found = []
    for path in (*SCREENS, *settings, f"/conversations/{conversation['id']}"):
        go(owner, path)
        found += [f"{path}: {one}" for one in owner.run(ENGLISH)]
    assert found == []
    owner.show("mine")
    owner.until_listed("Rita Russian")
    preview = next(text for text in owner.texts("#list [role=option]") if "Rita Russian" in text)
    assert "Место" in preview or "нельзя показать" in preview, preview
    owner.driver.get(f"{owner.base_url}/contacts/none")
    owner.until(lambda: "Не найдено: контакт." in owner.one("#screen").text, "a problem is told in Russian")


def test_no_screen_is_wider_than_a_phone(owner: Browser) -> None:
    with owner.screen(390, 844):
        for path in SCREENS:
            go(owner, path)
            assert owner.run("return document.documentElement.scrollWidth") <= 390, path
            wide = (
                "return document.getElementById('screen').scrollWidth > document.getElementById('screen').clientWidth"
            )
            assert not owner.run(wide), path
