"""The installation's own key for Web Push: made once, sealed as its other secrets are.

Subscriptions of browsers are bound to it, so that it outlives `GATEWAY_SECRET_KEY`: `gateway rotate-key` seals it
anew. Source: RFC 8292, sections 2 and 4.2.
"""

from __future__ import annotations

import base64
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from inbox.foundation.secret_box import SecretBox
from inbox.storage.database import Database
from inbox.storage.documents import GatewayDocument
from inbox.storage.installation import PUSH_KEY

SCALAR_BYTES: Final = 32


class PushKeyPair(msgspec.Struct, frozen=True):
    """The key, and its public half in base64url, as browsers want it."""

    private: ec.EllipticCurvePrivateKey
    public_text: str


async def open_push_key(database: Database, box: SecretBox) -> PushKeyPair:
    """Return the key; the first that asks makes it. Raises `SecretUnreadableError`."""
    stored = await _find(database)
    if stored is None:
        scalar = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
        first = {"sealed": box.seal({"key": scalar.to_bytes(SCALAR_BYTES).hex()})}
        await database.gateway.update_one({"_id": PUSH_KEY}, {"$setOnInsert": first}, upsert=True)
        stored = await _find(database)
    return key_pair(bytes.fromhex(box.open(stored["sealed"] if stored else b"")["key"]))


def key_pair(scalar: bytes) -> PushKeyPair:
    """Make the pair of a private number."""
    private = ec.derive_private_key(int.from_bytes(scalar), ec.SECP256R1())
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return PushKeyPair(private, base64.urlsafe_b64encode(point).decode().rstrip("="))


async def _find(database: Database) -> GatewayDocument | None:
    found: GatewayDocument | None = await database.gateway.find_one({"_id": PUSH_KEY})
    return found
