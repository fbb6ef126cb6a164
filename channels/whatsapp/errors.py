"""What an error means for us and for the operator: Meta's codes as a table, and the failures that have none.

Decided on the code alone: titles and classes change. Source: support/error-codes, 15 May 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

from channels.failures import Failures
from channels.whatsapp.message_shapes import ErrorShape
from inbox.model.direct_utility import DIRECT_UNAVAILABLE
from inbox.model.provider_error import ProviderError
from inbox.sending.outbound import Holds, SendFailedError

FAILURES: Final = Failures(
    "WhatsApp", advice="Wait for the delivery status, or ask the customer before you send it again."
)
MAX_PROVIDER_MESSAGE_CHARS = 500
MAX_CODE_DIGITS = 10
"""Meta's codes have at most seven; Python refuses to read thousands of digits."""
CHANNEL_LIMITS = frozenset({"4", "80007", "130429", "131048"})
"""Refusals that concern all that the number or account sends."""
PAIR_LIMIT = "131056"
PAIR_LIMIT_RETRY_AFTER_SECONDS = 4.0
TEMPLATE_SYNCING = "134101"
RETRY_AFTER_SECONDS: Final[Mapping[str, float]] = {
    PAIR_LIMIT: PAIR_LIMIT_RETRY_AFTER_SECONDS,
    TEMPLATE_SYNCING: 120.0,
}
"""Where Meta says no time itself. A template that syncs takes up to ten minutes."""
"""First wait after the pair limit; later ones are 4^X s. Source: about-the-platform, 5 Dec 2025."""
CALL_OFF = "138000"
NO_CALL_PERMISSION = "138006"
CALL_REQUESTS_SPENT = "138009"
CALL_PERMITTED = "138017"
"""Refusals of a message that is about calls: a button, a request for the permission. Source: calling, 2026."""
NOT_DIRECTLY = frozenset({"100", "139200"})
"""Refusals of a message without a template that say that the number may send none.

Source: direct-send, Sep 2026; its eligibility, 8 Oct 2026.
"""
TOO_MANY_REQUESTS = 429
RIGHTS_CODES = range(200, 300)
TEMPLATE_CODES = range(132000, 132017)
SERVER_CODES = range(500, 600)

_SLOW_DOWN = "The number sends too fast for WhatsApp. The message is tried again more slowly."
_TRY_AGAIN = "WhatsApp has a temporary fault. Try again in a few minutes."
_TOKEN = "WhatsApp refuses the channel's access token. An administrator has to enter a new one."  # noqa: S105
_RIGHTS = "The channel's access token lacks a permission. An administrator has to grant it in Meta's settings."
_LOCKED = "Meta has restricted this business account. An administrator has to look at Meta's account quality page."
_BAD_CONTENT = "WhatsApp does not accept the content. Change it and send it again."
_NOT_MARKETING = (
    "Meta does not count the template as marketing any more. Synchronise the templates, then send it again."
)
_TEMPLATE_PARAMETERS = "The values do not fit the template. Synchronise the templates and fill in all variables."
_REGISTRATION = "The number is not registered with WhatsApp. An administrator has to register it again."
_PAYMENT = "Meta reports a payment problem of the business account. An administrator has to settle it with Meta."
_EXPERIMENT = "Meta did not deliver this because the customer takes part in one of its tests. Reach them another way."
_NOT_DIRECTLY = (
    "Meta does not let this number send utility messages without a template. Send a template, or hold the reply until "
    "the customer answers."
)
_NO_CALLS = "Meta does not let this number call the customer. Send the message without what is about calls."
_FLOW = "Meta has blocked or slowed down the flow in this message. Check the flow in Meta's settings."


class Meaning(NamedTuple):
    """What a code means for us and for the operator."""

    code: str
    explanation: str
    retryable: bool = False


