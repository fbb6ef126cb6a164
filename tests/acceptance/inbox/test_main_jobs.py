"""What people come to the workplace for, from beginning to end: by mouse and by keyboard alone, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from tests.acceptance.commands import command
from tests.acceptance.inbox.hands import Hands, Keyboard, Mouse
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.shop import Customer, Shop
from tests.acceptance.inbox.test_inbox_queues import SalesCustomer, new_sales_customer, sales  # noqa: F401 - fixtures
from tests.acceptance.inbox.words import Words, words_of
from tests.acceptance.webchat.visitor_page import VisitorPage

NewCustomer = Callable[..., Customer]
WAYS = (("mouse", "ru"), ("keyboard", "en"), ("keyboard", "ru"))
_numbers = count(1)


@pytest.fixture(params=WAYS, ids="-".join)
def way(request: pytest.FixtureRequest) -> tuple[str, str]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def say(way: tuple[str, str]) -> Words:
    """The page's words in the language of this way."""
    return words_of(way[1])


@pytest.fixture
def hands(way: tuple[str, str], first_browser: Browser) -> Iterator[Hands]:
    """Somebody at the sign-in, who never used this browser."""
    kind, language = way
    first_browser.open_page()
    first_browser.run("localStorage.setItem('workplace.language', arguments[0])", language)
    first_browser.driver.refresh()
    yield {"mouse": Mouse, "keyboard": Keyboard}[kind](first_browser)
    first_browser.check_log()
    first_browser.run("localStorage.clear()")


def sign_in(hands: Hands, person: dict[str, str]) -> None:
    hands.fill(person["email"], "[name=email]")
    hands.fill(person["password"], "[name=password]")
    hands.type(Keys.ENTER)
    hands.browser.until_live()


@pytest.mark.usefixtures("sales")
def test_an_operator_answers_hands_over_and_closes(
    hands: Hands,
    say: Words,
    ben: Browser,
    shop: Shop,
    new_sales_customer: SalesCustomer,  # noqa: F811
    prepared: str,
) -> None:
    page = hands.browser
    sign_in(hands, shop.ana)
    hands.pick(say("statuses.ready"), "#status")
    page.until(lambda: page.all(".dot-ready"), "she is ready")
    asks, goes = (new_sales_customer(f"{name} {next(_numbers)}") for name in ("Jo Asks", "Jim Goes"))
    asks.writes("When do you open?")
    hands.open_conversation(asks.name)
    hands.take("#text")
    hands.type("At nine.", Keys.ENTER)
    page.until_status("At nine.", "delivered")
    hands.type(f"/{prepared}")
    page.until(lambda: page.all(".reply-preview"), "the prepared reply is shown")
    hands.type(Keys.ENTER)
    page.until(lambda: "Until then!" in str(page.one("#text").get_attribute("value")), "it is in the field")
    hands.type(Keys.ENTER)
    shop.demo.wait_until(lambda: asks.sees()[-2:] == ["At nine.", "Until then!"], "both answers are there")

    shop.api("PUT", f"/operators/{shop.ben['id']}/status", {"status": "online"})
    hands.press("[data-action=transfer]")
    page.until(lambda: page.all("#transfer [name=target]"), "it is shown who can be chosen")
    hands.tick(f"#transfer [value='operator:{shop.ben['id']}']")
    hands.fill("She asked for Sunday, too.", "#transfer-note")
    hands.press("#transfer-button")
    page.until_not_listed(asks.name)
    ben.show("mine")
    ben.open_conversation(asks.name)
    ben.until(lambda: "She asked for Sunday, too." in ben.one("#details-pane").text, "Ben sees what Ana noted")

    goes.writes("Thank you, bye")
    hands.open_conversation(goes.name)
    page.until_said("You are talking to")
    hands.press("[data-action=close]")
    hands.press(".notice button", say("closing.undo"))
    page.until(lambda: page.one("#head-name").text == goes.name and page.all("[data-action=close]"), "it is open again")
    hands.press("[data-action=close]")
    page.until_not_listed(goes.name)


