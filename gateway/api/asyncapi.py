"""`/asyncapi.json`: the sockets of the event stream and of the web chat, made of tables and of what is sent.

Source: AsyncAPI Specification 3.0.0 (December 2023).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from gateway.api import visitor_frames
from gateway.api.always_present import objects_that_leave_out, require_what_is_always_there
from gateway.api.event_table import EVENTS
from gateway.api.examples import Examples
from gateway.api.field_words import mark_times, say_of_each_field
from gateway.api.schema_references import any_json
from gateway.api.socket_frames import TEXT, YES_OR_NO, frame, optional

Schema = dict[str, Any]

_REF: Final = "#/components/schemas/{name}"
_CURSOR: Final[Schema] = {"method": "GET", "query": {"type": "object", "properties": {"cursor": TEXT}}}
_INTRODUCTION: Final = (
    "One ordered stream a workspace. Read the cursor (`GET /api/v1/events?limit=0`), then the lists, then follow: "
    "nothing is missed. After a break come again with the newest cursor of any frame. Close codes: 4401 sign in, "
    "4410 the cursor is too old, so read the lists again; any other: connect again after a pause. "
    "Pass over types that you do not know."
)


FROM_SERVER: Final = {
    "hello": frame("hello", "You are signed in; the stream goes on from here.", cursor=TEXT),
    "heartbeat": frame("heartbeat", "Nothing is lost up to here; every 15 s.", cursor=TEXT),
    "pong": frame("pong", "The answer to `ping`."),
    "typing": frame("typing", "A customer types. May be lost.", conversation_id=TEXT),
    "looking": frame(
        "looking",
        "A colleague opened or left a conversation, or writes in it. May be lost.",
        conversation_id=TEXT,
        operator_id=TEXT,
        looking=YES_OR_NO,
        writing=YES_OR_NO,
    ),
}
FROM_CLIENT: Final = {
    "auth": frame(
        "auth",
        "The first frame within 5 s, where no `Authorization` came with the request.",
        token=TEXT,
        cursor=optional(TEXT),
    ),
    "ping": frame("ping", "Answered by `pong`."),
    "visible": frame(
        "visible",
        "Say each 15 s that the page is in front of its reader, and once that it is hidden: meanwhile they get no "
        "notices by Web Push.",
        visible=YES_OR_NO,
    ),
    "operator_typing": frame("typing", "Show the customer that you type.", conversation_id=TEXT),
}
"""The names are those of the messages in the document; `type` is what stands in the frame."""


def make_asyncapi(*, version: str) -> Schema:
    """Make the document."""
    rows = dict.fromkeys(row.data for row in EVENTS.values())
    models = [*rows, *(one for one in visitor_frames.MODELS if one not in rows)]
    schemas, components = msgspec.json.schema_components(models, ref_template=_REF, schema_hook=any_json)
    said = visitor_frames.said_by_visitors(components)
    say_of_each_field(components)
    mark_times(components, models)
    require_what_is_always_there(components, _asked_for(said), objects_that_leave_out(models))
    examples = Examples(components)
    data_of = dict(zip(models, schemas, strict=True))
    events = {type_.value: _event(type_.value, row.says, data_of[row.data]) for type_, row in EVENTS.items()}
    told = {name: _message(name, payload, examples) for name, payload in {**FROM_SERVER, **events}.items()}
    asked = {name: _message(name, payload, examples) for name, payload in FROM_CLIENT.items()}
    heard = _of_visitors(visitor_frames.heard_by_visitors(components), "hears", examples)
    says = _of_visitors(said, "says", examples)
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Messaging gateway: sockets", "version": version, "description": _INTRODUCTION},
        "defaultContentType": "application/json",
        "channels": {
            "events": {**_channel("/api/v1/events", _INTRODUCTION, [*told, *asked]), "bindings": {"ws": _CURSOR}},
            "visitors": {
                **_channel(visitor_frames.ADDRESS, visitor_frames.INTRODUCTION, [*heard, *says]),
                "parameters": {"channelId": {"description": "The id of a channel of kind `webchat`."}},
            },
        },
        "operations": {
            "tell": _operation("send", "events", told),
            "hear": _operation("receive", "events", asked),
            "tell_visitor": _operation("send", "visitors", heard),
            "hear_visitor": _operation("receive", "visitors", says),
        },
        "components": {"messages": {**told, **asked, **heard, **says}, "schemas": components},
    }


def _asked_for(frames: Schema) -> Schema:
    """Return frames that come to the gateway as requests: what has a default may be left out of them."""
    refs = {type_: {"$ref": _REF.format(name=payload["title"])} for type_, payload in frames.items()}
    return {"": {type_: {"requestBody": ref} for type_, ref in refs.items()}}


def _event(type_: str, says: str, data: Schema) -> Schema:
    return frame(type_, says, cursor=TEXT, id=TEXT, at={"type": "string", "format": "date-time"}, data=data)


def _of_visitors(frames: Schema, does: str, examples: Examples) -> Schema:
    """Return the messages of the web chat, under names that are theirs alone."""
    return {f"visitor_{does}_{type_}": _message(type_, payload, examples) for type_, payload in frames.items()}


def _message(name: str, payload: Schema, examples: Examples) -> Schema:
    return {"name": name, "payload": payload, "examples": [{"payload": examples.of(payload)}]}


def _channel(address: str, says: str, messages: Iterable[str]) -> Schema:
    refs = {name: {"$ref": f"#/components/messages/{name}"} for name in messages}
    return {"address": address, "description": says, "messages": refs}


def _operation(action: str, channel: str, messages: Schema) -> Schema:
    """Describe one direction, as the specification has it: `send` is what the gateway sends."""
    within = f"#/channels/{channel}"
    refs = [{"$ref": f"{within}/messages/{name}"} for name in messages]
    return {"action": action, "channel": {"$ref": within}, "messages": refs}