MEANINGS: dict[str, Meaning] = {
    "0": Meaning("channel_credentials", _TOKEN),
    "1": Meaning("provider_unavailable", _TRY_AGAIN, retryable=True),
    "2": Meaning("provider_unavailable", _TRY_AGAIN, retryable=True),
    "3": Meaning("channel_rights", _RIGHTS),
    "4": Meaning("rate_limited", _SLOW_DOWN, retryable=True),
    "10": Meaning("channel_rights", _RIGHTS),
    "33": Meaning(
        "channel_not_found", "WhatsApp does not know the channel's number. Check its phone number id and token."
    ),
    "100": Meaning("content_refused", _BAD_CONTENT),
    "190": Meaning("channel_credentials", _TOKEN),
    "368": Meaning("account_locked", _LOCKED),
    "80007": Meaning("rate_limited", _SLOW_DOWN, retryable=True),
    "130429": Meaning("rate_limited", _SLOW_DOWN, retryable=True),
    "130472": Meaning("undeliverable", _EXPERIMENT),
    "130497": Meaning("country_restricted", "This business may not write to customers of this country on WhatsApp."),
    "131000": Meaning("provider_unavailable", _TRY_AGAIN, retryable=True),
    "131005": Meaning("channel_rights", _RIGHTS),
    "131008": Meaning("content_refused", _BAD_CONTENT),
    "131009": Meaning("content_refused", _BAD_CONTENT),
    "131016": Meaning("provider_unavailable", _TRY_AGAIN, retryable=True),
    "131021": Meaning("recipient_refused", "The customer's number is the channel's own number."),
    "131026": Meaning(
        "undeliverable",
        "WhatsApp cannot deliver to this customer: the number may not be on WhatsApp, or its app may be too old. "
        "Reach them another way.",
    ),
    "131030": Meaning(
        "recipient_refused", "The channel is a test number. Add the customer's number to its list in Meta's settings."
    ),
    "131031": Meaning("account_locked", _LOCKED),
    "131037": Meaning(
        "channel_rights", "Meta has not approved the number's display name. An administrator has to have it approved."
    ),
    "131042": Meaning("payment_required", _PAYMENT),
    "131044": Meaning("payment_required", _PAYMENT),
    "131045": Meaning("channel_not_registered", _REGISTRATION),
    "131047": Meaning(
        "window_closed",
        "More than 24 hours have passed since the customer wrote. Send an approved template instead.",
    ),
    "131048": Meaning(
        "rate_limited",
        "WhatsApp limits this number because too many of its messages were blocked or reported. "
        "Wait, and look at the number's quality.",
        retryable=True,
    ),
    "131049": Meaning(
        "marketing_refused",
        "Meta held this marketing message back because the customer has had enough of them. "
        "Wait at least 24 hours before the next.",
    ),
    "131050": Meaning(
        "marketing_refused", "The customer has stopped marketing messages from this business. Send no more of them."
    ),
    "131051": Meaning("content_refused", "WhatsApp does not support this kind of message. Send another kind."),
    "131052": Meaning(
        "media_refused", "WhatsApp could not fetch the file. Check that its link works without signing in."
    ),
    "131053": Meaning(
        "media_refused", "WhatsApp could not take the file. Check its type and size, or upload it again."
    ),
    "131056": Meaning(
        "rate_limited",
        "Too many messages went to this customer in a short time. The message is tried again in a few seconds.",
        retryable=True,
    ),
    "131057": Meaning(
        "provider_unavailable", "Meta is upgrading this number. Try again in a few minutes.", retryable=True
    ),
    "131060": Meaning(
        "undeliverable",
        "WhatsApp does not hand this message over. With a number that the phone app uses too, that is usual at a first "
        "contact: look at the phone.",
    ),
    "131062": Meaning(
        "recipient_refused",
        "This message needs the customer's phone number, which WhatsApp does not share. Ask for it.",
    ),
    "131055": Meaning("template_refused", _NOT_MARKETING),
    "131061": Meaning(
        "template_refused", "The template has a highest price, and Meta did not take it as a marketing message."
    ),
    "131063": Meaning(
        "marketing_unavailable",
        "The account sends marketing by Meta's marketing messages only, and those refuse it. Sign their terms in "
        "WhatsApp Manager, or allow marketing on the Cloud API again.",
    ),
    "131065": Meaning(
        "template_refused", "Meta has no highest prices in the customer's country. Use a template without one."
    ),
    "131070": Meaning(
        "not_in_control", "Another agent, Meta's own or a partner's, answers in this chat. Take control of it first."
    ),
    "131064": Meaning(
        "messaging_limit",
        "The account has reached its limit of new customers for 24 hours. Send the rest tomorrow.",
    ),
    "132000": Meaning("template_mismatch", _TEMPLATE_PARAMETERS),
    "132001": Meaning(
        "template_missing", "The template does not exist in this language or is not approved. Choose another one."
    ),
    "132005": Meaning("template_mismatch", "With these values the template is too long. Shorten them."),
    "132007": Meaning("template_refused", "The template breaks WhatsApp's policy. Choose another one."),
    "132008": Meaning("template_mismatch", _TEMPLATE_PARAMETERS),
    "132012": Meaning("template_mismatch", _TEMPLATE_PARAMETERS),
    "132015": Meaning("template_paused", "Meta has paused the template for low quality. Choose another one."),
    "132016": Meaning("template_disabled", "Meta has disabled the template for low quality. Choose another one."),
    "132021": Meaning("template_refused", "Another template has this name. Choose another one."),
    "132068": Meaning("content_refused", _FLOW),
    "132069": Meaning("rate_limited", _FLOW, retryable=True),
    "133000": Meaning("channel_not_registered", _REGISTRATION),
    "133004": Meaning("provider_unavailable", _TRY_AGAIN, retryable=True),
    "133010": Meaning("channel_not_registered", _REGISTRATION),
    "134100": Meaning("template_refused", _NOT_MARKETING),
    TEMPLATE_SYNCING: Meaning(
        "template_syncing",
        "Meta prepares the template for marketing messages: that takes 10 minutes. It is tried again.",
        retryable=True,
    ),
    "134102": Meaning(
        "template_refused",
        "Meta's marketing messages cannot use the template. Look at it in WhatsApp Manager, or choose another one.",
    ),
    "135000": Meaning("content_refused", _BAD_CONTENT),
    "139200": Meaning("account_locked", _LOCKED),
    "2494191": Meaning(
        "not_in_control",
        "Meta lets only the business's agent for escalations take a chat. Ask the agent that answers to hand it over.",
    ),
    CALL_OFF: Meaning("content_refused", _NO_CALLS),
    NO_CALL_PERMISSION: Meaning("recipient_refused", _NO_CALLS),
    CALL_REQUESTS_SPENT: Meaning(
        "recipient_refused",
        "The customer was asked for a permission to call as often as Meta allows. Ask again another day.",
    ),
    CALL_PERMITTED: Meaning("content_refused", "The customer permits calls already. There is nothing to ask for."),
    "137000": Meaning(
        "recipient_refused", "The customer's identity has changed on WhatsApp. Confirm who they are before you write."
    ),
}
"""What steers us. 131049 is no automatic retry: Meta wants 24 hours and may refuse again."""

