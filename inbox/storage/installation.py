"""Documents about the installation itself: the key of the opt-outs' hashes, and what seals them.

Opt-outs are kept as keyed hashes without the numbers, so that they can't be hashed anew when `GATEWAY_SECRET_KEY`
changes. Their key is one of its own, sealed with that key: replacing the one leaves the other as it is.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterable, Mapping
from typing import Any, Final

import msgspec

from inbox.foundation.secret_box import SecretBox, SecretUnreadableError, Sign, signer
from inbox.storage.database import Collection, Database
from inbox.storage.documents import GatewayDocument

OPT_OUT_KEY: Final = "opt_out_key"
PUSH_KEY: Final = "push_key"
"""Browsers know the installation by it (`inbox.push.push_key`)."""
OWN_KEYS: Final = (OPT_OUT_KEY, PUSH_KEY)
KEY_BYTES: Final = 32


async def open_opt_out_hash(database: Database, box: SecretBox) -> Sign:
    """Return the hash of the opt-outs; where it has no key of its own yet, it gets one.

    Raises:
        SecretUnreadableError: `GATEWAY_SECRET_KEY` is not the one that this database's secrets are sealed with.
    """
    stored = await _find(database)
    if stored is None:
        key = await _first_key(database, box)
        first = {"sealed": box.seal({"key": key.hex()})}
        await database.gateway.update_one({"_id": OPT_OUT_KEY}, {"$setOnInsert": first}, upsert=True)
        stored = await _find(database)
    return signer(bytes.fromhex(box.open(stored["sealed"] if stored else b"")["key"]))


class Seals(msgspec.Struct, frozen=True):
    """With which keys the secrets of an installation are sealed.

    Attributes:
        earlier: How many secrets of channels, webhooks, operators and integration pages are sealed with an earlier key;
            channels that were deleted keep theirs for their siblings.
        unreadable: Ids of those whose key is not known.
        own_opens: The keys of the opt-outs and of Web Push can be read, or there are none yet.
    """

    earlier: int
    unreadable: tuple[str, ...]
    own_opens: bool = True


async def look_at_seals(database: Database, box: SecretBox) -> Seals:
    """See what is not sealed with the newest key; nothing is changed."""
    earlier, unreadable = 0, []
    for collection, field in _sealed(database):
        async for document in _all_of(collection, field):
            try:
                earlier += not box.is_current(document[field])
            except SecretUnreadableError:
                unreadable.append(document["_id"])
    return Seals(
        earlier, tuple(unreadable), own_opens=all([_opens(await _find(database, key), box) for key in OWN_KEYS])
    )


async def seal_anew(database: Database, box: SecretBox) -> Seals:
    """Seal with the newest key whatever has an earlier one; return what there was. Safe to repeat and to interrupt.

    What is changed meanwhile is left: it has the newest key then.
    """
    seals = await look_at_seals(database, box)
    for collection, field in _sealed(database):
        async for document in _all_of(collection, field):
            if document["_id"] not in seals.unreadable:
                await _seal_one(collection, field, document, box)
    for key in OWN_KEYS:
        stored = await _find(database, key)
        if stored is not None:
            await _seal_one(database.gateway, "sealed", stored, box)
    return seals


def _opens(stored: GatewayDocument | None, box: SecretBox) -> bool:
    try:
        return stored is None or bool(box.open(stored["sealed"]))
    except SecretUnreadableError:
        return False


async def _seal_one(where: Collection, field: str, document: Mapping[str, Any], box: SecretBox) -> None:
    old = document[field]
    if not box.is_current(old):
        await where.update_one({"_id": document["_id"], field: old}, {"$set": {field: box.seal(box.open(old))}})


def _sealed(database: Database) -> tuple[tuple[Collection, str], ...]:
    """Return where tenants' secrets are, with the name of the field."""
    return (
        (database.channels, "credentials"),
        (database.webhooks, "secrets"),
        (database.bots, "secrets"),
        (database.helpers, "secrets"),
        (database.operators, "second_factor_secret"),
        (database.workspaces, "integration_secrets"),
        (database.mail_servers, "secrets"),
        (database.openid_providers, "secrets"),
    )


def _all_of(collection: Collection, field: str) -> AsyncIterable[Mapping[str, Any]]:
    """Return all documents, newest first (across all workspaces: the key is the installation's)."""
    found: AsyncIterable[Mapping[str, Any]] = collection.find({field: {"$exists": True}}, {field: 1}).sort("_id", -1)
    return found


async def _find(database: Database, key: str = OPT_OUT_KEY) -> GatewayDocument | None:
    found: GatewayDocument | None = await database.gateway.find_one({"_id": key})
    return found


async def _first_key(database: Database, box: SecretBox) -> bytes:
    """A fresh installation gets a random key; one that had opt-outs before goes on with the key they have."""
    unreadable: SecretUnreadableError | None = None
    async for channel in _all_of(database.channels, "credentials"):
        try:
            return box.sign_key_beside(channel["credentials"])
        except SecretUnreadableError as error:
            unreadable = error
    if unreadable is not None:
        raise unreadable
    fresh = await database.workspaces.find_one({}, {"_id": 1}) is None
    return secrets.token_bytes(KEY_BYTES) if fresh else box.sign_key
