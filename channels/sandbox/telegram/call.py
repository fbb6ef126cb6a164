"""One call of a Bot API method, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass

from channels.sandbox.telegram.params import Params
from channels.sandbox.telegram.state import Bot, JsonObject
from channels.sandbox.telegram.world import Telegram


@dataclass(slots=True)
class MethodCall:
    """A method on its way through the emulator.

    Attributes:
        base_url: Address under which the client reached the sandbox.
        sent: Messages that the call has sent.
    """

    telegram: Telegram
    bot: Bot
    params: Params
    base_url: str
    sent: list[JsonObject]
