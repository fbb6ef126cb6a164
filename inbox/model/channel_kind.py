"""The messengers that the gateway speaks."""

from __future__ import annotations

from enum import StrEnum


class ChannelKind(StrEnum):
    """Kinds of channel."""

    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    WEBCHAT = "webchat"
