"""What goes out: the values that pass between the outbox and the connectors."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from inbox.arriving.inbound import ProviderError
from inbox.messages.content import Content


class OutboundMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message as a connector gets it.

    Attributes:
        id: Our message id; travels with the send where the provider can carry it.
        to: Provider's id of the customer.
        content: What to send.
        reply_to: Provider's id of the message that this one answers.
    """

    id: str
    to: str
    content: Content
    reply_to: str | None = None


class SendReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """The provider took the message; `provider_id` names it in later statuses."""

    provider_id: str


class Certainty(StrEnum):
    """What is known of a send that failed."""

    NOT_SENT = "not_sent"
    """The provider refused it or never got it: the customer will not see it."""
    UNKNOWN = "unknown"
    """The request may have arrived and the answer was lost: never send it again blindly."""


class SendFailed(Exception):  # noqa: N818 - a fact, in the past tense like the events
    """The send did not succeed; `error` explains, `certainty` says whether the customer may have it.

    Attributes:
        error: Our code, explanation, and whether a retry can help.
        certainty: Only NOT_SENT may be tried again by itself.
        retry_after_seconds: How long the provider asks to wait, None where it does not say.
    """

    def __init__(
        self,
        error: ProviderError,
        *,
        certainty: Certainty = Certainty.NOT_SENT,
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(f"{error.code} (provider code {error.provider_code}, {certainty})")
        self.error = error
        self.certainty = certainty
        self.retry_after_seconds = retry_after_seconds


class ContentNotSendable(Exception):  # noqa: N818
    """The content breaks a limit of the channel; found before anything is sent.

    Attributes:
        pointer: JSON pointer of the faulty field inside `content`, such as `/text`.
        message: Names the limit and its number, for the operator.
    """

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(message)
        self.pointer = pointer
        self.message = message
