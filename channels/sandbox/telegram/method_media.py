"""Methods that send files, places and contacts.

Source: core.telegram.org/bots/api#sendphoto and the sections after it.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from channels.sandbox.telegram.call import MethodCall
from channels.sandbox.telegram.chats import writable_chat
from channels.sandbox.telegram.errors import bad_request
from channels.sandbox.telegram.media_objects import file_of
from channels.sandbox.telegram.media_sources import media_object
from channels.sandbox.telegram.params import Params
from channels.sandbox.telegram.sending import deliver
from channels.sandbox.telegram.state import JsonObject
from channels.sandbox.telegram.texts import caption_fields

MAX_ALBUM = 10
LIVE_SECONDS = range(60, 86_401)
FOR_EVER = 0x7FFFFFFF
"""Source: core.telegram.org/bots/api#sendlocation, `live_period`."""
NUMBERS = ("duration", "width", "height", "length")
WORDS = ("performer", "title", "emoji")
WITHOUT_CAPTION = ("sticker", "video_note")
ALONE = ("document", "audio")
"""Albums of these hold nothing else. Source: core.telegram.org/bots/api#sendmediagroup."""


def sender(kind: str) -> Callable[[MethodCall], Awaitable[JsonObject]]:
    """The method that sends one file of a kind."""

    async def send(call: MethodCall) -> JsonObject:
        chat = writable_chat(call)
        content = await file_content(call, kind, call.params.values.get(kind), call.params)
        return deliver(call, chat, content, body_of(content))

    return send


async def file_content(call: MethodCall, kind: str, value: Any, params: Params) -> JsonObject:
    """A message's fields for one file with its caption."""
    known: JsonObject = {name: params.integer(name) for name in NUMBERS}
    known |= {name: params.text(name) for name in WORDS}
    caption = {} if kind in WITHOUT_CAPTION else caption_fields(params)
    content = {kind: await media_object(call, kind, value, known)}
    if kind == "animation":
        # Older clients know animations as documents: the message carries both.
        content["document"] = {key: content[kind][key] for key in ("file_id", "file_unique_id", "file_size")}
    if params.flag("has_spoiler"):
        caption["has_media_spoiler"] = True
    return content | caption


async def send_media_group(call: MethodCall) -> list[JsonObject]:
    """`sendMediaGroup`: all or nothing."""
    chat = writable_chat(call)
    items = album_items(call.params.json("media"))
    contents = [await file_content(call, one["type"], one.get("media"), Params(one)) for one in items]
    group = {"media_group_id": str(secrets.randbits(53))} if len(items) > 1 else {}
    return [deliver(call, chat, group | content, body_of(content)) for content in contents]


def album_items(given: Any) -> list[JsonObject]:
    """The items of an album, of which kinds can be mixed.

    Raises:
        BotApiError: Too many or none, or a kind that does not go there.
    """
    if not isinstance(given, list) or not given:
        raise bad_request("there are no messages to send")
    if len(given) > MAX_ALBUM:
        raise bad_request("too many messages to send as an album")
    kinds = [str(one.get("type")) if isinstance(one, dict) else "" for one in given]
    for kind in kinds:
        if kind not in ("photo", "video", *ALONE):
            raise bad_request(f"can't parse InputMedia: type \"{kind}\" can't be used in sendMediaGroup")
        if kind in ALONE and set(kinds) != {kind}:
            raise bad_request(f"{kind} can't be mixed with other media types")
    return given


def body_of(content: JsonObject) -> int:
    """A hash over what the customer sees of a file."""
    unique = [file_of(value)["file_unique_id"] for key, value in content.items() if key in KINDS]
    return hash((*unique, content.get("caption", "")))


def send_location(call: MethodCall) -> JsonObject:
    """`sendLocation`; with `live_period` it can move."""
    live = call.params.integer("live_period")
    if live and live not in LIVE_SECONDS and live != FOR_EVER:
        raise bad_request("invalid live location period specified")
    content = {"location": {**place_of(call), **({"live_period": live} if live else {})}}
    return deliver(call, writable_chat(call), content, hash(str(content)))


def send_venue(call: MethodCall) -> JsonObject:
    """`sendVenue`."""
    chat, place = writable_chat(call), place_of(call)
    venue = {"location": place, "title": call.params.text("title"), "address": call.params.text("address")}
    for name in ("title", "address"):
        if not venue[name]:
            raise bad_request(f"{name} is empty")
    return deliver(call, chat, {"location": place, "venue": venue}, hash(str(venue)))


def place_of(call: MethodCall) -> JsonObject:
    """A place on Earth.

    Raises:
        BotApiError: It is none.
    """
    place = {name: call.params.number(name) for name in ("latitude", "longitude")}
    if abs(place["latitude"]) > 90 or abs(place["longitude"]) > 180:
        raise bad_request("invalid location specified")
    return place


def send_contact(call: MethodCall) -> JsonObject:
    """`sendContact`."""
    chat = writable_chat(call)
    names = ("phone_number", "first_name", "last_name", "vcard")
    contact = {name: call.params.text(name) for name in names if call.params.text(name)}
    for name in names[:2]:
        if name not in contact:
            raise bad_request(f"{name.replace('_', ' ')} is empty")
    return deliver(call, chat, {"contact": contact}, hash(str(contact)))


KINDS = ("photo", "video", "audio", "voice", "document", "sticker", "video_note", "animation")
