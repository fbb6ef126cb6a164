"""Web chat in the contract suite: there is no provider, so the visitor's page says what it got."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from inbox.model.channel_kind import ChannelKind
from tests.contract.contents import BUTTONS, ROWS
from tests.contract.contract_world import ContractWorld
from tests.contract.messenger import CUSTOMER_NAME, Messenger
from tests.integration.webchat.visitors import Visitor, identity

SECRET: Final = "contract-identity-secret"
MEDIA: Final = {"url": "LINK"}


class Webchat(Messenger):
    kind = ChannelKind.WEBCHAT
    secrets = (SECRET,)
    customers = tuple(f"u_customer-{number}" for number in range(20))
    has_provider = False
    expected: ClassVar[dict[str, list[Any]]] = {
        "text": [{"type": "text", "text": "It is: шесть штук 👍🏽"}],
        "image": [{"type": "image", "media": MEDIA, "caption": "blue"}],
        "video": [{"type": "video", "media": MEDIA, "caption": "blue"}],
        "audio": [{"type": "audio", "media": MEDIA}],
        "voice": [{"type": "voice", "media": MEDIA}],
        "document": [{"type": "document", "media": {**MEDIA, "filename": "price list.pdf"}, "caption": "prices"}],
        "sticker": [{"type": "sticker", "media": MEDIA}],
        "location": [
            {
                "type": "location",
                "latitude": 52.52,
                "longitude": 13.405,
                "name": "Shop",
                "address": "Alexanderplatz 1",
            }
        ],
        "contacts": [
            {
                "type": "contacts",
                "contacts": [{"name": "Ana Answers", "phones": [{"phone": "+16505551234", "type": "WORK"}]}],
            }
        ],
        "buttons": [{"type": "buttons", "text": "Reserve it?", "buttons": BUTTONS}],
        "list": [
            {
                "type": "list",
                "text": "Which size?",
                "button": "Sizes",
                "sections": [{"title": "All", "rows": ROWS}],
            }
        ],
    }

    def sandbox_config(self) -> dict[str, Any]:
        return {}

    def channel(self, provider_url: str) -> dict[str, Any]:
        credentials = {"allowed_origins": ["https://shop.example"], "identity_secret": SECRET}
        return {"kind": "webchat", "name": "Chat", "credentials": credentials}

    async def connected(self, world: ContractWorld) -> None:
        """Nothing is to be told to anybody."""

    async def write(self, world: ContractWorld, text: str, *, who: int = 0) -> None:
        visitor = self._visitor(world, who)
        await visitor.connect()
        await visitor.write(text, id_=f"client-id-{text.encode().hex()[-8:]}")
        await visitor.write(text, id_=f"client-id-{text.encode().hex()[-8:]}")
        await visitor.leave()

    async def write_strange(self, world: ContractWorld) -> None:
        visitor = self._visitor(world)
        await visitor.connect()
        await visitor.say({"type": "hologram", "depth": 3})
        await visitor.frame("error")
        await visitor.write("after")
        await visitor.leave()

    async def forge(self, world: ContractWorld) -> int:
        path = f"/webhooks/webchat/{world.channel['id']}"
        async with world.client.post(path, json={"type": "message"}) as answer:
            return answer.status

    async def sent(self, world: ContractWorld) -> list[Any]:
        threads = [await self._thread(world, who) for who in range(len(self.expected))]
        return [message["content"] for thread in threads for message in thread if message["from"] == "agent"]

    async def features_heard(self, world: ContractWorld) -> set[str]:
        thread = await self._thread(world)
        heard = {"reply" for message in thread if message.get("reply_to")}
        heard |= {"reaction" for message in thread if message.get("reaction")}
        heard |= {"edit" for message in thread if message.get("edited")}
        heard |= {"delete" for message in thread if message.get("deleted")}
        visitor = self._visitor(world)
        welcome = await visitor.connect(fresh=True)
        if welcome["conversation"]["read_seq"]:
            heard.add("read")
        await world.owner.post(f"/conversations/{welcome['conversation']['id']}/typing")
        await visitor.frame("typing")
        await visitor.leave()
        return {*heard, "typing"}

    async def _thread(self, world: ContractWorld, who: int = 0) -> list[dict[str, Any]]:
        visitor = self._visitor(world, who)
        welcome = await visitor.connect(fresh=True)
        await visitor.leave()
        return list(welcome["messages"])

    def _visitor(self, world: ContractWorld, who: int = 0) -> Visitor:
        token = identity(SECRET, id=f"customer-{who}", name=CUSTOMER_NAME)
        return Visitor(world.client, world.channel["id"], identity=token)
