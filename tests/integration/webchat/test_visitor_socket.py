"""A visitor's thread over the socket: nothing lost, nothing twice, in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from channels.webchat import limits
from channels.webchat.parse import outgoing_id
from gateway.app import build_app
from inbox.foundation.clock import FixedClock
from inbox.storage.runtime import Runtime
from tests.integration.webchat.visitors import Visitor
from tests.integration.webchat.webchat_world import Shop
from tests.waiting import PATIENCE_SECONDS, eventually


async def test_a_visitor_writes_and_is_answered(shop: Shop) -> None:
    visitor = shop.visitor()
    welcome = await visitor.connect()
    assert (welcome["messages"], welcome["conversation"], welcome["reset"]) == ([], None, True)
    client_id = await visitor.write("is it blue?")
    conversation = await shop.conversation()
    answer = await shop.answer(conversation["id"], "it is")
    mine, theirs = await visitor.said("is it blue?"), await visitor.said("it is")
    assert (mine["from"], mine["client_id"]) == ("visitor", client_id)
    assert (theirs["from"], theirs["name"], theirs["id"]) == ("agent", "Owner", answer["id"])
    await visitor.say({"type": "ack", "seq": visitor.newest})
    await shop.until_status(answer, "delivered")
    await visitor.say({"type": "read", "seq": visitor.newest})
    await shop.until_status(answer, "read")
    await shop.owner.post(f"/conversations/{conversation['id']}/read")
    await visitor.frame("conversation", where=lambda frame: frame["read_seq"] >= mine["seq"])
    await visitor.leave()


async def test_two_tabs_show_the_same_thread(shop: Shop) -> None:
    first = shop.visitor()
    await first.connect()
    await first.write("from the first tab")
    second = shop.visitor(token=first.token)
    await second.connect()
    await second.write("from the second tab")
    conversation = await shop.conversation()
    await shop.answer(conversation["id"], "an answer")
    for tab in (first, second):
        for text in ("from the first tab", "from the second tab", "an answer"):
            await tab.said(text)
        assert tab.texts() == ["from the first tab", "from the second tab", "an answer"]
        assert len(tab.given) == 3
    await first.say({"type": "read", "seq": first.newest})
    await second.frame("seen", where=lambda frame: frame["seq"] == first.newest)
    await first.leave()
    await second.leave()


async def test_a_repeat_after_a_lost_acknowledgement_is_the_same_message(shop: Shop) -> None:
    visitor = shop.visitor()
    await visitor.connect()
    await visitor.write("once", id_="client-id-1")
    await visitor.cut()
    await visitor.connect()
    await visitor.write("once", id_="client-id-1")
    other = shop.visitor()
    await other.connect()
    await other.write("mine", id_="client-id-1")
    conversation = await shop.conversation()
    assert (await visitor.said("once"))["client_id"] == (await other.said("mine"))["client_id"] == "client-id-1"
    texts = [
        (await shop.owner.get("/conversations?view=all")).body["items"][n]["last_message"]["preview"] for n in (0, 1)
    ]
    assert sorted(texts) == ["mine", "once"]
    assert len(await shop.messages(conversation["id"])) == 1
    assert [visitor.texts(), other.texts()] == [["once"], ["mine"]]
    await visitor.leave()
    await other.leave()


async def test_what_was_missed_comes_once_and_in_order(shop: Shop) -> None:
    visitor, conversation = await shop.talk("question")
    await visitor.cut()
    for number in range(5):
        await shop.answer(conversation["id"], f"answer {number}")
    welcome = await visitor.connect()
    assert (welcome["reset"], [m["content"]["text"] for m in welcome["messages"]]) == (
        False,
        [f"answer {number}" for number in range(5)],
    )
    reloaded = shop.visitor(token=visitor.token)
    await reloaded.connect()
    assert reloaded.texts() == ["question", *(f"answer {number}" for number in range(5))]
    await visitor.leave()
    await reloaded.leave()


async def test_who_missed_very_much_starts_anew_and_can_look_back(shop: Shop) -> None:
    visitor, conversation = await shop.talk("question")
    await visitor.cut()
    await asyncio.gather(*(shop.answer(conversation["id"], str(number)) for number in range(limits.MOST_MISSED + 1)))
    welcome = await visitor.connect()
    assert (welcome["reset"], welcome["more"], len(welcome["messages"])) == (True, True, limits.FIRST_MESSAGES)
    await visitor.say({"type": "history", "before": welcome["messages"][0]["seq"]})
    older = await visitor.frame("history")
    assert (older["more"], len(older["messages"])) == (True, limits.FIRST_MESSAGES)
    assert older["messages"][-1]["seq"] < welcome["messages"][0]["seq"]
    await visitor.leave()


async def test_a_close_is_shown_and_the_next_message_opens_the_next_conversation(shop: Shop) -> None:
    visitor, conversation = await shop.talk("first")
    await shop.owner.post(f"/conversations/{conversation['id']}/close", {})
    await visitor.frame("conversation", where=lambda frame: frame["state"] == "closed")
    await visitor.write("second")
    second = await visitor.said("second")
    assert second["conversation"] != conversation["id"]
    await visitor.frame("conversation", where=lambda frame: frame["id"] == second["conversation"])
    next_one = await shop.conversation()
    assert next_one["id"] == second["conversation"]
    await shop.answer(next_one["id"], "again?")
    await visitor.said("again?")
    reloaded = shop.visitor(token=visitor.token)
    await reloaded.connect()
    assert reloaded.texts() == ["first", "second", "again?"]
    await visitor.leave()
    await reloaded.leave()


async def test_a_press_on_a_button_is_a_choice(shop: Shop) -> None:
    visitor, conversation = await shop.talk("hello")
    question = {"type": "buttons", "text": "Which?", "buttons": [{"id": "b", "title": "Blue"}]}
    asked = await shop.send(conversation["id"], question)
    await shop.until_status(asked, "sent", "delivered")
    await visitor.said("Which?")
    await visitor.send({"type": "choice", "id": "b", "title": "Blue"}, reply_to=asked["id"])

    async def chosen() -> Any:
        return [m for m in await shop.messages(conversation["id"]) if m["content"]["type"] == "choice"]

    (choice,) = await eventually(chosen)
    assert (choice["content"], choice["reply_to"]) == ({"type": "choice", "id": "b", "title": "Blue"}, asked["id"])
    await visitor.leave()


async def test_both_sides_see_each_other_type(shop: Shop) -> None:
    visitor, conversation = await shop.talk("hello")
    await visitor.frame("conversation", where=lambda frame: frame["state"] == "active")
    headers = {"Authorization": f"Bearer {shop.owner.token}"}
    stranger = {"Authorization": f"Bearer {shop.team.operator.token}"}
    async with (
        shop.client.ws_connect("/api/v1/events", headers=headers) as owners,
        shop.client.ws_connect("/api/v1/events", headers=stranger) as operators,
    ):
        for socket in (owners, operators):
            assert (await socket.receive_json())["type"] == "hello"

        async def typed() -> bool:
            await shop.owner.post(f"/conversations/{conversation['id']}/typing")
            return any(frame["type"] == "typing" for frame in visitor.frames)

        await eventually(typed)
        await visitor.say({"type": "typing"})
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (frame := await owners.receive_json())["type"] != "typing":
                continue
        assert frame == {"type": "typing", "conversation_id": conversation["id"]}
        await shop.owner.post(f"/conversations/{conversation['id']}/close", {})
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (frame := await owners.receive_json())["type"] != "conversation.closed":
                continue
        assert not [frame async for frame in _until_quiet(operators) if frame["type"] == "typing"]
    await visitor.leave()


async def _until_quiet(socket: Any) -> AsyncIterator[Any]:
    """Return what has come; the pong is the end."""
    await socket.send_json({"type": "ping"})
    while (frame := await socket.receive_json())["type"] != "pong":
        yield frame


async def test_edits_and_deletions_reach_the_visitor_also_one_who_was_away(shop: Shop) -> None:
    visitor, conversation = await shop.talk("hello")
    first, second = await shop.answer(conversation["id"], "wrong"), await shop.answer(conversation["id"], "oops")
    await visitor.said("oops")
    for answer in (first, second):
        await shop.until_status(answer, "sent", "delivered")
    await visitor.cut()
    right = {"content": {"type": "text", "text": "right"}}
    assert (await shop.owner.patch(f"/messages/{first['id']}", right)).status == 200
    await visitor.connect()
    assert visitor.thread[first["id"]]["content"]["text"] == "right"
    assert visitor.thread[first["id"]]["edited"]
    assert (await shop.owner.delete(f"/messages/{second['id']}")).status < 300
    gone = await visitor.frame("update", where=lambda frame: frame["id"] == second["id"])
    assert (gone["content"], gone["deleted"]) == ({"type": "deleted"}, True)
    await visitor.leave()


async def test_a_reaction_comes_and_goes(shop: Shop) -> None:
    visitor, conversation = await shop.talk("thanks")
    mine = await visitor.said("thanks")
    for emoji in ("👍", None):
        path = f"/messages/{mine['id']}/reaction"
        method, body = ("PUT", {"emoji": emoji}) if emoji else ("DELETE", None)
        assert (await shop.owner.call(method, path, body)).status == 200
        await visitor.frame("update", where=lambda frame, emoji=emoji: frame.get("reaction") == emoji)
    assert conversation["id"] == mine["conversation"]
    await visitor.leave()


async def test_tabs_on_two_servers_show_the_same(shop: Shop, runtime: Runtime, clock: FixedClock) -> None:
    async with TestClient(TestServer(build_app(runtime))) as elsewhere:
        here = shop.visitor()
        await here.connect()
        await here.write("here")
        clock.advance(timedelta(milliseconds=2))  # places are made of the time, and this clock stands still
        there = Visitor(elsewhere, shop.channel["id"], token=here.token)
        await there.connect()
        await there.write("there")
        clock.advance(timedelta(milliseconds=2))
        conversation = await shop.conversation()
        await shop.answer(conversation["id"], "to both")
        for tab in (here, there):
            for text in ("here", "there", "to both"):
                await tab.said(text)
            assert tab.texts() == ["here", "there", "to both"]

        async def typed() -> bool:
            await shop.owner.post(f"/conversations/{conversation['id']}/typing")
            return any(frame["type"] == "typing" for frame in there.frames)

        await eventually(typed)
        await here.leave()
        await there.leave()


async def test_a_thousand_unread_messages_are_read_at_once(shop: Shop, runtime: Runtime) -> None:
    visitor, conversation = await shop.talk("hello")
    answer = await shop.answer(conversation["id"], "answer 0")
    await shop.until_status(answer, "sent", "delivered")
    await visitor.said("answer 0")
    await visitor.leave()
    stored = await runtime.database.messages.find_one({"_id": answer["id"], "workspace_id": shop.owner.workspace_id})
    names = [(n, f"{answer['id']}{n}") for n in range(1, 1001)]
    copies = [
        {**(stored or {}), "_id": name, "seq": answer["seq"] + n, "provider_id": outgoing_id(name)} for n, name in names
    ]
    await runtime.database.messages.insert_many(copies)
    await visitor.connect(fresh=True)
    await visitor.say({"type": "read", "seq": visitor.newest})
    unread = {"conversation_id": conversation["id"], "direction": "out", "status": {"$ne": "read"}}

    async def all_read() -> bool:
        return await runtime.database.messages.count_documents(unread) == 0

    await eventually(all_read)
    await visitor.say({"type": "ping"})
    await visitor.frame("pong")
    await visitor.leave()


async def test_the_page_s_language_becomes_the_contact_s(shop: Shop) -> None:
    for told, kept in (("pt-BR", "pt-BR"), ("en", "en"), ("<script>", None), ("x" * 100, None)):
        visitor = shop.visitor(language=told)
        await visitor.connect()
        await visitor.write("hello")
        await visitor.said("hello")
        contact = (await shop.conversation())["contact"]
        assert (await shop.owner.get(f"/contacts/{contact['id']}")).body["language"] == kept
        await visitor.leave()


async def test_why_a_page_gets_no_chat_can_be_read_by_its_script(shop: Shop) -> None:
    path = f"/webchat/{shop.channel['id']}/socket"
    answer = await shop.client.get(path, headers={"Origin": "https://elsewhere.example"})
    assert answer.status == 403
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "allowed_origins" in (await answer.json())["detail"]


async def test_a_score_after_the_close_opens_no_conversation(shop: Shop) -> None:
    texts = {"rating": {"en": "How was it?"}, "rated": {"en": "Thank you"}}
    queue = (await shop.owner.post("/queues", {"name": "Sales", "texts": texts})).body
    await shop.owner.patch(f"/channels/{shop.channel['id']}", {"queue_id": queue["id"]})
    visitor, conversation = await shop.talk("hello")
    closed = await shop.team.key.post(f"/conversations/{conversation['id']}/close", {})
    assert closed.status == 200, closed.body
    question = await visitor.said("How was it?")
    press = question["content"]["buttons"][1]
    id_ = await visitor.send({"type": "choice", "id": press["id"], "title": press["title"]}, reply_to=question["id"])
    assert (await visitor.frame("accepted", where=lambda frame: frame["id"] == id_))["rating"] is True
    await visitor.said("Thank you")
    shown = (await shop.owner.get(f"/conversations/{conversation['id']}")).body
    assert (shown["state"], shown["rating"]["score"]) == ("closed", 4)
    assert visitor.texts() == ["hello", "How was it?", "Thank you"]
    await visitor.leave()
