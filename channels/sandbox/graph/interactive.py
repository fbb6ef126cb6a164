"""Checks of interactive messages.

Source: messages/interactive-reply-buttons-messages, interactive-list-messages,
interactive-cta-url-messages; read May 2026.
"""

from __future__ import annotations

from channels.sandbox.graph.checks import at_most, items, obj, optional_text, required, text, unique
from channels.sandbox.graph.errors import GraphError
from channels.sandbox.graph.state import JsonObject

MAX_BUTTONS = 3
MAX_ROWS = 10
MAX_SECTIONS = 10
BODY_CHARS = {"list": 4096}
DEFAULT_BODY_CHARS = 1024
HEADER_CHARS = 60
FOOTER_CHARS = 60
HEADER_TYPES = ("text", "image", "video", "document")
KNOWN_TYPES = frozenset(
    {
        "button",
        "list",
        "cta_url",
        "flow",
        "location_request_message",
        "address_message",
        "product",
        "product_list",
        "catalog_message",
        "carousel",
        "call_permission_request",
        "voice_call",
        "request_contact_info",
    }
)


def check_interactive(message: JsonObject) -> None:
    """Refuse an interactive message that Meta would refuse.

    Raises:
        GraphError: With the code and details of the first fault.
    """
    interactive = obj(message, "interactive", "interactive")
    kind = text(interactive, "type", "interactive['type']", 64)
    if kind not in KNOWN_TYPES:
        raise GraphError(131009, f"Param interactive['type'] must be one of {sorted(KNOWN_TYPES)}.")
    _check_texts(interactive, kind)
    if kind == "button":
        _check_buttons(obj(interactive, "action", "interactive['action']"))
    elif kind == "list":
        _check_list(obj(interactive, "action", "interactive['action']"))
    elif kind == "request_contact_info":
        action = obj(interactive, "action", "interactive['action']")
        if action.get("name") != kind:
            raise GraphError(131009, "Param interactive['action']['name'] must be request_contact_info.")
    elif kind == "cta_url":
        _check_url(obj(interactive, "action", "interactive['action']"))


def _check_texts(interactive: JsonObject, kind: str) -> None:
    if kind != "product":
        body = obj(interactive, "body", "interactive['body']")
        text(body, "text", "interactive['body']['text']", BODY_CHARS.get(kind, DEFAULT_BODY_CHARS))
    if interactive.get("footer") is not None:
        optional_text(interactive["footer"], "text", "interactive['footer']['text']", FOOTER_CHARS)
    if interactive.get("header") is not None:
        _check_header(interactive["header"], kind)


def _check_header(header: JsonObject, kind: str) -> None:
    header_type = text(header, "type", "interactive['header']['type']", 20)
    allowed = ("text",) if kind == "list" else HEADER_TYPES
    if header_type not in allowed:
        raise GraphError(131009, f"Param interactive['header']['type'] must be one of {list(allowed)}.")
    if header_type == "text":
        text(header, "text", "interactive['header']['text']", HEADER_CHARS)


def _check_buttons(action: JsonObject) -> None:
    buttons = items(action, "buttons", "interactive['action']['buttons']")
    if len(buttons) > MAX_BUTTONS:
        raise GraphError(131009, f"Invalid buttons count. Min allowed buttons: 1, Max: {MAX_BUTTONS}.")
    ids, titles = [], []
    for index, button in enumerate(buttons):
        path = f"interactive['action']['buttons'][{index}]['reply']"
        reply = obj(button, "reply", path)
        ids.append(text(reply, "id", f"{path}['id']", 256))
        titles.append(_title(reply, f"{path}['title']", 20, "Button title"))
    unique(ids, "interactive['action']['buttons']: reply id")
    unique(titles, "interactive['action']['buttons']: reply title")


def _title(parent: JsonObject, path: str, limit: int, name: str) -> str:
    title = required(parent, "title", path)
    if not isinstance(title, str) or not 1 <= len(title.strip()) <= len(title) <= limit:
        raise GraphError(131009, f"{name} length invalid. Min length: 1, Max length: {limit}.")
    return title


def _check_list(action: JsonObject) -> None:
    button = required(action, "button", "interactive['action']['button']")
    if not isinstance(button, str) or not 1 <= len(button) <= 20:
        raise GraphError(131009, "Button label length invalid. Min length: 1, Max length: 20.")
    sections = items(action, "sections", "interactive['action']['sections']")
    at_most(sections, "interactive['action']['sections']", MAX_SECTIONS)
    ids: list[str] = []
    for index, section in enumerate(sections):
        ids += _check_section(section, index, named=len(sections) > 1)
    if len(ids) > MAX_ROWS:
        raise GraphError(131009, f"Total row count exceed max allowed count: {MAX_ROWS}.")
    unique(ids, "interactive['action']['sections']: row id")


def _check_section(section: JsonObject, index: int, *, named: bool) -> list[str]:
    path = f"interactive['action']['sections'][{index}]"
    if named:
        _title(section, f"{path}['title']", 24, "Section title")
    ids = []
    for place, row in enumerate(items(section, "rows", f"{path}['rows']")):
        row_path = f"{path}['rows'][{place}]"
        ids.append(text(row, "id", f"{row_path}['id']", 200))
        _title(row, f"{row_path}['title']", 24, "Row title")
        optional_text(row, "description", f"{row_path}['description']", 72)
    return ids


def _check_url(action: JsonObject) -> None:
    parameters = obj(action, "parameters", "interactive['action']['parameters']")
    text(parameters, "display_text", "interactive['action']['parameters']['display_text']", 20)
    url = text(parameters, "url", "interactive['action']['parameters']['url']", 2000)
    if not url.startswith(("http://", "https://")):
        raise GraphError(131009, "Param interactive['action']['parameters']['url'] is not a valid URL.")
