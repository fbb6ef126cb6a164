"""A chat that another agent answers too, and a message outside of the window without a template."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.acceptance.inbox.accessibility import violations
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.shop import Customer, Shop
from tests.acceptance.inbox.test_inbox_templates import saw, started

NewCustomer = Callable[[str], Customer]


@pytest.fixture
def agent_answers(shop: Shop) -> Iterator[None]:
    """Meta's agent answers first in the number's new chats."""
    path = f"/control/whatsapp/{shop.demo.ready['channels']['whatsapp']['phone_number_id']}/agent"
    assert shop.demo.sandbox("PUT", path, {"enabled": True})[0] == 200
    yield
    assert shop.demo.sandbox("PUT", path, {"enabled": False})[0] == 200


@pytest.mark.usefixtures("agent_answers")
def test_a_chat_is_taken_from_another_agent_passed_on_and_given_back(
    ana: Browser, shop: Shop, new_customer: NewCustomer
) -> None:
    gus = new_customer("Gus Guided")
    gus.writes("Is the shop open?")
    conversation = gus.conversation()
    ana.show("unassigned")
    ana.open_conversation("Gus Guided")
    ana.until(lambda: "Another agent answers" in ana.one("#head-line").text, "the head says who answers")
    assert "What you write would not be sent" in ana.one("#composer-control").text
    assert violations(ana) == []

    ana.click("#take-chat")
    ana.until(lambda: ana.focus_is_on("text"), "she can write at once")
    ana.send("I am Ana, a person.")
    ana.until_said("I am Ana, a person.")
    shop.demo.wait_until(lambda: "I am Ana, a person." in gus.sees(), "Gus has it")
    assert "We do, since" in ana.one("#control").text
    assert "Another agent answers" not in ana.one("#head-line").text

    ana.click("#control [data-action=pass]")
    ana.one("dialog input").send_keys("He asks for the hours")
    assert violations(ana) == []
    ana.click("dialog button.primary")
    ana.until(lambda: "Another agent answers" in ana.one("#composer-note").text, "nobody of us writes now")
    assert not ana.one("#text").is_enabled()
    ana.click("#control [data-action=take]")
    ana.until(lambda: ana.one("#text").is_enabled(), "it is hers again")
    ana.click("#control [data-action=release]")
    ana.until(
        lambda: shop.api("GET", f"/conversations/{conversation['id']}")["control"]["ours"], "the messenger decides"
    )
    assert ana.one("#text").is_enabled()


def test_what_the_customer_ordered_is_told_without_a_template_while_the_window_is_closed(
    ana: Browser, shop: Shop, new_customer: NewCustomer
) -> None:
    una = new_customer("Una Utility")
    conversation = started(shop, una)
    shop.api("POST", f"/conversations/{conversation['id']}/assign", {"operator_id": shop.ana["id"], "take_over": True})
    ana.show("mine")
    ana.until_listed(una.wa_id[-4:])
    ana.click(f'[role=option][data-id="{conversation["id"]}"]')
    ana.until_note("The 24-hour window is closed")
    ana.click(".direct-offer summary")
    assert violations(ana) == []
    ana.click(".direct-offer button.primary")
    ana.until(lambda: ana.one(".direct-offer .fault").text, "an empty one is refused")
    ana.one(".direct-offer textarea").send_keys("Your order 77 is on its way.")
    ana.click(".direct-offer button.primary")
    ana.until_said("Your order 77 is on its way.")
    shop.demo.wait_until(lambda: "Your order 77 is on its way." in saw(una), "Una has it")
    ana.until(lambda: not ana.one(".direct-offer textarea").get_attribute("value"), "the next one begins empty")
