"""Keyboards under messages, checked as Telegram does.

Source: core.telegram.org/bots/api#inlinekeyboardbutton: exactly one optional field, `callback_data` of
1-64 bytes; #replykeyboardmarkup.
"""

from __future__ import annotations

from typing import Any

from channels.sandbox.telegram.errors import bad_request
from channels.sandbox.telegram.state import JsonObject

MAX_CALLBACK_BYTES = 64
MAX_BUTTONS = 100
"""Not documented; the public server refuses more than about 100 with this error."""

ACTIONS = frozenset(
    {
        "url", "callback_data", "web_app", "login_url", "switch_inline_query",
        "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
    }
)  # fmt: skip


def reply_markup(given: Any) -> JsonObject | None:
    """The keyboard, or None where there is none.

    Raises:
        BotApiError: It is none of Telegram's four kinds, or a button is at fault.
    """
    if given is None:
        return None
    if not isinstance(given, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in given:
        return _inline(given["inline_keyboard"])
    if "keyboard" in given:
        return given | {"keyboard": [[_reply_button(one) for one in row] for row in _rows(given["keyboard"])]}
    return given if given.get("remove_keyboard") or given.get("force_reply") else None


def _inline(keyboard: Any) -> JsonObject | None:
    rows = [[_inline_button(one) for one in row] for row in _rows(keyboard)]
    if sum(map(len, rows)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    rows = [row for row in rows if row]
    return {"inline_keyboard": rows} if rows else None


def _rows(keyboard: Any) -> list[list[Any]]:
    if not isinstance(keyboard, list) or not all(isinstance(row, list) for row in keyboard):
        raise bad_request("can't parse keyboard: expected an Array of Arrays")
    return keyboard


def _inline_button(button: Any) -> JsonObject:
    text = button.get("text") if isinstance(button, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise bad_request("can't parse inline keyboard button: Text is empty")
    actions = [name for name in button if name in ACTIONS]
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and not str(button["url"]).startswith(("http://", "https://", "tg://")):
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    return dict(button)


def _reply_button(button: Any) -> JsonObject:
    made = {"text": button} if isinstance(button, str) else button
    if not isinstance(made, dict) or not str(made.get("text", "")).strip():
        raise bad_request("can't parse keyboard button: Text is empty")
    return dict(made)
