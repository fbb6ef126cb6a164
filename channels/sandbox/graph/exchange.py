"""One request to the Graph API, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from aiohttp import web

from channels.sandbox.graph.cloud import Cloud
from channels.sandbox.graph.errors import GraphError
from channels.sandbox.graph.state import ChatMessage, JsonObject


@dataclass(slots=True)
class Exchange:
    """A request on its way through the emulator.

    Attributes:
        accepted: The message that the request sent, if any.
        failure: Error code with which that message will fail.
        note: What the log shows in place of an upload's body.
    """

    cloud: Cloud
    request: web.Request
    token: str
    body: bytes | None = None
    note: JsonObject | None = None
    accepted: ChatMessage | None = None
    failure: int | None = None
    held: bool = False
    content_type: str = "application/json"

    def json(self) -> JsonObject:
        """The body as a JSON object.

        Raises:
            GraphError: It is none.
        """
        try:
            value = msgspec.json.decode(self.body or b"{}")
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise GraphError(100, f"Invalid JSON in the request: {error}") from error
        if not isinstance(value, dict):
            raise GraphError(100, "The request must be a JSON object.")
        return value

    def base_url(self) -> str:
        """Address under which the client reached the sandbox."""
        return f"{self.request.scheme}://{self.request.host}"


SUCCESS: JsonObject = {"success": True}
