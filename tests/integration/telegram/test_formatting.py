"""Formatting on its way in and out: what the customer made bold is bold here, what an operator did is bold there."""

from __future__ import annotations

from tests.integration.telegram.telegram_world import TelegramWorld, message
from tests.waiting import eventually

URL = "https://shop.example/o/1"
BOLD = {"type": "bold", "offset": 0, "length": 4}


async def test_what_customers_format_is_kept_beside_the_words(world: TelegramWorld) -> None:
    link = {"type": "text_link", "offset": 5, "length": 4, "url": URL}
    await world.update(message=message(1, text="bold here", entities=[BOLD, link]))
    conversation = await world.conversation()
    (first,) = await world.messages(conversation["id"])
    marks = [BOLD, {"type": "link", "offset": 5, "length": 4, "url": URL}]
    assert first["content"] == {"type": "text", "text": f"bold here ({URL})", "marks": marks}
    assert conversation["last_message"]["preview"] == f"bold here ({URL})"


async def test_what_operators_format_arrives_so_and_new_words_are_plain(world: TelegramWorld) -> None:
    await world.write("hello")
    conversation = await world.taken()
    content = {"type": "text", "text": "bold here", "marks": [BOLD]}
    sent = await world.settled(await world.send(conversation["id"], content))
    assert sent["content"] == content
    assert (await world.thread())[-1]["entities"] == [BOLD]
    new = await world.owner.patch(f"/messages/{sent['id']}", {"content": {"text": "plain"}})
    assert new.body["content"] == {"type": "text", "text": "plain"}

    async def changed() -> bool:
        await world.teller.tell_due()
        last = (await world.thread())[-1]
        return (last["text"], last.get("entities")) == ("plain", None)

    await eventually(changed)
    again = await world.owner.patch(f"/messages/{sent['id']}", {"content": {"text": "so long", "marks": [BOLD]}})
    assert again.body["content"]["marks"] == [BOLD]


async def test_marks_beside_the_words_are_refused_with_their_place(world: TelegramWorld) -> None:
    await world.write("hello")
    conversation = await world.taken()
    path = f"/conversations/{conversation['id']}/messages"
    far = {"type": "text", "text": "no", "marks": [BOLD]}
    answer = await world.owner.post(path, {"content": far})
    assert (answer.status, answer.body["code"]) == (422, "content_invalid")
    assert answer.body["errors"][0]["pointer"] == "/content/marks/0"
    script = {"type": "link", "offset": 0, "length": 2, "url": "javascript:alert(1)"}
    answer = await world.owner.post(path, {"content": {"type": "text", "text": "no", "marks": [script]}})
    assert answer.status == 422
    assert answer.body["errors"][0]["pointer"] == "/content/marks/0/url"
