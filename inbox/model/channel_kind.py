"""The messengers that the gateway speaks."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class ChannelKind(StrEnum):
    """Kinds of channel."""

    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    WEBCHAT = "webchat"


CHARGED_KINDS: Final = frozenset({ChannelKind.WHATSAPP})
"""Whose provider takes money for each message."""
