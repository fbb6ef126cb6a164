"""Up to where one visitor's page has the thread, and up to where the visitor has seen it."""

from __future__ import annotations

from collections.abc import Sequence

from channels.webchat.seen import OVERLAP
from gateway.webchat.receipts import Receipt, Receipts
from inbox.arriving.inbound import DeliveryStatus
from inbox.model.channel_ref import ChannelRef


class Marks:
    """Turns what a page says into receipts; what it says again costs nothing.

    One that can't be noted now raises, and is kept for the next `again`.
    """

    __slots__ = ("_channel", "_delivered", "_given_from", "_owed", "_read", "_receipts", "_visitor_id")

    def __init__(self, receipts: Receipts, channel: ChannelRef, visitor_id: str) -> None:
        self._receipts = receipts
        self._channel = channel
        self._visitor_id = visitor_id
        self._given_from = 0
        self._delivered = 0
        self._read = 0
        self._owed: dict[DeliveryStatus, int] = {}

    def given_from(self, seq: int) -> None:
        """Learn where what the page was given begins."""
        self._given_from = seq

    def seen_elsewhere(self, seq: int) -> bool:
        """Learn that a message was seen, perhaps in another tab; tell whether that is news."""
        if seq <= self._read:
            return False
        self._read = seq
        return True

    async def delivered(self, seq: int, conversation_ids: Sequence[str]) -> None:
        """Note that the page has everything up to a place."""
        if seq > self._delivered:
            self._owed[DeliveryStatus.DELIVERED] = seq
            await self._note(DeliveryStatus.DELIVERED, self._delivered or self._given_from, seq, conversation_ids)
            self._delivered = seq

    async def read(self, seq: int, conversation_ids: Sequence[str]) -> None:
        """Note that the visitor has seen everything up to a place."""
        if seq > self._read:
            self._owed[DeliveryStatus.READ] = seq
            await self._note(DeliveryStatus.READ, self._read, seq, conversation_ids)
            self._read = seq

    async def again(self, conversation_ids: Sequence[str]) -> None:
        """Note what could not be noted when the page said it."""
        for status, seq in tuple(self._owed.items()):
            del self._owed[status]
            await (self.delivered if status is DeliveryStatus.DELIVERED else self.read)(seq, conversation_ids)

    async def _note(self, status: DeliveryStatus, after: int, upto: int, conversation_ids: Sequence[str]) -> None:
        receipt = Receipt(
            channel=self._channel,
            visitor_id=self._visitor_id,
            conversation_ids=conversation_ids,
            after=max(0, after - OVERLAP - 1),
            upto=upto,
            status=status,
        )
        await self._receipts.note(receipt)
        self._owed.pop(status, None)
