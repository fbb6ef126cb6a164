"""Nonsense gets a clear error, and harms nobody."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from telegram_world import TOKEN, TelegramWorld, customer

NONSENSE: list[Any] = [None, "", "x", -1, 1.5, True, [], [1], [{}], {}, {"message_id": {}}, {"file_id": {}}]


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'"x"', b"null"])
async def test_a_body_that_is_no_object(hooked: TelegramWorld, body: bytes) -> None:
    url = f"{hooked.base_url}/bot{TOKEN}/sendMessage"
    async with hooked.http.post(url, data=body, headers={"Content-Type": "application/json"}) as answer:
        assert answer.status == 400


async def test_a_broken_multipart_body(hooked: TelegramWorld) -> None:
    url = f"{hooked.base_url}/bot{TOKEN}/sendMessage"
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        async with hooked.http.post(url, data=b"nonsense", headers={"Content-Type": kind}) as answer:
            assert answer.status == 400


@pytest.mark.parametrize("action", ["messages", "edit", "reaction", "press"])
async def test_no_control_request_breaks(hooked: TelegramWorld, action: str) -> None:
    names = ("text", "photo", "message_id", "emoji", "chat", "reply_to_message", "from", "date")
    for name, value in product(names, NONSENSE):
        status, answer = await hooked.call("POST", f"{customer()}/{action}", {"caption": "Hi", name: value})
        assert status in (200, 201, 400, 404, 409), (name, value, answer)


@pytest.mark.parametrize("user", ["0", "-1", "x", str(1 << 52), "1" * 5_000])
async def test_who_is_no_user(hooked: TelegramWorld, user: str) -> None:
    bot_id = TOKEN.partition(":")[0]
    path = f"/control/telegram/{bot_id}/customers/{user}/messages"
    assert (await hooked.call("POST", path, {"text": "x"}))[0] == 400
    assert (await hooked.call("POST", f"/control/telegram/{user}/customers/1/messages", {"text": "x"}))[0] == 404


async def test_other_sites_pages_cannot_use_the_control_api(hooked: TelegramWorld) -> None:
    options: dict[str, Any] = {"json": {"text": "x"}, "headers": {"Origin": "https://evil.example"}}
    async with hooked.http.post(f"{hooked.base_url}{customer()}/messages", **options) as answer:
        assert answer.status == 403
