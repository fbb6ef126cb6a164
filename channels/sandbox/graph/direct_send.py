"""Utility messages without a template: who may send them, what they may be, and the template that is made of each.

Source: direct-send, Sep 2026; its eligibility, 8 Oct 2026.
"""

from __future__ import annotations

import hashlib
import re

from channels.sandbox.graph.checks import obj
from channels.sandbox.graph.cloud import Cloud
from channels.sandbox.graph.errors import GraphError
from channels.sandbox.graph.state import JsonObject, Number

CATEGORIES = ("authentication", "service", "utility")
NAME = re.compile(r"[a-z0-9_]{1,512}\Z")
LEAST_LIMIT = 100_000
"""The portfolio's messaging limit that it takes."""
INTERACTIVE = frozenset({"button", "cta_url", "voice_call"})
NAME_TAKEN = 132021


def category_of(number: Number, message: JsonObject) -> str | None:
    """The category that a message without a template is sent in; None for an ordinary one.

    Raises:
        GraphError: The number may not, or the message is none of these.
    """
    category = message.get("category")
    if category in (None, "service"):
        return None
    if category not in CATEGORIES:
        raise GraphError(100, f"Param category must be one of {list(CATEGORIES)}.")
    limit = number.config.messaging_limit
    if number.config.direct_send == "blocked":
        raise GraphError(139200)
    is_eligible = number.config.direct_send == "allowed" and (limit is None or limit >= LEAST_LIMIT)
    if category == "authentication" or not is_eligible:
        raise GraphError(100, "The business is not eligible to send messages of this category without a template.")
    _check(message)
    return str(category).upper()


def generate(cloud: Cloud, number: Number, message: JsonObject) -> tuple[str | None, int | None]:
    """Make the template of an accepted message.

    Returns:
        Its id, and the error code with which the message fails later where its name is taken.
    """
    text = text_of(message)
    name = _given_name(message) or "auto_" + hashlib.sha256(re.sub(r"\d+", "#", text).encode()).hexdigest()[:16]
    template = cloud.templates.generate(number.config.waba_id, name, text)
    return (template.id, None) if template is not None else (None, NAME_TAKEN)


def text_of(message: JsonObject) -> str:
    """What the message says."""
    part = message["text"] if message.get("type", "text") == "text" else message["interactive"].get("body") or {}
    return str(part.get("body") or part.get("text") or "")


def _check(message: JsonObject) -> None:
    kind = message.get("type", "text")
    if kind == "interactive" and message["interactive"]["type"] not in INTERACTIVE:
        raise GraphError(100, f"Param interactive['type'] must be one of {sorted(INTERACTIVE)} in this category.")
    if kind not in ("text", "interactive"):
        raise GraphError(100, f"Messages of type {kind} can't be sent in this category.")
    if kind == "text" and message["text"].get("preview_url"):
        raise GraphError(100, "Param text['preview_url'] is not supported in this category.")
    name = _given_name(message)
    if name is not None and not NAME.match(name):
        raise GraphError(100, "Param direct_send_config['template_name'] has characters that are not allowed.")


def _given_name(message: JsonObject) -> str | None:
    if message.get("direct_send_config") is None:
        return None
    name = obj(message, "direct_send_config", "direct_send_config").get("template_name")
    return None if name is None else str(name)
