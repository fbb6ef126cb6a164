"""Every messenger in the suite: a new connector is one line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from inbox.model.channel_kind import ChannelKind
from tests.contract.messenger import Messenger
from tests.contract.telegram import Telegram
from tests.contract.webchat import Webchat
from tests.contract.whatsapp import WhatsApp

MESSENGERS: Final[Mapping[ChannelKind, Messenger]] = {
    ChannelKind.WHATSAPP: WhatsApp(),
    ChannelKind.WEBCHAT: Webchat(),
    ChannelKind.TELEGRAM: Telegram(),
}
