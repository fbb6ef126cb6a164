"""Channels with decrypted secrets, for webhooks and sends: cached in memory for at most five seconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

import msgspec
from cachetools import LRUCache

from inbox.channel.channel_models import MarketingPolicy, Updates
from inbox.channel.channel_traits import PREVIOUS_SECRETS
from inbox.channel.widget_models import Widget
from inbox.foundation.clock import Clock
from inbox.foundation.secret_box import SecretBox
from inbox.model.channel_kind import ChannelKind
from inbox.model.channel_ref import ChannelRef
from inbox.model.deadlines import Silence
from inbox.storage.database import Database
from inbox.storage.documents import ChannelDocument

FRESH_SECONDS: Final = 1.0
STALE_SECONDS: Final = 5.0
"""Longest use of a record while its refresh is under way: a slow database delays no webhook until then."""
MAX_KNOWN: Final = 10_000
MAX_UNKNOWN: Final = 1_000
"""Ids that lead nowhere are anybody's guesses: they must not push out real ones."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class ChannelRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A channel with its secrets. Never logged.

    Attributes:
        account_key: WhatsApp: phone number id; Telegram: the bot's id.
        scope_key: WhatsApp: WABA id.
        deleted_at: Set on a channel that only serves to verify webhooks of its siblings.
        credentials: The contract's fields of the kind (lists with a blank between the words), and those that we
            chose: Telegram's `secret_token`; `app_secret_previous` or `identity_secret_previous` while the old
            secret is still good.
        updates: Telegram: whether the bot's updates come by webhook or are asked for.
        messages_per_second: WhatsApp: what Meta allows the number, both directions together.
        marketing_policy: WhatsApp: what becomes of marketing without signed terms.
        widget: Web chat: how it looks and greets.
    """

    id: str
    workspace_id: str
    kind: ChannelKind
    name: str
    account_key: str | None = None
    scope_key: str | None = None
    queue_id: str | None = None
    enabled: bool
    deleted_at: datetime | None = None
    credentials: Mapping[str, str]
    provider_base_url: str | None = None
    auto_close: Silence = Silence()
    priority: int = 0
    bot_id: str | None = None
    updates: Updates | None = None
    messages_per_second: int | None = None
    marketing_policy: MarketingPolicy | None = None
    widget: Widget = Widget()

    @property
    def may_send(self) -> bool:
        """Whether messages go out through it now."""
        return self.enabled and self.deleted_at is None

    @property
    def ref(self) -> ChannelRef:
        """The channel without its secrets."""
        return ChannelRef(
            workspace_id=self.workspace_id,
            id=self.id,
            kind=self.kind,
            name=self.name,
            queue_id=self.queue_id,
            auto_close=self.auto_close,
            priority=self.priority,
            bot_id=self.bot_id,
        )


class ChannelDirectory:
    """Finds channels by id, and channels of the same business account by the provider's id."""

    def __init__(
        self,
        database: Database,
        secret_box: SecretBox,
        *,
        clock: Clock | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._secret_box = secret_box
        self._clock = clock or Clock()
        self._by_id: _Kept[str, ChannelRecord] = _Kept(self._read, monotonic)
        self._by_account: _Kept[tuple[str, str, str], ChannelRecord] = _Kept(self._read_sibling, monotonic)

    def fresh(self, channel_id: str) -> ChannelRecord | None:
        """Return a channel that was read within the last second, without waiting; None where `get` has to read it."""
        return self._by_id.fresh(channel_id)

    async def get(self, channel_id: str) -> ChannelRecord | None:
        """Get a channel, also a deleted one; None if there never was one."""
        return await self._by_id.get(channel_id)

    async def sibling(self, workspace_id: str, kind: ChannelKind, account_key: str) -> ChannelRecord | None:
        """Get the channel of another account of the same workspace; None where it has none that is connected."""
        return await self._by_account.get((workspace_id, kind.value, account_key))

    def forget(self, channel_id: str) -> None:
        """Read a channel anew at its next use (after this process changed it)."""
        self._by_id.forget(channel_id)
        self._by_account.clear()

    async def close(self) -> None:
        """Wait for reads under way."""
        await self._by_id.settle()
        await self._by_account.settle()

    async def _read(self, channel_id: str) -> ChannelRecord | None:
        return self._record(await self._database.channels.find_one({"_id": channel_id}))

    async def _read_sibling(self, key: tuple[str, str, str]) -> ChannelRecord | None:
        workspace_id, kind, account_key = key
        wanted = {"kind": kind, "account_key": account_key, "deleted_at": None, "workspace_id": workspace_id}
        return self._record(await self._database.channels.find_one(wanted))

    def _record(self, stored: ChannelDocument | None) -> ChannelRecord | None:
        if stored is None:
            return None
        credentials = self._secret_box.open(stored["credentials"])
        until = stored.get("secret_rotated_until")
        if until is None or until <= self._clock.now():
            credentials = {name: value for name, value in credentials.items() if name not in PREVIOUS_SECRETS}
        fields: dict[str, Any] = {**stored, "id": stored["_id"], "credentials": credentials}
        return msgspec.convert(fields, ChannelRecord)


class _Entry(msgspec.Struct, Generic[V]):
    value: V
    read_at: float


class _Kept(Generic[K, V]):
    """A read-through cache: fresh for a second, stale up to five while one refresh runs; misses are kept apart."""

    def __init__(self, read: Callable[[K], Any], monotonic: Callable[[], float]) -> None:
        self._read = read
        self._monotonic = monotonic
        self._found: LRUCache[K, _Entry[V]] = LRUCache(MAX_KNOWN)
        self._missing: LRUCache[K, float] = LRUCache(MAX_UNKNOWN)
        self._reading: dict[K, asyncio.Task[V | None]] = {}

    def fresh(self, key: K) -> V | None:
        entry = self._found.get(key)
        if entry is None or self._monotonic() - entry.read_at >= FRESH_SECONDS:
            return None
        return entry.value

    async def get(self, key: K) -> V | None:
        now = self._monotonic()
        entry = self._found.get(key)
        if entry is not None:
            age = now - entry.read_at
            if age < FRESH_SECONDS:
                return entry.value
            if age < STALE_SECONDS:
                self._start(key)
                return entry.value
        elif now - self._missing.get(key, float("-inf")) < FRESH_SECONDS:
            return None
        return await asyncio.shield(self._start(key))

    def forget(self, key: K) -> None:
        self._found.pop(key, None)
        self._missing.pop(key, None)
        self._reading.pop(key, None)

    def clear(self) -> None:
        self._found.clear()
        self._missing.clear()
        self._reading.clear()

    async def settle(self) -> None:
        await asyncio.gather(*self._reading.values(), return_exceptions=True)

    def _start(self, key: K) -> asyncio.Task[V | None]:
        task = self._reading.get(key)
        if task is None:
            began = self._monotonic()
            task = asyncio.ensure_future(self._read(key))
            self._reading[key] = task
            task.add_done_callback(lambda done: self._finish(key, done, began))
        return task

    def _finish(self, key: K, done: asyncio.Task[V | None], began: float) -> None:
        """Cache what was read, unless it was invalidated meanwhile; a failed read leaves the cache as it was."""
        failed = done.cancelled() or done.exception() is not None
        if self._reading.get(key) is not done:
            return
        del self._reading[key]
        if failed:
            return
        value = done.result()
        if value is None:
            self._found.pop(key, None)
            self._missing[key] = began
        else:
            self._missing.pop(key, None)
            self._found[key] = _Entry(value, began)
