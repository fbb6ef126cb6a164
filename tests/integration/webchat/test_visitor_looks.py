"""How the channel's looks reach visitors, and that nothing else of the team does."""

from __future__ import annotations

from typing import Any

from tests.integration.api.support import Client, Team
from tests.integration.webchat.visitors import Visitor, webchat

LOOKS = {
    "texts": {"en": {"title": "Talk to us", "greeting": "Hello!"}, "ru": {"title": "Пишите"}},
    "color": "#ffee00",
    "logo_url": "https://shop.example/logo.png",
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
    }
    await visitor.leave()
    changed = await team.owner.call("PATCH", f"/channels/{channel['id']}", {"widget": {"texts": {"ru": None}}})
    assert changed.status == 200, changed.body
    assert (set(changed.body["widget"]["texts"]), changed.body["widget"]["color"]) == ({"en"}, "#ffee00")
    assert (await visitor.connect())["widget"]["title"] is None
    await visitor.leave()


async def test_a_channel_without_looks_has_them_empty(team: Team) -> None:
    channel = await webchat(team.owner)
    assert channel["widget"] == {"texts": {}, "color": None, "logo_url": None, "show_team": False, "sound": True}
    refused = await team.owner.call("PATCH", f"/channels/{channel['id']}", {"widget": {"color": "red"}})
    assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/widget/color")


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
