"""The other side of the page: customers at the emulator, and the API."""

from __future__ import annotations

from typing import Any

from tests.acceptance.demo_process import DemoProcess


class Shop:
    """The demo's first workspace."""

    def __init__(self, demo: DemoProcess) -> None:
        self.demo = demo
        self.ana, self.ben, self.sofia = demo.ready["operators"]
        self.owner = demo.ready["owner"]
        for operator in (self.ana, self.ben, self.owner):  # the tests leave conversations with them
            self.api("PATCH", f"/operators/{operator['id']}", {"capacity": 1000})

    def api(self, method: str, path: str, body: object = None, *, token: str | None = None) -> Any:
        status, answer = self.demo.api(method, path, body, token=token or self.owner["token"])
        assert status < 300, answer
        return answer

    def until_let_in(self, token: str) -> None:
        """Wait until the server, which remembers what it asks of people for a second, asks nothing more of somebody."""
        self.demo.wait_until(lambda: self.demo.api("GET", "/queues", token=token)[0] == 200, "the API answers")

    def new_operator(self, email: str, password: str) -> dict[str, Any]:
        """Add somebody of a test's own: what ends the sign-ins of one of the demo's people harms other tests."""
        invitation = self.api("POST", "/invitations", {"name": email, "email": email})
        token = invitation["link"].rpartition("/")[2]
        signed_in = self.api("POST", "/auth/password", {"token": token, "password": password})
        return {**invitation["operator"], "token": signed_in["token"]}


class Customer:
    """A person on WhatsApp."""

    def __init__(self, shop: Shop, wa_id: str, name: str, *, number: str = "whatsapp") -> None:
        self.wa_id = wa_id
        self.name = name
        self._shop = shop
        phone_number_id = shop.demo.ready["channels"][number]["phone_number_id"]
        self._path = f"/control/whatsapp/{phone_number_id}/customers/{wa_id}"

    def writes(self, text: str, **more: object) -> None:
        self.sends(type="text", text={"body": text}, **more)

    def sends(self, **message: object) -> None:
        self._control("POST", "/messages", {"profile_name": self.name, **message})

    def opens_the_chat(self) -> None:
        self._control("POST", "/read", {})

    def cannot_be_reached(self) -> None:
        self._control("PUT", "", {"reachable": False})

    def sees(self) -> list[str]:
        """Texts that came from the business."""
        messages = self._control("GET", "/thread")["messages"]
        return [one["text"]["body"] for one in messages if one["direction"] == "in"]

    def conversation(self) -> dict[str, Any]:
        """The open conversation, as soon as it is there."""
        found: list[dict[str, Any]] = []

        def is_there() -> bool:
            found[:] = self._shop.api("GET", f"/conversations?q={self.wa_id}")["items"]
            return bool(found)

        self._shop.demo.wait_until(is_there, "the conversation is there")
        return found[0]

    def assigned_to(self, operator: dict[str, Any]) -> dict[str, Any]:
        """Have the conversation assigned to somebody."""
        conversation = self.conversation()
        path, body = f"/conversations/{conversation['id']}/assign", {"operator_id": operator["id"]}
        return dict(self._shop.api("POST", path, body))

    def _control(self, method: str, path: str, body: object = None) -> Any:
        status, answer = self._shop.demo.sandbox(method, self._path + path, body)
        assert status < 300, answer
        return answer


class TelegramCustomer:
    """A person on Telegram."""

    def __init__(self, shop: Shop, user_id: str) -> None:
        self.user_id = user_id
        self._shop = shop
        bot = shop.demo.ready["channels"]["telegram"]["bot_token"].partition(":")[0]
        self._path = f"/control/telegram/{bot}/customers/{user_id}"

    def writes(self, text: str) -> None:
        self._control("POST", "/messages", {"text": text})

    def thread(self) -> list[dict[str, Any]]:
        """The chat as this person has it."""
        return list(self._control("GET", "/thread")["messages"])

    def texts(self) -> list[str]:
        return [one["text"] for one in self.thread() if "text" in one]

    def assigned_to(self, operator: dict[str, Any]) -> dict[str, Any]:
        """Have the conversation assigned to somebody, as soon as it is there."""
        found: list[dict[str, Any]] = []

        def is_there() -> bool:
            listed = self._shop.api("GET", "/conversations?limit=200")["items"]
            found[:] = [one for one in listed if one["identity"]["external_id"] == self.user_id]
            return bool(found)

        self._shop.demo.wait_until(is_there, "the conversation is there")
        path, body = f"/conversations/{found[0]['id']}/assign", {"operator_id": operator["id"]}
        return dict(self._shop.api("POST", path, body))

    def _control(self, method: str, path: str, body: object = None) -> Any:
        status, answer = self._shop.demo.sandbox(method, self._path + path, body)
        assert status < 300, answer
        return answer
