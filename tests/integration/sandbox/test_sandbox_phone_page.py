"""The phone page in a real browser: a person is the customer."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

from phone_browser import ADD, BUBBLES, WRITE, browsing, needs_browser
from sandbox_world import PHONE_ID, USER, WABA_ID, World, text_message, world

from channels.sandbox.clock import SandboxClock
from tests.acceptance.inbox.accessibility import RUN as AXE
from tests.acceptance.inbox.accessibility import axe_source
from tests.waiting import eventually

pytestmark = needs_browser

REACTIONS = "[...document.querySelectorAll('.reaction')].map((one) => [one.textContent, one.ariaLabel])"
QUOTES = "[...document.querySelectorAll('.bubble .quote')].map((one) => one.textContent)"
SET_FAULT = """
const input = document.querySelector(`#faults-tool [name=${arguments[0]}]`);
input.value = arguments[1];
input.dispatchEvent(new Event("change"));
"""
STATUS = "document.querySelector('#templates-tool li')?.dataset.status"
DECIDE = """
const buttons = [...document.querySelectorAll("#templates-tool button")];
buttons.find((one) => one.textContent === arguments[0]).click();
"""
TWO_FRAMES = "requestAnimationFrame(() => requestAnimationFrame(arguments[0]))"
REMEMBER = """
const thread = document.querySelector(".thread");
thread.scrollTop = arguments[0];
const top = thread.getBoundingClientRect().top;
window.seen = [...thread.querySelectorAll("li")].find((item) => item.getBoundingClientRect().bottom > top);
window.seenAt = window.seen.getBoundingClientRect().top;
"""
MOVED = "return window.seen.getBoundingClientRect().top - window.seenAt"
COUNT = "document.querySelectorAll('.thread li').length"
FIRST = "document.querySelector('.thread li .bubble')?.firstChild.textContent"
OWNERS = "[...document.querySelectorAll('.owner')].map((one) => one.textContent.split(' · ')[1])"
CHOOSE_FIRST = """
const field = document.querySelector(arguments[0]);
field.value = field.querySelector("optgroup option").value;
field.dispatchEvent(new Event("change"));
"""
LAST = "[...document.querySelectorAll('.bubble')].at(-1)?.firstChild.textContent"


async def test_a_person_writes_reads_and_presses(sandbox: World, tmp_path: Path) -> None:
    async with browsing(sandbox.http, tmp_path) as browser:
        await browser.open(sandbox.base_url)
        await browser.until("document.querySelector('.connection.live') && document.querySelector('#add option')")
        await browser.run(ADD, "Ann Smith", f"+{USER}")
        await browser.until("document.querySelector('.phone')")
        await browser.run(WRITE, "Hello <i>you</i>")
        await sandbox.receiver.until(lambda: sandbox.receiver.items("messages"))
        assert sandbox.receiver.items("messages")[0]["text"]["body"] == "Hello <i>you</i>"
        await browser.until("document.querySelector('.ticks.delivered')")

        trap = '<img src=x onerror="document.title=1">'
        _, answer = await sandbox.send(**text_message(trap))
        await sandbox.receiver.status(answer["messages"][0]["id"], "read")
        await browser.until("document.querySelectorAll('.theirs').length === 1")
        assert await browser.run(f"return {BUBBLES}") == ["Hello <i>you</i>", trap]
        assert await browser.run("return document.querySelectorAll('.bubble img, .bubble i').length") == 0

        reply = {"type": "reply", "reply": {"id": "y", "title": "Yes"}}
        interactive = {"type": "button", "body": {"text": "Sure?"}, "action": {"buttons": [reply]}}
        await sandbox.send(type="interactive", interactive=interactive)
        await browser.until("document.querySelector('.choices button')")
        await browser.run("document.querySelector('.choices button').click()")
        await sandbox.receiver.until(lambda: len(sandbox.receiver.items("messages")) == 2)
        pressed = sandbox.receiver.items("messages")[1]
        assert pressed["interactive"]["button_reply"] == {"id": "y", "title": "Yes"}
        log = await browser.command("/se/log", {"type": "browser"})
        assert [entry["message"] for entry in log if entry["level"] == "SEVERE"] == []


async def test_a_reaction_is_shown_as_its_emoji_and_enter_sends_a_dialog(sandbox: World, tmp_path: Path) -> None:
    await sandbox.write()
    await sandbox.receiver.until(lambda: sandbox.receiver.items("messages"))
    target = sandbox.receiver.items("messages")[0]["id"]
    await sandbox.send(type="reaction", reaction={"message_id": target, "emoji": "👍"})
    async with browsing(sandbox.http, tmp_path) as browser:
        await browser.open(sandbox.base_url)
        await browser.until("document.querySelector('.thread .reaction')")
        assert await browser.run(f"return {REACTIONS}") == [["👍", "👍, the business's reaction"]]
        assert await browser.run("return document.querySelectorAll('.thread li').length") == 1
        await browser.run("document.querySelector('[data-kind=location]').click()")
        await browser.until("document.querySelector('#ask').open")
        pressed_by_enter = "document.querySelector('#ask form button:not([type=button])').value"
        assert await browser.run(f"return {pressed_by_enter}") == "ok"
        await browser.run("document.querySelector('#ask .cancel').click()")
        await browser.until("!document.querySelector('#ask').open")


async def test_who_is_known_gets_a_phone_the_busiest_first_and_the_others_by_choice(
    sandbox: World, tmp_path: Path
) -> None:
    """A campaign's many recipients do not crowd out those who talk with the shop."""
    for place in range(5):
        for _ in range(6 - place):
            await sandbox.write("Hello", f"4915123450{place}")
    async with browsing(sandbox.http, tmp_path) as browser:
        await browser.open(sandbox.base_url)
        await browser.until("document.querySelectorAll('.thread li').length === 6 + 5 + 4 + 3")
        assert await browser.run(f"return {OWNERS}") == [f"+4915123450{place}" for place in range(4)]
        assert await browser.run("return [...document.querySelectorAll('#known optgroup option')].length") == 1
        await browser.run(CHOOSE_FIRST, "#known")
        await browser.until("document.querySelectorAll('.phone').length === 5")
        assert (await browser.run(f"return {OWNERS}"))[-1] == "+49151234504"
        await browser.until("document.querySelector('.known').hidden")
        assert await browser.run(
            "return document.activeElement.closest('.phone') === [...document.querySelectorAll('.phone')].at(-1)"
        )


