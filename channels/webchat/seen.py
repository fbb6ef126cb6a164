"""What a visitor's page has been given on one connection. Pure.

A place in the thread (`seq`) is fixed before the message is committed: of two messages the later one may be
committed, and told, first. So a page is not "at" a place: within the last minute the ids count.
"""

from __future__ import annotations

from typing import Final

from channels.webchat.limits import OVERLAP_SECONDS
from inbox.storage.sequence import LOW_BITS

OVERLAP: Final = OVERLAP_SECONDS * 1000 << LOW_BITS
"""The same time, in places."""
_PRUNE_AT: Final = 64


class Seen:
    """Remembers the newest messages by id; those before them by their place."""

    __slots__ = ("_recent", "newest")

    def __init__(self, newest: int = 0) -> None:
        self.newest = newest
        self._recent: dict[str, int] = {}

    @property
    def resume_after(self) -> int:
        """The place after which anything may be missing."""
        return max(0, self.newest - OVERLAP)

    def is_new(self, message_id: str, seq: int) -> bool:
        """Return whether a message is new to the page, and note that the page has it now."""
        if message_id in self._recent or (self.newest and seq <= self.resume_after):
            return False
        self.newest = max(self.newest, seq)
        self._recent[message_id] = seq
        if len(self._recent) >= _PRUNE_AT:
            self._prune()
        return True

    def _prune(self) -> None:
        """Forget ids whose place says enough."""
        self._recent = {message_id: seq for message_id, seq in self._recent.items() if seq > self.resume_after}
