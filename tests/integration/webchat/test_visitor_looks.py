"""How the channel's looks reach visitors, and that nothing else of the team does."""

from __future__ import annotations

import secrets
from typing import Any

from inbox.reports.day_rollups import DAY, day_of, of_days
from inbox.reports.rollup_documents import rollup_document
from inbox.reports.slots import Group
from inbox.reports.tallies import Tally, together, took
from inbox.storage.runtime import Runtime
from tests.integration.api.support import Client, Team
from tests.integration.webchat.visitors import Visitor, webchat
from tests.integration.webchat.webchat_world import Shop

LOOKS = {
    "texts": {"en": {"title": "Talk to us", "greeting": "Hello!"}, "ru": {"title": "Пишите"}},
    "color": "#ffee00",
    "logo_url": "https://shop.example/logo.png",
    "invitations": [
        {"path": "/shoes*", "after_seconds": 5, "texts": {"en": "Help?", "ru": "Помочь?"}},
        {"path": "*", "texts": {"de": "Hilfe?"}},
    ],
}


async def test_a_page_gets_the_looks_in_its_language(client: Client, team: Team) -> None:
    channel = await webchat(team.owner, widget=LOOKS)
    assert channel["widget"]["texts"]["ru"] == {"title": "Пишите", "greeting": None}
    visitor = Visitor(client, channel["id"], language="ru-RU")
    welcome = await visitor.connect()
    assert welcome["widget"] == {
        "title": "Пишите",
        "greeting": None,
        "color": "#ffee00",
        "logo_url": "https://shop.example/logo.png",
        "sound": True,
        "usual_answer_seconds": None,
        "invitations": [{"path": "/shoes*", "after_seconds": 5, "text": "Помочь?"}],
    }
    await visitor.leave()
    changed = await team.owner.call("PATCH", f"/channels/{channel['id']}", {"widget": {"texts": {"ru": None}}})
    assert changed.status == 200, changed.body
    assert (set(changed.body["widget"]["texts"]), changed.body["widget"]["color"]) == ({"en"}, "#ffee00")
    assert (await visitor.connect())["widget"]["title"] is None
    await visitor.leave()


async def test_a_channel_without_looks_has_them_empty(team: Team) -> None:
    channel = await webchat(team.owner)
    assert channel["widget"] == {
        "texts": {},
        "color": None,
        "logo_url": None,
        "show_team": False,
        "show_answer_time": False,
        "sound": True,
        "form": [],
        "invitations": [],
    }
    refused = await team.owner.call("PATCH", f"/channels/{channel['id']}", {"widget": {"color": "red"}})
    assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/widget/color")


async def test_a_page_is_told_how_soon_somebody_usually_answers(client: Client, team: Team, runtime: Runtime) -> None:
    channel = await webchat(team.owner, widget={"show_answer_time": True})
    silent = await webchat(team.owner, name="Says nothing")
    day, workspace_id = day_of(runtime.clock.now() - 2 * DAY), team.owner.workspace_id
    quick = together([Tally(first_answer=took(200.0))] * 30)
    counted = rollup_document(
        workspace_id, of_days(Group.CHANNEL), day, {one["id"]: quick for one in (channel, silent)}
    )
    await runtime.database.rollups.insert_one(counted)
    for shown, seconds in ((channel, 300), (silent, None)):
        visitor = Visitor(client, shown["id"])
        assert (await visitor.connect())["widget"]["usual_answer_seconds"] == seconds
        await visitor.leave()


async def test_answers_to_the_form_land_on_the_card(client: Client, team: Team, working: None) -> None:
    """They come with the first message, which is not stored without them, and never overwrite what is known."""
    made = await team.owner.post("/contact-fields", {"key": "size", "name": "Size", "type": "choice", "options": ["S"]})
    assert made.status == 201, made.body
    form = [{"key": "name", "required": True}, {"key": "email"}, {"key": "size"}]
    channel = await webchat(team.owner, widget={"form": form})
    shop = Shop(client, team, channel)
    visitor = shop.visitor()
    welcome = await visitor.connect()
    assert [one["key"] for one in welcome["form"]] == ["name", "email", "size"]
    text = {"type": "text", "text": "hello"}
    for bad in (None, {"email": "a@b.example"}, {"name": "Ann", "size": "XL"}):
        id_ = secrets.token_hex(8)
        await visitor.say({"type": "message", "id": id_, "content": text, "form": bad})
        answer = await visitor.frame("accepted", "refused", where=lambda frame, id_=id_: frame["id"] == id_)
        assert (answer["type"], answer["code"]) == ("refused", "form_invalid")
        assert answer["retry_after_seconds"] is None
    await visitor.send(text, form={"name": "Mia", "email": "mia@b.example", "size": "S", "blocked": True})
    await visitor.said("hello")
    conversation = await shop.conversation()
    path = f"/contacts/{conversation['contact']['id']}"
    card = (await team.owner.get(path)).body
    assert (card["name"], card["emails"], card["fields"]) == ("Mia", ["mia@b.example"], {"size": "S"})
    await team.owner.call("PATCH", path, {"name": "Maria"})
    await visitor.send({"type": "text", "text": "again"}, form={"name": "Evil", "email": "evil@b.example"})
    card = (await team.owner.get(path)).body
    assert (card["name"], card["emails"]) == ("Maria", ["mia@b.example"])
    await visitor.leave()
    assert (await visitor.connect(fresh=True))["form"] == []
    await visitor.leave()


