"""People are told in closed browsers of what is theirs: encrypted, once, and only while their sign-in is one."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from gateway.parts import PARTS
from inbox.foundation.secret_box import SecretBox
from inbox.people.accounts import issue_sign_in
from inbox.people.visible_pages import VisiblePages
from inbox.push.push_key import open_push_key
from inbox.push.push_models import MAX_SUBSCRIPTIONS
from inbox.storage.installation import seal_anew
from inbox.storage.runtime import Runtime
from tests.integration.api.support import Actor, Client, Team, customer_writes, whatsapp_channel
from tests.integration.push.push_world import Browser, PushService, World, subscribe
from tests.waiting import eventually


async def channel_of(team: Team) -> dict[str, Any]:
    answer = await team.owner.post("/channels", whatsapp_channel())
    assert answer.status == 201, answer.body
    channel: dict[str, Any] = answer.body
    return channel


async def assigned(team: Team, channel: dict[str, Any], text: str = "hello", wa_id: str = "16505551234") -> str:
    """Have a customer write, and the owner assign that to the operator; return the conversation's id."""
    await customer_writes(team.owner.client, channel, text, wa_id=wa_id)
    found = await team.owner.get("/conversations?view=unassigned")
    conversation = str(found.body["items"][0]["id"])
    done = await team.owner.post(f"/conversations/{conversation}/assign", {"operator_id": team.operator.id})
    assert done.status == 200, done.body
    return conversation


@pytest.fixture
def phone(service: PushService) -> Browser:
    return Browser(service, "phone")


async def test_a_given_conversation_and_what_is_written_in_it(team: Team, world: World, phone: Browser) -> None:
    channel = await channel_of(team)
    key = await subscribe(team.operator, phone)

    conversation = await assigned(team, channel)
    await world.tell()

    (given,) = phone.read(key)
    assert given == {
        "kind": "given",
        "at": given["at"],
        "conversation_id": conversation,
        "channel": "whatsapp",
    }
    headers = phone.service.requests[0][1]
    assert headers["Urgency"] == "high"
    assert 0 < int(headers["TTL"]) <= 4 * 3600
    assert conversation not in str(headers)

    world.clock.advance(timedelta(minutes=1))
    await customer_writes(team.owner.client, channel, "anybody there?")
    await world.tell()

    assert [one["kind"] for one in phone.read(key)] == ["given", "message"]
    assert phone.service.requests[1][1]["Topic"] == headers["Topic"]


async def test_no_word_of_the_customer_and_the_name_only_where_it_is_allowed(
    team: Team, world: World, phone: Browser
) -> None:
    channel = await channel_of(team)
    key = await subscribe(team.operator, phone)
    await assigned(team, channel, "my secret")
    await world.tell()
    assert "Kerry" not in str(phone.read(key))

    changed = await team.owner.patch("/workspace", {"settings": {"notices_show_names": True}})
    assert changed.status == 200, changed.body
    world.clock.advance(timedelta(minutes=1))
    await customer_writes(team.owner.client, channel, "another secret")
    await world.tell()

    told = phone.read(key)[-1]
    assert told["name"] == "Kerry"
    assert "secret" not in str(told)

    (conversation,) = (await team.owner.get("/conversations?view=all")).body["items"]
    renamed = await team.owner.patch(f"/contacts/{conversation['contact']['id']}", {"name": "+1 650 555 1234"})
    assert renamed.status == 200, renamed.body
    masked = await team.owner.patch("/workspace", {"settings": {"masked_roles": ["operator"]}})
    assert masked.status == 200, masked.body
    world.clock.advance(timedelta(minutes=1))
    await customer_writes(team.owner.client, channel, "a third one")
    await world.tell()
    assert phone.read(key)[-1]["name"] == "•••34"


async def test_several_become_one(team: Team, world: World, phone: Browser) -> None:
    channel = await channel_of(team)
    key = await subscribe(team.operator, phone)
    await assigned(team, channel)
    await world.tell()

    for n in range(3):
        await customer_writes(team.owner.client, channel, f"and {n}")
        await world.tell()
    assert len(phone.read(key)) == 1, "the next notice of a conversation keeps its distance"

    await world.later(seconds=21)
    assert [one["kind"] for one in phone.read(key)] == ["given", "message"]
    await world.later(minutes=5)
    assert len(phone.read(key)) == 2


async def test_what_the_relay_brings_again_is_not_told_again(team: Team, world: World, phone: Browser) -> None:
    key = await subscribe(team.operator, phone)
    await assigned(team, await channel_of(team))
    events = await world.events()
    await world.write(events)
    await world.send()

    await world.write(events)
    await world.later(minutes=1)

    assert len(phone.read(key)) == 1


