"""The last step of a contact's erasure: the conversations by whose ids everything else was found, and the contact."""

from __future__ import annotations

from typing import Final

from inbox.erasing.erasing_tools import Came, Tools, person_in
from inbox.foundation.ids import lowest_id
from inbox.storage.documents import Condition, ErasureDocument

CONVERSATIONS_AT_ONCE: Final = 200
TERMS_BEFORE_SECONDS: Final = 600
"""Terms are written behind the messages, for late ones up to five minutes: so old may be a message that had none."""


async def erase_late_terms(tools: Tools, erasure: ErasureDocument) -> Came:
    """Take away the terms that were written while the messages went: by when their messages were made."""
    contact_ids, workspace_id = person_in(erasure)["contact_ids"], erasure["workspace_id"]
    theirs: Condition = {"workspace_id": workspace_id, "contact_id": {"$in": contact_ids}}
    ids = [one["_id"] for one in await tools.database.conversations.find(theirs, {"_id": 1}).to_list(None)]
    since = lowest_id(erasure["requested_at"].timestamp() - TERMS_BEFORE_SECONDS)
    late: Condition = {"_id": {"$gte": since}, "workspace_id": workspace_id, "conversation_id": {"$in": ids}}
    gone = await tools.database.message_terms.delete_many(late)
    return Came(counts={"message_terms": gone.deleted_count})


async def erase_conversations(tools: Tools, erasure: ErasureDocument) -> Came:
    """Take away some conversations; with the last of them the contact goes."""
    database, contact_ids = tools.database, person_in(erasure)["contact_ids"]
    own: Condition = {"workspace_id": erasure["workspace_id"]}
    theirs: Condition = {**own, "contact_id": {"$in": contact_ids}}
    some = await database.conversations.find(theirs, {"_id": 1}).limit(CONVERSATIONS_AT_ONCE).to_list(None)
    if some:
        named: Condition = {**own, "_id": {"$in": [one["_id"] for one in some]}}
        gone = await database.conversations.delete_many(named)
        return Came(mark=some[-1]["_id"], counts={"conversations": gone.deleted_count})
    contacts = await database.contacts.delete_many({**own, "_id": {"$in": contact_ids}})
    return Came(counts={"contacts": contacts.deleted_count})
