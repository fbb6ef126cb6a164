"""What a visitor writes goes the way of every message: checked, counted, durable, then acknowledged."""

from __future__ import annotations

import time
from typing import Any, Final, NamedTuple

import structlog
from redis.asyncio import Redis

from channels.webchat import limits
from channels.webchat.forms import FormRefusedError
from channels.webchat.frames import File, Write
from channels.webchat.identity import Visitor
from channels.webchat.parse import NotWritableError, content_of, message_received, with_caption
from gateway.webchat.rate_buckets import Buckets
from gateway.webchat.visitor_files import VisitorFiles
from gateway.webchat.visitor_forms import VisitorForms
from inbox.arriving.ingest import Addressed, Ingest
from inbox.channel.channel_directory import ChannelDirectory, ChannelRecord
from inbox.model.content import Content
from inbox.storage.shared_rates import Allowance, SharedRate

RETRY_SECONDS: Final = 1.0
CLOSED_SECONDS: Final = 30.0
log = structlog.get_logger(__name__)


class Since(NamedTuple):
    """Where a message stands in its visitor's thread, as far as the page's socket knows.

    Attributes:
        begins: Whether it begins a conversation.
        is_first: Whether the visitor has never written before.
        away: Whether the page was told that nobody is there.
    """

    begins: bool
    is_first: bool
    away: bool


class WritingRefusedError(Exception):
    """A message is not taken.

    Attributes:
        retry_after_seconds: When the same message may be; None: never.
    """

    def __init__(self, code: str, detail: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.retry_after_seconds = retry_after_seconds


class Writing:
    """Stores visitors' messages."""

    def __init__(
        self, ingest: Ingest, directory: ChannelDirectory, files: VisitorFiles, forms: VisitorForms, redis: Redis
    ) -> None:
        self._ingest = ingest
        self._forms = forms
        self._files = files
        self._directory = directory
        self._by_visitor = Buckets(limits.MESSAGE_RATE)
        self._by_address = Buckets(limits.ADDRESS_MESSAGE_RATE)
        self._by_channel = Buckets(limits.CHANNEL_MESSAGE_RATE)
        self._begun_by_address = _beginnings(redis, "begin-address", limits.ADDRESS_CONVERSATIONS)
        self._begun_by_channel = _beginnings(redis, "begin-channel", limits.CHANNEL_CONVERSATIONS)

    async def write(
        self, channel_id: str, visitor: Visitor, frame: Write, raw: bytes, *, address: str, since: Since
    ) -> dict[str, Any]:
        """Store a message; return the frame that answers it: `accepted` means durable.

        A score that counts is no message of the thread: the page is told, since nothing else comes of it.

        Args:
            channel_id: The chat.
            visitor: Who writes.
            frame: What the visitor's page says.
            raw: The same as it came.
            address: Under which name the visitor's address is counted.
            since: Where it stands in the thread.
        """
        try:
            self._count(channel_id, visitor, address)
            if since.begins:
                await self._count_beginning(channel_id, address)
            is_rating = await self._store(channel_id, visitor, frame, raw, since)
        except WritingRefusedError as refused:
            return {
                "type": "refused",
                "id": frame.id,
                "code": refused.code,
                "detail": refused.detail,
                "retry_after_seconds": refused.retry_after_seconds,
            }
        return {"type": "accepted", "id": frame.id, **({"rating": True} if is_rating else {})}

    async def _store(self, channel_id: str, visitor: Visitor, frame: Write, raw: bytes, since: Since) -> bool:
        """Store a message; tell whether it was the score of a conversation. Raises `WritingRefusedError`."""
        try:
            channel = await self._directory.get(channel_id)
            if channel is None or channel.deleted_at is not None or not channel.enabled:
                raise WritingRefusedError("channel_closed", "This chat is not open at the moment.", CLOSED_SECONDS)
            content = await self._content(channel, visitor, frame)
            told = await self._forms.check(channel, visitor, frame.form, is_first=since.is_first, away=since.away)
            event = message_received(visitor, frame, content, raw, begins=since.begins)
            counts = await self._ingest.store([Addressed(channel.ref, event)])
            if told is not None:
                await self._forms.keep(channel, visitor, told)  # the page sends both again where this fails
            return counts.ratings > 0
        except WritingRefusedError:
            raise
        except FormRefusedError as fault:
            raise WritingRefusedError("form_invalid", str(fault)) from None
        except NotWritableError as fault:
            raise WritingRefusedError("content_invalid", str(fault)) from None
        except Exception as error:
            log.warning("webchat.not_stored", error=type(error).__name__)
            raise WritingRefusedError("unavailable", "It could not be stored. Try again soon.", RETRY_SECONDS) from None

    def _count(self, channel_id: str, visitor: Visitor, address: str) -> None:
        """Count a message; what one limit refuses does not count for the next. Raises `WritingRefusedError`."""
        now = time.monotonic()
        wait = (
            self._by_visitor.take((channel_id, visitor.id), now)
            or self._by_address.take(address, now)
            or self._by_channel.take(channel_id, now)
        )
        if wait:
            raise WritingRefusedError("rate_limited", "Too many messages at once. Wait a moment.", wait)

    async def _count_beginning(self, channel_id: str, address: str) -> None:
        """Raises `WritingRefusedError` where too many conversations begin."""
        wait = await self._begun_by_address.take(address) or await self._begun_by_channel.take(channel_id)
        if wait:
            raise WritingRefusedError("rate_limited", "Too many new conversations at once. Wait a moment.", wait)

    async def _content(self, channel: ChannelRecord, visitor: Visitor, frame: Write) -> Content:
        """Raises `NotWritableError`."""
        if not isinstance(frame.content, File):
            return content_of(frame.content)
        content = await self._files.content(channel, visitor, frame.content)
        if content is None:
            raise NotWritableError("There is no such file: upload it again.")
        return with_caption(frame.content, content)


def _beginnings(redis: Redis, kind: str, at_once: int) -> SharedRate:
    return SharedRate(redis, kind, Allowance(at_once=at_once, again_seconds=limits.CONVERSATIONS_SECONDS))
