"""Subscriptions of browsers. Each is a part of the sign-in that made it, and ends with it, however that ends."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import Final

import msgspec

from inbox.foundation.ids import new_id
from inbox.foundation.problems import ProblemError
from inbox.people.tokens import TokenKind, token_hash
from inbox.push.push_models import CHOICES, MAX_SUBSCRIPTIONS, PushSubscriptionFields
from inbox.push.push_rules import PushKind
from inbox.storage.database import Database, DuplicateKeyError
from inbox.storage.documents import Condition, PushSubscriptionDocument, TokenDocument
from inbox.storage.time_limits import READ_MS

ATTEMPTS: Final = 5
"""To be the one whom a browser is told for, while others try the same."""
_SUBSCRIBED: Final[Condition] = {"push.id": {"$exists": True}}


class Owner(msgspec.Struct, frozen=True):
    """The sign-in of a person."""

    workspace_id: str
    operator_id: str
    token: str


class Subscriber(msgspec.Struct, frozen=True, kw_only=True):
    """A subscription with whose it is."""

    id: str
    workspace_id: str
    operator_id: str
    endpoint: str
    p256dh: str
    auth: str
    role: str


async def subscribe(database: Database, owner: Owner, fields: PushSubscriptionFields, now: datetime) -> None:
    """Have a sign-in's browser told. Whoever else was told in that browser is told there no longer.

    Raises:
        ProblemError: `conflict` where the person has too many, or others subscribe the same browser again and again;
            `unauthenticated` where the sign-in has ended meanwhile.
    """
    own = _own(owner)
    theirs = {**_theirs(owner.workspace_id, [owner.operator_id], now), "_id": {"$ne": own["_id"]}}
    if await database.tokens.count_documents(theirs, limit=MAX_SUBSCRIPTIONS) >= MAX_SUBSCRIPTIONS:
        raise ProblemError(
            "conflict", f"You are told on {MAX_SUBSCRIPTIONS} devices already: end a sign-in that you need no longer."
        )
    push = _stored(await own_subscription(database, owner), fields, now)
    for _ in range(ATTEMPTS):
        others: Condition = {"push.endpoint_hash": push["endpoint_hash"], "_id": {"$ne": own["_id"]}}
        await database.tokens.update_many(others, {"$unset": {"push": ""}})
        with suppress(DuplicateKeyError):  # somebody else subscribed the browser in between
            if not (await database.tokens.update_one(own, {"$set": {"push": push}})).matched_count:
                raise ProblemError("unauthenticated", "This sign-in has ended: sign in again.")
            return
    raise ProblemError("conflict", "Somebody else has just had this browser told: try again.")


def _stored(
    known: PushSubscriptionDocument | None, fields: PushSubscriptionFields, now: datetime
) -> PushSubscriptionDocument:
    """Return a subscription as it is stored; of the same browser it stays the same one."""
    endpoint_hash = hashlib.sha256(fields.endpoint.encode()).hexdigest()
    same = known if known is not None and known["endpoint_hash"] == endpoint_hash else None
    return {
        "id": same["id"] if same is not None else new_id(),
        "endpoint": fields.endpoint,
        "endpoint_hash": endpoint_hash,
        "p256dh": fields.keys.p256dh,
        "auth": fields.keys.auth,
        "kinds": [kind.value for kind in CHOICES if kind in fields.kinds],
        "since": same["since"] if same is not None else now,
    }


async def unsubscribe(database: Database, owner: Owner) -> None:
    """Tell a sign-in's browser nothing any more; it may be repeated."""
    await database.tokens.update_one(_own(owner), {"$unset": {"push": ""}})


async def own_subscription(database: Database, owner: Owner) -> PushSubscriptionDocument | None:
    """Return the subscription of a sign-in."""
    found = await database.tokens.find_one(_own(owner), {"push": 1})
    return None if found is None else found.get("push")


async def subscribed_workspaces(database: Database) -> frozenset[str]:
    """Return the workspaces in which anybody is to be told."""
    return frozenset(await database.tokens.distinct("workspace_id", _SUBSCRIBED))


async def subscriptions_of(
    database: Database, workspace_id: str, operator_ids: Collection[str], now: datetime
) -> dict[str, dict[str, frozenset[str]]]:
    """Return the subscriptions of people, by their ids, with what each is told of."""
    found = database.tokens.find(
        _theirs(workspace_id, operator_ids, now), {"owner_id": 1, "push": 1}, max_time_ms=READ_MS
    )
    of: dict[str, dict[str, frozenset[str]]] = {}
    async for one in found:
        push = one.get("push")
        if push is not None:
            of.setdefault(one["owner_id"], {})[push["id"]] = frozenset(push["kinds"])
    return of


async def find_subscriber(
    database: Database, workspace_id: str, subscription_id: str, now: datetime
) -> Subscriber | None:
    """Return a subscription whose sign-in still is one, of somebody who is active."""
    found: TokenDocument | None = await database.tokens.find_one(
        {"workspace_id": workspace_id, "push.id": subscription_id}
    )
    if found is None or "push" not in found or (found["expires_at"] is not None and found["expires_at"] <= now):
        return None
    active: Condition = {"_id": found["owner_id"], "workspace_id": workspace_id, "active": True}
    operator = await database.operators.find_one(active, {"role": 1})
    if operator is None:
        return None
    push = found["push"]
    return Subscriber(
        id=push["id"],
        workspace_id=workspace_id,
        operator_id=found["owner_id"],
        endpoint=push["endpoint"],
        p256dh=push["p256dh"],
        auth=push["auth"],
        role=operator["role"],
    )


async def forget_subscription(database: Database, workspace_id: str, subscription_id: str) -> None:
    """Let a subscription go whose browser is gone."""
    gone: Condition = {"workspace_id": workspace_id, "push.id": subscription_id}
    await database.tokens.update_one(gone, {"$unset": {"push": ""}})


def kinds_of(push: PushSubscriptionDocument | None) -> tuple[PushKind, ...]:
    """Return of what a subscription is told; of everything where there is none yet."""
    return CHOICES if push is None else tuple(kind for kind in CHOICES if kind.value in push["kinds"])


def _own(owner: Owner) -> Condition:
    return {
        "_id": token_hash(owner.token),
        "workspace_id": owner.workspace_id,
        "owner_id": owner.operator_id,
        "kind": TokenKind.SIGN_IN.value,
    }


def _theirs(workspace_id: str, operator_ids: Collection[str], now: datetime) -> Condition:
    return {
        "workspace_id": workspace_id,
        "owner_id": {"$in": sorted(operator_ids)},
        **_SUBSCRIBED,
        "expires_at": {"$not": {"$lte": now}},
    }
