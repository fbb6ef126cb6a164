"""After the storm: what was promised is compared with what is there, on both sides."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection

from tests.chaos.emulator import Emulator
from tests.chaos.http_client import HttpClient
from tests.chaos.load import Ledger
from tests.chaos.picture import Picture, read_picture
from tests.chaos.waiting import settled

SETTLE_SECONDS = 120.0
_PENDING = frozenset({"queued", "sending"})


def inbound_faults(picture: Picture, ledger: Ledger) -> list[str]:
    """Each message that was answered 200 is there once, where it belongs, and nothing else is."""
    found = [m for m in picture.messages.values() if m["direction"] == "in"]
    times = Counter(m["provider_id"] for m in found)
    faults = [f"lost: {name}" for name in ledger.arrived.keys() - times.keys()]
    faults += [f"{n} times in the inbox: {name}" for name, n in times.items() if n > 1]
    faults += [f"nobody sent: {name}" for name in times.keys() - ledger.arrived.keys()]
    for message in found:
        home = picture.conversations[message["conversation_id"]]["identity"]["external_id"]
        if ledger.arrived.get(message["provider_id"], home) != home:
            faults.append(f"in another customer's conversation: {message['provider_id']}")
    open_ones = Counter(c["identity"]["external_id"] for c in picture.conversations.values() if c["state"] != "closed")
    return faults + [f"{n} open conversations: {customer}" for customer, n in open_ones.items() if n > 1]


def closing_faults(picture: Picture, ledger: Ledger) -> list[str]:
    """A conversation whose close was answered is closed."""
    return [f"not closed: {c}" for c in ledger.closed if picture.conversations[c]["state"] != "closed"]


def reply_faults(picture: Picture, ledger: Ledger) -> list[str]:
    """Each accepted reply is there once, and nothing that was not accepted."""
    there = {name: m["conversation_id"] for name, m in picture.messages.items() if m["direction"] == "out"}
    promised = {message_id: c for c, ids in ledger.accepted.items() for message_id in ids}
    twice = [name for name, n in Counter(ledger.replies).items() if n > 1]
    faults = [f"two requests, one message: {name}" for name in twice]
    faults += [f"accepted, but not in the inbox: {name}" for name in promised.keys() - there.keys()]
    faults += [f"in the inbox, but never accepted: {name}" for name in there.keys() - promised.keys()]
    return faults + [f"in a wrong conversation: {n}" for n in promised.keys() & there.keys() if promised[n] != there[n]]


def sending_faults(
    picture: Picture, ledger: Ledger, accepted: list[tuple[str, str]], statuses: dict[str, str]
) -> list[str]:
    """Each reply reached the provider once, or is `unknown`; both sides tell the same status."""
    provider_ids: dict[str, list[str]] = defaultdict(list)
    for our_id, provider_id in accepted:
        provider_ids[our_id].append(provider_id)
    faults = []
    for reply in ledger.replies:
        status, got = picture.messages[reply]["status"], provider_ids.get(reply, [])
        if len(got) > 1:
            faults.append(f"reached the customer {len(got)} times: {reply}")
        elif not got and status != "unknown":
            faults.append(f"never reached the customer, yet is {status}: {reply}")
        elif got and status != statuses[got[0]]:
            faults.append(f"is {status} here, {statuses[got[0]]} there: {reply}")
    return faults


def order_faults(ledger: Ledger, accepted: list[tuple[str, str]], uncertain: Collection[str]) -> list[str]:
    """Replies reached the provider in the order in which they were accepted, conversation by conversation."""
    place = {our_id: n for n, (our_id, _) in reversed(list(enumerate(accepted))) if our_id not in uncertain}
    faults = []
    for conversation_id, replies in ledger.accepted.items():
        sent = [reply for reply in replies if reply in place]
        if sent != sorted(sent, key=place.__getitem__):
            faults.append(f"overtaken in conversation {conversation_id}")
    return faults


async def count(
    api: HttpClient,
    emulator: Emulator,
    ledger: Ledger,
    customers: Collection[str],
    *,
    uncertain: Collection[str] = (),
) -> Picture:
    """Wait until nothing is on its way, compare everything, give what is in the inbox.

    Args:
        uncertain: Replies that were given up as `unknown` and may have arrived later, after their followers.
    """
    picture = Picture({}, {})

    async def complaints() -> list[str]:
        nonlocal picture
        waiting = await emulator.webhooks_waiting()
        if waiting:
            await emulator.retry_webhooks()
            return [f"the emulator waits for answers to {waiting} webhooks"]
        picture = await read_picture(api, customers)
        found = inbound_faults(picture, ledger) + closing_faults(picture, ledger) + reply_faults(picture, ledger)
        pending = [name for name, m in picture.messages.items() if m["status"] in _PENDING]
        found += [f"still {picture.messages[name]['status']}: {name}" for name in pending]
        if found:
            return found
        accepted, statuses = await emulator.accepted(), await emulator.statuses(customers)
        return sending_faults(picture, ledger, accepted, statuses) + order_faults(ledger, accepted, uncertain)

    await settled(complaints, "everything agrees", SETTLE_SECONDS)
    return picture
