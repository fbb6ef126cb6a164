"""What helps to write: prepared replies, sending later, drafts, and knowing who else is there."""

from __future__ import annotations

from collections.abc import Callable

from selenium.webdriver.common.keys import Keys

from tests.acceptance.inbox.accessibility import violations
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.shop import Customer, Shop

NewCustomer = Callable[[str], Customer]
TEXT = "return document.getElementById('text').value"


def prepare_replies(shop: Shop) -> None:
    """Offer Ana two prepared replies: one text with her customer's name, and one of two messages."""
    group = shop.api("POST", "/groups", {"name": "Repliers"})
    shop.api("PATCH", f"/operators/{shop.ana['id']}", {"group_ids": [group["id"]]})
    collection = shop.api("POST", "/reply-collections", {"name": "Everyday", "group_ids": [group["id"]]})
    path = f"/reply-collections/{collection['id']}/replies"
    text = {"type": "text", "text": "Hello {{ contact.name }}, how can I help?"}
    shop.api("POST", path, {"title": "Greeting", "shortcut": "hi", "translations": {"en": [text]}})
    both = [{"type": "text", "text": "We are open from 9 to 18."}, {"type": "text", "text": "Closed on Sundays."}]
    shop.api("POST", path, {"title": "Opening hours", "translations": {"en": both}})


def test_signs_of_the_field_are_formatting(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    fay = new_customer("Fay Formats")
    fay.writes("When?")
    fay.assigned_to(shop.ana)
    ana.show("mine")
    ana.open_conversation("Fay Formats")
    ana.write("on _Friday_ at 9")
    ana.run("document.getElementById('text').setSelectionRange(15, 16)")
    ana.press(Keys.CONTROL, "b")
    ana.until(lambda: ana.run(TEXT) == "on _Friday_ at *9*", "it is between signs")
    ana.one("#text").send_keys(Keys.ENTER)
    ana.until_said("on Friday at 9")
    shown = (
        "return [...document.querySelectorAll('#messages .words em, #messages .words strong')].map((e) => e.outerHTML)"
    )
    ana.until(lambda: ana.run(shown) == ["<em>Friday</em>", "<strong>9</strong>"], "it is formatted in the thread")
    shop.demo.wait_until(lambda: "on _Friday_ at *9*" in fay.sees(), "WhatsApp has its signs")


def test_prepared_replies_by_a_slash_emoji_and_sending_later(
    ana: Browser, shop: Shop, new_customer: NewCustomer
) -> None:
    prepare_replies(shop)
    pia = new_customer("Pia Prepared")
    pia.writes("Hello")
    pia.assigned_to(shop.ana)
    ana.show("mine")
    ana.open_conversation("Pia Prepared")

    ana.write("/hi")
    ana.until(lambda: "Hello Pia Prepared, how can I help?" in ana.one(".reply-preview").text, "it is previewed")
    assert violations(ana) == []
    ana.press(Keys.ENTER)
    ana.until(lambda: ana.run(TEXT) == "Hello Pia Prepared, how can I help?", "it is in the field")
    assert not pia.sees()
    ana.click("#show-emoji")
    ana.press(Keys.ARROW_RIGHT, Keys.ENTER)
    ana.until(lambda: ana.run(TEXT).endswith("help?😊"), "the emoji is where the cursor was")
    ana.press(Keys.ENTER)
    ana.until_said("how can I help?😊")

    ana.write("/opening")
    ana.until(lambda: "Closed on Sundays." in ana.one(".reply-preview").text, "both are previewed")
    ana.press(Keys.ENTER)
    ana.until_said("Closed on Sundays.")
    assert ana.run(TEXT) == ""

    ana.write("This can wait")
    ana.click("#send-later")
    ana.click("dialog button.primary")
    ana.until_said("This can wait")
    ana.until_status("This can wait", "scheduled")
    shop.demo.wait_until(lambda: "Closed on Sundays." in pia.sees(), "the customer has the rest")
    assert "This can wait" not in pia.sees()


def test_a_draft_is_gone_on_with_at_another_device_and_colleagues_know(
    ana: Browser, second_browser: Browser, shop: Shop, new_customer: NewCustomer
) -> None:
    dan = new_customer("Dan Draft")
    dan.writes("A long question")
    conversation = dan.assigned_to(shop.ana)
    ana.show("mine")
    ana.open_conversation("Dan Draft")
    second_browser.sign_in_with(shop.owner["token"])
    second_browser.show("all")
    second_browser.open_conversation("Dan Draft")
    ana.until(lambda: "has this conversation open, too" in ana.one(".others").text, "Ana sees that somebody looks")

    ana.write("Dear Dan")
    second_browser.until(lambda: "Ana Answers is writing here" in second_browser.one(".others").text, "it is told")
    path = f"/conversations/{conversation['id']}/draft"
    kept = lambda: shop.api("GET", path, token=shop.ana["token"])["content"]  # noqa: E731
    shop.demo.wait_until(lambda: kept() == {"type": "text", "text": "Dear Dan"}, "the draft is kept")

    second_browser.sign_in_with(shop.ana["token"])
    second_browser.show("mine")
    second_browser.open_conversation("Dan Draft")
    second_browser.until(lambda: second_browser.run(TEXT) == "Dear Dan", "it is there at the other device")
    second_browser.send(", it is done.")
    second_browser.until_said("Dear Dan, it is done.")
    shop.demo.wait_until(lambda: kept() is None, "what was sent is no draft any more")
    second_browser.check_log()


def test_who_gets_a_transfer_reads_its_note(ana: Browser, ben: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    shop.api("PUT", f"/operators/{shop.ben['id']}/status", {"status": "online"})
    nan = new_customer("Nan Noted")
    nan.writes("It is complicated")
    nan.assigned_to(shop.ana)
    ana.show("mine")
    ana.open_conversation("Nan Noted")
    ana.click("[data-action=transfer]")
    ana.one("#transfer-note").send_keys("She has paid already")
    ana.click(f"#transfer input[value='operator:{shop.ben['id']}']")
    ana.click("#transfer-button")
    ana.until_not_listed("Nan Noted")
    ben.show("mine")
    ben.open_conversation("Nan Noted")
    ben.until(lambda: "She has paid already" in ben.one("#details-pane").text, "Ben reads it")
