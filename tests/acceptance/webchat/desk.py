"""The operator's side of the web chat, by the API."""

from __future__ import annotations

import time
from typing import Any

from tests.acceptance.inbox.shop import Shop

SECONDS = 20.0


class Desk:
    """The owner answers whoever wrote last."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        shop.api("PATCH", f"/operators/{shop.owner['id']}", {"capacity": 1000})
        self._known: set[str] = set()
        self.conversation_id = ""

    def nobody_came_yet(self) -> None:
        """From now on the next visitor is a new one."""
        self._known = {one["id"] for one in self._all()}
        self.conversation_id = ""

    def nobody_is_new(self) -> bool:
        """Whether nobody has written since."""
        return {one["id"] for one in self._all()} <= self._known

    def takes(self) -> str:
        """Take the new visitor's conversation as soon as it is there."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            new = [one for one in self._all() if one["id"] not in self._known]
            if new:
                self.conversation_id = new[0]["id"]
                body = {"operator_id": self.shop.owner["id"], "take_over": True}
                self.shop.api("POST", f"/conversations/{self.conversation_id}/assign", body)
                return self.conversation_id
        raise AssertionError("nobody came")

    def answers(self, text: str) -> dict[str, Any]:
        return self.sends({"type": "text", "text": text})

    def sends(self, content: dict[str, Any]) -> dict[str, Any]:
        path = f"/conversations/{self.conversation_id}/messages"
        return dict(self.shop.api("POST", path, {"content": content}))

    def thread(self) -> list[str]:
        """What was said, without automatic texts."""
        items = self.shop.api("GET", f"/conversations/{self.conversation_id}/messages?limit=100")["items"]
        return [one["content"]["text"] for one in items if one["author"]["kind"] != "auto"]

    def status_of(self, message_id: str) -> str:
        """How far a message of this conversation has come."""
        items = self.shop.api("GET", f"/conversations/{self.conversation_id}/messages?limit=100")["items"]
        return str(next(one["status"] for one in items if one["id"] == message_id))

    def _all(self) -> list[dict[str, Any]]:
        channel = self.shop.demo.ready["channels"]["webchat"]["id"]
        return list(self.shop.api("GET", f"/conversations?view=all&channel_id={channel}&order=newest")["items"])
