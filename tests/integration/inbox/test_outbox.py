"""What may be accepted, in which order it goes out, and what a dead sender leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import pytest

from inbox.conversation.conversations import closing
from inbox.foundation.clock import FixedClock
from inbox.foundation.problems import ProblemError
from inbox.messages.message_reading import attempts_of
from inbox.model.provider_error import ProviderError
from inbox.people.access import Caller, CallerKind, Role
from inbox.sending.delivery import SCANNED, Delivery, Ended
from inbox.sending.outbound import Certainty, SendFailedError, SendReceipt
from inbox.sending.outgoing import reply_row
from inbox.sending.retry_rules import judge
from inbox.sending.uploading import AttemptTakenError, upload_noted
from tests.integration.inbox.inbox_world import CHANNEL, OPERATOR, OWNER, World, bodies, text

API_KEY = Caller(workspace_id="w1", kind=CallerKind.API_KEY, id="k1", role=Role.ADMINISTRATOR)
SLOW_DOWN = SendFailedError(ProviderError(code="rate_limited", explanation="Too fast.", retryable=True))
REFUSED = SendFailedError(ProviderError(code="undeliverable", explanation="No such user."))
LOST = SendFailedError(ProviderError(code="timeout", explanation="No answer."), certainty=Certainty.UNKNOWN)


async def _end(world: World, message_id: str, result: SendReceipt | SendFailedError, sender: str = "sender-1") -> None:
    message = await world.only("messages", {"_id": message_id})
    verdict = judge(result, attempts=len(message["attempts"]), now=world.clock.now())
    await world.delivery(sender).end([Ended(message_id=message_id, verdict=verdict)])


async def _due(world: World) -> list[str]:
    due = await world.delivery().due()
    return [queue[0].id for queue in due.queues.values()]


async def test_accepted_message_waits_with_its_event(world: World) -> None:
    conversation_id = await world.assigned_conversation()
    view = await world.write(conversation_id, "answer")
    assert (view.status, view.author.id) == ("queued", OPERATOR.id)
    inbound = await world.only("messages", {"direction": "in"})
    assert view.seq > inbound["seq"]
    assert (await world.events("message.created"))[-1]["data"]["id"] == view.id
    assert await _due(world) == [view.id]


@pytest.mark.parametrize(
    ("caller", "code"),
    [
        pytest.param(OWNER, "not_assigned", id="another operator has it, even for the owner"),
        pytest.param(API_KEY, "not_assigned", id="a program, while an operator has it"),
    ],
)
async def test_only_the_assignee_writes(world: World, caller: Caller, code: str) -> None:
    conversation_id = await world.assigned_conversation()
    with pytest.raises(ProblemError) as refused:
        await world.write(conversation_id, "me too", caller)
    assert refused.value.code == code
    assert await _due(world) == []


async def test_programs_write_where_nobody_is(world: World) -> None:
    await world.receive(text("hello", provider_id="m1"))
    conversation = await world.only("conversations")
    view = await world.write(conversation["_id"], "automatic", API_KEY)
    assert view.author.kind == "api"
    with pytest.raises(ProblemError) as refused:
        await world.write(conversation["_id"], "not mine", OPERATOR)
    assert refused.value.code == "not_assigned"


async def test_nothing_is_accepted_in_a_closed_conversation(world: World) -> None:
    conversation_id = await world.assigned_conversation()
    await world.conversations.close(OPERATOR, conversation_id, closing(OPERATOR, seen_seq=None, silent=False))
    with pytest.raises(ProblemError) as refused:
        await world.write(conversation_id, "late")
    assert refused.value.code == "conversation_closed"


async def test_window_is_checked_at_acceptance(world: World, clock: FixedClock) -> None:
    conversation_id = await world.assigned_conversation()
    clock.advance(timedelta(hours=24))
    with pytest.raises(ProblemError) as refused:
        await world.write(conversation_id, "too late")
    assert (refused.value.code, refused.value.extra) == ("window_closed", {"templates": []})
    await world.receive(text("again", provider_id="m2"))
    await world.write(conversation_id, "in time")


async def test_window_is_checked_again_when_sending(world: World, clock: FixedClock) -> None:
    message = await world.write(await world.assigned_conversation(), "answer")
    clock.advance(timedelta(hours=25))
    assert await world.delivery().begin([message.id]) == []
    stored = await world.only("messages", {"_id": message.id})
    assert (stored["status"], stored["error"]["code"]) == ("failed", "window_closed")
    assert await world.all("outbox") == []


async def test_one_at_a_time_in_order(world: World) -> None:
    conversation_id = await world.assigned_conversation()
    messages = [await world.write(conversation_id, f"{i}") for i in range(3)]
    for message in messages:
        assert await _due(world) == [message.id]
        await world.delivery().begin([message.id])
        assert await _due(world) == [], "one that is being sent holds back the later ones"
        await _end(world, message.id, SendReceipt(provider_id=f"p-{message.id}"))


async def test_much_that_waits_in_one_conversation_does_not_hide_the_others(world: World) -> None:
    busy, quiet = [await world.assigned_conversation(f"7900111223{n}") for n in range(2)]
    first = await world.write(busy, "first")
    stored = await world.only("messages", {"_id": first.id})
    more = [stored | {"_id": f"more-{n}", "seq": stored["seq"] + n} for n in range(1, SCANNED + 1)]
    await world.database.messages.insert_many(more)
    await world.database.outbox.insert_many([reply_row(message) for message in more])
    answer = await world.write(quiet, "answer")
    await world.delivery().begin([first.id])
    due = await world.delivery().due(apart_from=[busy])
    assert {c: [w.id for w in queue] for c, queue in due.queues.items()} == {quiet: [answer.id]}


async def test_retry_holds_back_and_comes_when_due(world: World, clock: FixedClock) -> None:
    conversation_id = await world.assigned_conversation()
    first, second = [await world.write(conversation_id, f"{i}") for i in range(2)]
    await world.delivery().begin([first.id])
    await _end(world, first.id, SLOW_DOWN)
    assert await _due(world) == []
    assert (await world.delivery().due()).retries == {conversation_id: clock.now() + timedelta(seconds=1)}
    clock.advance(timedelta(seconds=1))
    assert await _due(world) == [first.id]
    await world.delivery().begin([first.id])
    await _end(world, first.id, SendReceipt(provider_id="p1"))
    stored = await world.only("messages", {"_id": first.id})
    assert [attempt.outcome for attempt in attempts_of(stored).items] == ["refused", "sent"]
    assert await _due(world) == [second.id]


@pytest.mark.parametrize(("result", "status"), [(REFUSED, "failed"), (LOST, "unknown")])
async def test_failed_and_unknown_hold_nobody_back(world: World, result: SendFailedError, status: str) -> None:
    conversation_id = await world.assigned_conversation()
    first, second = [await world.write(conversation_id, f"{i}") for i in range(2)]
    await world.delivery().begin([first.id])
    await _end(world, first.id, result)
    assert (await world.only("messages", {"_id": first.id}))["status"] == status
    assert await _due(world) == [second.id]


async def test_a_provider_that_repeats_an_id_spoils_no_other_answer(world: World) -> None:
    messages = [await world.write(await world.assigned_conversation(f"7900{n}"), "answer") for n in range(4)]
    ids = [message.id for message in messages]
    await world.delivery().begin(ids)
    receipts = [SendReceipt(provider_id=name) for name in ("p1", "p2", "p2", "p3")]
    verdicts = [judge(receipt, attempts=1, now=world.clock.now()) for receipt in receipts]
    await world.delivery().end([Ended(message_id=i, verdict=v) for i, v in zip(ids, verdicts, strict=True)])
    stored = [await world.only("messages", {"_id": message_id}) for message_id in ids]
    assert [message["status"] for message in stored] == ["sent"] * 4
    known = [message["provider_id"] for message in stored if message.get("provider_id")]
    assert sorted(known) == ["p1", "p2", "p3"]


async def test_two_senders_begin_the_same_message(world: World) -> None:
    message = await world.write(await world.assigned_conversation(), "once")
    begun = await asyncio.gather(*(world.delivery(f"s{i}").begin([message.id]) for i in range(5)))
    assert sum(map(len, begun)) == 1


async def test_dead_sender_leaves_unknown_only_what_it_had_begun(world: World) -> None:
    begun = await world.write(await world.assigned_conversation("7901"), "on the wire")
    waiting = await world.write(await world.assigned_conversation("7902"), "not yet")
    await world.delivery("died").begin([begun.id])
    assert await world.delivery("next").settle_orphans() == 1
    statuses = {m["_id"]: m["status"] for m in await world.all("messages", {"direction": "out"})}
    assert statuses == {begun.id: "unknown", waiting.id: "queued"}
    await _end(world, begun.id, SendReceipt(provider_id="p1"), sender="died")  # it was only slow
    assert (await world.only("messages", {"_id": begun.id}))["status"] == "sent"


async def test_dead_sender_that_was_still_uploading_has_certainly_not_sent(world: World) -> None:
    message = await world.write(await world.assigned_conversation(), "with a file")
    await world.delivery("died").begin([message.id])
    workspace_id = (await world.only("messages", {"_id": message.id}))["workspace_id"]

    async def slow_upload() -> None:
        async with upload_noted(world.database, workspace_id, message.id):
            assert await world.delivery("next").settle_orphans() == 0

    with pytest.raises(AttemptTakenError):  # it must not send what another sends now
        await slow_upload()
    again = await world.only("messages", {"_id": message.id})
    row = await world.only("outbox", {"_id": message.id})
    assert (again["status"], again["ends"][0]["outcome"], "uploading" in row) == ("queued", "refused", False)
    assert row["next_attempt_at"] > world.clock.now()
    assert "sender" not in row
    assert len(await world.delivery("next").begin([message.id])) == 1


async def test_what_was_uploaded_counts_as_on_the_wire(world: World) -> None:
    message = await world.write(await world.assigned_conversation(), "with a file")
    await world.delivery("died").begin([message.id])
    workspace_id = (await world.only("messages", {"_id": message.id}))["workspace_id"]
    async with upload_noted(world.database, workspace_id, message.id):
        assert (await world.only("outbox", {"_id": message.id}))["uploading"]
    assert await world.delivery("next").settle_orphans() == 1
    assert (await world.only("messages", {"_id": message.id}))["status"] == "unknown"


PICTURE: Final = {"type": "image", "media": {"id": "f1", "mime_type": "image/png"}}
HEADER: Final = {"header": {"image": {"id": "f1"}}}
SHOES: Final = {"type": "template", "name": "shoes", "language": "en", "parameters": HEADER, "media": [{"id": "f1"}]}


async def _picture(world: World, content: Mapping[str, Any] = PICTURE, **file: Any) -> str:
    """Have a picture of ours wait to be sent; return the message's id."""
    message = await world.write(await world.assigned_conversation(), "a picture")
    stored = {"_id": "f1", "workspace_id": "w1", "channel_id": "", "state": "stored", **file}
    await world.database.files.insert_one(stored)
    await world.database.messages.update_one({"_id": message.id}, {"$set": {"content": content}})
    return message.id