async def test_both_sides_react_and_a_certain_message_is_answered(sandbox: World, tmp_path: Path) -> None:
    await sandbox.write("Where is my order?")
    await sandbox.receiver.until(lambda: sandbox.receiver.items("messages"))
    asked = sandbox.receiver.items("messages")[0]["id"]
    _, answer = await sandbox.send(**text_message("On its way"), context={"message_id": asked})
    sent = answer["messages"][0]["id"]
    async with browsing(sandbox.http, tmp_path) as browser:
        await browser.open(sandbox.base_url)
        await browser.until("document.querySelectorAll('.thread li').length === 2")
        assert await browser.run(f"return {QUOTES}") == ["Where is my order?"]
        await browser.run("document.querySelector('.theirs .emoji button').click()")
        await sandbox.send(type="reaction", reaction={"message_id": sent, "emoji": "🎉"})
        await browser.until("document.querySelectorAll('.theirs .reaction').length === 2")
        shown = await browser.run(f"return {REACTIONS}")
        assert sorted(shown) == [["🎉", "🎉, the business's reaction"], ["👍", "👍, the customer's reaction"]]
        await browser.run("document.querySelectorAll('.theirs .emoji button')[6].click()")
        await browser.until("document.querySelectorAll('.theirs .reaction').length === 1")

        await browser.run("document.querySelector('.theirs .answer').click()")
        assert await browser.run("return document.querySelector('.answering').innerText.includes('On its way')")
        await browser.run(WRITE, "Thank you")
        await browser.until("document.querySelectorAll('.mine').length === 2")
        written = await _written(sandbox, "Thank you")
        assert written["context"]["id"] == sent
        assert await browser.run(f"return {QUOTES}") == ["Where is my order?", "On its way"]
        await browser.until("document.querySelector('.answering').hidden")
        await browser.run(WRITE, "Bye")
        assert "context" not in await _written(sandbox, "Bye")
        await browser.run("document.querySelector('.mine .quote').click()")
        assert await browser.run("return document.activeElement.dataset.id") == sent


