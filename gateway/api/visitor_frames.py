"""The web chat's socket in `/asyncapi.json`: what a visitor's page says and hears.

What the page says is what `channels.webchat.frames` reads. What it hears is held against the frames of every test of
the web chat.
"""

from __future__ import annotations

from typing import Any, Final, get_args

from channels.webchat.forms import FormQuestion
from channels.webchat.frames import VisitorFrame
from channels.webchat.shown import ShownConversation, ShownMessage
from gateway.api.socket_frames import NUMBER, TEXT, YES_OR_NO, frame, nullable, optional, several

Schema = dict[str, Any]

ADDRESS: Final = "/webchat/{channelId}/socket"
MODELS: Final[tuple[Any, ...]] = (*get_args(VisitorFrame), ShownMessage, ShownConversation, FormQuestion)
INTRODUCTION: Final = (
    "A visitor's page. `hello` is the first frame, within 5 seconds; `welcome` answers. Keep messages by `id`, show "
    "them by `seq`. After a break connect again after a growing pause, with `after` and `have`: what was missed comes, "
    "each once. Close codes: 4400 not this protocol, 4401 the identity or token is no good, 4408 too slow, 4429 too "
    "many frames or pages; any other: connect again. Pass over types and members that you do not know."
)
_MESSAGE: Final[Schema] = {"$ref": "#/components/schemas/ShownMessage"}
_CONVERSATION: Final[Schema] = {"$ref": "#/components/schemas/ShownConversation"}

_PLAIN: Final = (
    frame(
        "welcome",
        "The line is open. `messages` is what you lack; with `reset` it is the end of the thread: forget what you had. "
        "`changed`: messages that you have and that may have changed. `more`: there is more before.",
        token={**nullable(TEXT), "description": "Keep it for the next `hello`; null with an identity."},
        name=nullable(TEXT),
        reset=YES_OR_NO,
        messages=several(_MESSAGE),
        changed=several(_MESSAGE),
        more=YES_OR_NO,
        conversation=nullable(_CONVERSATION),
        widget={
            "type": "object",
            "description": "How the channel wants to look and greet, in the page's language; null: as you like.",
            "properties": {
                **dict.fromkeys(("title", "greeting", "color", "logo_url"), nullable(TEXT)),
                "sound": {
                    **YES_OR_NO,
                    "description": "Whether new messages are told by a sound, unless a visitor chose.",
                },
                "usual_answer_seconds": {
                    **nullable(NUMBER),
                    "description": "Within this time most visitors get their first answer; null: say nothing of it.",
                },
                "invitations": {
                    "type": "array",
                    "description": "Greetings that begin by rule: show `text` beside the closed window.",
                    "items": {
                        "type": "object",
                        "properties": {"path": TEXT, "after_seconds": NUMBER, "text": TEXT},
                        "required": ["path", "after_seconds", "text"],
                    },
                },
            },
            "required": ["title", "greeting", "color", "logo_url", "sound", "usual_answer_seconds", "invitations"],
        },
        form={
            "type": "array",
            "description": "What to ask before the first message, which then has the answers as `form`.",
            "items": {"$ref": "#/components/schemas/FormQuestion"},
        },
        limits={
            "type": "object",
            "properties": {"text_chars": NUMBER, "upload_bytes": NUMBER},
            "required": ["text_chars", "upload_bytes"],
        },
    ),
    frame(
        "accepted",
        "Your message is stored for good; it also comes as `message` with its place. With `rating` it was the score of "
        "a conversation, and no message comes of it.",
        id=TEXT,
        rating=optional(YES_OR_NO),
    ),
    frame(
        "refused",
        "Your message is not stored. With `retry_after_seconds` send it again then, otherwise never.",
        id=TEXT,
        code=TEXT,
        detail=TEXT,
        retry_after_seconds=optional(nullable({"type": "number"})),
    ),
    frame("history", "What you asked for.", messages=several(_MESSAGE), more=YES_OR_NO),
    frame(
        "queue",
        "The place in the queue; null where there is none, or it can't be known.",
        position=nullable(NUMBER),
        expected_wait_seconds=nullable(NUMBER),
    ),
    frame(
        "availability",
        "Whether somebody is there; `reason` is `nobody` or `out_of_hours`. `people`: names of some who are there, "
        "where the channel shows them.",
        open=YES_OR_NO,
        reason=nullable(TEXT),
        people=several(TEXT),
    ),
    frame("typing", "Somebody answers; show it for some seconds."),
    frame("seen", "The visitor has seen a message in another tab.", seq=NUMBER),
    frame("pong", "The answer to `ping`."),
    frame("error", "A frame was not understood.", id={"type": "null"}, code=TEXT, detail=TEXT),
)


def heard_by_visitors(components: dict[str, Schema]) -> dict[str, Schema]:
    """Return the frames that a page hears, by their type; `components` has the schemas of `MODELS`."""
    message, conversation = components["ShownMessage"], components["ShownConversation"]
    made = {
        "message": {**message, "description": "A message of the thread."},
        "update": {**message, "description": "A message that you may have has changed."},
        "conversation": conversation,
    }
    typed = {name: _of_type(name, schema) for name, schema in made.items()}
    return typed | {one["properties"]["type"]["const"]: one for one in _PLAIN}


def said_by_visitors(components: dict[str, Schema]) -> dict[str, Schema]:
    """Return the frames that a page says, by their type."""
    structs = [components[one.__name__] for one in get_args(VisitorFrame)]
    return {one["properties"]["type"]["enum"][0]: one for one in structs}


def _of_type(type_: str, schema: Schema) -> Schema:
    properties = {**schema["properties"], "type": {"const": type_}}
    return {**schema, "properties": properties, "required": [*dict.fromkeys((*schema["required"], "type"))]}
