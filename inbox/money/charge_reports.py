"""What providers tell of prices, on its way into the ledger: written with the status that told it, read by a worker.

One insertion for a batch, into a collection without further indexes, is all that the arrival of statuses pays.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from inbox.foundation.ids import new_id
from inbox.model.channel_kind import CHARGED_KINDS
from inbox.model.channel_ref import ChannelRef
from inbox.money.price_rules import DELIVERED, Pricing
from inbox.storage.database import Collections, Session, post
from inbox.storage.documents import ChargeReportDocument


class ChargeReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider told of one message.

    Attributes:
        message_id: Ours; None where the message is not known.
        status: What became of the message; `sent`, `delivered` or `read`.
        at: The provider's time, else ours.
    """

    channel: ChannelRef
    provider_id: str
    message_id: str | None
    recipient: str | None
    status: str
    at: datetime
    pricing: Pricing


class Known(NamedTuple):
    """What is known of a message when a status comes.

    Attributes:
        is_delivered: Its delivery was told before.
        is_priced: It keeps a price that was told before, or keeps the one of this status: the ledger finds it there.
    """

    is_delivered: bool = False
    is_priced: bool = False


def tells_of_charge(channel: ChannelRef, status: str, pricing: Pricing, known: Known) -> bool:
    """Tell whether a status says something new about a charge: of most messages one does, the first delivery."""
    is_first_delivery = status in DELIVERED and not known.is_delivered
    return channel.kind in CHARGED_KINDS and (is_first_delivery or (bool(pricing) and not known.is_priced))


async def note_charges(database: Collections, reports: Sequence[ChargeReport], *, session: Session) -> None:
    """Keep reports for the ledger, inside the transaction of the statuses."""
    if reports:
        await post(database.charge_reports.insert_many([_document(r) for r in reports], session=session))


def _document(report: ChargeReport) -> ChargeReportDocument:
    return {
        "_id": new_id(),
        "workspace_id": report.channel.workspace_id,
        "channel_id": report.channel.id,
        "provider_id": report.provider_id,
        "message_id": report.message_id,
        "recipient": report.recipient,
        "status": report.status,
        "at": report.at,
        "pricing": dict(report.pricing),
    }