async def _written(sandbox: World, text: str) -> dict[str, Any]:
    """What the business is told of the customer's message with this text."""

    def found() -> list[dict[str, Any]]:
        return [one for one in sandbox.receiver.items("messages") if one.get("text", {}).get("body") == text]

    await sandbox.receiver.until(found)
    return found()[0]


async def test_metas_agent_answers_first_where_the_page_says_so(sandbox: World, tmp_path: Path) -> None:
    async with browsing(sandbox.http, tmp_path) as browser:
        await browser.open(sandbox.base_url)
        await browser.until("document.querySelector('.connection.live') && document.querySelector('#add option')")
        await browser.run(ADD, "Ann Smith", f"+{USER}")
        await browser.until("document.querySelector('.phone .agent')")
        await browser.run("document.querySelector('.phone .agent').click()")

        async def on() -> bool:
            _, answer = await sandbox.call("GET", "/control/whatsapp/numbers")
            return bool(answer["numbers"][0]["agent"])

        await eventually(on, "the number has its agent")
        await browser.run(WRITE, "Hello?")
        await browser.until("document.querySelectorAll('.theirs').length === 1")
        assert "Meta's agent" in await browser.run("return document.querySelector('.theirs').innerText")
        await sandbox.receiver.until(
            lambda: any(v.get("standby", {}).get("message_echoes") for p in sandbox.receiver.posts for v in p.values)
        )
        assert sandbox.receiver.items("messages") == []


async def test_the_panel_moves_the_clock_switches_faults_and_reviews_templates(tmp_path: Path) -> None:
    async with (
        world(SandboxClock(tmp_path / "clock")) as sandbox,
        browsing(sandbox.http, tmp_path / "profile") as browser,
    ):
        await browser.open(sandbox.base_url)
        await browser.until("document.querySelector('.connection.live')")
        await browser.run("document.querySelector('#tools').open = true")
        await browser.run("document.querySelector('[data-seconds=\"86400\"]').click()")
        await browser.until("document.querySelector('#in-force').textContent === '1 day ahead'")
        assert (await sandbox.call("GET", "/control/clock"))[1]["offset_seconds"] == 86_400
        await browser.run("document.querySelector('[data-real]').click()")
        await browser.until("document.querySelector('#in-force').textContent === ''")

        await browser.run(SET_FAULT, "error_rate", "50")
        await browser.until("document.querySelector('#in-force').textContent === '1 fault'")
        assert (await sandbox.call("GET", "/control/faults"))[1]["error_rate"] == 0.5
        await sandbox.faults(down="503", error_rate=0)
        await browser.until("document.querySelector('[name=down]').value === '503'")
        await browser.run("document.querySelector('#faults-tool .none').click()")
        await browser.until("document.querySelector('#in-force').textContent === ''")
        assert (await sandbox.call("GET", "/control/faults"))[1]["down"] is False

        body = {"type": "BODY", "text": "Your order is here."}
        offer = {"name": "order", "language": "en", "category": "UTILITY", "components": [body]}
        await sandbox.graph("POST", f"/{WABA_ID}/message_templates", offer)
        await browser.until(f"{STATUS} === 'PENDING'")
        await browser.run(DECIDE, "Reject…")
        await browser.run("document.querySelector('#ask select').value = 'SCAM'")
        await browser.run("document.querySelector('#ask .primary').click()")
        await browser.until(f"{STATUS} === 'REJECTED'")
        await sandbox.receiver.until(lambda: _decisions(sandbox) == [("REJECTED", "SCAM")])
        await browser.run(DECIDE, "Approve")
        await browser.until(f"{STATUS} === 'APPROVED'")
        await browser.run(DECIDE, "Pause")
        await browser.until(f"{STATUS} === 'PAUSED'")
        await sandbox.receiver.until(lambda: [event for event, _ in _decisions(sandbox)][1:] == ["APPROVED", "PAUSED"])


