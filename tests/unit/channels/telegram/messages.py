"""Telegram messages as tests write them."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from channels.telegram.parse import parse_update
from inbox.arriving.inbound import InboundEvent, MessageReceived

ANN: Final = {"id": 700000001, "is_bot": False, "first_name": "Ann", "last_name": "Lee"}
PRIVATE: Final = {"id": 700000001, "type": "private", "first_name": "Ann", "last_name": "Lee"}
GROUP: Final = {"id": -1001700000001, "type": "supergroup", "title": "Garden club"}
CHANNEL: Final = {"id": -1001, "type": "channel", "title": "Shop news"}


def read(part: str = "message", update_id: int = 1, **fields: Any) -> InboundEvent:
    """Read an update with one part."""
    (event,) = parse_update(msgspec.json.encode({"update_id": update_id, part: fields}))
    return event


def message(**fields: Any) -> dict[str, Any]:
    """Make a message: Ann's, in private, unless it says otherwise."""
    return {"message_id": 71, "date": 1780000000, "from": ANN, "chat": PRIVATE, **fields}


def received(update_id: int = 1, **fields: Any) -> MessageReceived:
    """Read a message that arrives."""
    event = read(update_id=update_id, **message(**fields))
    assert isinstance(event, MessageReceived), event
    return event
