"""Calls of the Bot API that need no client library: they are made by servers too, and pollers want raw updates."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import PurePosixPath
from typing import Any, Final, TypeVar

import aiohttp
import msgspec
from msgspec import Raw

from channels.abilities import FetchedFile
from channels.contract import ChannelAccount
from channels.failures import refused_before_sending
from channels.json_repair import JSON_FAULTS
from channels.public_connections import open_session, read_whole
from channels.telegram.errors import FAILURES, refusal_of
from inbox.foundation.capped_answers import MAX_ANSWER_BYTES, AnswerTooLargeError
from inbox.sending.outbound import SendFailedError

T = TypeVar("T")

TELEGRAM: Final = "https://api.telegram.org"
CONNECT_SECONDS: Final = 5.0
"""A handshake takes 0.2 s; after 5 s the network is gone, and nothing has been sent yet."""
TOTAL_SECONDS: Final = 60.0
"""aiogram's own limit: an upload of 50 MB takes a while, and so does Telegram when it fetches a link."""
SILENT_SECONDS: Final = 30.0
"""A download may take long in all, but not be silent for longer."""
CHUNK_BYTES: Final = 64 * 1024


class _Answer(msgspec.Struct):
    """The Bot API's envelope."""

    ok: bool = False
    result: Raw = Raw(b"null")
    error_code: int | None = None
    description: str = ""
    parameters: dict[str, Any] = {}


class _FilePath(msgspec.Struct):
    file_path: str = ""
    file_size: int | None = None


class ConnectionPool:
    """One pool of connections for everything that talks to the Bot API, opened in the running loop at first use."""

    def __init__(self, *, allow_private: bool = False) -> None:
        self._allow_private = allow_private
        self._session: aiohttp.ClientSession | None = None

    def opened(self) -> aiohttp.ClientSession:
        """Return the pool."""
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=TOTAL_SECONDS, connect=CONNECT_SECONDS)
            self._session = open_session(allow_private=self._allow_private, timeout=timeout)
        return self._session

    async def close(self) -> None:
        """Close it; whoever uses it afterwards opens it anew."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()


class BotApi:
    """The Bot API in plain requests."""

    def __init__(self, connections: ConnectionPool) -> None:
        self._connections = connections

    async def call(
        self,
        account: ChannelAccount,
        method: str,
        arguments: Mapping[str, object] | None = None,
        *,
        total_seconds: float = TOTAL_SECONDS,
        limit_bytes: int = MAX_ANSWER_BYTES,
    ) -> bytes:
        """Call a method; return its result as JSON.

        Raises:
            SendFailedError: Telegram refused, could not be reached, or its answer was lost.
        """
        url = f"{base_url(account)}/bot{token_of(account)}/{method}"
        timeout = aiohttp.ClientTimeout(total=total_seconds, connect=CONNECT_SECONDS)
        try:
            async with self._connections.opened().post(
                url, json=dict(arguments or {}), timeout=timeout, allow_redirects=False
            ) as answer:
                return _result(answer.status, await read_whole(answer, limit_bytes))
        except (aiohttp.ClientError, OSError, AnswerTooLargeError) as error:
            raise failure_of(error) from None

    async def ask(
        self, account: ChannelAccount, method: str, type_: type[T], arguments: Mapping[str, object] | None = None
    ) -> T:
        """Call a method and read its result. Raises `SendFailedError`."""
        result = await self.call(account, method, arguments)
        try:
            return msgspec.json.decode(result, type=type_)
        except JSON_FAULTS:
            raise FAILURES.lost_answer() from None

    @asynccontextmanager
    async def file(self, account: ChannelAccount, file_id: str) -> AsyncIterator[FetchedFile]:
        """Open a customer's file. Raises `SendFailedError`; a file above 20 MB Telegram does not give to bots."""
        found = await self.ask(account, "getFile", _FilePath, {"file_id": file_id})
        if not found.file_path:
            raise refused_before_sending("media_refused", "Telegram does not have this file any more.")
        url = f"{base_url(account)}/file/bot{token_of(account)}/{found.file_path}"
        timeout = aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS, sock_read=SILENT_SECONDS)
        try:
            async with self._connections.opened().get(url, timeout=timeout, allow_redirects=False) as answer:
                if answer.status != 200:
                    raise refusal_of({"description": f"file: HTTP {answer.status}"}, answer.status)
                yield FetchedFile(
                    size_bytes=found.file_size,
                    filename=PurePosixPath(found.file_path).name or None,
                    chunks=_chunks(answer),
                )
        except (aiohttp.ClientError, OSError) as error:
            raise failure_of(error) from None


def base_url(account: ChannelAccount) -> str:
    """Return the server of a channel."""
    return account.provider_base_url or TELEGRAM


def token_of(account: ChannelAccount) -> str:
    """Return the bot's token. Raises `SendFailedError` where it can't be one, since it becomes part of an address."""
    token = account.credentials.get("bot_token", "")
    bot_id, _, secret = token.partition(":")
    if not (bot_id.isdecimal() and secret and secret.replace("-", "a").replace("_", "a").isalnum() and token.isascii()):
        raise refused_before_sending(
            "channel_credentials",
            "The channel's bot token is missing or malformed. An administrator has to enter the one that "
            "BotFather shows.",
        )
    return token


def failure_of(error: BaseException | None) -> SendFailedError:
    """Return our error for a failed connection or an answer without an end. Its text names no address."""
    unreached = (
        aiohttp.ConnectionTimeoutError,
        aiohttp.ClientConnectorError,
        aiohttp.InvalidURL,
        aiohttp.NonHttpUrlClientError,
    )
    if isinstance(error, AnswerTooLargeError):
        return FAILURES.endless_answer()
    return FAILURES.never_sent() if isinstance(error, unreached) else FAILURES.lost_answer()


def _result(status: int, content: bytes) -> bytes:
    try:
        answer = msgspec.json.decode(content, type=_Answer)
    except JSON_FAULTS:
        if 400 <= status < 500:
            raise refusal_of({}, status) from None
        raise FAILURES.lost_answer(status) from None
    if not answer.ok:
        raise refusal_of(msgspec.structs.asdict(answer), status)
    return bytes(answer.result)


async def _chunks(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.content.iter_chunked(CHUNK_BYTES):
            yield chunk
    except (aiohttp.ClientError, OSError) as error:
        raise failure_of(error) from None
