"""The widget over a bad network: nothing lost, nothing twice, order kept, and typed text stays."""

from __future__ import annotations

from tests.acceptance.demo_process import DemoProcess
from tests.acceptance.webchat.desk import Desk
from tests.acceptance.webchat.proxy import Network
from tests.acceptance.webchat.visitor_page import VisitorPage


def test_a_reload_keeps_the_thread_and_what_is_half_written(visitor: VisitorPage, desk: Desk) -> None:
    visitor.open()
    visitor.write("is it blue?")
    desk.takes()
    desk.answers("it is")
    visitor.until_said("is it blue?", "it is")
    visitor.type("and how mu")
    visitor.reload()
    visitor.until_said("is it blue?", "it is")
    assert visitor.browser.run("return arguments[0].value", visitor.element("field")) == "and how mu"
    visitor.write("ch?")
    visitor.until_said("is it blue?", "it is", "and how much?")
    assert desk.thread() == ["is it blue?", "it is", "and how much?"]


def test_a_cut_network_loses_nothing(visitor: VisitorPage, desk: Desk, network: Network) -> None:
    visitor.open()
    visitor.write("one")
    desk.takes()
    visitor.until_said("one")
    network.cut()
    try:
        visitor.write("two")
        visitor.write("three")
        desk.answers("four")
        visitor.until_notice("No connection")
        assert [line["pending"] for line in visitor.lines() if line["mine"]] == [False, True, True]
    finally:
        network.mend()
    visitor.until_said("one", "four", "two", "three")
    assert desk.thread() == ["one", "four", "two", "three"]
    assert not [name for name in visitor.kept() if ":out:" in name]


def test_what_was_not_sent_before_a_reload_is_sent_after_it(
    visitor: VisitorPage, desk: Desk, network: Network, demo: DemoProcess
) -> None:
    visitor.open()
    visitor.write("one")
    desk.takes()
    visitor.until_said("one")
    network.cut()
    try:
        visitor.write("two")
        visitor.write("three")
        assert len([name for name in visitor.kept() if ":out:" in name]) == 2
        visitor.browser.driver.get("data:text/html,gone")
    finally:
        network.mend()
    visitor.visit(forget=False)
    visitor.until_said("one", "two", "three")
    assert desk.thread() == ["one", "two", "three"]


def test_a_killed_server_loses_nothing(visitor: VisitorPage, desk: Desk, demo: DemoProcess) -> None:
    visitor.open()
    visitor.write("one")
    desk.takes()
    visitor.until_said("one")
    demo.kill("serve")
    visitor.write("two")
    visitor.write("three")
    visitor.until_said("one", "two", "three")
    desk.answers("four")
    demo.kill_and_wait("serve")
    visitor.browser.run("dispatchEvent(new Event('online'))")
    visitor.until_said("one", "two", "three", "four")
    visitor.write("five")
    visitor.until_said("one", "two", "three", "four", "five")
    assert desk.thread() == ["one", "two", "three", "four", "five"]


def test_a_slow_network_keeps_the_order(visitor: VisitorPage, desk: Desk, network: Network) -> None:
    visitor.open()
    network.delay_seconds = 0.15
    try:
        for number in range(5):
            visitor.write(f"line {number}")
        desk.takes()
        desk.answers("an answer")
        expected = [f"line {number}" for number in range(5)]
        visitor.browser.until(lambda: len(visitor.said()) == 6, "all is there")
        assert [text for text in visitor.said() if text != "an answer"] == expected
        visitor.browser.until(lambda: visitor.said() == desk.thread(), "both see the same")
    finally:
        network.delay_seconds = 0


def test_many_messages_of_one_moment_are_read_with_few_words(
    visitor: VisitorPage, desk: Desk, network: Network
) -> None:
    visitor.open()
    visitor.write("hello")
    desk.takes()
    visitor.until_said("hello")
    count = """window.reads = 0; const send = WebSocket.prototype.send; WebSocket.prototype.send = function (data) {
        if (JSON.parse(data).type === 'read') window.reads += 1; return send.call(this, data) }"""
    visitor.browser.run(count)
    texts = [f"answer {number}" for number in range(20)]
    with network.holding():
        for text in texts:
            sent = desk.answers(text)
    visitor.until_said("hello", *texts)
    visitor.browser.until(lambda: desk.status_of(sent["id"]) == "read", "the operator sees that all is read")
    assert 1 <= visitor.browser.run("return window.reads") <= 10


def test_nobody_is_said_to_answer_while_the_network_is_away(visitor: VisitorPage, desk: Desk) -> None:
    visitor.open()
    visitor.write("hello")
    desk.takes()
    visitor.until_notice("is answering")
    offline = "Object.defineProperty(navigator, 'onLine', {configurable: true, get: () => false})"
    visitor.browser.run(f"{offline}; dispatchEvent(new Event('offline'))")
    visitor.until_notice("No connection")
    visitor.browser.run("delete navigator.onLine; dispatchEvent(new Event('online'))")
    visitor.until_notice("is answering")


def test_two_tabs_show_one_thread(visitor: VisitorPage, desk: Desk) -> None:
    driver = visitor.browser.driver
    first = driver.current_window_handle
    visitor.open()
    visitor.write("from the first tab")
    desk.takes()
    driver.switch_to.new_window("tab")
    second = driver.current_window_handle
    try:
        visitor.visit(forget=False)
        visitor.open()
        visitor.until_said("from the first tab")
        visitor.write("from the second tab")
        visitor.until_said("from the first tab", "from the second tab")
        desk.answers("to both")
        thread = ("from the first tab", "from the second tab", "to both")
        visitor.until_said(*thread)
        driver.switch_to.window(first)
        visitor.until_said(*thread)
        visitor.write("and again")
        visitor.until_said(*thread, "and again")
        driver.switch_to.window(second)
        visitor.until_said(*thread, "and again")
        assert desk.thread() == [*thread, "and again"]
    finally:
        driver.switch_to.window(second)
        driver.close()
        driver.switch_to.window(first)
