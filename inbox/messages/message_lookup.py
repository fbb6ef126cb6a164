"""Finding messages by what a provider calls them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from inbox.storage.database import Database, Document, Session

MessageKey = tuple[str, str, str]
"""Workspace id, channel id, provider's message id: what makes a message unique."""

KEY_FIELDS: Final[Document] = {"_id": 0, "workspace_id": 1, "channel_id": 1, "provider_id": 1}
"""Only these: the index alone answers."""


_IS_STRING: Document = {"$type": "string"}
"""The index holds only messages with a provider's id; MongoDB uses it for `$in` only if it is told so."""


def provider_id_condition(keys: Iterable[MessageKey]) -> Document | None:
    """Make the condition that finds the messages among `keys`; None for no keys."""
    ids: dict[tuple[str, str], list[str]] = defaultdict(list)
    for workspace_id, channel_id, provider_id in keys:
        ids[workspace_id, channel_id].append(provider_id)
    wanted = [
        {"workspace_id": w, "channel_id": c, "provider_id": {"$in": p, **_IS_STRING}} for (w, c), p in ids.items()
    ]
    if not wanted:
        return None
    return wanted[0] if len(wanted) == 1 else {"$or": wanted}


async def find_by_provider_id(
    database: Database, keys: Iterable[MessageKey], fields: Document, *, session: Session = None
) -> list[Document]:
    """Read the messages that exist among `keys`; only the given fields."""
    condition = provider_id_condition(keys)
    if condition is None:
        return []
    documents: list[Document] = await database.messages.find(condition, fields, session=session).to_list(None)
    return documents