@pytest.mark.parametrize("how", ["signed out", "ended by an administrator", "expired", "deactivated", "turned off"])
async def test_nothing_is_told_to_whose_sign_in_is_over(
    team: Team, world: World, phone: Browser, how: str, runtime: Runtime
) -> None:
    """The invariant: a subscription is a part of its sign-in. Also what waits already is not told any more."""
    await subscribe(team.operator, phone)
    await assigned(team, await channel_of(team))
    await world.write(await world.events())
    assert await runtime.database.push_notices.count_documents({"operator_id": team.operator.id}) == 1

    if how == "signed out":
        assert (await team.operator.post("/auth/logout")).status == 204
    elif how == "ended by an administrator":
        assert (await team.owner.delete(f"/operators/{team.operator.id}/sessions")).status == 204
    elif how == "expired":
        world.clock.advance(timedelta(days=31))
    elif how == "deactivated":
        done = await team.owner.delete(f"/operators/{team.operator.id}?move_to={team.owner.id}")
        assert done.status == 204, done.body
    else:
        assert (await team.operator.delete("/me/push")).status == 204
    await world.send()

    assert phone.service.requests == []
    assert await runtime.database.push_notices.count_documents({"operator_id": team.operator.id}) == 0


async def test_a_browser_is_told_for_whoever_subscribed_it_last(
    team: Team, strangers: Team, world: World, phone: Browser
) -> None:
    """Somebody signs in where another person, even of another workspace, never signed out."""
    key = await subscribe(team.operator, phone)
    await subscribe(strangers.operator, phone)
    assert (await team.operator.get("/me/push")).body["since"] is None

    await assigned(team, await channel_of(team))
    await world.tell()

    assert phone.read(key) == []


async def test_a_browser_is_told_for_one_sign_in_whoever_subscribes_at_once(
    team: Team, strangers: Team, phone: Browser, runtime: Runtime
) -> None:
    people = [team.operator, team.owner, strangers.operator, strangers.owner]

    answers = await asyncio.gather(*(one.call("PUT", "/me/push", phone.subscription()) for one in people))

    assert {answer.status for answer in answers} <= {200, 409}
    assert await runtime.database.tokens.count_documents({"push.endpoint": phone.subscription()["endpoint"]}) == 1


async def test_each_device_is_told_of_what_it_chose(
    team: Team, world: World, service: PushService, runtime: Runtime
) -> None:
    phone, desk = Browser(service, "phone"), Browser(service, "desk")
    other = await issue_sign_in(
        runtime.database, team.operator.workspace_id, team.operator.id, world.clock.now(), days=30
    )
    key = await subscribe(team.operator, phone, kinds=["due"])
    await subscribe(Actor(team.operator.client, other), desk)

    await assigned(team, await channel_of(team))
    await world.tell()

    assert phone.read(key) == []
    assert [one["kind"] for one in desk.read(key)] == ["given"]
    state = (await team.operator.get("/me/push")).body
    assert (state["kinds"], state["public_key"], state["since"] is not None) == (["due"], key, True)


async def test_nobody_is_told_what_they_see(team: Team, world: World, phone: Browser, runtime: Runtime) -> None:
    key = await subscribe(team.operator, phone)
    pages = VisiblePages(runtime.redis, runtime.clock)
    await pages.show(team.operator.workspace_id, team.operator.id, "p1")
    channel = await channel_of(team)
    await assigned(team, channel)
    await world.tell()
    assert phone.read(key) == []

    await pages.hide(team.operator.workspace_id, team.operator.id, "p1")
    await customer_writes(team.owner.client, channel, "still there?")
    await world.tell()
    assert [one["kind"] for one in phone.read(key)] == ["message"]


async def test_what_is_no_news_any_more_is_not_told(team: Team, world: World, phone: Browser) -> None:
    key = await subscribe(team.operator, phone)
    conversation = await assigned(team, await channel_of(team))
    events = await world.events()
    taken = {"operator_id": team.owner.id, "take_over": True}
    assert (await team.owner.post(f"/conversations/{conversation}/assign", taken)).status == 200

    await world.write(events)
    await world.send()

    assert phone.read(key) == []


async def test_a_browser_that_is_gone_is_forgotten(team: Team, world: World, phone: Browser) -> None:
    await subscribe(team.operator, phone)
    phone.service.answers = [410]
    await assigned(team, await channel_of(team))

    await world.tell()

    assert (await team.operator.get("/me/push")).body["since"] is None
    await world.later(hours=1)
    assert len(phone.service.requests) == 1


