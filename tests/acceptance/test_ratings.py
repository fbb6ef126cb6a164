"""A customer of the emulated messengers is asked after a close and presses a score, as a person would."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.acceptance.demo_process import DemoProcess, request


@contextmanager
def through_a_queue(demo: DemoProcess, kind: str) -> Iterator[None]:
    """Let a channel of the demo feed a queue that asks for scores, and no queue again afterwards."""
    path = f"/channels/{demo.ready['channels'][kind]['id']}"
    assert demo.api("PATCH", path, {"queue_id": demo.ready["queues"][0]["id"]})[0] == 200
    try:
        yield
    finally:
        assert demo.api("PATCH", path, {"queue_id": None})[0] == 200


def conversation_of(demo: DemoProcess, identity: str, state: str = "") -> dict[str, Any] | None:
    found = demo.api("GET", f"/conversations?limit=100{state}")[1]["items"]
    return next((one for one in found if one["identity"]["external_id"] == identity), None)


def close(demo: DemoProcess, identity: str) -> str:
    """Let the owner take the customer's conversation, and a program close it at once; return its id."""
    demo.wait_until(lambda: conversation_of(demo, identity) is not None, "the conversation is there")
    found = conversation_of(demo, identity)
    assert found is not None
    path = f"/conversations/{found['id']}"
    owner = demo.api("GET", "/me")[1]
    taken, answer = demo.api("POST", f"{path}/assign", {"operator_id": owner["id"], "take_over": True})
    assert taken in (200, 409), answer
    made, key = demo.api("POST", "/api-keys", {"name": f"closes {identity}", "scopes": ["read", "write"]})
    assert made == 201, key
    closed, answer = demo.api("POST", f"{path}/close", {}, token=key["token"])
    assert closed == 200, answer
    return str(found["id"])


def question_in(thread: list[dict[str, Any]], conversation_id: str) -> dict[str, Any] | None:
    return next((one for one in thread if f"rating:{conversation_id}:5" in str(one)), None)


def until_rated(demo: DemoProcess, conversation_id: str, identity: str, score: int) -> None:
    def rated() -> bool:
        return bool(demo.api("GET", f"/conversations/{conversation_id}")[1]["rating"]["score"] == score)

    demo.wait_until(rated, "the score is there")
    assert conversation_of(demo, identity) is None, "a press opens nothing"


def test_on_whatsapp(demo: DemoProcess) -> None:
    customer = f"1650555{secrets.randbelow(9000) + 1000}"
    path = f"/control/whatsapp/{demo.whatsapp['phone_number_id']}/customers/{customer}"
    with through_a_queue(demo, "whatsapp"):
        demo.customer_writes("hello", wa_id=customer)
        conversation_id = close(demo, customer)

    def asked() -> dict[str, Any] | None:
        return question_in(demo.sandbox("GET", f"{path}/thread")[1]["messages"], conversation_id)

    demo.wait_until(lambda: asked() is not None, "the question is there")
    row = {"id": f"rating:{conversation_id}:4", "title": "4 ★★★★"}
    press = {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": row}}
    assert demo.sandbox("POST", f"{path}/messages", press)[0] == 201
    until_rated(demo, conversation_id, customer, 4)


def test_on_telegram(demo: DemoProcess) -> None:
    bot = demo.ready["channels"]["telegram"]["bot_token"].split(":")[0]
    customer = str(700_000_000 + secrets.randbelow(1_000_000))
    path = f"/control/telegram/{bot}/customers/{customer}"
    with through_a_queue(demo, "telegram"):
        assert demo.sandbox("POST", f"{path}/messages", {"text": "hello"})[0] == 201
        conversation_id = close(demo, customer)

    def asked() -> dict[str, Any] | None:
        return question_in(demo.sandbox("GET", f"{path}/thread")[1]["messages"], conversation_id)

    demo.wait_until(lambda: asked() is not None, "the question is there")
    question = asked()
    assert question is not None
    press = {"message_id": question["message_id"], "data": f"rating:{conversation_id}:2"}
    assert demo.sandbox("POST", f"{path}/press", press)[0] in (200, 201)
    until_rated(demo, conversation_id, customer, 2)


def test_presses_while_the_server_is_killed(demo: DemoProcess) -> None:
    """Meta repeats what was not answered with 200: each score is there once, and nobody opened a conversation."""
    number = demo.whatsapp["phone_number_id"]
    customers = [f"1650556{secrets.randbelow(9000) + 1000}" for _ in range(6)]
    asked: dict[str, str] = {}
    with through_a_queue(demo, "whatsapp"):
        for customer in customers:
            demo.customer_writes("hello", wa_id=customer)
            asked[customer] = close(demo, customer)

    def all_asked() -> bool:
        shown = (demo.api("GET", f"/conversations/{one}")[1] for one in asked.values())
        return all(conversation["rating"] is not None for conversation in shown)

    demo.wait_until(all_asked, "all are asked")
    for place, (customer, conversation_id) in enumerate(asked.items()):
        if place in (1, 4):
            demo.kill("serve")
        row = {"id": f"rating:{conversation_id}:{1 + place % 5}", "title": "pressed"}
        press = {"type": "interactive", "interactive": {"type": "list_reply", "list_reply": row}}
        path = f"/control/whatsapp/{number}/customers/{customer}/messages"
        assert demo.sandbox("POST", path, press)[0] == 201

    def answers() -> bool:
        return request("GET", f"{demo.base_url}/readyz")[0] == 200

    demo.wait_until(lambda: _is_true(answers), "the server is there again")
    for place, (customer, conversation_id) in enumerate(asked.items()):
        until_rated(demo, conversation_id, customer, 1 + place % 5)


def _is_true(look: Callable[[], bool]) -> bool:
    try:
        return look()
    except OSError:
        return False
