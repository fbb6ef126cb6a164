"""Asks helpers: one signed request with a deadline, an answer of a known shape, and no trust in either.

A helper that is slow, dead or hostile costs whoever asked their own time, up to the deadline, and nobody else's.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final, TypeVar

import aiohttp
import msgspec

from channels.public_connections import open_session
from channels.signed_posts import CONNECT_SECONDS, POST_SECONDS, headers_of
from inbox.foundation.problems import ProblemError

ANSWER_BYTES: Final = 256 * 1024
"""Five suggestions of the longest text, in whatever escapes; what comes beyond is not read."""
AT_ONCE: Final = 20
"""Requests of one workspace in one server process: each holds a connection for up to eight seconds."""
RETRY_SECONDS: Final = 1
OK: Final = 200

T = TypeVar("T")


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of whom.

    Attributes:
        id: Names the request in its signature.
        secrets: Which sign now.
    """

    workspace_id: str
    id: str
    url: str
    secrets: Sequence[str]
    body: bytes
    deadline_seconds: float


class HelperDesk:
    """Asks the helpers of all workspaces.

    Args:
        allow_private: Whether addresses may lead into our own network (demo, tests).
    """

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._session: aiohttp.ClientSession | None = None
        self._asking: Counter[str] = Counter()

    async def ask(self, question: Question, answer: type[T], *, now: datetime) -> T:
        """Ask, and read the answer.

        Raises:
            ProblemError: `helper_failed` with what went wrong, `too_many_requests`.
        """
        with self._counted(question.workspace_id):
            try:
                async with asyncio.timeout(question.deadline_seconds):
                    raw = await self._post(question, now)
            except TimeoutError:
                raise _failed(f"it did not answer within {question.deadline_seconds:g} seconds") from None
            except aiohttp.ClientConnectorError:
                raise _failed("there is no connection to it, or its address is private") from None
            except (aiohttp.ClientError, OSError, ValueError):
                raise _failed("the exchange broke off") from None
        try:
            return msgspec.json.decode(raw, type=answer)
        except (msgspec.DecodeError, UnicodeDecodeError) as fault:
            raise _failed(f"its answer is not what was asked for: {fault}") from None

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()

    async def _post(self, question: Question, now: datetime) -> bytes:
        headers = headers_of(question.secrets, question.id, question.body, now)
        session = self._opened()
        async with session.post(question.url, data=question.body, headers=headers, allow_redirects=False) as answer:
            if answer.status != OK:
                answer.close()
                raise _failed(f"it answered {answer.status} instead of 200")
            raw = bytearray()
            async for piece in answer.content.iter_chunked(64 * 1024):
                raw += piece
                if len(raw) > ANSWER_BYTES:
                    answer.close()
                    raise _failed(f"its answer is longer than {ANSWER_BYTES:,} bytes")
            return bytes(raw)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=POST_SECONDS, connect=CONNECT_SECONDS)
            self._session = open_session(allow_private=self._allow_private, timeout=timeout)
        return self._session

    @contextmanager
    def _counted(self, workspace_id: str) -> Iterator[None]:
        if self._asking[workspace_id] >= AT_ONCE:
            raise ProblemError(
                "too_many_requests",
                "Too many questions to helpers of this workspace at once: try again in a moment.",
                extra={"retry_after_seconds": RETRY_SECONDS},
            )
        self._asking[workspace_id] += 1
        try:
            yield
        finally:
            self._asking[workspace_id] -= 1
            if not self._asking[workspace_id]:
                del self._asking[workspace_id]


def _failed(why: str) -> ProblemError:
    return ProblemError("helper_failed", f"The helper could not be asked: {why}. Go on without it, or try again.")
