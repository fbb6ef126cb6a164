"""What goes out: the values that pass between the outbox and the connectors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from inbox.arriving.inbound import InboundEvent
from inbox.model.content import Content
from inbox.model.direct_utility import DirectUtility
from inbox.model.provider_error import ProviderError


class UploadedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file as a provider keeps it, so that it is uploaded once and named afterwards.

    Attributes:
        handle: The provider's id of the file, opaque outside of its connector.
        expires_at: When the provider forgets it; None where it does not.
    """

    handle: str
    expires_at: datetime | None = None


class OutboundFile(msgspec.Struct, frozen=True, kw_only=True):
    """A stored file on its way out.

    Attributes:
        id: Our file id.
        handle: The provider's id of the same file from an earlier upload; None: it has to be given to it.
        open: Reads the bytes from the start, in pieces of at most 256 KiB; each call reads anew.
    """

    id: str
    mime_type: str
    size_bytes: int
    filename: str | None = None
    handle: str | None = None
    open: Callable[[], AsyncIterator[bytes]]


class OutboundMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message as a connector gets it.

    Attributes:
        id: Our message id; travels with the send where the provider can carry it.
        to: Provider's id of the customer.
        content: What to send.
        reply_to: Provider's id of the message that this one answers.
        file: The file that a media content names by our id; None where it names a link, or has no file.
        sent_parts: Provider's ids of the parts that an earlier attempt got through before it was told to wait:
            where the provider needs several messages for this one, they are not sent again.
        direct: It goes outside of the reply window, without a template.
    """

    id: str
    to: str
    content: Content
    reply_to: str | None = None
    file: OutboundFile | None = None
    sent_parts: tuple[str, ...] = ()
    direct: DirectUtility | None = None


class SendReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """The provider took the message.

    Attributes:
        provider_id: Names it in later statuses.
        part_ids: Ids of the further messages, where the provider needed several for this one.
        uploaded: The file that went along, where the provider gave it an id for further sends.
        news: What the provider's answer told besides, such as a customer's new id: it is taken in as if a webhook
            had told it.
        endpoint: Which of its endpoints took the message, where there are several.
        made_good: A refusal of another endpoint before: it is heeded, though the message went out.
    """

    provider_id: str
    part_ids: tuple[str, ...] = ()
    uploaded: UploadedFile | None = None
    news: tuple[InboundEvent, ...] = ()
    endpoint: str | None = None
    made_good: ProviderError | None = None


BLOCKED_BY_CUSTOMER: Final = "blocked_by_customer"
"""Our code for a customer who has blocked the business: it is noted on their contact."""


RATE_LIMITED: Final = "rate_limited"
"""Our code for a provider's refusal of too many messages."""


class Certainty(StrEnum):
    """What is known of a send that failed."""

    NOT_SENT = "not_sent"
    """The provider refused it or never got it: the customer will not see it."""
    UNKNOWN = "unknown"
    """The request may have arrived and the answer was lost: never send it again blindly."""


class Holds(StrEnum):
    """What has to wait when a provider asks to slow down."""

    RECIPIENT = "recipient"
    """Only this customer's messages."""
    CHANNEL = "channel"
    """Everything that the account sends."""


class SendFailedError(Exception):
    """The send did not succeed; `error` explains, `certainty` says whether the customer may have it.

    Attributes:
        error: Our code, explanation, and whether a retry can help.
        certainty: Only NOT_SENT may be tried again by itself.
        retry_after_seconds: How long the provider asks to wait, None where it does not say.
        holds: Who has to wait for that long.
        sent_parts: Ids of the parts that were sent before this failure, where the message needs several.
        news: What the provider's answers told besides, as in `SendReceipt`.
    """

    def __init__(
        self,
        error: ProviderError,
        *,
        certainty: Certainty = Certainty.NOT_SENT,
        retry_after_seconds: float | None = None,
        holds: Holds = Holds.RECIPIENT,
    ) -> None:
        super().__init__(f"{error.code} (provider code {error.provider_code}, {certainty})")
        self.error = error
        self.certainty = certainty
        self.retry_after_seconds = retry_after_seconds
        self.holds = holds
        self.sent_parts: tuple[str, ...] = ()
        self.news: tuple[InboundEvent, ...] = ()


class ContentNotSendableError(Exception):
    """The content breaks a limit of the channel; found before anything is sent.

    Attributes:
        pointer: JSON pointer of the faulty field inside `content`, such as `/text`.
        message: Names the limit and its number, for the operator.
    """

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(message)
        self.pointer = pointer
        self.message = message
