"""What is still to be told to whom: deliveries are written by the relay, and read and settled by the senders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.problems import not_found
from inbox.foundation.structs import from_document, to_document
from inbox.storage.database import Database, UpdateOne
from inbox.storage.documents import Condition, Fields, WebhookDeliveryDocument
from inbox.stream.events import StoredEvent
from inbox.subscriptions.delivery_rules import (
    ATTEMPTS_KEPT,
    DELIVERED_KEPT,
    FAILED_KEPT,
    GIVE_UP_AFTER,
    DeliveryState,
)
from inbox.subscriptions.subscription_models import (
    Delivery,
    DeliveryAttempt,
    DeliveryQuery,
    WholeDelivery,
)

QUERY_MS: Final = 2_000
"""Each is a range of an index."""
LOOK_AHEAD: Final = 4
"""Due deliveries read for each that may go at once: some wait behind others of their conversation."""


class _EventBody(msgspec.Struct, frozen=True):
    id: str
    type: str
    at: datetime
    data: msgspec.Raw


class PostedBody(msgspec.Struct, frozen=True):
    """What is posted. Source: Standard Webhooks 1.0, "Payload structure"."""

    type: str
    timestamp: datetime
    data: msgspec.Raw


class NewDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """An event that an address is to be told."""

    workspace_id: str
    webhook_id: str
    place: str
    event: StoredEvent


def delivery_document(new: NewDelivery, now: datetime) -> WebhookDeliveryDocument:
    """Return what is stored of an event for one address."""
    event, audience = msgspec.json.decode(new.event.body, type=_EventBody), new.event.audience
    return {
        "_id": f"{new.webhook_id}:{event.id}",
        "workspace_id": new.workspace_id,
        "webhook_id": new.webhook_id,
        "event_id": event.id,
        "type": event.type,
        "order_key": audience.conversation_id or audience.contact_id or event.type,
        "place": new.place,
        "at": event.at,
        "body": msgspec.json.encode(PostedBody(event.type, event.at, event.data)),
        "state": DeliveryState.PENDING.value,
        "created_at": now,
        "due_at": now,
        "attempts": [],
        "tries": 0,
        "expires_at": now + GIVE_UP_AFTER + FAILED_KEPT,
    }


async def insert_deliveries(database: Database, documents: Sequence[WebhookDeliveryDocument]) -> None:
    """Insert what is not there yet: after a crash the relay brings some events again."""
    inserts = [UpdateOne({"_id": one["_id"]}, {"$setOnInsert": one}, upsert=True) for one in documents]
    await database.webhook_deliveries.bulk_write(inserts, ordered=False)


async def webhooks_with_due(database: Database, now: datetime) -> list[str]:
    """Return the ids of the webhooks for which something is due."""
    wanted: Condition = {"state": DeliveryState.PENDING.value, "due_at": {"$lte": now}}
    return await database.webhook_deliveries.distinct("webhook_id", wanted)


async def next_due(database: Database) -> datetime | None:
    """Return when a delivery of any webhook is due next; None where none waits."""
    pending: Condition = {"state": DeliveryState.PENDING.value}
    first = await database.webhook_deliveries.find_one(pending, {"due_at": 1}, sort=[("due_at", 1)])
    return None if first is None else first["due_at"]


async def put_off(database: Database, webhook_id: str, until: datetime) -> None:
    """Make nothing of a webhook due before a time: its address is away, or it is disabled."""
    early: Condition = {"webhook_id": webhook_id, "state": DeliveryState.PENDING.value, "due_at": {"$lt": until}}
    await database.webhook_deliveries.update_many(early, {"$set": {"due_at": until}})


async def make_due(database: Database, webhook_id: str, now: datetime) -> None:
    """Make all that waits for a webhook due: its address gets another chance."""
    late: Condition = {"webhook_id": webhook_id, "state": DeliveryState.PENDING.value, "due_at": {"$gt": now}}
    await database.webhook_deliveries.update_many(late, {"$set": {"due_at": now}})


async def next_deliveries(
    database: Database, webhook_id: str, *, width: int, now: datetime
) -> list[WebhookDeliveryDocument]:
    """Return up to `width` deliveries that may go now, the oldest events first: of each conversation its first.

    Those that are due but wait behind one that is not are made due with it, so that they are not found each time.
    """
    pending: Condition = {"webhook_id": webhook_id, "state": DeliveryState.PENDING.value}
    found = database.webhook_deliveries.find({**pending, "due_at": {"$lte": now}}, max_time_ms=QUERY_MS)
    due = await found.sort("place", 1).limit(width * LOOK_AHEAD).to_list(None)
    firsts = await _firsts(database, pending, {one["order_key"] for one in due})
    await _put_off_keys(database, pending, {key: first.due_at for key, first in firsts.items() if first.due_at > now})
    return [one for one in due if firsts[one["order_key"]].id == one["_id"]][:width]


class _First(msgspec.Struct, frozen=True):
    id: str
    due_at: datetime


async def _firsts(database: Database, pending: Condition, keys: Iterable[str]) -> dict[str, _First]:
    """Return the first pending delivery of each key."""
    found = database.webhook_deliveries.aggregate(
        [
            {"$match": {**pending, "order_key": {"$in": list(keys)}}},
            {"$sort": {"order_key": 1, "place": 1}},
            {"$group": {"_id": "$order_key", "id": {"$first": "$_id"}, "due_at": {"$first": "$due_at"}}},
        ],
        maxTimeMS=QUERY_MS,
    )
    return {one["_id"]: _First(one["id"], one["due_at"]) async for one in found}


async def _put_off_keys(database: Database, pending: Condition, until: Mapping[str, datetime]) -> None:
    """Make what waits behind a delivery due with it."""
    for key, at in until.items():
        later: Condition = {**pending, "order_key": key, "due_at": {"$lt": at}}
        await database.webhook_deliveries.update_many(later, {"$set": {"due_at": at}})


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What an attempt changes; `due_at` is None where the delivery is over."""

    delivery_id: str
    state: DeliveryState
    attempt: DeliveryAttempt
    due_at: datetime | None = None