def _decisions(sandbox: World) -> list[tuple[str, str | None]]:
    values = [value for post in sandbox.receiver.posts for value in post.values]
    return [(value["event"], value["reason"]) for value in values if "message_template_id" in value]


async def test_a_long_chat_is_on_the_page_in_parts(sandbox: World, tmp_path: Path) -> None:
    for number in range(700):
        await sandbox.write(f"Message {number}")
    async with browsing(sandbox.http, tmp_path) as browser:
        await browser.open(sandbox.base_url)
        await browser.until(f"{LAST} === 'Message 699'")
        assert await browser.run(f"return {COUNT}") < 300
        for _ in range(40):
            if await browser.run("document.querySelector('.thread').scrollTop = 0; return " + FIRST) == "Message 0":
                break
            await browser.run_async(TWO_FRAMES)
            assert await browser.run(f"return {COUNT}") < 300
        assert await browser.run(f"return {FIRST}") == "Message 0"
        await sandbox.send(**text_message("Are you there?"))
        await browser.until("document.querySelector('.connection.live')")
        assert await browser.run(f"return {FIRST}") == "Message 0"
        await browser.run("document.querySelector('.thread li .answer').click()")
        await browser.run(WRITE, "Yes")
        await browser.until("[...document.querySelectorAll('.thread li')].at(-1).innerText.includes('Yes')")
        assert "Are you there?" in await browser.run(f"return {BUBBLES}")
        assert "Message 1" not in await browser.run(f"return {BUBBLES}")
        await browser.run("document.querySelector('.mine .quote').click()")
        assert "Message 1" in await browser.run(f"return {BUBBLES}")
        assert "Message 0" in await browser.run("return document.activeElement.innerText")


async def test_reading_further_up_nothing_moves_under_the_eye(sandbox: World, tmp_path: Path) -> None:
    for number in range(300):
        await sandbox.write(f"Message {number} " + "word " * (number % 40))
    async with browsing(sandbox.http, tmp_path) as browser:
        await browser.open(sandbox.base_url)
        await browser.until(f"{COUNT} > 100")
        await browser.run("document.querySelector('.thread').scrollTop = 700")
        await browser.run_async(TWO_FRAMES)
        await browser.run(REMEMBER, 400)
        await browser.run_async(TWO_FRAMES)
        moved = await browser.run(MOVED)
        assert await browser.run(f"return {COUNT}") > 160
        assert abs(moved) < 2


READ_AGAIN = """
const done = arguments[0];
import("/static/thread.js").then(({ Thread }) => {
  const root = document.querySelector("#phone").content.querySelector(".thread").cloneNode(true);
  root.style.cssText = "height: 300px";
  document.body.append(root);
  const bubble = ({ id }) => Object.assign(document.createElement("li"), { id: `m${id}`, textContent: id });
  const thread = new Thread(root, { idOf: ({ id }) => id, bubble });
  const messages = Array.from({ length: 500 }, (_, id) => ({ id }));
  thread.reset(messages);
  const gap = () => Math.round(root.scrollHeight - root.scrollTop - root.clientHeight);
  const atEnd = gap();
  thread.jumpTo(250);
  const top = () => Math.round(document.getElementById("m250").getBoundingClientRect().top);
  const before = top();
  thread.reset([...messages, { id: 500 }]);
  done([atEnd, top() - before, thread.following]);
});
"""


async def test_a_chat_that_is_read_again_stays_where_the_person_was_reading(sandbox: World, tmp_path: Path) -> None:
    async with browsing(sandbox.http, tmp_path) as browser:
        await browser.open(sandbox.base_url)
        at_end, moved, following = await browser.run_async(READ_AGAIN)
        assert at_end < 2
        assert abs(moved) < 2
        assert following is False


