"""Which connector speaks for which kind of channel. A new messenger is one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from channels.contract import Connector
from channels.telegram.connector import TelegramConnector
from channels.webchat.connector import WebchatConnector
from channels.whatsapp.connector import WhatsAppConnector
from inbox.channel.channel_kind import ChannelKind

CONNECTORS: Final[Mapping[ChannelKind, Callable[[], Connector]]] = {
    ChannelKind.WHATSAPP: WhatsAppConnector,
    ChannelKind.TELEGRAM: TelegramConnector,
    ChannelKind.WEBCHAT: WebchatConnector,
}


def open_connectors() -> dict[ChannelKind, Connector]:
    """Make one connector of each kind; who opens them closes them."""
    return {kind: make() for kind, make in CONNECTORS.items()}
