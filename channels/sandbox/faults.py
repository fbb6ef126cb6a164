"""What goes wrong on request: slow, failing, silent, repeating and shuffling providers."""

from __future__ import annotations

import random
from typing import Annotated, Any

import msgspec

Rate = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Faults(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The faults in force. Rates are probabilities from 0 to 1, drawn per request or webhook.

    Attributes:
        latency_ms: Time before a request of the provider's API is carried out and answered.
        error_rate: Share of requests refused with `error_code`, without any effect.
        error_code: A Graph error code; for Telegram an HTTP status, where it is one of the Bot API's, or else 500.
        lose_response_rate: Share of requests that take effect, but whose connection is closed unanswered.
        duplicate_rate: Share of webhooks that are posted twice.
        reorder: Webhooks wait up to 250 ms each and leave in random order.
        status_before_response: WhatsApp's statuses of a send reach the webhook before the send is answered.
        flood_rate: Share of a bot's sends and edits that Telegram refuses with 429 and `retry_after`.
        retry_after: Seconds in such an answer.
        flood_control: Telegram's own pace is kept: one message a second and chat with short bursts, 30 a second
            and bot, 20 a minute and group; what is above it is refused with 429.
        down: True closes every connection to the API; "503" answers that instead. Nothing takes effect.
    """

    latency_ms: Annotated[float, msgspec.Meta(ge=0, le=600_000)] = 0
    error_rate: Rate = 0
    error_code: int = 131000
    lose_response_rate: Rate = 0
    duplicate_rate: Rate = 0
    reorder: bool = False
    status_before_response: bool = False
    flood_rate: Rate = 0
    retry_after: Annotated[int, msgspec.Meta(ge=1, le=3_600)] = 1
    flood_control: bool = False
    down: bool | str = False


class FaultBox:
    """Holds the faults in force and draws from them."""

    def __init__(self, faults: Faults | None = None, seed: int | None = None) -> None:
        self.active = faults or Faults()
        self._random = random.Random(seed)  # noqa: S311

    def update(self, changes: dict[str, Any]) -> Faults:
        """Merge some fields into the faults in force.

        Raises:
            msgspec.ValidationError: A field is unknown or out of range.
        """
        self.active = msgspec.convert(msgspec.to_builtins(self.active) | changes, Faults)
        return self.active

    def reset(self) -> Faults:
        """Back to a provider without faults."""
        self.active = Faults()
        return self.active

    def strikes(self, rate: float) -> bool:
        """Whether a fault with this probability happens now."""
        return rate > 0 and self._random.random() < rate

    def shuffle(self, items: list[Any]) -> None:
        """Put the items in random order, in place."""
        self._random.shuffle(items)

    def reorder_delay_seconds(self) -> float:
        """How long a webhook is held back so that later ones may pass it."""
        return self._random.uniform(0, 0.25)