async def test_what_changes_a_message_leaves_its_player_and_its_menu_alone(sandbox: World, tmp_path: Path) -> None:
    asked = await sandbox.write("Where is my order?")
    _, answer = await sandbox.send(**text_message("Here"))
    sent = answer["messages"][0]["id"]
    sound = (Path(__file__).parents[3] / "channels/sandbox/static/sample.ogg").read_bytes()
    voice = {"mime_type": "audio/ogg", "data_base64": b64encode(sound).decode()}
    voiced = await sandbox.write(type="audio", audio=voice)
    async with browsing(sandbox.http, tmp_path) as browser:
        await browser.open(sandbox.base_url)
        await browser.until("document.querySelector('.bubble audio')")
        await browser.run(
            "window.player = document.querySelector('audio'); player.loop = player.muted = true; player.play()"
        )
        await browser.until("!player.paused && player.currentTime > 0")
        await sandbox.send(type="reaction", reaction={"message_id": voiced["id"], "emoji": "👍"})
        await browser.until("document.querySelector('.reaction')")
        assert await browser.run("return player.isConnected && !player.paused")
        assert await browser.run("return document.querySelectorAll('audio').length") == 1

        await browser.run(
            "document.querySelector('.react').open = true; document.querySelector('.emoji button').focus()"
        )
        await sandbox.send(type="reaction", reaction={"message_id": sent, "emoji": "🎉"})
        await sandbox.send(type="reaction", reaction={"message_id": asked["id"], "emoji": "🎉"})
        await browser.until("document.querySelectorAll('.reaction').length === 3")
        assert await browser.run("return document.querySelector('.react').open")
        assert await browser.run("return document.activeElement.ariaLabel") == "👍"


async def test_the_page_breaks_no_rule_of_accessibility(sandbox: World, tmp_path: Path) -> None:
    asked = await sandbox.write("Where is my order?")
    await sandbox.send(**text_message("On its way"), context={"message_id": asked["id"]})
    await sandbox.send(type="reaction", reaction={"message_id": asked["id"], "emoji": "👍"})
    plain = {
        "name": "order",
        "language": "en",
        "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Hello"}],
    }
    await sandbox.graph("POST", f"/{WABA_ID}/message_templates", plain)
    async with browsing(sandbox.http, tmp_path) as browser:
        await browser.open(sandbox.base_url)
        await browser.until("document.querySelector('.reaction') && document.querySelector('.bubble .quote')")
        await browser.run("document.querySelector('#tools').open = true")
        await browser.until(STATUS)
        await browser.run("document.querySelector('.answer').click(); document.querySelector('.react').open = true")
        await browser.run(axe_source())
        for theme in ("light", "dark"):
            for width in (390, 1360):
                await browser.show_as(width, theme)
                assert await browser.run_async(AXE) == []
                assert await browser.run("return document.documentElement.scrollWidth <= innerWidth")


async def test_a_closed_chat_is_not_read(sandbox: World, tmp_path: Path) -> None:
    await sandbox.write()
    async with browsing(sandbox.http, tmp_path) as browser:
        await browser.open(sandbox.base_url)
        await browser.until("document.querySelector('.phone .bubble')")
        await browser.run("document.querySelector('.open').click()")
        _, answer = await sandbox.send()
        await browser.until("document.querySelectorAll('.theirs').length === 1")
        await sandbox.receiver.status(answer["messages"][0]["id"], "delivered")
        await browser.run("document.querySelector('.open').click()")
        await sandbox.receiver.status(answer["messages"][0]["id"], "read")


async def test_the_page_is_strict_and_names_no_other_server(sandbox: World) -> None:
    async with sandbox.http.get(sandbox.base_url) as answer:
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "microphone=(self)" in answer.headers["Permissions-Policy"]
        page = await answer.text()
    async with sandbox.http.get(f"{sandbox.base_url}/signup-dialog") as answer:
        assert "Cross-Origin-Opener-Policy" not in answer.headers, "it answers the page that opened it"
    assert "http" not in page
    assert "style=" not in page
    assert (await sandbox.call("GET", "/static/../app.py"))[0] in (401, 404)
    assert (await sandbox.call("GET", "/static/missing.js"))[0] == 404
    assert json.dumps(PHONE_ID) not in page
