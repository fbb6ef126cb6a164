"""What the gateway asks of others, in `/openapi.json`: events told, a bot's turn, questions to helpers.

All of them are signed by Standard Webhooks. Source: OpenAPI 3.1.0, "webhooks"; Standard Webhooks 1.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from gateway.api.examples import Examples
from inbox.bots.told_turns import BotRequest
from inbox.helpers.helper_models import AskedAboutConversation, AskedAboutMessage, HelperWords, Suggestions
from inbox.stream.events import EventType

Schema = dict[str, Any]


class OutgoingRequest(NamedTuple):
    """A request that the gateway makes.

    Attributes:
        summary: What it is.
        says: What is to be done about it, in Markdown.
        data: Model of `data`; None where it depends on the type.
        answer: Model of the answer, which comes with status 200; None where any 2xx will do.
    """

    summary: str
    says: str
    data: Any
    answer: Any = None


_OF_HELPERS: Final = (
    "Answer with status 200 within the helper's deadline. Nothing of it is sent unless an operator does."
)
OUTGOING: Final[Mapping[str, OutgoingRequest]] = {
    "event": OutgoingRequest(
        "An event for an outgoing webhook",
        "For each event that a webhook (`POST /webhooks`) wants; `data` is that of the event stream, see the sockets. "
        "Answer with any 2xx within 15 seconds and do the work afterwards. Each event comes once or more: drop a "
        "`webhook-id` that you have seen. What fails is repeated for three days.",
        None,
    ),
    "bot.turn": OutgoingRequest(
        "A bot's turn",
        "For a bot (`POST /bots`) that holds a conversation in which the customer wrote. Answer with any 2xx at once, "
        "then with `POST /conversations/{id}/turn`, the bot's token, `seen_seq` and the `webhook-id` as "
        "`Idempotency-Key`. Who says nothing until `answer_by` hands over to people.",
        BotRequest,
    ),
    "helper.suggest": OutgoingRequest("Suggest replies", _OF_HELPERS, AskedAboutConversation, Suggestions),
    "helper.summarise": OutgoingRequest("Summarise a conversation", _OF_HELPERS, AskedAboutConversation, HelperWords),
    "helper.translate": OutgoingRequest(
        "Translate a message", f"{_OF_HELPERS} `language` says into which language.", AskedAboutMessage, HelperWords
    ),
    "helper.transcribe": OutgoingRequest(
        "Transcribe a voice message",
        f"{_OF_HELPERS} The message's file has a link that is good for an hour.",
        AskedAboutMessage,
        HelperWords,
    ),
}
MODELS: Final[tuple[Any, ...]] = tuple(
    dict.fromkeys(one for row in OUTGOING.values() for one in (row.data, row.answer) if one is not None)
)
_HEADERS: Final = (
    ("webhook-id", "Of the event or turn: the same in a repeat.", "01931f3b2c5d000a1b2c3d4e"),
    (
        "webhook-timestamp",
        "When it was sent, in seconds since 1970: refuse what is older than five minutes.",
        "1779876000",
    ),
    (
        "webhook-signature",
        "`v1,` and the base64 of the HMAC-SHA-256 over `id.timestamp.body`, with the bytes behind `whsec_` as key. "
        "Several with blanks between them while a secret is changed: one that fits is enough.",
        "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    ),
)


def outgoing_requests(schema_of: Mapping[int, Schema]) -> Schema:
    """Return the `webhooks` of the document; examples are added by `add_examples`."""
    return {type_: {"post": _operation(type_, row, schema_of)} for type_, row in OUTGOING.items()}


def add_examples(webhooks: Schema, examples: Examples) -> None:
    """Add an example to each body."""
    for item in webhooks.values():
        for part in (item["post"]["requestBody"], *item["post"]["responses"].values()):
            for media in part.get("content", {}).values():
                media["example"] = examples.of(media["schema"])


def _operation(type_: str, row: OutgoingRequest, schema_of: Mapping[int, Schema]) -> Schema:
    return {
        "operationId": "on_" + type_.replace(".", "_"),
        "summary": row.summary,
        "description": row.says,
        "parameters": [_header(*one) for one in _HEADERS],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _body(type_, row, schema_of)}}},
        "responses": _answers(row, schema_of),
    }


def _body(type_: str, row: OutgoingRequest, schema_of: Mapping[int, Schema]) -> Schema:
    known = {"enum": [event.value for event in EventType]} if row.data is None else {"const": type_}
    data = {"type": "object", "description": "As on the event stream."} if row.data is None else schema_of[id(row.data)]
    time = {"type": "string", "format": "date-time"}
    return {
        "type": "object",
        "properties": {"type": known, "timestamp": time, "data": data},
        "required": ["type", "timestamp", "data"],
    }


def _answers(row: OutgoingRequest, schema_of: Mapping[int, Schema]) -> Schema:
    if row.answer is None:
        return {"2XX": {"description": "Taken."}}
    return {"200": {"description": "Done.", "content": {"application/json": {"schema": schema_of[id(row.answer)]}}}}


def _header(name: str, says: str, example: str) -> Schema:
    schema = {"type": "string"}
    return {"name": name, "in": "header", "required": True, "description": says, "schema": schema, "example": example}
