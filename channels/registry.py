"""Which connector speaks for which kind of channel. A new messenger is one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from channels.contract import Connector
from channels.telegram.connector import TelegramConnector
from channels.webchat.connector import WebchatConnector
from channels.whatsapp.connector import WhatsAppConnector
from inbox.model.channel_kind import ChannelKind

CONNECTORS: Final[Mapping[ChannelKind, Callable[[], Connector]]] = {
    ChannelKind.WHATSAPP: WhatsAppConnector,
    ChannelKind.TELEGRAM: TelegramConnector,
    ChannelKind.WEBCHAT: WebchatConnector,
}


_CALLING: Final = {ChannelKind.WHATSAPP: WhatsAppConnector, ChannelKind.TELEGRAM: TelegramConnector}
"""Those that call servers, which tenants may name (`provider_base_url`)."""


def open_connectors(*, allow_private: bool = False) -> dict[ChannelKind, Connector]:
    """Make one connector of each kind; who opens them closes them.

    Args:
        allow_private: Whether names of servers may lead into our own network.
    """
    calling = {kind: make(allow_private=allow_private) for kind, make in _CALLING.items()}
    return {kind: make() for kind, make in CONNECTORS.items() if kind not in calling} | calling