@pytest.mark.parametrize("content", [PICTURE, SHOES], ids=["picture", "template"])
async def test_killed_between_the_record_of_an_attempt_and_its_upload_nothing_was_sent(
    world: World, content: dict[str, Any]
) -> None:
    message_id = await _picture(world, content)
    (begun,) = await Delivery(world.database, world.clock, CHANNEL, sender="died", uploads=True).begin([message_id])
    assert begun.upload_mark is not None
    assert await world.delivery("next").settle_orphans() == 0
    assert (await world.only("messages", {"_id": message_id}))["status"] == "queued"
    with pytest.raises(AttemptTakenError):  # it was only slow: it must not send what another sends now
        async with upload_noted(world.database, "w1", message_id, mark=begun.upload_mark):
            pass


@pytest.mark.parametrize("content", [PICTURE, SHOES], ids=["picture", "template"])
async def test_killed_with_a_file_that_the_provider_has_it_may_have_been_sent(
    world: World, content: dict[str, Any]
) -> None:
    message_id = await _picture(world, content, handles={CHANNEL.id: {"handle": "h1", "expires_at": None}})
    (begun,) = await Delivery(world.database, world.clock, CHANNEL, sender="died", uploads=True).begin([message_id])
    assert begun.upload_mark is None
    assert await world.delivery("next").settle_orphans() == 1
    assert (await world.only("messages", {"_id": message_id}))["status"] == "unknown"