async def test_a_push_service_that_is_away_is_tried_again_when_it_asks_to(
    team: Team, world: World, phone: Browser
) -> None:
    key = await subscribe(team.operator, phone)
    phone.service.answers, phone.service.headers = [503, 429], {"Retry-After": "600"}
    await assigned(team, await channel_of(team))
    await world.tell()
    assert len(phone.service.requests) == 1

    await world.later(minutes=9)
    assert len(phone.service.requests) == 1
    await world.later(minutes=2)
    assert len(phone.service.requests) == 2
    await world.later(minutes=11)
    assert [one["kind"] for one in phone.read(key)] == ["given"] * 3
    await world.later(hours=2)
    assert len(phone.service.requests) == 3


async def test_a_notice_is_given_up_when_it_is_old(team: Team, world: World, phone: Browser) -> None:
    await subscribe(team.operator, phone)
    phone.service.answers = [503] * 100
    await assigned(team, await channel_of(team))
    await world.tell()

    for _ in range(12):
        await world.later(hours=1)

    assert 1 < len(phone.service.requests) <= 6
    assert await world.sender.next_due() is None


async def test_what_a_push_service_refuses_is_not_tried_again(team: Team, world: World, phone: Browser) -> None:
    await subscribe(team.operator, phone)
    phone.service.answers = [403]
    await assigned(team, await channel_of(team))
    await world.tell()
    await world.later(hours=1)

    assert len(phone.service.requests) == 1
    assert (await team.operator.get("/me/push")).body["since"] is not None


async def test_a_slow_browser_delays_no_other(team: Team, world: World, service: PushService) -> None:
    slow, quick = Browser(service, "slow"), Browser(service, "quick")
    service.held = {"slow"}
    key = await subscribe(team.owner, slow)
    await subscribe(team.operator, quick)
    channel = await channel_of(team)
    await assigned(team, channel)
    await customer_writes(team.owner.client, channel, "I too", wa_id="16505550000")
    (other,) = (await team.owner.get("/conversations?view=unassigned")).body["items"]
    done = await team.owner.post(f"/conversations/{other['id']}/assign", {"operator_id": team.owner.id})
    assert done.status == 200

    await world.write(await world.events())
    await world.sender.sweep()

    async def both_came() -> bool:
        return {name for name, _, _ in service.requests} == {"slow", "quick"}

    await eventually(both_came)
    service.goes_on.set()
    await world.sender.finished()
    assert [one["kind"] for one in quick.read(key)] == ["given"]
    assert [one["kind"] for one in slow.read(key)] == ["given"]


async def test_a_notice_to_try(team: Team, world: World, phone: Browser, runtime: Runtime) -> None:
    refused = await team.operator.post("/me/push/test")
    assert (refused.status, refused.body["code"]) == (409, "conflict")
    key = await subscribe(team.operator, phone)
    await VisiblePages(runtime.redis, runtime.clock).show(team.operator.workspace_id, team.operator.id, "p1")

    for _ in range(3):
        assert (await team.operator.post("/me/push/test")).status == 204
        await world.send()

    assert [one["kind"] for one in phone.read(key)] == ["test"]


async def test_the_key_is_made_once_and_outlives_the_key_that_seals_it(runtime: Runtime) -> None:
    pairs = await asyncio.gather(*(open_push_key(runtime.database, runtime.secret_box) for _ in range(5)))
    assert len({pair.public_text for pair in pairs}) == 1

    old, new = runtime.settings.secret_key, SecretBox.new_key()
    assert old is not None
    await seal_anew(runtime.database, SecretBox(new, [old.get_secret_value()]))

    assert (await open_push_key(runtime.database, SecretBox(new))).public_text == pairs[0].public_text


async def test_a_person_has_no_end_of_devices(team: Team, world: World, service: PushService, runtime: Runtime) -> None:
    for n in range(MAX_SUBSCRIPTIONS):
        token = await issue_sign_in(
            runtime.database, team.operator.workspace_id, team.operator.id, world.clock.now(), days=30
        )
        await subscribe(Actor(team.operator.client, token), Browser(service, f"b{n}"))

    refused = await team.operator.call("PUT", "/me/push", Browser(service, "more").subscription())

    assert (refused.status, refused.body["code"]) == (409, "conflict")


async def test_addresses_in_our_own_network_are_refused(team: Team, phone: Browser, client: Client) -> None:
    settings = client.app[PARTS].runtime.settings
    settings.allow_private_urls = False
    try:
        answers = [
            await team.operator.call("PUT", "/me/push", {**phone.subscription(), "endpoint": endpoint})
            for endpoint in ("https://127.0.0.1/send", "http://push.example.com/send", "https://[::1]/x", "ftp://x/y")
        ]
    finally:
        settings.allow_private_urls = True

    assert [answer.status for answer in answers] == [422] * 4
    assert [answer.body["errors"][0]["pointer"] for answer in answers] == ["/endpoint"] * 4
    assert (await team.key.get("/me/push")).status == 403
