"""aiogram's bots, one a token, over one pool of connections; aiogram's errors turned into ours.

aiogram lets a program replace the session that makes its calls. Ours writes the form and reads the answer as aiogram
does (`build_form_data`, `check_response`), with a `make_request` of our own between them: aiogram's follows redirects,
reads answers without a limit, and says the same of every broken connection, whether the message may have arrived or
not. Nothing private is used; `tests/unit/channels/telegram/test_aiogram.py` looks whether this still holds.

Importing this loads aiogram; only the sending side does.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar, cast

import aiohttp
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.utils.token import TokenValidationError
from cachetools import LRUCache

from channels.contract import ChannelAccount
from channels.failures import refused_before_sending
from channels.public_connections import read_whole
from channels.telegram.bot_api import (
    CONNECT_SECONDS,
    TOTAL_SECONDS,
    ConnectionPool,
    base_url,
    failure_of,
    token_of,
)
from channels.telegram.errors import FAILURES, refusal
from inbox.foundation.capped_answers import AnswerTooLargeError
from inbox.sending.outbound import SendFailedError

T = TypeVar("T")

MAX_BOTS: Final = 1000
"""A bot takes a few kilobytes; beyond that the least used is made anew."""

_STATUS: Final[tuple[tuple[type[TelegramAPIError], int], ...]] = (
    (TelegramEntityTooLarge, 413),
    (TelegramRetryAfter, 429),
    (TelegramUnauthorizedError, 401),
    (TelegramForbiddenError, 403),
    (TelegramNotFound, 404),
    (TelegramConflictError, 409),
    (TelegramServerError, 500),
    (TelegramBadRequest, 400),
)
"""The status behind each of aiogram's errors; the more special ones first."""


class _Session(AiohttpSession):
    """aiogram's session for one server, over connections that it shares with the others and does not close."""

    def __init__(self, connections: ConnectionPool, server: str) -> None:
        super().__init__(api=TelegramAPIServer.from_base(server), timeout=TOTAL_SECONDS)
        self._connections = connections

    async def create_session(self) -> aiohttp.ClientSession:
        """Return the shared pool."""
        return self._connections.opened()

    async def make_request(self, bot: Bot, method: TelegramMethod[T], timeout: int | None = None) -> T:
        """Make one call.

        Raises:
            ClientError: from aiohttp, as `OSError`: the connection failed.
            AnswerTooLargeError: The answer does not end.
        """
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        form = self.build_form_data(bot=bot, method=method)
        limits = aiohttp.ClientTimeout(total=timeout or self.timeout, connect=CONNECT_SECONDS)
        async with self._connections.opened().post(url, data=form, timeout=limits, allow_redirects=False) as answer:
            content = await read_whole(answer)
        return cast(T, self.check_response(bot, method, answer.status, content.decode("utf-8", "replace")).result)

    async def close(self) -> None:
        """Leave the pool to its owner."""

    def check_response(self, bot: Bot, method: TelegramMethod[Any], status_code: int, content: str) -> Any:
        """Read an answer; one that is no JSON is told by its status."""
        try:
            return super().check_response(bot, method, status_code, content)
        except ClientDecodeError as error:
            known = error.data if isinstance(error.data, dict) else {}
            if known.get("ok") is not True and 400 <= status_code < 500:
                raise refusal(status_code, str(known.get("description", ""))) from None
            raise FAILURES.lost_answer(status_code) from None


class Bots:
    """Finds or makes the bot of a channel."""

    def __init__(self, connections: ConnectionPool) -> None:
        self._connections = connections
        self._sessions: dict[str, _Session] = {}
        self._bots: LRUCache[tuple[str, str], Bot] = LRUCache(MAX_BOTS)

    async def call(self, account: ChannelAccount, method: TelegramMethod[T]) -> T:
        """Make one call, once.

        Raises:
            SendFailedError: Telegram refused, could not be reached, or its answer was lost.
            TelegramMigrateToChat: The group has a new id, which the exception carries; nothing was done.
        """
        bot = self._bot(account)
        try:
            return await bot(method)
        except tuple(kind for kind, _ in _STATUS) as error:
            raise _refused(error) from None
        except (aiohttp.ClientError, OSError, AnswerTooLargeError) as error:
            raise failure_of(error) from None

    def _bot(self, account: ChannelAccount) -> Bot:
        key = (base_url(account), token_of(account))
        if key not in self._bots:
            self._bots[key] = self._made(*key)
        return self._bots[key]

    def _made(self, server: str, token: str) -> Bot:
        if server not in self._sessions:
            self._sessions[server] = _Session(self._connections, server)
        try:
            return Bot(token, session=self._sessions[server])
        except TokenValidationError:
            raise refused_before_sending("channel_credentials", "The channel's bot token is malformed.") from None


def _refused(error: TelegramAPIError) -> SendFailedError:
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    seconds = float(error.retry_after) if isinstance(error, TelegramRetryAfter) else None
    return refusal(status, error.message, retry_after=seconds)
