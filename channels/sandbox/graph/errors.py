"""Graph API errors: the codes that steer a sender, their HTTP status and wording.

Source: developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes,
read May 2026; wording of `details` from answers reported in the field.
"""

from __future__ import annotations

import secrets
from typing import Any

import msgspec

HREF = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"


class CodeFacts(msgspec.Struct, frozen=True):
    """HTTP status, title and standard details of one error code."""

    status: int
    title: str
    details: str


CODES: dict[int, CodeFacts] = {
    0: CodeFacts(401, "AuthException", "We were unable to authenticate the app user."),
    1: CodeFacts(400, "API Unknown", "Invalid request or possible server error."),
    2: CodeFacts(503, "Service temporarily unavailable", "Temporary due to downtime or overload."),
    3: CodeFacts(500, "API Method", "Capability or permissions issue."),
    4: CodeFacts(400, "Application request limit reached", "The app has reached its API call rate limit."),
    10: CodeFacts(403, "Application does not have permission for this action", "Permission is not granted."),
    33: CodeFacts(400, "Parameter value is not valid", "The business phone number has been deleted."),
    100: CodeFacts(400, "Invalid parameter", "One or more unsupported or misspelled parameters."),
    190: CodeFacts(401, "Invalid OAuth access token - Cannot parse access token", "The token has expired."),
    200: CodeFacts(403, "API Permission", "Permission is either not granted or has been removed."),
    368: CodeFacts(403, "Temporarily blocked for policies violations", "The account violated a policy."),
    80007: CodeFacts(400, "Rate limit issues", "The WhatsApp Business Account has reached its rate limit."),
    130429: CodeFacts(400, "Rate limit hit", "Cloud API message throughput has been reached."),
    130472: CodeFacts(400, "User's number is part of an experiment", "Message was not sent."),
    131000: CodeFacts(500, "Something went wrong", "Message failed to send due to an unknown error."),
    131005: CodeFacts(403, "Access denied", "Permission is either not granted or has been removed."),
    131008: CodeFacts(400, "Required parameter is missing", "The request is missing a required parameter."),
    131009: CodeFacts(400, "Parameter value is not valid", "One or more parameter values are invalid."),
    131016: CodeFacts(500, "Service unavailable", "A service is temporarily unavailable."),
    131021: CodeFacts(400, "Recipient cannot be sender", "Sender and recipient phone number is the same."),
    131026: CodeFacts(400, "Message undeliverable", "Message Undeliverable."),
    131031: CodeFacts(403, "Account has been locked", "The account has been restricted or disabled."),
    131042: CodeFacts(400, "Business eligibility payment issue", "There is a payment method error."),
    131045: CodeFacts(500, "Incorrect certificate", "A phone number registration error."),
    131047: CodeFacts(
        400,
        "Re-engagement message",
        "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
    ),
    131048: CodeFacts(400, "Spam rate limit hit", "Too many messages were blocked or flagged as spam."),
    131049: CodeFacts(
        400,
        "This message was not delivered to maintain healthy ecosystem engagement.",
        "In order to maintain a healthy ecosystem engagement, the message failed to be delivered.",
    ),
    131050: CodeFacts(
        400,
        "User has stopped receiving marketing messages",
        "The user has chosen to stop receiving marketing messages on WhatsApp from your business.",
    ),
    131051: CodeFacts(400, "Unsupported message type", "Message type is not currently supported."),
    131052: CodeFacts(400, "Media download error", "Unable to download the media sent by the user."),
    131053: CodeFacts(400, "Media upload error", "Unable to upload the media used in the message."),
    131056: CodeFacts(
        400,
        "(Business Account, Consumer Account) pair rate limit hit",
        "Too many messages sent from the sender phone number to the same recipient.",
    ),
    131057: CodeFacts(500, "Account in maintenance mode", "A throughput upgrade may be under way."),
    131061: CodeFacts(400, "Highest price not supported here", "Use marketing messages for this template."),
    131062: CodeFacts(400, "Recipient not supported", "This message can't be sent to a business-scoped user id."),
    131063: CodeFacts(400, "Marketing templates disabled for Cloud API", "Marketing templates are disabled here."),
    131064: CodeFacts(
        400, "Messaging limit reached", "The business has reached its limit of unique customers in 24 hours."
    ),
    131065: CodeFacts(400, "Highest price not supported in this country", "The customer's country has none."),
    131070: CodeFacts(403, "Sender does not control the thread", "Another agent answers in this conversation."),
    132000: CodeFacts(
        400,
        "Number of parameters does not match the expected number of params",
        "The number of variable values is not the number of variables in the template.",
    ),
    132001: CodeFacts(404, "Template name does not exist in the translation", "The template does not exist."),
    132005: CodeFacts(400, "Translated text too long", "The translated text is too long."),
    132007: CodeFacts(400, "Template format character policy violated", "Content violates a policy."),
    132012: CodeFacts(
        400,
        "Parameter format does not match format in the created template",
        "Variable parameter values formatted incorrectly.",
    ),
    132015: CodeFacts(400, "Template is paused", "The template is paused due to low quality."),
    132016: CodeFacts(400, "Template is disabled", "The template was paused too often and is now disabled."),
    132018: CodeFacts(
        400,
        "There's an issue with the parameters in your template",
        "Param text cannot have new-line/tab characters or more than 4 consecutive spaces",
    ),
    132021: CodeFacts(400, "Template name is taken", "An ordinary template of the account has this name."),
    133005: CodeFacts(400, "Two step verification PIN mismatch", "The PIN is not correct."),
    133006: CodeFacts(400, "Phone number re-verification needed", "Verify the number before registering it."),
    133008: CodeFacts(400, "Too many two step verification PIN guesses", "Try again after some time."),
    133009: CodeFacts(400, "Two step verification PIN guessed too fast", "Wait before entering the PIN again."),
    133015: CodeFacts(400, "Please wait a few minutes", "The number was deleted, and that is not finished."),
    133016: CodeFacts(400, "Account register deregister rate limit exceeded", "Registered too often in 72 hours."),
    133010: CodeFacts(400, "Phone number not registered", "The number is not registered on the platform."),
    134100: CodeFacts(400, "Only marketing messages supported", "Only marketing messages can be sent on this API."),
    134101: CodeFacts(400, "Your template is still syncing", "Wait a few minutes, then send again."),
    135000: CodeFacts(400, "Generic user error", "Message failed to send, unknown request parameters."),
    2494191: CodeFacts(403, "Action not permitted", "Only the escalation partner takes control of a thread."),
    139200: CodeFacts(403, "Direct sends are blocked", "The account may send no messages without a template any more."),
}

