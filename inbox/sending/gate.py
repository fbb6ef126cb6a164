"""The gate: a last check of messages before their attempts are recorded. Campaigns bring theirs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from inbox.model.provider_error import ProviderError
from inbox.storage.database import Collections, Session
from inbox.storage.documents import MessageDocument


class Withheld(msgspec.Struct, frozen=True):
    """The message is never sent; the error says why."""

    error: ProviderError


class Postponed(msgspec.Struct, frozen=True):
    """The message is looked at again at this time."""

    until: datetime


Verdicts = Mapping[str, Withheld | Postponed]
Gate = Callable[[Sequence[MessageDocument], datetime, Collections, Session], Awaitable[Verdicts]]
"""Says, inside the transaction that records attempts, which messages (by id) do not go, of one channel's."""


async def open_gate(_: Sequence[MessageDocument], __: datetime, ___: Collections, ____: Session) -> Verdicts:
    """Let everything through."""
    return {}