async def test_answers_of_a_repeated_message_land_on_the_card(client: Client, team: Team, working: None) -> None:
    """A server may die after the message and before the card: the page sends both again."""
    channel = await webchat(team.owner, widget={"form": [{"key": "email"}]})
    shop = Shop(client, team, channel)
    visitor = shop.visitor()
    await visitor.connect()
    id_ = await visitor.send({"type": "text", "text": "hello"})
    await visitor.said("hello")
    conversation = await shop.conversation()
    await visitor.leave()
    await visitor.connect()
    for _ in range(2):
        await visitor.send({"type": "text", "text": "hello"}, id_=id_, form={"email": "mia@b.example"})
    card = (await team.owner.get(f"/contacts/{conversation['contact']['id']}")).body
    assert card["emails"] == ["mia@b.example"]
    assert [one["content"]["text"] for one in await shop.messages(conversation["id"]) if one["direction"] == "in"] == [
        "hello"
    ]
    await visitor.leave()


async def test_who_writes_while_nobody_is_there_leaves_an_address(client: Client, team: Team, working: None) -> None:
    queue = {"name": "Sales", "operator_ids": [team.operator.id], "hold_when_nobody": True}
    made = await team.owner.post("/queues", queue)
    form = [{"key": "email", "required": True, "when": "away"}]
    channel = await webchat(team.owner, queue_id=made.body["id"], widget={"form": form})
    first, second = Visitor(client, channel["id"]), Visitor(client, channel["id"])
    assert (await first.connect())["form"][0]["when"] == "away"
    await first.frame("availability", where=lambda frame: not frame["open"])
    await first.say({"type": "message", "id": "first-message", "content": {"type": "text", "text": "hello"}})
    assert (await first.frame("accepted", "refused"))["code"] == "form_invalid"
    await first.send({"type": "text", "text": "hello"}, form={"email": "mia@b.example"})
    await first.leave()
    answer = await team.operator.call("PUT", "/operators/me/status", {"status": "ready"})
    assert answer.status == 200, answer.body
    await second.connect()
    await second.frame("availability", where=lambda frame: frame["open"])
    await second.write("hello")
    await second.leave()


async def test_who_is_there_is_told_where_the_channel_says_so(client: Client, team: Team, working: None) -> None:
    queue = await team.owner.post("/queues", {"name": "Sales", "operator_ids": [team.operator.id]})
    shown = await webchat(team.owner, queue_id=queue.body["id"], widget={"show_team": True})
    silent = await webchat(team.owner, queue_id=queue.body["id"], name="Another")
    anybodys = await webchat(team.owner, name="Without a queue", widget={"show_team": True})
    visitors = [Visitor(client, one["id"]) for one in (shown, silent, anybodys)]
    for visitor in visitors:
        await visitor.connect()
        assert (await visitor.frame("availability", where=lambda frame: not frame["open"]))["people"] == []
    answer = await team.operator.call("PUT", "/operators/me/status", {"status": "ready"})
    assert answer.status == 200, answer.body
    for visitor, people in zip(visitors, (["Ann"], [], ["Ann"]), strict=True):
        frame = await visitor.frame("availability", where=lambda frame: frame["open"])
        assert frame["people"] == people
    await team.operator.call("PUT", "/operators/me/status", {"status": "offline"})
    for visitor in visitors:
        await visitor.frame("availability", where=_comes_later(visitor))
        await visitor.leave()


def _comes_later(visitor: Visitor) -> Any:
    """Nobody is there any more: the second frame that says so."""

    def later(_: dict[str, Any]) -> bool:
        closed = [one for one in visitor.frames if one["type"] == "availability" and not one["open"]]
        return len(closed) > 1 and closed[-1]["people"] == []

    return later
