"""`sendMessage`."""

from __future__ import annotations

from channels.sandbox.telegram.call import MethodCall
from channels.sandbox.telegram.chats import writable_chat
from channels.sandbox.telegram.sending import deliver
from channels.sandbox.telegram.state import JsonObject
from channels.sandbox.telegram.texts import text_fields


def send_message(call: MethodCall) -> JsonObject:
    """`sendMessage`."""
    chat, fields = writable_chat(call), text_fields(call.params)
    return deliver(call, chat, fields, hash(fields["text"]))