async def settle(database: Database, settled: Sequence[Settled], now: datetime) -> None:
    """Write down what became of attempts."""
    await database.webhook_deliveries.bulk_write([_change(one, now) for one in settled], ordered=False)


def _change(one: Settled, now: datetime) -> UpdateOne:
    changed: Fields = {"state": one.state.value}
    if one.due_at is not None:
        changed["due_at"] = one.due_at
    else:
        changed["expires_at"] = now + _KEPT[one.state]
    attempts = {"$each": [to_document(one.attempt)], "$slice": -ATTEMPTS_KEPT}
    pending: Condition = {"_id": one.delivery_id, "state": DeliveryState.PENDING.value}
    return UpdateOne(pending, {"$set": changed, "$push": {"attempts": attempts}, "$inc": {"tries": 1}})


_KEPT: Final = {DeliveryState.DELIVERED: DELIVERED_KEPT, DeliveryState.FAILED: FAILED_KEPT}


async def list_deliveries(
    database: Database, workspace_id: str, webhook_id: str, query: DeliveryQuery
) -> Page[Delivery]:
    """List the deliveries of a webhook, those of the newest events first."""
    wanted: Condition = {"workspace_id": workspace_id, "webhook_id": webhook_id}
    if query.state is not None:
        wanted["state"] = query.state.value
    before = decode_cursor(query.cursor, str)
    if before is not None:
        wanted["place"] = {"$lt": before}
    found = database.webhook_deliveries.find(wanted, {"body": 0}, max_time_ms=QUERY_MS).sort("place", -1)
    documents = await found.limit(query.limit + 1).to_list(None)
    page = cut_page(documents, query.limit, lambda document: document["place"])
    return Page(items=[delivery_view(one) for one in page.items], next_cursor=page.next_cursor)


async def read_delivery(database: Database, workspace_id: str, webhook_id: str, delivery_id: str) -> WholeDelivery:
    """Return a delivery with what is posted. Raises `ProblemError` (`not_found`)."""
    wanted: Condition = {"_id": delivery_id, "workspace_id": workspace_id, "webhook_id": webhook_id}
    found = await database.webhook_deliveries.find_one(wanted)
    if found is None:
        raise not_found("delivery")
    return from_document({**_shown(found), "payload": msgspec.json.decode(found["body"])}, WholeDelivery)


async def replay_delivery(
    database: Database, workspace_id: str, webhook_id: str, delivery_id: str, *, now: datetime
) -> Delivery:
    """Have a delivery go out again, also one that was taken. Raises `ProblemError` (`not_found`)."""
    wanted: Condition = {"_id": delivery_id, "workspace_id": workspace_id, "webhook_id": webhook_id}
    found = await database.webhook_deliveries.find_one_and_update(wanted, _again(now), return_document=True)
    if found is None:
        raise not_found("delivery")
    return delivery_view(found)


async def replay_failed(
    database: Database, workspace_id: str, webhook_id: str, *, since: datetime | None, now: datetime
) -> int:
    """Have all failed deliveries go out again, of events since a time; return how many there are."""
    wanted: Condition = {"workspace_id": workspace_id, "webhook_id": webhook_id, "state": DeliveryState.FAILED.value}
    if since is not None:
        wanted["at"] = {"$gte": since}
    return (await database.webhook_deliveries.update_many(wanted, _again(now))).modified_count


def _again(now: datetime) -> Mapping[str, Fields]:
    """A replay has three days of its own, and goes before what came after it."""
    pending: Fields = {
        "state": DeliveryState.PENDING.value,
        "due_at": now,
        "replayed_at": now,
        "tries": 0,
        "expires_at": now + GIVE_UP_AFTER + FAILED_KEPT,
    }
    return {"$set": pending}


def delivery_view(document: WebhookDeliveryDocument) -> Delivery:
    """Return a delivery as it is listed."""
    return from_document(_shown(document), Delivery)


def _shown(document: WebhookDeliveryDocument) -> dict[str, object]:
    pending = document["state"] == DeliveryState.PENDING
    due_at = document["due_at"] if pending else None
    return {**document, "id": document["_id"], "next_attempt_at": due_at}
