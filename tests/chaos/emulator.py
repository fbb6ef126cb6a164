"""The provider emulator's side of the story: its faults, its raw log, what its customers see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from tests.chaos.http_client import HttpClient

JsonObject = dict[str, Any]


class Emulator:
    """Asks the emulator's control API about one number."""

    def __init__(self, http: HttpClient, phone_number_id: str) -> None:
        self._http = http
        self._number = phone_number_id
        self._after = 0

    async def begin(self) -> None:
        """No faults; only requests from now on count."""
        await self._http.ask("DELETE", "/control/faults")
        self._after = (await self._http.get("/control/stats"))["requests"]

    async def faults(self, **faults: object) -> None:
        """Put faults in force."""
        answer = await self._http.ask("PUT", "/control/faults", faults)
        assert answer.status == 200, answer

    async def customer_writes(self, customer: str, text: str) -> str:
        """Have a customer write; return the provider's id."""
        path = f"/control/whatsapp/{self._number}/customers/{customer}/messages"
        answer = await self._http.ask("POST", path, {"type": "text", "text": {"body": text}})
        assert answer.status == 201, answer
        return str(answer.body["id"])

    async def sends(self) -> list[JsonObject]:
        """Every request to send since `begin`, in the order of their ends."""
        found: list[JsonObject] = []
        after = self._after
        while True:
            page = await self._http.get(f"/control/requests?after={after}")
            found += page["requests"]
            if not page["requests"]:
                break
            after = page["next_after"]
        return [r for r in found if r["method"] == "POST" and "biz_opaque_callback_data" in (r["body"] or {})]

    async def accepted(self) -> list[tuple[str, str]]:
        """Our id and the provider's of every message that took effect, in order."""
        return [(s["body"]["biz_opaque_callback_data"], s["message_id"]) for s in await self.sends() if s["message_id"]]

    async def statuses(self, customers: Iterable[str]) -> dict[str, str]:
        """What became of the messages that customers got: provider's id → status."""
        found: dict[str, str] = {}
        for customer in customers:
            thread = await self._http.get(f"/control/whatsapp/{self._number}/customers/{customer}/thread")
            found |= {m["id"]: m["status"] for m in thread["messages"] if m["direction"] == "in"}
        return found

    async def in_flight(self) -> int:
        """Requests that it works on right now."""
        return int((await self._http.get("/control/stats?recipients=false"))["in_flight"])

    async def retry_webhooks(self) -> None:
        """Repeat failed webhooks now: the pauses between attempts grow to ten seconds."""
        await self._http.ask("POST", "/control/webhooks/retry")

    async def webhooks_waiting(self) -> int:
        """Webhooks that the gateway has not answered 200 yet."""
        numbers = (await self._http.get("/control/stats?recipients=false"))["numbers"]
        webhooks = Counter(numbers[self._number]["webhooks"])
        return webhooks["pending_updates"] + webhooks["retrying_posts"]
