"""Asking Telegram for a bot's updates, where it has no address to send them to."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Raw

from channels.abilities import UpdateBatch
from channels.contract import ChannelAccount
from channels.telegram.bot_api import BotApi
from channels.telegram.errors import FAILURES
from channels.telegram.limits import POLL_LIMIT, POLL_SECONDS
from channels.telegram.message_shapes import Number
from channels.telegram.parse import ALLOWED_UPDATES, parse_again
from inbox.foundation.capped_answers import MAX_LIST_BYTES

GRACE_SECONDS: Final = 10.0
"""Time for the answer on its way, beyond what Telegram was asked to wait."""

_updates = msgspec.json.Decoder(list[Raw])


class _Id(msgspec.Struct):
    update_id: Number


async def begin_polling(api: BotApi, account: ChannelAccount) -> None:
    """Take a webhook back, which keeps Telegram from answering; what waits stays. Raises `SendFailedError`."""
    await api.call(account, "deleteWebhook", {"drop_pending_updates": False})


async def next_updates(api: BotApi, offset: int | None, account: ChannelAccount) -> UpdateBatch:
    """Ask for what came since, waiting for it up to 25 s; asking with an offset confirms all before it.

    Args:
        api: The Bot API.
        offset: Of the last batch that is durable here; None at first: Telegram gives what nobody confirmed.
        account: The channel.

    Raises:
        SendFailedError: Telegram refused, could not be reached, or its answer was lost; nothing is confirmed by that.

    Source: https://core.telegram.org/bots/api#getupdates.
    """
    arguments: dict[str, object] = {
        "timeout": POLL_SECONDS,
        "limit": POLL_LIMIT,
        "allowed_updates": list(ALLOWED_UPDATES),
    }
    if offset is not None:
        arguments["offset"] = offset
    answer = await api.call(
        account,
        "getUpdates",
        arguments,
        total_seconds=POLL_SECONDS + GRACE_SECONDS,
        limit_bytes=MAX_LIST_BYTES,
    )
    try:
        items = _updates.decode(answer)
        ids = [msgspec.json.decode(item, type=_Id).update_id for item in items]
    except msgspec.MsgspecError:
        raise FAILURES.lost_answer() from None
    return UpdateBatch(
        events=[event for item in items for event in parse_again(bytes(item))],
        next_offset=max(ids) + 1 if ids else offset,
    )
