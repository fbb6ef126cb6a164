"""A shop with a web chat, from the operator's side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.integration.api.support import Actor, Client, Team
from tests.integration.webchat.visitors import Visitor
from tests.waiting import eventually


@dataclass(frozen=True)
class Shop:
    """The operator's side: the owner answers."""

    client: Client
    team: Team
    channel: dict[str, Any]

    @property
    def owner(self) -> Actor:
        return self.team.owner

    def visitor(self, **hello: Any) -> Visitor:
        return Visitor(self.client, self.channel["id"], **hello)

    async def talk(self, text: str) -> tuple[Visitor, dict[str, Any]]:
        """A new visitor who wrote, and the conversation, which the owner has taken."""
        visitor = self.visitor()
        await visitor.connect()
        await visitor.write(text)
        await visitor.said(text)
        return visitor, await self.conversation()

    async def conversation(self) -> dict[str, Any]:
        """Return the newest open conversation, taken by the owner."""

        async def look() -> Any:
            return (await self.owner.get("/conversations?view=all&order=newest")).body["items"]

        conversation = (await eventually(look))[0]
        if conversation["operator_id"] is None:
            path = f"/conversations/{conversation['id']}/assign"
            answer = await self.owner.post(path, {"operator_id": self.owner.id})
            assert answer.status == 200, answer.body
            return dict(answer.body)
        return dict(conversation)

    async def answer(self, conversation_id: str, text: str) -> dict[str, Any]:
        return await self.send(conversation_id, {"type": "text", "text": text})

    async def send(self, conversation_id: str, content: dict[str, Any], **more: Any) -> dict[str, Any]:
        answer = await self.owner.post(f"/conversations/{conversation_id}/messages", {"content": content, **more})
        assert answer.status == 201, answer.body
        return dict(answer.body)

    async def messages(self, conversation_id: str) -> list[dict[str, Any]]:
        return list((await self.owner.get(f"/conversations/{conversation_id}/messages")).body["items"])

    async def until_status(self, message: dict[str, Any], *statuses: str) -> None:
        async def look() -> bool:
            found = await self.messages(message["conversation_id"])
            return next(one for one in found if one["id"] == message["id"])["status"] in statuses

        await eventually(look)