_PLAIN = {0, 190, 104}
"""Codes whose message carries no `(#code)` in front: they come from Graph, not from WhatsApp."""


class GraphError(Exception):
    """A request that Meta refuses.

    Args:
        code: Graph error code.
        details: The sentence for the developer; the code's own where omitted.
    """

    def __init__(
        self, code: int, details: str | None = None, *, subcode: int | None = None, message: str | None = None
    ) -> None:
        facts = facts_of(code)
        self.code = code
        self.status = facts.status
        self.subcode = subcode
        self.title = message or facts.title
        self.details = details if details is not None else facts.details
        super().__init__(f"{code}: {self.details}")

    def body(self) -> bytes:
        """The JSON that Meta answers."""
        return msgspec.json.encode({"error": self._error()})

    def _error(self) -> dict[str, Any]:
        error: dict[str, Any] = {
            "message": self.title if self.code in _PLAIN else f"(#{self.code}) {self.title}",
            "type": "OAuthException",
            "code": self.code,
        }
        if self.code not in _PLAIN:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.code in (2, 131000, 131016):
            error["is_transient"] = True
        error["fbtrace_id"] = "A" + secrets.token_urlsafe(16)
        return error


def facts_of(code: int) -> CodeFacts:
    """What is known of a code; 400 and a general wording for others."""
    return CODES.get(code) or CodeFacts(400, "API Unknown", "An error of the provider.")


def status_error(code: int, details: str | None = None) -> dict[str, Any]:
    """The error as a failed status carries it."""
    facts = facts_of(code)
    return {
        "code": code,
        "title": facts.title,
        "message": facts.title,
        "error_data": {"details": details or facts.details},
        "href": HREF,
    }


def unknown_object(object_id: str, method: str) -> GraphError:
    """The object does not exist, or the token may not see it: Graph does not say which."""
    message = (
        f"Unsupported {method.lower()} request. Object with ID '{object_id}' does not exist, cannot be "
        "loaded due to missing permissions, or does not support this operation."
    )
    return GraphError(100, message, subcode=33, message=message)
