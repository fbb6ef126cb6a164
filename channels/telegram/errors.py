"""What Telegram's errors mean for us and for the operator: one table, keyed on its status and its words.

Telegram has no error codes beside the HTTP status; the descriptions are stable in practice and told apart by a word.

Source: https://core.telegram.org/bots/api#making-requests and #responseparameters; the descriptions are those of
the open-source Bot API server, https://github.com/tdlib/telegram-bot-api, Client.cpp.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from channels.failures import Failures
from channels.json_repair import clean_text
from inbox.model.provider_error import ProviderError
from inbox.sending.outbound import BLOCKED_BY_CUSTOMER, Certainty, Holds, SendFailedError

FAILURES: Final = Failures("Telegram")
MAX_PROVIDER_MESSAGE_CHARS: Final = 500
FLOOD: Final = 429
FIRST_SERVER_ERROR: Final = 500


class Meaning(NamedTuple):
    """What an error means.

    Attributes:
        certainty: Whether the customer may have the message in spite of the error.
    """

    code: str
    explanation: str
    retryable: bool = False
    certainty: Certainty = Certainty.NOT_SENT


_TOKEN: Final = Meaning(
    "channel_credentials",
    "Telegram refuses the bot's token. An administrator has to enter the one that BotFather shows.",
)
_GONE: Final = Meaning("undeliverable", "This chat is not there any more, or the bot is not in it.")
_TOO_LARGE: Final = Meaning("media_refused", "The file is too large for Telegram.")
_MEDIA: Final = Meaning(
    "media_refused", "Telegram could not take the file. Check its type and size, and that its link works."
)
_CONTENT: Final = Meaning("content_refused", "Telegram does not accept the content. Change it and send it again.")
_RIGHTS: Final = Meaning("channel_rights", "The bot may not do this in the chat. Its administrator can allow it.")
_FROZEN: Final = Meaning("message_unchangeable", "Telegram allows no change of this message any more.")

_CONNECTION: Final = Meaning(
    "channel_rights",
    "The bot may not answer for this business account any more. Its owner can connect it again in Telegram's settings, "
    "under Telegram Business, Chatbots, and allow it to reply.",
)

MEANINGS: Final[tuple[tuple[int, str, Meaning], ...]] = (
    (FLOOD, "", Meaning("rate_limited", "Telegram asks to slow down. The message is tried again later.", True)),
    (401, "", _TOKEN),
    (404, "", _TOKEN),
    (
        403,
        "blocked by the user",
        Meaning(
            BLOCKED_BY_CUSTOMER,
            "The customer has blocked the bot. They have to unblock it before it can write to them.",
        ),
    ),
    (403, "user is deactivated", Meaning("undeliverable", "The customer's Telegram account does not exist any more.")),
    (
        403,
        "can't initiate",
        Meaning("recipient_refused", "A bot can't write first: the customer has to write to it or press Start."),
    ),
    (403, "kicked", _GONE),
    (403, "not a member", _GONE),
    (403, "business connection", _CONNECTION),
    (403, "", _RIGHTS),
    (
        400,
        "business_peer_usage_missing",
        Meaning(
            "window_closed",
            "In the chats of a business account Telegram lets the bot answer within 24 hours of the customer's last "
            "message. The owner can still write in their own app.",
        ),
    ),
    (400, "business connection", _CONNECTION),
    (400, "business_connection", _CONNECTION),
    (400, "chat not found", _GONE),
    (400, "peer_id_invalid", _GONE),
    (400, "not enough rights", _RIGHTS),
    (400, "chat_write_forbidden", _RIGHTS),
    (400, "have no rights", _RIGHTS),
    (400, "message is not modified", Meaning("not_modified", "The message has this content already.")),
    (400, "message to edit not found", _FROZEN),
    (400, "message to delete not found", _FROZEN),
    (400, "can't be edited", _FROZEN),
    (400, "can't be deleted", _FROZEN),
    (400, "message to be replied not found", Meaning("content_refused", "The message that this answers is gone.")),
    (400, "reaction", Meaning("content_refused", "Telegram does not know this reaction. Choose another emoji.")),
    (400, "too big", _TOO_LARGE),
    (400, "file", _MEDIA),
    (400, "url", _MEDIA),
    (400, "photo", _MEDIA),
    (400, "wrong type of the web page", _MEDIA),
    (400, "query is too old", Meaning("too_late", "The press of the button is too old to be answered.")),
    (400, "", _CONTENT),
    (409, "", Meaning("channel_conflict", "Another program asks for this bot's updates. Stop it, or set a webhook.")),
    (413, "", _TOO_LARGE),
    (
        500,
        "restart",
        Meaning("provider_unavailable", "Telegram's server starts anew. The message is tried again.", True),
    ),
    (
        500,
        "",
        Meaning(
            "answer_lost",
            "Telegram had a fault and may have the message all the same. Ask the customer before you send it again.",
            certainty=Certainty.UNKNOWN,
        ),
    ),
)
"""Status (500 stands for all from 500 on), a part of the description in lower case, meaning. The first that fits."""

_UNKNOWN: Final = Meaning("provider_error", "Telegram refused for a reason we do not know. See its own words.")


def meaning_of(status: int, description: str) -> Meaning:
    """Look an error up."""
    key = FIRST_SERVER_ERROR if status >= FIRST_SERVER_ERROR else status
    words = description.lower()
    return next((meaning for at, part, meaning in MEANINGS if at == key and part in words), _UNKNOWN)


def refusal(status: int, description: str, *, retry_after: float | None = None) -> SendFailedError:
    """Make our error of Telegram's.

    Args:
        status: The HTTP status, which is `error_code` too.
        description: Telegram's own words.
        retry_after: Seconds that Telegram asks to wait.
    """
    meaning = meaning_of(status, description)
    error = ProviderError(
        code=meaning.code,
        explanation=meaning.explanation,
        retryable=meaning.retryable,
        provider_code=str(status),
        provider_message=clean_text(description)[:MAX_PROVIDER_MESSAGE_CHARS] or None,
    )
    holds = Holds.CHANNEL if meaning is _TOKEN else Holds.RECIPIENT
    return SendFailedError(error, certainty=meaning.certainty, retry_after_seconds=retry_after, holds=holds)


def refusal_of(body: Mapping[str, Any], status: int) -> SendFailedError:
    """Make our error of an answer of the Bot API."""
    code, parameters = body.get("error_code"), body.get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return refusal(
        code if isinstance(code, int) else status,
        str(body.get("description", "")),
        retry_after=seconds if isinstance(seconds, int | float) else None,
    )
