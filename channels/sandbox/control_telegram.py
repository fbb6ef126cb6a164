"""`/control/telegram`: bots, and the people who write to them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from aiohttp import web

from channels.sandbox.telegram import people
from channels.sandbox.telegram.chats import is_blocked
from channels.sandbox.telegram.state import Bot, BotConfig, Chat, JsonObject, Person
from channels.sandbox.telegram.world import Telegram, message_view
from channels.sandbox.web_answers import BadRequest, NotFound, answer, body_of

CUSTOMER = "/control/telegram/{bot_id}/customers/{user_id}"
NAMES = ("first_name", "last_name", "username", "language_code")
MAX_USER_ID = 1 << 52
"""Source: core.telegram.org/bots/api#user: at most 52 significant bits."""


class TelegramControl:
    """Handlers of the control API for the emulated Telegram."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    def routes(self) -> Iterator[web.RouteDef]:
        """All routes; fixed paths come before those with an id in them."""
        yield web.get("/control/telegram/bots", self.bots)
        yield web.post("/control/telegram/bots", self.put_bot)
        yield web.get("/control/telegram/{bot_id}/customers", self.customers)
        yield web.put(CUSTOMER, self.put_customer)
        yield web.post(CUSTOMER + "/messages", self.write)
        yield web.get(CUSTOMER + "/thread", self.thread)

    async def bots(self, _request: web.Request) -> web.Response:
        """The bots, without their tokens."""
        return answer({"bots": [_bot_view(bot) for bot in self._telegram.bots.values()]})

    async def put_bot(self, request: web.Request) -> web.Response:
        """Register or change a bot."""
        return answer(_bot_view(self._telegram.register(msgspec.convert(await body_of(request), BotConfig))))

    async def customers(self, request: web.Request) -> web.Response:
        """Everyone whom the bot knows."""
        bot = self._bot(request)
        return answer({"customers": [_person_view(bot, one) for one in bot.people.values()]})

    async def put_customer(self, request: web.Request) -> web.Response:
        """Name a person; the bot does not know them before they write."""
        body = await body_of(request)
        bot = self._bot(request)
        person = self._person(request, bot, body)
        return answer(_person_view(bot, person))

    async def write(self, request: web.Request) -> web.Response:
        """A person writes; the answer is the message as the update carries it."""
        body = await body_of(request)
        bot = self._bot(request)
        sender = body.get("from")
        person = self._person(request, bot, sender if isinstance(sender, dict) else {})
        return answer(people.write(self._telegram, bot, person, body), 201)

    async def thread(self, request: web.Request) -> web.Response:
        """A chat as the person sees it: `direction` "in" came from the bot; `?chat_id=` for a group."""
        bot = self._bot(request)
        person = self._person(request, bot, {})
        chat = self._chat(request, bot, person)
        now = self._telegram.clock.now()
        view: JsonObject = {
            "bot_id": bot.id,
            "customer": _person_view(bot, person),
            "chat": chat.info,
            "typing": chat.typing if chat.typing_until > now else "",
            "blocked": is_blocked(bot, chat),
            "messages": [message_view(bot, chat, one) for one in chat.messages.values()],
        }
        return answer(view)

    def _bot(self, request: web.Request) -> Bot:
        name = request.match_info["bot_id"]
        bot = self._telegram.bots.get(int(name)) if name.isdecimal() else None
        if bot is None:
            raise NotFound(f"there is no bot {name}")
        return bot

    def _person(self, request: web.Request, bot: Bot, fields: JsonObject) -> Person:
        name = request.match_info["user_id"]
        if not (name.isascii() and name.isdecimal() and 0 < int(name) < MAX_USER_ID):
            raise BadRequest("the customer must be a user id: a number of at most 52 bits")
        return bot.person(int(name), **{key: fields[key] for key in NAMES if key in fields})

    def _chat(self, request: web.Request, bot: Bot, person: Person) -> Chat:
        name = request.query.get("chat_id")
        if name is None:
            # Looking at an empty chat does not make the person known to the bot.
            return bot.chats.get(person.id) or Chat({"id": person.id, "type": "private"})
        try:
            return bot.chats[int(name)]
        except (KeyError, ValueError) as error:
            raise NotFound(f"there is no chat {name}") from error


def _bot_view(bot: Bot) -> JsonObject:
    return {
        "bot_id": bot.id,
        "username": bot.config.username,
        "name": bot.config.name,
        "webhook_url": bot.webhook.url or None,
        "pending_updates": len(bot.updates),
        "customers": len(bot.people),
    }


def _person_view(bot: Bot, person: Person) -> JsonObject:
    chat = bot.chats.get(person.id)
    return {
        **person.user,
        "user_id": person.id,
        "blocked": person.blocked,
        "messages": len(chat.messages) if chat else 0,
    }
