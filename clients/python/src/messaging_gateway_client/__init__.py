"""Client of the messaging gateway: calls, event stream, webhooks."""

from __future__ import annotations

from messaging_gateway_client.blocking import BlockingEventStream, BlockingGateway, every_blocking
from messaging_gateway_client.client import Gateway
from messaging_gateway_client.event_stream import EventStream
from messaging_gateway_client.pages import Page, every
from messaging_gateway_client.problems import (
    ConflictError,
    CursorExpiredError,
    FieldFault,
    ForbiddenError,
    GatewayError,
    InvalidRequestError,
    NotFoundError,
    ProblemError,
    TooManyRequestsError,
    UnauthenticatedError,
    UnavailableError,
    UnreachableError,
)
from messaging_gateway_client.webhooks import SignatureError, WebhookEvent, verify_webhook

__all__ = [
    "BlockingEventStream",
    "BlockingGateway",
    "ConflictError",
    "CursorExpiredError",
    "EventStream",
    "FieldFault",
    "ForbiddenError",
    "Gateway",
    "GatewayError",
    "InvalidRequestError",
    "NotFoundError",
    "Page",
    "ProblemError",
    "SignatureError",
    "TooManyRequestsError",
    "UnauthenticatedError",
    "UnavailableError",
    "UnreachableError",
    "WebhookEvent",
    "every",
    "every_blocking",
    "verify_webhook",
]
