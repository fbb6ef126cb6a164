"""Telling a flood in one chat from one of the whole bot: Telegram's answer is the same. Pure."""

from __future__ import annotations

from typing import Final

from inbox.sending.outbound import Holds

MANY_CHATS: Final = 3
"""So many chats that wait at once are no coincidence: the bot as a whole is too fast."""


class Floods:
    """The chats of one bot that Telegram has asked to wait, with the time until which."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def note(self, chat: str, seconds: float, now: float) -> Holds:
        """Note that a chat was refused; say whether only this chat has to wait, or the whole bot.

        Args:
            chat: The chat's id.
            seconds: How long Telegram asks to wait.
            now: Seconds of a monotonic clock.
        """
        self._until = {one: until for one, until in self._until.items() if until > now}
        self._until[chat] = now + seconds
        return Holds.CHANNEL if len(self._until) >= MANY_CHATS else Holds.RECIPIENT
