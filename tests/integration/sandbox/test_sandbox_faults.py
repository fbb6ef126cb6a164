"""Each fault does what it says, and the raw log tells the truth about it."""

from __future__ import annotations

import time

import aiohttp
import pytest
from pywa_async import errors
from sandbox_world import PHONE_ID, USER, World


async def test_latency(chatting: World) -> None:
    await chatting.faults(latency_ms=120)
    started = time.perf_counter()
    await chatting.send()
    assert time.perf_counter() - started >= 0.12
    assert (await chatting.log())[-1]["duration_ms"] >= 120


async def test_errors_have_no_effect(chatting: World) -> None:
    await chatting.faults(error_rate=1, error_code=130429)
    with pytest.raises(errors.ThrottlingError):
        await chatting.wa.send_message(to=USER, text="Hi")
    assert len((await chatting.thread())["messages"]) == 1
    entry = (await chatting.log())[-1]
    assert (entry["status"], entry["answer"]["error"]["code"], entry["message_id"]) == (400, 130429, None)


async def test_a_lost_response_is_accepted_delivered_and_logged(chatting: World) -> None:
    await chatting.faults(lose_response_rate=1)
    with pytest.raises(aiohttp.ClientConnectionError):
        await chatting.send(biz_opaque_callback_data="lost-1")
    entry = (await chatting.log())[-1]
    assert entry["lost"]
    assert entry["answer"]["messages"][0]["id"] == entry["message_id"]
    delivered = await chatting.receiver.status(entry["message_id"], "delivered")
    assert delivered["biz_opaque_callback_data"] == "lost-1"


async def test_a_provider_that_is_down(chatting: World) -> None:
    await chatting.faults(down=True)
    with pytest.raises(aiohttp.ClientConnectionError):
        await chatting.send()
    entry = (await chatting.log())[-1]
    assert (entry["status"], entry["lost"], entry["message_id"]) == (0, False, None)
    await chatting.faults(down="503")
    assert (await chatting.send())[0] == 503
    await chatting.call("DELETE", "/control/faults")
    assert (await chatting.send())[0] == 200


async def test_duplicates(chatting: World) -> None:
    await chatting.faults(duplicate_rate=1)
    written = await chatting.write("Twice")
    await chatting.receiver.until(
        lambda: [m["id"] for m in chatting.receiver.items("messages")].count(written["id"]) == 2
    )
    assert len((await chatting.thread())["messages"]) == 2


async def test_reordering(chatting: World) -> None:
    await chatting.faults(reorder=True)
    written = [(await chatting.write(f"Message {place}"))["id"] for place in range(30)]
    await chatting.receiver.until(lambda: len(chatting.receiver.items("messages")) == 31)
    arrived = [message["id"] for message in chatting.receiver.items("messages")[1:]]
    assert sorted(arrived) == sorted(written)
    assert arrived != written


async def test_statuses_before_the_response(chatting: World) -> None:
    await chatting.faults(status_before_response=True)
    _, answer = await chatting.send()
    assert chatting.receiver.statuses(answer["messages"][0]["id"]) == ["sent", "delivered"]


async def test_faults_are_merged_shown_and_reset(sandbox: World) -> None:
    await sandbox.faults(latency_ms=5)
    await sandbox.faults(error_rate=0.5)
    _, shown = await sandbox.call("GET", "/control/faults")
    assert (shown["latency_ms"], shown["error_rate"], shown["reorder"]) == (5, 0.5, False)
    assert (await sandbox.call("PUT", "/control/faults", {"error_rate": 2}))[0] == 400
    assert (await sandbox.call("PUT", "/control/faults", {"eror_rate": 1}))[0] == 400
    _, reset = await sandbox.call("DELETE", "/control/faults")
    assert reset["latency_ms"] == 0


async def test_double_sends_are_counted(chatting: World) -> None:
    for _ in range(2):
        await chatting.send(biz_opaque_callback_data="same")
    await chatting.send(biz_opaque_callback_data="other")
    stats = await chatting.stats()
    assert stats["double_sends"]["count"] == 1
    double = stats["double_sends"]["items"][0]
    assert (double["biz_opaque_callback_data"], len(double["message_ids"])) == ("same", 2)
    number = stats["numbers"][PHONE_ID]
    assert (number["accepted"], number["inbound"], number["recipients"]) == (3, 1, {USER: 3})


async def test_the_log_is_read_from_a_place_on(chatting: World) -> None:
    for _ in range(3):
        await chatting.send()
    _, page = await chatting.call("GET", "/control/requests?after=1&limit=1")
    assert [entry["seq"] for entry in page["requests"]] == [2]
    assert page["next_after"] == 2
    entry = page["requests"][0]
    assert (entry["method"], entry["path"]) == ("POST", f"/v23.0/{PHONE_ID}/messages")
    assert entry["body"]["text"]["body"] == "Hi"
