"""Telegram in the contract suite."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from channels.telegram.aiogram_models import load_aiogram
from channels.telegram.parse import ALLOWED_UPDATES
from inbox.channel.channel_directory import ChannelDirectory
from inbox.model.channel_kind import ChannelKind
from tests.contract.contract_world import ContractWorld
from tests.contract.messenger import CUSTOMER_NAME, Messenger

load_aiogram()  # as workers do, before anything of it is imported: a second instead of five

BOT_ID: Final = "7000000001"
TOKEN: Final = f"{BOT_ID}:AAH-contract-token"
SAME: Final = ("chat_id",)
FEATURES: Final = {
    "setMessageReaction": "reaction",
    "editMessageText": "edit",
    "deleteMessage": "delete",
    "sendChatAction": "typing",
}


class Telegram(Messenger):
    kind = ChannelKind.TELEGRAM
    secrets = (TOKEN,)
    customers = tuple(str(500100 + number) for number in range(20))
    expected: ClassVar[dict[str, list[Any]]] = {
        "text": [{"method": "sendMessage", "text": "It is: шесть штук 👍🏽"}],
        "image": [{"method": "sendPhoto", "photo": "LINK", "caption": "blue"}],
        "video": [{"method": "sendVideo", "video": "LINK", "caption": "blue"}],
        "audio": [{"method": "sendAudio", "audio": "LINK"}],
        "voice": [{"method": "sendVoice", "voice": "LINK"}],
        "document": [{"method": "sendDocument", "document": "LINK", "caption": "prices"}],
        "sticker": [{"method": "sendSticker", "sticker": "LINK"}],
        "location": [
            {
                "method": "sendVenue",
                "latitude": "52.52",
                "longitude": "13.405",
                "title": "Shop",
                "address": "Alexanderplatz 1",
            }
        ],
        "contacts": [{"method": "sendContact", "phone_number": "+16505551234", "first_name": "Ana Answers"}],
        "buttons": [
            {
                "method": "sendMessage",
                "text": "Reserve it?",
                "reply_markup": '{"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}], '
                '[{"text": "No", "callback_data": "no"}]]}',
            }
        ],
        "list": [
            {
                "method": "sendMessage",
                "text": "Which size?\n\nAll\n• Small: 36–38",
                "reply_markup": '{"inline_keyboard": [[{"text": "Small", "callback_data": "s"}], '
                '[{"text": "Large", "callback_data": "l"}]]}',
            }
        ],
    }

    def sandbox_config(self) -> dict[str, Any]:
        return {"bots": [{"token": TOKEN, "username": "shop_bot", "name": "Shop"}]}

    def channel(self, provider_url: str) -> dict[str, Any]:
        credentials = {"bot_token": TOKEN}
        return {"kind": "telegram", "name": "Bot", "provider_base_url": provider_url, "credentials": credentials}

    async def connected(self, world: ContractWorld) -> None:
        """Let the emulator call the test's server, whose address no setting knows, with the channel's own token."""
        url = str(world.client.make_url(f"/webhooks/telegram/{world.channel['id']}"))
        directory = ChannelDirectory(world.runtime.database, world.runtime.secret_box, clock=world.runtime.clock)
        record = await directory.get(world.channel["id"])
        assert record is not None
        secret = record.credentials["secret_token"]
        body = {"url": url, "secret_token": secret, "allowed_updates": list(ALLOWED_UPDATES)}
        await world.control("POST", f"/bot{TOKEN}/setWebhook", body)

    async def write(self, world: ContractWorld, text: str, *, who: int = 0) -> None:
        first, _, last = CUSTOMER_NAME.partition(" ")
        await self._post(world, {"text": text, "from": {"first_name": first, "last_name": last}}, who)

    async def write_strange(self, world: ContractWorld) -> None:
        await self._post(world, {"hologram": {"depth": 3}})
        await self._post(world, {"text": "after"})

    async def forge(self, world: ContractWorld) -> int:
        body = {"update_id": 1, "message": {"message_id": 1, "chat": {"id": 1, "type": "private"}, "text": "forged"}}
        headers = {"X-Telegram-Bot-Api-Secret-Token": "another"}
        path = f"/webhooks/telegram/{world.channel['id']}"
        async with world.client.post(path, json=body, headers=headers) as answer:
            return answer.status

    async def sent(self, world: ContractWorld) -> list[Any]:
        return [
            {"method": method, **{name: value for name, value in body.items() if name not in SAME}}
            for method, body in await self._calls(world)
            if method.startswith("send") and method not in FEATURES
        ]

    async def features_heard(self, world: ContractWorld) -> set[str]:
        calls = await self._calls(world)
        replied = {"reply" for _, body in calls if "reply_parameters" in body}
        return replied | {FEATURES[method] for method, _ in calls if method in FEATURES}

    async def _calls(self, world: ContractWorld) -> list[tuple[str, dict[str, Any]]]:
        return [
            (request["path"].rpartition("/")[2], request["body"] or {})
            for request in await world.requests()
            if request["path"].startswith("/bot")
        ]

    async def _post(self, world: ContractWorld, message: dict[str, Any], who: int = 0) -> None:
        await world.control("POST", f"/control/telegram/{BOT_ID}/customers/{self.customers[who]}/messages", message)