BAD_VALUE: Final = "131009"
UNKNOWN_FILE: Final = "media attachment id"
"""Of Meta's words: “… is not a valid whatsapp business account media attachment ID”."""
UNKNOWN = Meaning(
    "provider_error", "WhatsApp refused the message for a reason we do not know. See the provider's own words."
)


def meaning_of(provider_code: int | str | None) -> Meaning:
    """Look a code up; a code without a row falls to its range, then to `provider_error`."""
    code = "" if provider_code is None else str(provider_code)
    if row := MEANINGS.get(code):
        return row
    number = int(code) if len(code) <= MAX_CODE_DIGITS and code.isdecimal() else -1
    if number in RIGHTS_CODES:
        return Meaning("channel_rights", _RIGHTS)
    if number in TEMPLATE_CODES:
        return Meaning("template_refused", "WhatsApp refuses the template. Synchronise the templates.")
    if number in SERVER_CODES:
        return Meaning("provider_unavailable", _TRY_AGAIN, retryable=True)
    return UNKNOWN


def provider_error(provider_code: int | str | None, provider_message: str | None) -> ProviderError:
    """Make our error of Meta's code and text."""
    meaning = _of_file(provider_code, provider_message) or meaning_of(provider_code)
    return ProviderError(
        code=meaning.code,
        explanation=meaning.explanation,
        retryable=meaning.retryable,
        provider_code=None if provider_code is None else str(provider_code)[:MAX_PROVIDER_MESSAGE_CHARS],
        provider_message=provider_message[:MAX_PROVIDER_MESSAGE_CHARS] if provider_message else None,
    )


def _of_file(provider_code: int | str | None, provider_message: str | None) -> Meaning | None:
    """Recognise the refusal of a file's id that Meta does not know (any more): its code is that of any bad value."""
    is_of_file = str(provider_code) == BAD_VALUE and UNKNOWN_FILE in (provider_message or "").lower()
    return MEANINGS["131053"] if is_of_file else None


def webhook_error(shape: ErrorShape) -> ProviderError:
    """Make our error of one that a webhook reported."""
    data = shape.error_data
    details = data if isinstance(data, str) else data.details if data is not None else None
    return provider_error(shape.code, details or shape.message or shape.title)


def directly_refused(refused: SendFailedError) -> SendFailedError:
    """Read a refusal of a message without a template: where it is about the number, it is a fact of the channel.

    Meta answers its general 100 where the account's limit is below 100,000 customers, and 139200 where it was misused.
    """
    if refused.error.provider_code not in NOT_DIRECTLY:
        return refused
    error = msgspec.structs.replace(refused.error, code=DIRECT_UNAVAILABLE, explanation=_NOT_DIRECTLY, retryable=False)
    return SendFailedError(error, certainty=refused.certainty, holds=refused.holds)


def turned_away(status: int, retry_after_seconds: float | None) -> SendFailedError:
    """A 4xx without Meta's error, as proxies and wrong addresses give: nothing was carried out."""
    too_many = status == TOO_MANY_REQUESTS
    return SendFailedError(
        ProviderError(
            code="rate_limited" if too_many else "provider_error",
            explanation="The server refused the message without WhatsApp's reason. Check the channel's settings.",
            retryable=too_many,
            provider_code=f"http_{status}",
        ),
        retry_after_seconds=retry_after_seconds,
        holds=Holds.CHANNEL if too_many else Holds.RECIPIENT,
    )
