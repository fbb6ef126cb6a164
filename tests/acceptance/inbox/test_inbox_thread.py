"""The thread: nothing of somebody else's disturbs who reads it; what the customer wrote before stands above it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from selenium.webdriver.common.keys import Keys

from tests.acceptance.inbox.accessibility import violations
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.shop import Customer, Shop
from tests.acceptance.inbox.test_inbox_files import png, sends

NewCustomer = Callable[[str], Customer]

READING = """const all = [...document.querySelectorAll("#messages li")];
    const find = (text) => all.find((one) => one.textContent.includes(text));
    const scroll = document.getElementById("scroll");
    window.voice = document.querySelector("#messages audio");
    Object.defineProperty(window.voice, "paused", { get: () => false });
    window.began = 0;
    new MutationObserver((all) => all.forEach(({ target, removedNodes }) => {
      if (target === window.voice || [...removedNodes].some((one) => one.contains(window.voice))) window.began += 1;
    })).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["src"] });
    window.menu = document.querySelector("#messages details");
    window.menu.open = true;
    window.looked = find("line 12.");
    window.looked.scrollIntoView({ block: "start" });
    scroll.dispatchEvent(new Event("scroll"));
    window.place = window.looked.getBoundingClientRect().top;
    window.button = window.looked.querySelector(".reply");
    window.button.focus({ preventScroll: true });
    getSelection().selectAllChildren(find("line 13.").querySelector(".words"));"""
STILL = """return {
    playing: window.voice.isConnected && !window.began, menu: window.menu.isConnected && window.menu.open,
    focus: document.activeElement === window.button, selection: getSelection().toString().trim(),
    moved: Math.round(window.looked.getBoundingClientRect().top - window.place) }"""
SAME = {"playing": True, "menu": True, "focus": True, "selection": "line 13.", "moved": 0}
WATCH = """window.drawn = [];
    new MutationObserver((all) => all.forEach(({ addedNodes, removedNodes }) => {
      for (const one of addedNodes) window.drawn.push(`+${one.nodeName}`);
      for (const one of removedNodes) window.drawn.push(`-${one.nodeName}`);
    })).observe(document.getElementById("messages"), { childList: true, subtree: true });"""
FIRST_SHOWN = """const { top } = document.getElementById("scroll").getBoundingClientRect();
    const all = [...document.querySelectorAll("#messages [data-id]")];
    return all.find((one) => one.getBoundingClientRect().bottom > top).textContent"""
TIMES = {"rows": [{"id": "a", "title": "Ten"}, {"id": "b", "title": "Eleven"}]}


def test_what_others_do_leaves_all_as_it_is(ana: Browser, ben: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    nora = new_customer("Nora Noise")
    sends(nora, "image", png(90), "image/png", caption="A picture")
    sends(nora, "audio", b"OggS" + bytes(600), "audio/ogg; codecs=opus", voice=True)
    for number in range(40):
        nora.writes(f"line {number}.")
    conversation = nora.assigned_to(shop.ana)["id"]
    shop.demo.wait_until(lambda: nora.conversation()["unread"] == 42, "all have arrived")
    path = f"/conversations/{conversation}/messages"
    times = {"type": "list", "text": "When?", "button": "Times", "sections": [TIMES]}
    answer = shop.api("POST", path, {"content": times}, token=shop.ana["token"])
    ana.show("mine")
    ana.open_conversation("Nora Noise")
    ana.until_status("When?", "delivered")
    ana.one("#messages audio")
    ana.run(READING)
    assert ana.run(STILL) == SAME

    messages: list[dict[str, Any]] = shop.api("GET", f"{path}?limit=200")["items"]
    voice = next(one for one in messages if one["content"]["type"] == "voice")
    shop.api("PUT", f"/messages/{voice['id']}/reaction", {"emoji": "👍"}, token=shop.ana["token"])
    shop.api("PUT", f"/operators/{shop.ben['id']}/status", {"status": "unavailable"})
    nora.writes("And another one")
    nora.opens_the_chat()
    shop.api("PUT", f"/conversations/{conversation}/tags", {"tags": ["loud"]})
    shop.api("PUT", f"/messages/{answer['id']}/reaction", {"emoji": "🎉"}, token=shop.ana["token"])
    shop.api("PUT", f"/conversations/{conversation}/looking", {"writing": True}, token=shop.owner["token"])
    ana.until_said("And another one")
    ana.until(lambda: {"👍", "🎉"} <= set(ana.texts("#messages .reactions span")), "the reactions are shown")
    ana.until_status("When?", "read")
    ana.until(lambda: "New messages" in ana.texts("#jump"), "what is new is offered")
    assert ana.run(STILL) == SAME

    ana.click("#messages .picture-link")
    ana.one("#lightbox img")
    nora.writes("Look here")
    ana.until_said("Look here")
    assert ana.run("return document.querySelector('#lightbox').contains(document.activeElement)")
    ana.press(Keys.ESCAPE)
    ana.click("#jump")
    ana.until(lambda: not ana.all("#jump"), "one is at the end")


def test_only_what_is_new_is_drawn(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    lena = new_customer("Lena Long")
    for number in range(110):
        lena.writes(f"line {number}.")
    lena.assigned_to(shop.ana)
    shop.demo.wait_until(lambda: lena.conversation()["unread"] == 110, "all have arrived")
    ana.show("mine")
    ana.open_conversation("Lena Long")

    def all_there() -> bool:
        ana.run("document.getElementById('scroll').scrollTop = 0")
        return ana.texts("#older") == ["Beginning of the conversation"]

    ana.until(all_there, "all are read, and nothing is above")
    assert len(ana.messages()) == 110
    ana.run("document.getElementById('scroll').scrollTop = 600")
    shown = ana.run(FIRST_SHOWN)
    ana.run(WATCH)
    lena.writes("The newest")
    ana.until_said("The newest")
    assert ana.run("return window.drawn") == ["+LI"]
    assert ana.run(FIRST_SHOWN) == shown


def test_what_was_before_stands_above(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    elsa = new_customer("Elsa Earlier")
    elsa.writes("My first question")
    first = elsa.assigned_to(shop.ana)["id"]
    answer = {"content": {"type": "text", "text": "Our answer"}}
    shop.api("POST", f"/conversations/{first}/messages", answer, token=shop.ana["token"])
    seen = shop.api("GET", f"/conversations/{first}/messages")["items"][0]["seq"]
    shop.api("POST", f"/conversations/{first}/close", {"seen_seq": seen})
    for number in range(60):
        elsa.writes(f"line {number}.")
    second = elsa.assigned_to(shop.ana)["id"]
    assert second != first
    shop.demo.wait_until(lambda: elsa.conversation()["unread"] == 60, "all have arrived")
    ana.show("mine")
    ana.open_conversation("Elsa Earlier")
    ana.until_said("line 59.")
    assert "My first question" not in ana.run("return document.getElementById('messages').textContent")

    ana.click("#go-to-date")
    ana.until(lambda: len(ana.all(".past-go")) == 2, "both conversations are offered")
    ana.click_in(".past-go", "Our answer")
    ana.until(lambda: "My first question" in ana.run(FIRST_SHOWN), "one is at the first message")
    ana.until(lambda: ana.texts("#older") == ["The first message of this customer"], "nothing is above")

    def to_the_end() -> bool:
        ana.run("const gap = document.querySelector('.gap'); gap?.scrollIntoView()")
        return len(ana.messages()) == 62 and not ana.all(".gap")

    ana.until(to_the_end, "what is in between was read")
    texts = ana.messages()
    assert "My first question" in texts[0]
    assert sum("line 59." in text for text in texts) == 1
    above, own = ana.texts(".episode")
    assert "Earlier conversation" in above
    assert "Closed: by" in above
    assert "Ana Answers" in above or "You" in above
    assert "This conversation" in own
    assert not ana.run("return document.querySelector('#messages li').querySelector('[data-action=reply]')")
    ana.click(".episode a")
    ana.until(lambda: ana.driver.current_url.endswith(first), "an earlier one can be opened")
    ana.until_note("closed")


def test_who_also_writes_elsewhere_is_known(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    bea = new_customer("Bea Both")
    bea.writes("Here I am")
    bea.assigned_to(shop.ana)
    ana.show("mine")
    ana.open_conversation("Bea Both")
    ana.until_said("Here I am")
    assert not ana.all(".beside")
    elsewhere = Customer(shop, bea.wa_id, "Bea Both", number="whatsapp_queue")
    elsewhere.writes("And here, too")
    ana.until(lambda: "WhatsApp Sales" in " ".join(ana.texts(".beside a")), "it is said while one looks")
    assert violations(ana) == []
    ana.click(".beside a")
    ana.until_said("And here, too")
    ana.until(lambda: "WhatsApp demo" in " ".join(ana.texts(".beside a")), "and the way back")
    for one in shop.api("GET", f"/conversations?q={bea.wa_id}")["items"]:
        shop.api("POST", f"/conversations/{one['id']}/close", {"silent": True})
