"""The Bot API's errors, with the descriptions that clients know.

Source: core.telegram.org/bots/api#making-requests and #responseparameters, Bot API 10.x; the wording
as the public server answers it.
"""

from __future__ import annotations

from typing import Any

import msgspec

TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


class BotApiError(Exception):
    """A method that is refused; nothing has happened.

    Attributes:
        code: The HTTP status, which the envelope repeats as `error_code`.
        parameters: What the client may do about it: `retry_after`, `migrate_to_chat_id`.
    """

    def __init__(self, code: int, details: str = "", **parameters: int) -> None:
        title = TITLES.get(code, "Internal Server Error")
        self.code = code
        self.description = f"{title}: {details}" if details else title
        self.parameters = parameters
        super().__init__(self.description)

    def body(self) -> bytes:
        """The envelope."""
        value: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            value["parameters"] = self.parameters
        return msgspec.json.encode(value)


def bad_request(details: str) -> BotApiError:
    """400: the request itself is at fault."""
    return BotApiError(400, details)


def too_many_requests(retry_after: int) -> BotApiError:
    """429: come back after so many seconds."""
    return BotApiError(429, f"retry after {retry_after}", retry_after=retry_after)


def upgraded_to_supergroup(new_chat_id: int) -> BotApiError:
    """400: the group has another id now."""
    return BotApiError(400, "group chat was upgraded to a supergroup chat", migrate_to_chat_id=new_chat_id)
