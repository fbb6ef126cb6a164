"""Who has a tag or a topic: what is in use is not deleted unless it is said what takes its place."""

from __future__ import annotations

from typing import Final, Literal

from inbox.foundation.problems import ProblemError
from inbox.storage.database import Collections, Session
from inbox.storage.documents import TagDocument, TopicDocument

COUNTED: Final = 1_000
"""More than this is “many” to whoever reads the answer."""
_WHO: Final = {"tags": ("conversations", "contacts"), "topics": ("conversations",)}


async def refuse_if_used(
    database: Collections, label: TagDocument | TopicDocument, field: Literal["tags", "topics"], *, session: Session
) -> None:
    """Refuse to delete what something has. Raises `ProblemError` (`in_use`)."""
    wanted = {"workspace_id": label["workspace_id"], field: {"$in": label["keys"]}}
    found = []
    for collection in _WHO[field]:
        number = await getattr(database, collection).count_documents(wanted, session=session, limit=COUNTED + 1)
        if number:
            found.append(f"{number if number <= COUNTED else f'more than {COUNTED}'} {collection}")
    if found:
        words = f"“{label['name']}” is in use: {', '.join(found)}. Say what takes its place: ?move_to= another one."
        raise ProblemError("in_use", words)
