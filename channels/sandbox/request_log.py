"""The raw log: every request that reached a provider's API, in the order of their ends."""

from __future__ import annotations

from typing import Any

import msgspec

from channels.sandbox.clock import iso

DEFAULT_LOG_SIZE = 200_000
"""Requests kept: over three minutes of a number at Meta's top rate (1,000/s), about 250 MB."""


class LoggedRequest(msgspec.Struct, kw_only=True):
    """One request to a provider's API and what became of it.

    Attributes:
        at: Arrival, seconds since the epoch by the sandbox's clock.
        body: As received; None for uploads, which are summed up in `note`.
        status: HTTP status of the answer; 0 where the connection was closed without effect.
        lost: The request took effect, but its answer was dropped.
        message_id: The provider's id of the message that was accepted, if one was.
    """

    seq: int
    provider: str
    at: float
    duration_ms: float
    method: str
    path: str
    query: dict[str, str]
    body: bytes | None
    note: dict[str, Any] | None
    status: int
    answer: bytes
    lost: bool
    message_id: str | None
    phone_number_id: str | None
    bot_id: int | None = None


class RequestLog:
    """A bounded list that is read by sequence number."""

    def __init__(self, limit: int = DEFAULT_LOG_SIZE) -> None:
        self._limit = limit
        self._entries: list[LoggedRequest] = []
        self._first_seq = 1
        self.in_flight = 0

    @property
    def last_seq(self) -> int:
        """Sequence number of the newest entry, 0 while there is none."""
        return self._first_seq + len(self._entries) - 1

    @property
    def dropped(self) -> int:
        """How many old entries were thrown away."""
        return self._first_seq - 1

    def append(self, entry: LoggedRequest) -> None:
        """Number the entry and keep it, throwing away the oldest eighth when full."""
        entry.seq = self.last_seq + 1
        self._entries.append(entry)
        if len(self._entries) > self._limit:
            cut = len(self._entries) - self._limit + self._limit // 8
            del self._entries[:cut]
            self._first_seq += cut

    def after(self, seq: int, limit: int) -> list[dict[str, Any]]:
        """Entries above a sequence number, oldest first, at most `limit`."""
        start = max(0, seq + 1 - self._first_seq)
        return [_view(entry) for entry in self._entries[start : start + limit]]

    def clear(self) -> None:
        """Forget all entries; numbering goes on."""
        self._first_seq = self.last_seq + 1
        self._entries.clear()


def _view(entry: LoggedRequest) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "provider": entry.provider,
        "time": iso(entry.at),
        "duration_ms": round(entry.duration_ms, 3),
        "method": entry.method,
        "path": entry.path,
        "query": entry.query,
        "body": _readable(entry.body) if entry.note is None else entry.note,
        "status": entry.status,
        "answer": _readable(entry.answer),
        "lost": entry.lost,
        "message_id": entry.message_id,
        "phone_number_id": entry.phone_number_id,
        "bot_id": entry.bot_id,
    }


def _readable(data: bytes | None) -> Any:
    if not data:
        return None
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return data[:2_000].decode("utf-8", "replace")
