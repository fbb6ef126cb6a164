"""Bots hold conversations by turn: what an answer does, and which answers are never sent."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.integration.bots.bot_world import BotWorld


async def test_a_conversation_begins_with_the_bot_which_answers_and_hands_over(world: BotWorld) -> None:
    turn = await world.ask("hello")
    assert [event["type"] for event in world.verified()] == ["bot.turn"]
    assert (turn["conversation"]["state"], turn["conversation"]["bot_id"]) == ("bot", world.bot.id)
    assert [message["content"]["text"] for message in turn["messages"]] == ["hello"]
    answered = await world.answer(turn, "Hi!", "How can I help?", priority=7, tags=["vip"], skills=["billing"])
    assert answered.status == 200, answered.body
    assert [message["status"] for message in answered.body["messages"]] == ["queued", "queued"]
    shown = answered.body["conversation"]
    assert (shown["state"], shown["priority"], shown["tags"], shown["skills"]) == ("bot", 7, ["vip"], ["billing"])
    assert await world.database.outbox.count_documents({}) == 2, "the sender has them"

    turn = await world.ask("a person, please")
    assert [message["content"]["text"] for message in turn["messages"]] == [
        "Hi!",
        "How can I help?",
        "a person, please",
    ]
    note = {"note": "Wants a person."}
    answered = await world.answer(turn, "One moment.", transfer=note)
    assert (answered.body["conversation"]["state"], answered.body["conversation"]["queue_id"]) == ("new", world.queue)
    await world.route()
    shown = await world.conversation()
    assert (shown["state"], shown["priority"], shown["bot_id"]) == ("queued", 7, None)
    assert shown["hand_over"]["note"] == "Wants a person."
    said = await world.said(shown["id"])
    assert [author for author, _ in said] == ["contact", "bot", "bot", "contact", "bot"]
    rules = (await world.team.owner.get(f"/conversations/{shown['id']}/explain")).body["items"]
    assert [(rule["rule"], rule["answer"]) for rule in rules] == [
        ("arrival", "bot"),
        ("bot", "asked"),
        ("admission", "queued"),
    ]


async def test_an_answer_to_an_older_state_is_never_sent(world: BotWorld) -> None:
    turn = await world.ask("one")
    await world.write("two")
    refused = await world.answer(turn, "to one")
    assert (refused.status, refused.body["code"]) == (409, "stale_state")
    await world.tell()
    newer = world.server.turns[-1]
    assert refused.body["seq"] == newer["seen_seq"]
    assert (await world.answer(newer, "to both")).status == 200
    again = await world.answer(newer, "again")
    assert (again.status, again.body["code"]) == (409, "stale_state"), "a turn is one answer"
    assert await world.said(turn["conversation"]["id"]) == [("contact", "one"), ("contact", "two"), ("bot", "to both")]


async def test_after_a_person_took_over_a_bot_is_not_heard(world: BotWorld) -> None:
    turn = await world.ask()
    ann, path = world.team.operator, f"/conversations/{turn['conversation']['id']}"
    assert (await ann.post(f"{path}/assign", {"operator_id": ann.id})).status == 200
    refused = await world.answer(turn, "late")
    assert (refused.status, refused.body["code"]) == (409, "handed_over")
    assert (await world.bot.get(path)).status == 404, "what people have is theirs"
    await world.write("more")
    await world.tell()
    assert len(world.server.told) == 1
    assert await world.database.bot_turns.count_documents({}) == 0


async def test_a_bot_and_an_operator_at_the_same_moment_give_one_answer(world: BotWorld) -> None:
    """Many rounds with the real database; whoever is second hears so. In some rounds one of them is ahead."""
    ann, winners = world.team.operator, []
    await world.team.owner.patch(f"/operators/{ann.id}", {"capacity": 100})
    for number in range(25):
        customer = f"1650555{number:04}"
        turn = await world.ask(f"question {number}", wa_id=customer)
        path = f"/conversations/{turn['conversation']['id']}"

        async def by_hand(path: str = path, turn: dict[str, Any] = turn) -> int:
            taken = await ann.post(f"{path}/assign", {"operator_id": ann.id})
            assert taken.status == 200, taken.body
            body = {"content": {"type": "text", "text": "Ann"}, "seen_seq": turn["seen_seq"]}
            return (await ann.post(f"{path}/messages", body)).status

        answers = [by_hand(), world.answer(turn, "Bot")]
        order = {0: (0, 1), 1: (1, 0)}.get(number % 5)
        if order is None:
            hand, bot = await asyncio.gather(*answers)
        else:
            told = {place: await answers[place] for place in order}
            hand, bot = told[0], told[1]
        assert sorted((hand, bot.status)) in ([200, 409], [201, 409]), (hand, bot.body)
        said = await world.said(turn["conversation"]["id"])
        assert len(said) == 2
        winners.append(said[1][0])
    assert set(winners) == {"bot", "operator"}, "both ways were tried"


async def test_an_answer_is_whole_or_not_at_all(world: BotWorld) -> None:
    turn = await world.ask()
    for changes, pointer in (
        ({"topics": ["none"]}, "/topics/0"),
        ({"transfer": {"queue_id": "none"}}, "/transfer/queue_id"),
        ({"seen_seq": turn["seen_seq"] + 1}, "/seen_seq"),
        ({"seen_seq": 2**53}, "/seen_seq"),
        ({"transfer": {}, "close": True}, ""),
        ({"transfer": {"queue_id": "a", "operator_id": "b"}}, "/transfer"),
    ):
        refused = await world.answer(turn, "hi", tags=["new"], **changes)
        assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, pointer), refused.body
    away = await world.answer(turn, "hi", transfer={"operator_id": world.team.operator.id})
    assert (away.status, away.body["code"]) == (409, "operator_unavailable")
    long = await world.answer(turn, "hi", "x" * 5000)
    assert (long.status, long.body["code"]) == (422, "content_invalid")
    assert await world.said(turn["conversation"]["id"]) == [("contact", "hello")]
    assert (await world.team.owner.get("/tags")).body["items"] == []
    await world.team.owner.call("PUT", f"/operators/{world.team.operator.id}/status", {"status": "online"})
    done = await world.answer(turn, "Ann helps.", transfer={"operator_id": world.team.operator.id})
    assert done.body["conversation"]["operator_id"] == world.team.operator.id
    operator = await world.database.operators.find_one({"_id": world.team.operator.id})
    assert operator is not None
    assert operator["load"] == 1


async def test_a_bot_closes_and_the_customer_comes_back_to_it(world: BotWorld) -> None:
    turn = await world.ask()
    closed = await world.answer(turn, "Bye.", close=True)
    assert (closed.body["conversation"]["state"], closed.body["conversation"]["close_reason"]) == ("closed", "bot")
    late = await world.answer(turn, "still here")
    assert (late.status, late.body["code"]) == (409, "conversation_closed")
    back = await world.ask("again")
    assert back["conversation"]["id"] != turn["conversation"]["id"]
    assert back["conversation"]["state"] == "bot"


async def test_the_same_key_answers_once_also_in_a_turn_that_goes_on(world: BotWorld) -> None:
    turn = await world.ask()
    path = f"/conversations/{turn['conversation']['id']}/turn"
    body = {"seen_seq": turn["seen_seq"], "messages": [{"type": "text", "text": "wait"}], "more": True}
    twins = await asyncio.gather(*(world.bot.post(path, body, Idempotency_Key="k") for _ in range(5)))
    assert {twin.status for twin in twins} == {200}
    assert (await world.answer(turn, "done")).status == 200
    assert [text for _, text in await world.said(turn["conversation"]["id"])] == ["hello", "wait", "done"]


async def test_a_bot_that_floods_or_loops_comes_to_an_end(world: BotWorld) -> None:
    turn = await world.ask()
    flood = await world.answer(turn, *["spam"] * 11)
    assert (flood.status, flood.body["errors"][0]["pointer"]) == (422, "/messages")
    assert (await world.answer(turn, *["spam"] * 6, more=True)).status == 200
    assert (await world.answer(turn, *["spam"] * 5, more=True)).status == 422, "ten in a turn, whatever the answers"
    at_once = await asyncio.gather(*(world.answer(turn, f"answer {number}") for number in range(20)))
    assert sorted(answer.status for answer in at_once) == [200] + [409] * 19

    await world.team.owner.patch(f"/bots/{world.bot.id}", {"max_turns": 3})
    turn = await world.ask("a bot too")
    last = await world.answer(turn, "Are you a bot?")
    assert last.body["conversation"]["state"] == "new", "people see to it"
    rules = (await world.team.owner.get(f"/conversations/{turn['conversation']['id']}/explain")).body["items"]
    assert rules[-1]["answer"] == "too_many_turns"


async def test_a_megabyte_is_refused_and_a_long_reply_to_the_request_is_not_read(world: BotWorld) -> None:
    world.server.body = "x" * 2_000_000
    turn = await world.ask()
    assert await world.database.bot_turns.count_documents({"told_at": {"$exists": True}}) == 1
    path = f"/conversations/{turn['conversation']['id']}/turn"
    huge = await world.bot.post(path, b'{"seen_seq": 1, "tags": ["%s"]}' % (b"x" * 1_100_000))
    assert (huge.status, huge.body["code"]) == (413, "too_large")
    assert (await world.answer(turn, "short")).status == 200


async def test_a_bot_s_token_is_for_what_it_holds_alone(world: BotWorld) -> None:
    turn = await world.ask()
    path = f"/conversations/{turn['conversation']['id']}"
    assert (await world.bot.get(path)).status == 200
    assert len((await world.bot.get(f"{path}/messages")).body["items"]) == 1
    assert (await world.bot.post(f"{path}/typing")).status == 204
    for method, other in (("GET", "/conversations"), ("GET", "/bots"), ("GET", "/events?limit=0"), ("GET", "/me")):
        refused = await world.bot.call(method, other)
        assert (refused.status, refused.body["code"]) == (403, "forbidden"), other
    assert (await world.bot.call("POST", f"{path}/close", {})).status == 403
    content = {"type": "text", "text": "hi"}
    assert (await world.bot.post(f"{path}/messages", {"content": content})).status == 422, "without its turn"
    sent = await world.bot.post(f"{path}/messages", {"content": content, "seen_seq": turn["seen_seq"]})
    assert (sent.status, sent.body["author"]) == (201, {"kind": "bot", "id": world.bot.id})
    assert (await world.team.owner.post(f"{path}/turn", {"seen_seq": 1})).status == 403


@pytest.mark.parametrize("change", ["disabled", "deleted", "another channel"])
async def test_a_bot_that_is_taken_away_hands_over_what_it_holds(world: BotWorld, change: str) -> None:
    owner = world.team.owner
    for number in range(5):
        await world.ask(f"question {number}", wa_id=f"1650555{number:04}")
    if change == "disabled":
        await owner.patch(f"/bots/{world.bot.id}", {"enabled": False})
    elif change == "deleted":
        assert (await owner.delete(f"/bots/{world.bot.id}")).status == 204
    else:
        await owner.patch(f"/channels/{world.channel['id']}", {"bot_id": None})
    await world.tell()
    await world.route()
    states = {item["state"] for item in (await owner.get("/conversations")).body["items"]}
    assert states == {"queued"}
    assert await world.database.bot_turns.count_documents({}) == 0
    assert await world.database.bots.count_documents({}) == (0 if change == "deleted" else 1)
    assert await world.database.bots.count_documents({"release": {"$exists": True}}) == 0
