"""`/asyncapi.json`: the event stream's socket, made of the table of events and of the models that are sent.

Source: AsyncAPI Specification 3.0.0 (December 2023).
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from gateway.api.always_present import objects_that_leave_out, require_what_is_always_there
from gateway.api.event_table import EVENTS
from gateway.api.examples import Examples
from gateway.api.field_words import mark_times, say_of_each_field
from gateway.api.schema_references import any_json

Schema = dict[str, Any]

_REF: Final = "#/components/schemas/{name}"
_CHANNEL: Final = "#/channels/events"
_INTRODUCTION: Final = (
    "One ordered stream a workspace. Read the cursor (`GET /api/v1/events?limit=0`), then the lists, then follow: "
    "nothing is missed. After a break come again with the newest cursor of any frame. Close codes: 4401 sign in, "
    "4410 the cursor is too old, so read the lists again; any other: connect again after a pause. "
    "Pass over types that you do not know."
)


def _frame(says: str, /, **fields: Schema) -> Schema:
    properties = {name: field for name, field in fields.items() if name != "optional"}
    required = [name for name in properties if name not in fields.get("optional", {})]
    return {"description": says, "type": "object", "properties": properties, "required": required}


_TEXT: Final[Schema] = {"type": "string"}
_NO: Final[Schema] = {"cursor": True}

FROM_SERVER: Final = {
    "hello": _frame("You are signed in; the stream goes on from here.", type={"const": "hello"}, cursor=_TEXT),
    "heartbeat": _frame("Nothing is lost up to here; every 15 s.", type={"const": "heartbeat"}, cursor=_TEXT),
    "pong": _frame("The answer to `ping`.", type={"const": "pong"}),
    "typing": _frame("A customer types. May be lost.", type={"const": "typing"}, conversation_id=_TEXT),
}
FROM_CLIENT: Final = {
    "auth": _frame(
        "The first frame within 5 s, where no `Authorization` came with the request.",
        type={"const": "auth"},
        token=_TEXT,
        cursor=_TEXT,
        optional=_NO,
    ),
    "ping": _frame("Answered by `pong`.", type={"const": "ping"}),
    "operator_typing": _frame("Show the customer that you type.", type={"const": "typing"}, conversation_id=_TEXT),
}
"""The names are those of the messages in the document; `type` is what stands in the frame."""


def make_asyncapi(*, version: str) -> Schema:
    """Make the document."""
    models = list(dict.fromkeys(row.data for row in EVENTS.values()))
    schemas, components = msgspec.json.schema_components(models, ref_template=_REF, schema_hook=any_json)
    say_of_each_field(components)
    mark_times(components, models)
    require_what_is_always_there(components, {}, objects_that_leave_out(models))
    examples = Examples(components)
    data_of = dict(zip(models, schemas, strict=True))
    events = {type_.value: _event(type_.value, row.says, data_of[row.data]) for type_, row in EVENTS.items()}
    messages = {name: _message(name, payload, examples) for name, payload in {**FROM_SERVER, **events}.items()}
    asked = {name: _message(name, payload, examples) for name, payload in FROM_CLIENT.items()}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Messaging gateway: events", "version": version, "description": _INTRODUCTION},
        "defaultContentType": "application/json",
        "channels": {
            "events": {
                "address": "/api/v1/events",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in {**messages, **asked}},
                "bindings": {"ws": {"method": "GET", "query": {"type": "object", "properties": {"cursor": _TEXT}}}},
            }
        },
        "operations": {"tell": _operation("send", messages), "hear": _operation("receive", asked)},
        "components": {"messages": {**messages, **asked}, "schemas": components},
    }


def _event(type_: str, says: str, data: Schema) -> Schema:
    at = {"type": "string", "format": "date-time"}
    return _frame(says, cursor=_TEXT, id=_TEXT, type={"const": type_}, at=at, data=data)


def _message(name: str, payload: Schema, examples: Examples) -> Schema:
    return {"name": name, "payload": payload, "examples": [{"payload": examples.of(payload)}]}


def _operation(action: str, messages: Schema) -> Schema:
    """Describe one direction, as the specification has it: `send` is what the gateway sends."""
    refs = [{"$ref": f"{_CHANNEL}/messages/{name}"} for name in messages]
    return {"action": action, "channel": {"$ref": _CHANNEL}, "messages": refs}
