"""A deleted channel: its conversations close, places become free, nothing waits for ever, the history stays."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from inbox.foundation.problems import ProblemError
from inbox.messages.waiting import held_row
from inbox.model.content import TemplateContent, TextContent
from inbox.sending.channel_ending import LATE, ChannelEnding
from inbox.sending.held import HeldReplies
from inbox.storage.leases import Leases
from inbox.storage.runtime import Runtime
from inbox.storage.sequence import SequenceClock
from tests.integration.inbox.inbox_world import CHANNEL, OPERATOR, OTHER_CHANNEL, World, text
from workers.sending.end_channels import ChannelEnder


class Drained:
    """Notes the workspaces in which places became free."""

    def __init__(self) -> None:
        self.workspaces: list[str] = []

    async def __call__(self, workspace_id: str) -> None:
        self.workspaces.append(workspace_id)


@pytest.fixture
def drained() -> Drained:
    return Drained()


@pytest.fixture
def ender(runtime: Runtime, drained: Drained) -> ChannelEnder:
    return ChannelEnder(runtime, drained)


async def delete(world: World) -> None:
    changed = {"deleted_at": world.clock.now(), "enabled": False, "kind": CHANNEL.kind.value}
    await world.database.channels.update_one({"_id": CHANNEL.id}, {"$set": changed})


async def statuses(world: World) -> dict[str, tuple[str, str | None]]:
    """Every outgoing message of the channel by its text."""
    found = await world.all("messages", {"channel_id": CHANNEL.id, "direction": "out"})
    return {m["content"]["text"]: (m["status"], (m.get("error") or {}).get("code")) for m in found}


async def hold(world: World, conversation_id: str) -> None:
    """Have a reply wait, as if the window had been closed."""
    held = {"status": "held", "held_until": world.clock.now() + timedelta(hours=72)}
    await world.write(conversation_id, "held")
    message = await world.only("messages", {"content.text": "held"})
    await world.database.messages.update_one({"_id": message["_id"]}, {"$set": held})
    await world.database.outbox.delete_one({"_id": message["_id"]})
    await world.database.held_replies.insert_one(held_row({**message, **held}))


async def test_all_that_it_leaves_is_ended(world: World, ender: ChannelEnder, drained: Drained) -> None:
    ours = await world.assigned_conversation()
    await world.receive(text("hi", provider_id="p2", customer="79002"))
    await world.receive(text("hi", provider_id="q1", customer="79003"), channel=OTHER_CHANNEL)
    await world.write(ours, "on its way")
    (waiting,) = await world.all("messages", {"content.text": "on its way"})
    await world.delivery("killed").begin([waiting["_id"]])
    await world.write(ours, "queued")
    await hold(world, ours)
    await delete(world)
    await ender.sweep()
    closed = await world.all("conversations", {"channel_id": CHANNEL.id})
    assert {(c["open"], c["close_reason"]) for c in closed} == {(False, "channel_deleted")}
    assert await statuses(world) == {
        "on its way": ("unknown", "answer_lost"),
        "queued": ("failed", "channel_deleted"),
        "held": ("failed", "channel_deleted"),
    }
    assert (await world.only("operators", {"_id": OPERATOR.id}))["load"] == 0
    assert drained.workspaces == ["w1"]
    assert (await world.only("conversations", {"channel_id": OTHER_CHANNEL.id}))["open"]
    told = await world.events("message.updated")
    assert {e["data"]["error"]["code"] for e in told if e["data"]["status"] == "failed"} == {"channel_deleted"}
    assert len(await world.events("conversation.closed")) == 2


async def test_what_comes_late_is_ended_too_and_then_it_is_over(world: World, ender: ChannelEnder) -> None:
    """A process that still holds the channel as connected stores a message after the first sweep."""
    await delete(world)
    await ender.sweep()
    await world.receive(text("late", provider_id="p1"))
    await ender.sweep()
    assert not (await world.only("conversations"))["open"]
    world.clock.advance(LATE)  # type: ignore[attr-defined]
    await ender.sweep()
    assert (await world.only("channels", {"_id": CHANNEL.id}))["ended_at"] == world.clock.now()
    assert await ChannelEnding(world.database, world.clock).unfinished() == []


async def test_whoever_sends_for_it_ends_first(world: World, ender: ChannelEnder) -> None:
    conversation = await world.assigned_conversation()
    await world.write(conversation, "queued")
    await delete(world)
    sender = Leases(world.database, "sender")
    lease = await sender.acquire(f"deliver:{CHANNEL.id}")
    assert lease is not None
    await ender.sweep()
    assert await statuses(world) == {"queued": ("queued", None)}
    await sender.release(lease)
    await ender.sweep()
    assert await statuses(world) == {"queued": ("failed", "channel_deleted")}


async def test_a_sweep_that_was_broken_off_is_gone_on_with(world: World, ender: ChannelEnder) -> None:
    await world.receive(*(text("hi", provider_id=f"p{n}", customer=f"7900{n}") for n in range(7)))
    await delete(world)
    (channel,) = await ChannelEnding(world.database, world.clock).unfinished()
    ending = ChannelEnding(world.database, world.clock, at_once=2)
    broken = asyncio.create_task(ending.close_conversations(channel))
    while not await world.all("conversations", {"open": False}):
        continue
    broken.cancel()
    await asyncio.wait({broken})
    await ender.sweep()
    assert await world.all("conversations", {"open": True}) == []
    assert len(await world.events("conversation.closed")) == 7


async def test_nothing_more_is_taken_for_it(world: World, runtime: Runtime) -> None:
    """Not even in the second before its conversations are closed."""
    conversation = await world.assigned_conversation()
    sent = await world.write(conversation, "sent")
    await world.database.messages.update_one({"_id": sent.id}, {"$set": {"status": "failed"}})
    await delete(world)
    held = HeldReplies(world.database, world.clock, SequenceClock(runtime.clock.server_seconds))
    template = TemplateContent(name="offer", language="en")

    async def retry(session: Any) -> Any:
        return await world.sending_again.retry(OPERATOR, sent.id, session=session)

    async def hold_reply(session: Any) -> Any:
        return await held.hold(OPERATOR, conversation, TextContent(text="x"), template, session=session)

    asked = (
        world.write(conversation, "more"),
        world.database.transaction(retry),
        world.database.transaction(hold_reply),
    )
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [(a.status, a.code) for a in answers if isinstance(a, ProblemError)] == [(409, "channel_deleted")] * 3
