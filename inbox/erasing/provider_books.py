"""What a provider keeps of an erased customer by itself is taken away there too: WhatsApp's contact book.

Its tasks are the last thing that names the customer here. The erasure is done when the provider has taken them, or has
refused for good.
"""

from __future__ import annotations

from collections.abc import Sequence

from inbox.channel.provider_tasks import TaskKind, forgets
from inbox.erasing.erasing_tools import Came, Tools, person_in
from inbox.model.channel_kind import ChannelKind
from inbox.model.group_accounts import is_group
from inbox.storage.documents import AccountDocument, Condition, ErasureDocument

KEEPS_A_BOOK = ChannelKind.WHATSAPP
"""Source: business-scoped user ids (contact book), Meta, April 2026: it has customers by their user id."""


def in_book(accounts: Sequence[AccountDocument]) -> list[str]:
    """Return the accounts that the book may have: user ids, but no parents' and no groups, which it does not take."""
    ids = [account["external_id"] for account in accounts if account["kind"] == KEEPS_A_BOOK.value]
    return [id_ for id_ in ids if not id_.isdigit() and ".ENT." not in id_ and not is_group(KEEPS_A_BOOK, id_)]


async def tell_books(tools: Tools, erasure: ErasureDocument) -> Came:
    """Let each of the workspace's numbers tell the provider: who has written to which is about to be forgotten here."""
    accounts = in_book(person_in(erasure)["accounts"])
    if accounts:
        own: Condition = {"workspace_id": erasure["workspace_id"], "kind": KEEPS_A_BOOK.value, "deleted_at": None}
        found = await tools.database.channels.find(own, {"_id": 1}).to_list(None)
        ids = [channel["_id"] for channel in found]
        await forgets(tools.database, erasure["workspace_id"], ids, accounts, at=tools.clock.now())
    return Came()


async def until_books_know(tools: Tools, erasure: ErasureDocument) -> Came:
    """Wait until the provider has been told."""
    accounts = in_book(person_in(erasure)["accounts"])
    if not accounts:
        return Came()
    channels = tools.database.channels.find({"workspace_id": erasure["workspace_id"]}, {"_id": 1})
    ids = [f"{TaskKind.FORGET}:{channel['_id']}:{to}" async for channel in channels for to in accounts]
    left: Condition = {"workspace_id": erasure["workspace_id"], "_id": {"$in": ids}}
    return Came(must_wait=await tools.database.provider_tasks.find_one(left, {"_id": 1}) is not None)
