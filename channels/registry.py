"""Which connector speaks for which kind of channel. A new messenger is one line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Protocol

from channels.abilities import SpeaksVersions
from channels.contract import Connector
from channels.telegram.connector import TelegramConnector
from channels.webchat.connector import WebchatConnector
from channels.whatsapp.connector import WhatsAppConnector
from inbox.model.channel_kind import ChannelKind


class MakesConnector(Protocol):
    """A connector's class.

    Channels name servers (`provider_base_url`), so each connector is told whether these may be in our own network; its
    connections come from `channels.public_connections`, which keeps to that.
    """

    def __call__(self, *, allow_private: bool = False) -> Connector:
        """Make a connector that connects nothing yet."""
        ...


CONNECTORS: Final[Mapping[ChannelKind, MakesConnector]] = {
    ChannelKind.WHATSAPP: WhatsAppConnector,
    ChannelKind.TELEGRAM: TelegramConnector,
    ChannelKind.WEBCHAT: WebchatConnector,
}


def open_connectors(
    *, allow_private: bool = False, versions: Mapping[str, str] = MappingProxyType({})
) -> dict[ChannelKind, Connector]:
    """Make one connector of each kind; who opens them closes them.

    Args:
        allow_private: Whether names of servers may lead into our own network.
        versions: Of the providers' APIs by kind, where the installation chooses one.
    """
    made = {kind: make(allow_private=allow_private) for kind, make in CONNECTORS.items()}
    for kind, version in versions.items():
        connector = made[ChannelKind(kind)]
        if isinstance(connector, SpeaksVersions):
            connector.speak(version)
    return made
