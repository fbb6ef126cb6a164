"""Prepared replies: who is offered what, what is refused, versions, and putting one into a conversation."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest_asyncio

from inbox.storage.database import Database
from tests.integration.api.support import API, Actor, Team, customer_writes, prepared_reply, whatsapp_channel


@dataclass(frozen=True)
class Desk:
    """A conversation that Ann has, and a collection of her group."""

    team: Team
    conversation: str
    group: str
    collection: str

    async def reply(self, *texts: str, **changes: Any) -> dict[str, Any]:
        path = f"/reply-collections/{self.collection}/replies"
        made = await self.team.owner.post(path, prepared_reply(*texts, **changes))
        assert made.status == 201, made.body
        return dict(made.body)

    async def thread(self) -> list[str]:
        messages = (await self.team.owner.get(f"{self.conversation}/messages")).body["items"]
        return [message["content"]["text"] for message in messages]


@pytest_asyncio.fixture
async def desk(team: Team) -> Desk:
    owner, ann = team.owner, team.operator
    channel = (await owner.post("/channels", whatsapp_channel())).body
    await customer_writes(owner.client, channel, "help")
    conversation = (await ann.get("/conversations")).body["items"][0]["id"]
    await ann.post(f"/conversations/{conversation}/assign", {"operator_id": ann.id})
    group = (await owner.post("/groups", {"name": "Sales"})).body["id"]
    await owner.patch(f"/operators/{ann.id}", {"group_ids": [group]})
    collection = (await owner.post("/reply-collections", {"name": "Sales", "group_ids": [group]})).body["id"]
    return Desk(team, f"/conversations/{conversation}", group, collection)


async def offered(actor: Actor, query: str = "") -> list[str]:
    return [reply["title"] for reply in (await actor.get(f"/prepared-replies{query}")).body["items"]]


async def test_operators_are_offered_what_is_active_in_active_collections_of_their_groups(desk: Desk) -> None:
    owner, ann = desk.team.owner, desk.team.operator
    hers = await desk.reply(title="Hers", shortcut="hers")
    off = await desk.reply(title="Off", active=False)
    other = (await owner.post("/reply-collections", {"name": "Service"})).body["id"]
    theirs = (await owner.post(f"/reply-collections/{other}/replies", prepared_reply(title="Theirs"))).body
    assert (await offered(ann), await offered(owner)) == (["Hers"], ["Hers", "Theirs"])
    assert (await offered(ann, "?shortcut=hers"), await offered(ann, "?shortcut=none")) == (["Hers"], [])
    for hidden in (off, theirs):
        assert (await ann.get(f"/prepared-replies/{hidden['id']}")).status == 404
        assert (await ann.get(f"/prepared-replies/{hidden['id']}/versions")).status == 404
        refused = await ann.post(f"{desk.conversation}/reply", {"reply_id": hidden["id"]})
        assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/reply_id")
        assert (await owner.get(f"/prepared-replies/{hidden['id']}")).status == 200
    assert (await ann.get(f"/reply-collections/{other}/replies")).status == 404
    listed = (await ann.get(f"/reply-collections/{desk.collection}/replies")).body["items"]
    assert [reply["id"] for reply in listed] == [hers["id"]]
    await owner.patch(f"/reply-collections/{desk.collection}", {"active": False})
    assert (await offered(ann), await offered(owner)) == ([], ["Theirs"])


async def test_only_administrators_write_them(desk: Desk) -> None:
    ann, reply = desk.team.operator, await desk.reply()
    assert (await ann.post(f"/reply-collections/{desk.collection}/replies", prepared_reply())).status == 403
    assert (await ann.patch(f"/prepared-replies/{reply['id']}", {"title": "Mine"})).status == 403
    assert (await ann.delete(f"/prepared-replies/{reply['id']}")).status == 403


REFUSED: list[tuple[str, Any]] = [
    ("/title", {"title": " "}),
    ("/shortcut", {"shortcut": "With space"}),
    ("/translations", {"translations": {}}),
    ("/translations/English", {"translations": {"English": [{"type": "text", "text": "x"}]}}),
    ("/translations/en", {"translations": {"en": []}}),
    ("/translations/en", {"translations": {"en": [{"type": "text", "text": "x"}] * 11}}),
    *(
        (f"/translations/en/0/{field}", {"translations": {"en": [content]}})
        for field, content in [
            ("text", {"type": "text", "text": ""}),
            ("text", {"type": "text", "text": "{{ contact.phone }}"}),
            ("text", {"type": "text", "text": "{% for x in y %}{% endfor %}"}),
            ("type", {"type": "template", "name": "a", "language": "en"}),
            ("media", {"type": "image", "media": {}}),
            ("media/id", {"type": "image", "media": {"id": "none"}}),
            ("media/bytes", {"type": "image", "media": {"url": "https://example.com/a.png", "bytes": 5}}),
        ]
    ),
]


async def test_what_can_not_be_used_is_refused_by_pointer(desk: Desk) -> None:
    path = f"/reply-collections/{desk.collection}/replies"
    for pointer, change in REFUSED:
        answer = await desk.team.owner.post(path, prepared_reply() | change)
        assert (answer.status, answer.body["errors"][0]["pointer"]) == (422, pointer), change
    assert await offered(desk.team.owner) == []


async def test_a_collection_names_groups_that_are_there_and_goes_when_it_is_empty(desk: Desk) -> None:
    owner = desk.team.owner
    bad = await owner.post("/reply-collections", {"name": "Other", "group_ids": ["none"]})
    assert (bad.status, bad.body["errors"][0]["pointer"]) == (422, "/group_ids/0")
    assert (await owner.delete(f"/groups/{desk.group}")).body["code"] == "in_use"
    reply = await desk.reply()
    assert (await owner.delete(f"/reply-collections/{desk.collection}")).body["code"] == "in_use"
    assert (await owner.delete(f"/prepared-replies/{reply['id']}")).status == 204
    assert (await owner.delete(f"/reply-collections/{desk.collection}")).status == 204


async def test_a_shortcut_is_one_reply_s_in_the_workspace(desk: Desk, strangers: Team) -> None:
    reply = await desk.reply(shortcut="hi")
    path = f"/reply-collections/{desk.collection}/replies"
    twins = await asyncio.gather(
        *(desk.team.owner.post(path, prepared_reply(title=f"Twin {n}", shortcut="bye")) for n in range(5))
    )
    assert sorted(twin.status for twin in twins) == [201, 409, 409, 409, 409]
    taken = await desk.team.owner.patch(f"/prepared-replies/{reply['id']}", {"shortcut": "bye"})
    assert (taken.body["code"], taken.body["errors"][0]["pointer"]) == ("duplicate", "/shortcut")
    theirs = (await strangers.owner.post("/reply-collections", {"name": "Other"})).body["id"]
    made = await strangers.owner.post(f"/reply-collections/{theirs}/replies", prepared_reply(shortcut="hi"))
    assert made.status == 201


async def test_two_who_change_a_reply_at_once_lose_nothing(desk: Desk) -> None:
    owner, reply = desk.team.owner, await desk.reply("one")
    path = f"/prepared-replies/{reply['id']}"
    changes = [{"translations": {"en": [{"type": "text", "text": f"by {n}"}]}} for n in range(4)]
    answers = await asyncio.gather(*(owner.patch(f"{path}?version=1", change) for change in changes))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    assert {answer.body["code"] for answer in answers if answer.status == 409} == {"stale_state"}
    versions = (await owner.get(f"{path}/versions")).body["items"]
    said = [version["translations"]["en"][0]["text"] for version in versions]
    (won,) = [answer.body for answer in answers if answer.status == 200]
    assert said == [won["translations"]["en"][0]["text"], "one"]
    assert [version["version"] for version in versions] == [2, 1] == [won["version"], reply["version"]]
    assert {version["by"] for version in versions} == {f"operator:{owner.id}"}


async def test_the_customer_gets_all_messages_in_order_with_the_variables_filled_in(
    desk: Desk, database: Database
) -> None:
    ann = desk.team.operator
    reply = await desk.reply(
        "Hello {{ contact.name }}!", "{{ queue.name }}", "{{ operator.name }} from {{ channel.name }}"
    )
    choice = {"reply_id": reply["id"]}
    preview = (await ann.post(f"{desk.conversation}/reply-preview", choice)).body
    texts = ["Hello Kerry!", "Ann from Sales"]
    assert [content["text"] for content in preview["contents"]] == texts, "an empty one is left out"
    assert (preview["language"], preview["version"]) == ("en", 1)
    assert await desk.thread() == ["help"], "a preview sends nothing"
    twins = await asyncio.gather(
        *(ann.post(f"{desk.conversation}/reply", choice, Idempotency_Key="once") for _ in range(5))
    )
    assert {twin.status for twin in twins} == {201}
    assert len({str(twin.body) for twin in twins}) == 1
    assert await desk.thread() == ["help", *texts]
    assert {message["status"] for message in twins[0].body["items"]} == {"queued"}
    waiting = await database.outbox.find({}).sort("seq", 1).to_list(None)
    assert [row["_id"] for row in waiting] == [message["id"] for message in twins[0].body["items"]]


async def test_the_language_is_the_customer_s_unless_another_is_asked_for(desk: Desk, database: Database) -> None:
    texts = {
        tag: [{"type": "text", "text": word}] for tag, word in {"en": "hello", "pt": "olá", "ru": "привет"}.items()
    }
    reply = await desk.reply(translations=texts)

    async def chosen(**asked: str) -> str:
        body = {"reply_id": reply["id"], **asked}
        preview = (await desk.team.operator.post(f"{desk.conversation}/reply-preview", body)).body
        return str(preview["contents"][0]["text"])

    assert await chosen() == "hello"
    await database.contacts.update_one({"workspace_id": desk.team.owner.workspace_id}, {"$set": {"language": "pt-BR"}})
    assert (await chosen(), await chosen(language="ru"), await chosen(language="fr")) == ("olá", "привет", "hello")


async def test_one_message_that_can_not_be_sent_holds_back_all(desk: Desk) -> None:
    ann = desk.team.operator
    caption = {"type": "image", "media": {"url": "https://example.com/a.png"}, "caption": "x" * 1_025}
    long = await desk.reply(translations={"en": [{"type": "text", "text": "fine"}, caption]})
    refused = await ann.post(f"{desk.conversation}/reply", {"reply_id": long["id"]})
    assert (refused.status, refused.body["code"]) == (422, "content_invalid")
    assert refused.body["errors"][0]["pointer"] == "/reply_id"
    assert refused.body["errors"][0]["message"].startswith("message 2")
    empty = await desk.reply("{{ queue.name }}")
    left = await ann.post(f"{desk.conversation}/reply", {"reply_id": empty["id"]})
    assert (left.status, left.body["errors"][0]["pointer"]) == (422, "/reply_id")
    assert await desk.thread() == ["help"]


async def test_a_reply_that_has_changed_since_it_was_shown_is_not_sent(desk: Desk) -> None:
    reply = await desk.reply()
    await desk.team.owner.patch(f"/prepared-replies/{reply['id']}", {"title": "Another"})
    for verb in ("reply", "reply-preview"):
        choice = {"reply_id": reply["id"], "version": 1}
        answer = await desk.team.operator.post(f"{desk.conversation}/{verb}", choice)
        assert (answer.status, answer.body["code"]) == (409, "stale_state")


async def test_an_attachment_is_kept_and_reaches_who_did_not_upload_it(desk: Desk, database: Database) -> None:
    form = aiohttp.FormData()
    form.add_field("file", b"%PDF-1.4 prices", filename="prices.pdf")
    token = {"Authorization": f"Bearer {desk.team.owner.token}"}
    async with desk.team.owner.client.post(API + "/media", data=form, headers=token) as answer:
        file = await answer.json()
    content = {"type": "document", "media": {"id": file["id"]}, "caption": "For {{ contact.name }}"}
    reply = await desk.reply(translations={"en": [content]})
    kept = await database.files.find_one({"_id": file["id"]})
    assert kept is not None
    assert "unnamed" not in kept
    sent = await desk.team.operator.post(f"{desk.conversation}/reply", {"reply_id": reply["id"]})
    (message,) = sent.body["items"]
    assert (message["content"]["caption"], message["content"]["media"]["filename"]) == ("For Kerry", "prices.pdf")


async def test_who_may_not_write_sends_no_prepared_reply_either(desk: Desk) -> None:
    reply = await desk.reply()
    refused = await desk.team.owner.post(f"{desk.conversation}/reply", {"reply_id": reply["id"]})
    assert (refused.status, refused.body["code"]) == (403, "not_assigned")
    await desk.team.operator.post(f"{desk.conversation}/close", {})
    closed = await desk.team.operator.post(f"{desk.conversation}/reply", {"reply_id": reply["id"]})
    assert (closed.status, closed.body["code"]) == (409, "conversation_closed")
