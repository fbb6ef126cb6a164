"""A group that moved, as the sender meets it: what the answer told comes with every outcome."""

from __future__ import annotations

import pytest

from channels.contract import ChannelAccount
from channels.telegram.connector import TelegramConnector
from channels.telegram.customers import moved_group
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import TextContent
from inbox.sending.outbound import Certainty, OutboundMessage, SendFailedError
from tests.integration.telegram.flooding_api import LOSE, TAKE, FloodingApi, flooding_api

OLD, NEW = -4455, -1001700200300
TEXT = OutboundMessage(id="m", to=str(OLD), content=TextContent(text="x" * 5000))


async def send(api: FloodingApi) -> SendFailedError:
    """Send to the old id, and give what went wrong."""
    connector = TelegramConnector(allow_private=True)
    account = ChannelAccount(
        id="c",
        workspace_id="w",
        kind=ChannelKind.TELEGRAM,
        credentials={"bot_token": "7000000001:AAH"},
        provider_base_url=api.base_url,
    )
    try:
        with pytest.raises(SendFailedError) as failed:
            await connector.send(TEXT, account)
        return failed.value
    finally:
        await connector.close()


async def test_a_flood_in_the_new_chat_tells_the_move_too() -> None:
    async with flooding_api(lambda chat, _: 7 if chat == str(NEW) else TAKE) as api:
        api.moved[str(OLD)] = NEW
        failed = await send(api)
    assert (failed.retry_after_seconds, failed.news) == (7, (moved_group(OLD, NEW),))


async def test_a_lost_answer_in_the_new_chat_is_not_sent_again() -> None:
    async with flooding_api(lambda *_: LOSE) as api:
        api.moved[str(OLD)] = NEW
        failed = await send(api)
        assert {chat: len(texts) for chat, texts in api.taken.items()} == {str(NEW): 1}
    assert (failed.certainty, failed.news) == (Certainty.UNKNOWN, (moved_group(OLD, NEW),))


async def test_a_chat_that_moves_on_and_on_is_given_up() -> None:
    async with flooding_api(lambda *_: TAKE) as api:
        api.moved |= {str(OLD): NEW, str(NEW): NEW - 1}
        failed = await send(api)
        assert (api.asked, dict(api.taken)) == (2, {})
    assert failed.error.code == "undeliverable"