def test_a_supervisor_looks_after_colleagues(
    hands: Hands, say: Words, shop: Shop, new_customer: NewCustomer, tmp_path: Path
) -> None:
    page = hands.browser
    late = new_customer(f"Lou Late {next(_numbers)}")
    late.writes("Is somebody there?")
    late.assigned_to(shop.ben)
    sign_in(hands, shop.sofia)
    hands.press("#rail a[href='/board']")
    hands.pick(say("statuses.unavailable"), text=say("board.status_of").replace("{name}", "Ben Busy"))
    path = f"/operators/{shop.ben['id']}"
    shop.demo.wait_until(lambda: shop.api("GET", path)["status"] == "unavailable", "Ben's status is changed")

    hands.press("#rail a[href='/']")
    hands.press("#tab-all")
    hands.open_conversation(late.name)
    hands.press("[data-action=takeOver]")
    page.until(lambda: page.one("#text").is_enabled(), "she can answer")
    hands.take("#text")
    hands.type("I am.", Keys.ENTER)
    shop.demo.wait_until(lambda: late.sees()[-1:] == ["I am."], "it is answered")
    hands.pick("Ana Answers", "#assign-choice")
    hands.press("#assign-button")
    shop.demo.wait_until(lambda: late.conversation()["operator_id"] == shop.ana["id"], "Ana has it")

    page.driver.execute_cdp_cmd("Page.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    hands.press("#rail a[href='/reports']")
    hands.press("#screen a[href^='/reports/waiting']")
    hands.press(text=say("reports.download"))
    page.until(lambda: [one.suffix for one in tmp_path.iterdir()] == [".csv"], "the report is a file")
    assert next(tmp_path.iterdir()).read_text().startswith("day,name,count")
    shop.api("PUT", f"{path}/status", {"status": "online"})


def at(page: Browser, path: str) -> bool:
    return page.driver.current_url.endswith(path)


@pytest.fixture
def newcomer(hands: Hands, shop: Shop) -> Callable[..., Any]:
    """The owner of a workspace that was just made, at its first page; gives what asks the API in their name."""
    name = f"Corner {next(_numbers)}"
    words = ("workspace", "create", "--name", name, "--email", f"{name.split()[1]}@corner.example")
    demo = shop.demo
    made = command(*words, GATEWAY_DATA_DIR=str(demo.directory), GATEWAY_PUBLIC_URL=demo.base_url)
    token = next(word for word in made.stdout.split() if word.startswith("gwt_"))
    hands.browser.sign_in_with(token)
    return partial(shop.api, token=token)


def test_an_owner_begins_with_nothing_and_answers_the_first_customer(
    hands: Hands, say: Words, newcomer: Callable[..., Any], second_browser: Browser
) -> None:
    page = hands.browser
    hands.press("#first-run a")
    hands.press("#screen a[href$='/new']")
    hands.press("#screen a[href$='/new/webchat']")
    hands.fill("Our site", text=say("settings.name"))
    hands.fill(page.base_url, text=say("settings.channels.fields.allowed_origins"))
    hands.press(text=say("settings.channels.go_on"))
    page.until(lambda: page.all("[data-step=origins][data-state=done]"), "the chat is connected")
    channel = page.driver.current_url.rsplit("/", 1)[1]

    hands.press("#rail a[href='/']")
    hands.pick(say("statuses.ready"), "#status")
    page.until(lambda: page.all("#first-run .done + .done + .now"), "the last step is to answer")
    visitor = VisitorPage(second_browser, f"{page.base_url}/webchat/{channel}/demo")
    visitor.visit()
    visitor.open()
    visitor.write("Hello, are you new?")
    hands.press("#tab-unassigned")
    page.until(lambda: page.texts("#list .name"), "somebody has written")
    hands.open_conversation(page.texts("#list .name")[0].strip())
    hands.press("[data-action=assign]")
    page.until(lambda: page.one("#text").is_enabled(), "it can be answered")
    hands.take("#text")
    hands.type("Yes, since today.", Keys.ENTER)
    visitor.until_said("Hello, are you new?", "Yes, since today.")
    page.until(lambda: not page.all("#first-run section"), "nobody needs the steps any more")

    hands.press("#rail a[href='/settings']")
    hands.press("a[href='/settings/people']")
    hands.press(
        "#screen .settings-page .page-actions a, #screen .settings-page .page-actions button",
        say("settings.people.invite"),
    )
    hands.fill("Hana Help", text=say("settings.people.name"))
    hands.fill(f"hana{next(_numbers)}@corner.example", text=say("settings.people.email"))
    hands.press("form button.primary")
    page.until(lambda: page.one(".copy code").text.startswith("http"), "there is a link for her")
    hands.press("#screen button.primary")

    for name, path in ((say("settings.hours.title"), "hours"), (say("settings.queues.title"), "queues")):
        hands.press(f".settings-list a[href='/settings/{path}']")
        hands.press(f"#screen a[href='/settings/{path}/new']")
        hands.fill(f"New {name}", text=say("settings.name"))
        if path == "queues":
            hands.pick(f"New {say('settings.hours.title')}", text=say("settings.queues.fields.business_hours_id"))
        hands.press("form button.primary")
        page.until(partial(at, page, path), "it is made")
    (queue,) = newcomer("GET", "/queues")["items"]
    assert queue["business_hours_id"] == newcomer("GET", "/business-hours")["items"][0]["id"]


def test_marketing_writes_to_a_segment(hands: Hands, say: Words, shop: Shop, new_customer: NewCustomer) -> None:
    page, number = hands.browser, next(_numbers)
    spoken = "eo" if number % 2 else "ia"
    reader = new_customer(f"Rea Reader {number}")
    reader.writes("Tell me what is new")
    contact = reader.conversation()["contact"]["id"]
    consent = {"at": "2026-01-01T00:00:00Z", "source": "sign-up", "wording": "Write to me"}
    shop.api("PATCH", f"/contacts/{contact}", {"language": spoken, "consent": consent})
    sign_in(hands, shop.owner)

    hands.press("#rail a[href='/settings']")
    hands.press("a[href='/settings/segments']")
    hands.press("#screen a[href='/settings/segments/new']")
    hands.fill(f"Readers {number}", text=say("settings.name"))
    hands.fill(spoken, text=say("settings.segments.languages"))
    hands.press("form button.primary")
    page.until(lambda: f"Readers {number}" in page.texts("#screen tbody a"), "the segment is listed")

    hands.press("#rail a[href='/templates']")
    hands.press("#screen a[href='/templates/new']")
    name = f"readers_{number}"
    hands.fill(name, text=say("settings.name"))
    hands.pick(say("templates.category_hints.marketing"), text=say("templates.category"))
    hands.fill("Our new catalogue has come. It is in the shop from today on.", text=say("templates.body"))
    hands.press("[data-second]")
    page.until(lambda: page.texts("#screen h2") == [f"{name} (en)"], "it is submitted")
    page.until(lambda: say("templates.statuses.pending") in page.one("#screen").text, "it is in review")
    status, _ = shop.demo.sandbox("POST", f"/control/whatsapp/templates/{name}/review", {"status": "APPROVED"})
    assert status == 200
    page.until(lambda: say("templates.statuses.approved") in page.one("#screen").text, "it is approved")

    hands.press("#rail a[href='/campaigns']")
    hands.press("#screen a[href='/campaigns/new']")
    hands.fill(f"News {number}", text=say("settings.name"))
    hands.pick(name, text=say("campaigns.template"))
    hands.press("form button.primary")
    page.until(lambda: page.texts("#screen h2") == [f"News {number}"], "the campaign has a page")
    hands.pick(say("campaigns.sources.segment"), text=say("campaigns.from"))
    hands.pick(f"Readers {number}", text=say("campaigns.sources.segment"))
    hands.press(text=say("campaigns.check_recipients"))
    page.until(lambda: say("campaigns.will_get") in page.one("#screen").text, "the forecast is there")
    hands.press(text=say("campaigns.actions.start"))
    hands.press("dialog[open] button", text=say("campaigns.start_confirm"))
    page.until(lambda: page.all("#screen [data-state=completed]"), "it is completed")
    shop.demo.wait_until(lambda: len(reader._control("GET", "/thread")["messages"]) == 2, "the customer has it")
    hands.press(text=say("campaigns.count_again"))
    page.until(lambda: page.all("#screen tbody tr"), "the results are counted")


@pytest.fixture
def prepared(shop: Shop) -> Iterator[str]:
    """The word of a prepared reply that Ana is offered."""
    groups = shop.api("GET", f"/operators/{shop.ana['id']}")["group_ids"]
    group = shop.api("POST", "/groups", {"name": f"Jobs {next(_numbers)}"})["id"]
    shop.api("PATCH", f"/operators/{shop.ana['id']}", {"group_ids": [*groups, group]})
    collection = shop.api("POST", "/reply-collections", {"name": f"Jobs {next(_numbers)}", "group_ids": [group]})["id"]
    said = {"en": [{"type": "text", "text": "Until then!"}]}
    reply = {"title": "Until then", "shortcut": "until-then", "translations": said}
    made = shop.api("POST", f"/reply-collections/{collection}/replies", reply)["id"]
    yield "until-then"
    for path in (f"/prepared-replies/{made}", f"/reply-collections/{collection}"):
        shop.api("DELETE", path)
    shop.api("PATCH", f"/operators/{shop.ana['id']}", {"group_ids": groups})
    shop.api("DELETE", f"/groups/{group}")
