"""What an operator writes is sent once, shown with its fate, and survives reloads and broken connections."""

from __future__ import annotations

from collections.abc import Callable

from redis import Redis
from selenium.webdriver.common.keys import Keys

from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.shop import Customer, Shop

NewCustomer = Callable[[str], Customer]

LOSE_FIRST_ANSWER = """const real = window.fetch;
    window.posts = [];
    window.fetch = async (url, options) => {
      if (options?.method !== "POST" || !String(url).endsWith("/messages")) return real(url, options);
      window.posts.push(options.headers["Idempotency-Key"]);
      const answer = await real(url, options);
      if (window.posts.length === 1) throw new TypeError("the answer is lost");
      return answer;
    };"""

NEVER_SEND = """const real = window.fetch;
    window.fetch = async (url, options) => {
      if (options?.method === "POST" && String(url).endsWith("/messages")) throw new TypeError("no network");
      return real(url, options);
    };"""

TWO_DAYS = 2 * 24 * 3600


def in_hand(browser: Browser, shop: Shop, customer: Customer) -> None:
    """Have a conversation with a customer open in Ana's browser."""
    customer.writes("Hello")
    customer.assigned_to(shop.ana)
    browser.show("mine")
    browser.open_conversation(customer.name)
    browser.until_said("Hello")


def test_a_lost_answer_doubles_nothing(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    dora = new_customer("Dora Doubles")
    in_hand(ana, shop, dora)
    ana.run(LOSE_FIRST_ANSWER)
    ana.send("Only once")
    ana.until(lambda: len(ana.run("return window.posts")) == 2, "it was tried again")
    ana.until_status("Only once", "delivered")
    assert len(set(ana.run("return window.posts"))) == 1
    assert dora.sees() == ["Only once"]
    assert sum("Only once" in text for text in ana.messages()) == 1


def test_a_reload_loses_nothing(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    rosa = new_customer("Rosa Reload")
    in_hand(ana, shop, rosa)
    ana.send("Before")
    ana.until_status("Before", "delivered")
    ana.run(NEVER_SEND)
    ana.send("On its way")
    ana.until_said("Waiting for the connection")
    ana.write("Half a senten")
    ana.driver.refresh()
    rosa.writes("While you were away")
    ana.until(lambda: ana.one("#head-name").text == "Rosa Reload", "the same conversation is open")
    ana.until_status("On its way", "delivered")
    ana.until_said("While you were away")
    assert ana.one("#text").get_attribute("value") == "Half a senten"
    assert rosa.sees() == ["Before", "On its way"]
    texts = ana.messages()
    assert [sum(text in one for one in texts) for text in ("Hello", "Before", "On its way")] == [1, 1, 1]


def test_drafts_are_kept_for_each_conversation(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    for name in ("Dan Draft", "Dee Draft"):
        in_hand(ana, shop, new_customer(name))
        ana.write(f"To {name}")
    ana.open_conversation("Dan Draft")
    assert ana.one("#text").get_attribute("value") == "To Dan Draft"


def test_a_failed_message_says_why(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    finn = new_customer("Finn Failed")
    in_hand(ana, shop, finn)
    finn.cannot_be_reached()
    ana.send("Will not arrive")
    ana.until_status("Will not arrive", "failed")
    outcome = ana.one("[data-status=failed] .outcome").text
    assert "WhatsApp cannot deliver to this customer" in outcome
    assert "131026" in outcome
    assert ana.all("[data-status=failed] [data-action=retry]") == []  # it can't help


def test_what_the_server_refuses_is_explained_and_can_be_corrected(
    ana: Browser, shop: Shop, new_customer: NewCustomer
) -> None:
    lola = new_customer("Lola Long")
    in_hand(ana, shop, lola)
    ana.run("document.getElementById('text').value = 'x'.repeat(4097)")
    ana.write("y" + Keys.ENTER)
    ana.until(lambda: any("4096" in text for text in ana.texts(".outcome.failed")), "the limit is said")
    ana.click_in_message("4096", ".buttons button:first-child")
    ana.run("document.getElementById('text').value = ''")
    ana.send("Shorter")
    ana.until_status("Shorter", "delivered")
    assert lola.sees() == ["Shorter"]


def test_a_closed_window_says_so(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    olga = new_customer("Olga Old")
    now = int(shop.demo.sandbox("GET", "/control/clock")[1]["now"])
    olga.writes("Long ago", timestamp=str(now - TWO_DAYS))
    olga.assigned_to(shop.ana)
    ana.show("mine")
    ana.open_conversation("Olga Old")
    ana.until_note("The 24-hour window is closed")
    assert not ana.one("#text").is_enabled()
    olga.writes("I am back")
    ana.until_note("Window closes in 23 h")
    ana.send("Welcome back")
    ana.until_status("Welcome back", "delivered")


def test_replying_quotes(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    quin = new_customer("Quin Quoted")
    in_hand(ana, shop, quin)
    quin.writes("Blue or red?")
    ana.click_in_message("Blue or red?", ".reply")
    ana.until(lambda: "Blue or red?" in ana.one("#reply-bar").text, "the reply is announced")
    ana.send("Blue")
    ana.until_status("Blue\n", "delivered")
    assert ana.texts("#messages .out .quote") == ["Quin Quoted\nBlue or red?"]
    ana.until(lambda: not ana.one("#reply-bar").is_displayed(), "the next message is no reply")


def test_older_messages_come_when_scrolled_to(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    count = 120
    hank = new_customer("Hank History")
    for number in range(count):
        hank.writes(f"number {number}.")
    hank.assigned_to(shop.ana)
    shop.demo.wait_until(lambda: hank.conversation()["unread"] == count, "all have arrived")
    ana.show("mine")
    ana.open_conversation("Hank History")
    ana.until_said(f"number {count - 1}.")
    assert len(ana.messages()) < count

    def all_there() -> bool:
        ana.run("document.getElementById('scroll').scrollTop = 0")
        return len(ana.messages()) == count

    ana.until(all_there, "all are read")
    stored = shop.api("GET", f"/conversations/{hank.conversation()['id']}/messages?limit=200")["items"]
    said = [message["content"]["text"] for message in stored]  # a webhook that was repeated came later than the next
    assert [text in shown for text, shown in zip(said, ana.messages(), strict=True)] == [True] * count
    assert sorted(said) == sorted(f"number {number}." for number in range(count))


def test_the_server_dies_and_nothing_is_missed(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    rex = new_customer("Rex Restart")
    in_hand(ana, shop, rex)
    shop.demo.kill_and_wait("serve")
    ana.send("Still here")
    rex.writes("Me too")
    ana.until_status("Still here", "delivered")
    shop.demo.sandbox("POST", "/control/webhooks/retry")
    ana.until_said("Me too")
    ana.until_live()
    assert rex.sees() == ["Still here"]


def test_a_lost_event_stream_is_no_gap(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    """Redis is emptied: the server says that the cursor is worth nothing, and the page reads its lists again."""
    fay = new_customer("Fay Flushed")
    in_hand(ana, shop, fay)
    with Redis.from_url(shop.demo.ready["redis_url"]) as redis:
        redis.flushall()
    fay.writes("In the gap")
    ana.until_said("In the gap")
    ana.until_live()
    fay.writes("After it")
    ana.until_said("After it")
    assert ana.texts("#messages .in .words") == ["Hello", "In the gap", "After it"]
