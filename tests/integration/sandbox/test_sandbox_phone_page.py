"""The phone page in a real browser: a person is the customer."""

from __future__ import annotations

import json
from pathlib import Path

from phone_browser import ADD, BUBBLES, WRITE, browsing, needs_browser
from sandbox_world import PHONE_ID, USER, World, text_message

from tests.waiting import eventually

pytestmark = needs_browser


async def test_a_person_writes_reads_and_presses(sandbox: World, tmp_path: Path) -> None:
    async with browsing(sandbox.http, tmp_path) as browser:
        await browser.open(sandbox.base_url)
        await browser.until("document.querySelector('.connection.live') && document.querySelector('option')")
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
        await browser.until("document.querySelectorAll('.thread li').length === 2")
        shown = await browser.run("return [...document.querySelectorAll('.thread')].map((one) => one.innerText).join()")
        assert "object" not in shown
        assert "👍" in shown
        await browser.run("document.querySelector('[data-kind=location]').click()")
        await browser.until("document.querySelector('#ask').open")
        pressed_by_enter = "document.querySelector('#ask form button:not([type=button])').value"
        assert await browser.run(f"return {pressed_by_enter}") == "ok"
        await browser.run("document.querySelector('#ask .cancel').click()")
        await browser.until("!document.querySelector('#ask').open")


async def test_metas_agent_answers_first_where_the_page_says_so(sandbox: World, tmp_path: Path) -> None:
    async with browsing(sandbox.http, tmp_path) as browser:
        await browser.open(sandbox.base_url)
        await browser.until("document.querySelector('.connection.live') && document.querySelector('option')")
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
        page = await answer.text()
    assert "http" not in page
    assert "style=" not in page
    assert (await sandbox.call("GET", "/static/../app.py"))[0] in (401, 404)
    assert (await sandbox.call("GET", "/static/missing.js"))[0] == 404
    assert json.dumps(PHONE_ID) not in page