async def test_retry_is_a_new_message_once(world: World) -> None:
    conversation_id = await world.assigned_conversation()
    message = await world.write(conversation_id, "again please")
    with pytest.raises(ProblemError) as too_early:
        await _retry(world, message.id)
    assert too_early.value.code == "not_retryable"
    await world.delivery().begin([message.id])
    await _end(world, message.id, REFUSED)

    results = await asyncio.gather(*(_retry(world, message.id) for _ in range(4)), return_exceptions=True)
    accepted = [r for r in results if not isinstance(r, BaseException)]
    assert len(accepted) == 1
    assert {r.code for r in results if isinstance(r, ProblemError)} == {"not_retryable"}
    new = await world.only("messages", {"retry_of": message.id})
    assert bodies([new]) == ["again please"]


async def _retry(world: World, message_id: str) -> object:
    return await world.database.transaction(
        lambda session: world.sending_again.retry(OPERATOR, message_id, session=session)
    )


async def test_a_reaction_is_refused_at_once_where_the_chat_takes_none(world: World) -> None:
    await world.assigned_conversation("group:Y2FwaV9ncm91cDox")
    message = await world.only("messages")
    with pytest.raises(ProblemError) as refused:
        await world.database.transaction(
            lambda session: world.changes.react(OPERATOR, message["_id"], "👍", session=session)
        )
    assert refused.value.code == "unsupported_by_channel"
    assert "reactions" not in await world.only("messages")
