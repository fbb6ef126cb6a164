"""`/control/telegram`: bots, and the people who write to them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from aiohttp import web

from channels.sandbox.telegram import business, groups, people
from channels.sandbox.telegram.chats import is_blocked
from channels.sandbox.telegram.state import Bot, BotConfig, Chat, EmulatedPerson, JsonObject
from channels.sandbox.telegram.world import Telegram, message_view
from channels.sandbox.web_answers import BadRequestError, NotFoundError, answer, body_of, file_answer

CUSTOMER = "/control/telegram/{bot_id}/customers/{user_id}"
BUSINESS_CHAT = "/control/telegram/{bot_id}/businesses/{connection}/customers/{user_id}"
NAMES = ("first_name", "last_name", "username", "language_code")
ID = re.compile(r"[0-9]{1,16}\Z")
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
        yield web.post(CUSTOMER + "/edit", self.edit)
        yield web.post(CUSTOMER + "/reaction", self.react)
        yield web.post(CUSTOMER + "/press", self.press)
        yield web.post(CUSTOMER + "/guest", self.ask_as_guest)
        yield web.post(CUSTOMER + "/block", self.block)
        yield web.post(CUSTOMER + "/unblock", self.unblock)
        yield web.post("/control/telegram/{bot_id}/chats/{chat_id}/migrate", self.migrate)
        yield web.post("/control/telegram/{bot_id}/businesses", self.connect_business)
        yield web.post(BUSINESS_CHAT + "/messages", self.write_to_business)
        yield web.post(BUSINESS_CHAT + "/deletions", self.delete_in_business)
        yield web.post(BUSINESS_CHAT + "/tasks", self.mark_tasks)
        yield web.get(BUSINESS_CHAT + "/thread", self.business_thread)
        yield web.post("/control/telegram/{bot_id}/files", self.upload)
        yield web.get("/control/telegram/{bot_id}/files/{file_id}", self.file)

    async def bots(self, _request: web.Request) -> web.Response:
        """The bots, without their tokens."""
        return answer({"bots": [self._bot_view(bot) for bot in self._telegram.bots.values()]})

    async def put_bot(self, request: web.Request) -> web.Response:
        """Register or change a bot."""
        return answer(self._bot_view(self._telegram.register(msgspec.convert(await body_of(request), BotConfig))))

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
        return answer(await people.write(self._telegram, bot, person, body), 201)

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
            "keyboard": chat.keyboard,
            "messages": [message_view(bot, chat, one) for one in chat.messages.values()],
        }
        return answer(view)

    async def edit(self, request: web.Request) -> web.Response:
        """A person changes their message: `{message_id, text}` or `{message_id, caption}`."""
        return answer(people.edit(self._telegram, *await self._act(request)))

    async def react(self, request: web.Request) -> web.Response:
        """A person reacts: `{message_id, emoji}`; without an emoji the reaction is taken back."""
        return answer(people.set_reaction(self._telegram, *await self._act(request)))

    async def press(self, request: web.Request) -> web.Response:
        """A person presses an inline button: `{message_id, data}` or `{message_id, text}`."""
        return answer(people.press(self._telegram, *await self._act(request)))

    async def ask_as_guest(self, request: web.Request) -> web.Response:
        """A person asks the bot in a chat that it is not in: `{text}`."""
        return answer(people.ask_as_guest(self._telegram, *await self._act(request)), 201)

    async def block(self, request: web.Request) -> web.Response:
        """A person blocks the bot: it gets 403 from now on."""
        bot, person, _ = await self._act(request)
        return answer(people.set_blocked(self._telegram, bot, person, blocked=True))

    async def unblock(self, request: web.Request) -> web.Response:
        """A person lets the bot write again."""
        bot, person, _ = await self._act(request)
        return answer(people.set_blocked(self._telegram, bot, person, blocked=False))

    async def migrate(self, request: web.Request) -> web.Response:
        """A group becomes a supergroup; the answer has its new id."""
        bot = self._bot(request)
        chat = _chat_named(bot, request.match_info["chat_id"])
        return answer({"chat": groups.migrate(self._telegram, bot, chat).info})

    async def connect_business(self, request: web.Request) -> web.Response:
        """An owner connects the bot: `{id, name, is_enabled, can_reply}`; again with the same id it changes."""
        made = business.connect(self._telegram, self._bot(request), await body_of(request))
        return answer(business.view(made, int(self._telegram.clock.now())))

    async def write_to_business(self, request: web.Request) -> web.Response:
        """The customer writes to the owner: `{text}`, `{checklist}`; with `by: "owner"` the owner to the customer."""
        bot, person, body = await self._act(request)
        owned = business.business_of(bot, request.match_info["connection"])
        return answer(business.write(self._telegram, bot, owned, person, body), 201)

    async def delete_in_business(self, request: web.Request) -> web.Response:
        """Owner or customer deletes messages: `{message_ids}`."""
        bot, person, body = await self._act(request)
        owned = business.business_of(bot, request.match_info["connection"])
        ids = [one for one in body.get("message_ids") or () if isinstance(one, int)]
        business.delete(self._telegram, bot, owned, business.chat_with(owned, person), ids)
        return answer({"deleted": ids})

    async def mark_tasks(self, request: web.Request) -> web.Response:
        """The customer marks tasks of a checklist: `{message_id, done, not_done}`."""
        bot, person, body = await self._act(request)
        owned = business.business_of(bot, request.match_info["connection"])
        return answer(business.mark_tasks(self._telegram, bot, owned, person, body), 201)

    async def business_thread(self, request: web.Request) -> web.Response:
        """The owner's chat with a customer."""
        bot = self._bot(request)
        owned = business.business_of(bot, request.match_info["connection"])
        chat = business.chat_with(owned, self._person(request, bot, {}))
        return answer({"chat": chat.info, "messages": list(chat.messages.values())})

    async def upload(self, request: web.Request) -> web.Response:
        """A person's file: the raw body with its `Content-Type` and `?file_name=`; answers its id."""
        bot, data = self._bot(request), await request.read()
        fields = {"file_name": request.query["file_name"]} if request.query.get("file_name") else {}
        made = self._telegram.files.make(bot.id, "document", data, mime_type=request.content_type, fields=fields)
        return answer({"file_id": made.id, "mime_type": made.mime_type, "file_size": made.size}, 201)

    async def file(self, request: web.Request) -> web.Response:
        """A file for the phone page."""
        file = self._telegram.files.get(self._bot(request).id, request.match_info["file_id"])
        data = self._telegram.files.read(file) if file is not None else None
        if file is None or data is None:
            raise NotFoundError("no such file")
        return file_answer(data, file.mime_type)

    async def _act(self, request: web.Request) -> tuple[Bot, EmulatedPerson, JsonObject]:
        body = await body_of(request)
        bot = self._bot(request)
        return bot, self._person(request, bot, {}), body

    def _bot_view(self, bot: Bot) -> JsonObject:
        return {
            "bot_id": bot.id,
            "username": bot.config.username,
            "name": bot.config.name,
            "webhook_url": bot.webhook.url or None,
            "polling": self._telegram.pollers.of(bot).waiting,
            "pending_updates": len(bot.updates),
            "customers": len(bot.people),
        }

    def _bot(self, request: web.Request) -> Bot:
        name = request.match_info["bot_id"]
        bot = self._telegram.bots.get(int(name)) if ID.match(name) else None
        if bot is None:
            raise NotFoundError(f"there is no bot {name}")
        return bot

    def _person(self, request: web.Request, bot: Bot, fields: JsonObject) -> EmulatedPerson:
        name = request.match_info["user_id"]
        if not (ID.match(name) and 0 < int(name) < MAX_USER_ID):
            raise BadRequestError("the customer must be a user id: a number of at most 52 bits")
        return bot.person(int(name), **{key: fields[key] for key in NAMES if key in fields})

    def _chat(self, request: web.Request, bot: Bot, person: EmulatedPerson) -> Chat:
        name = request.query.get("chat_id")
        if name is None:
            # Looking at an empty chat does not make the person known to the bot.
            return bot.chats.get(person.id) or Chat({"id": person.id, "type": "private"})
        return _chat_named(bot, name)


def _chat_named(bot: Bot, name: str) -> Chat:
    try:
        return bot.chats[int(name)]
    except (KeyError, ValueError) as error:
        raise NotFoundError(f"there is no chat {name}") from error


def _person_view(bot: Bot, person: EmulatedPerson) -> JsonObject:
    chat = bot.chats.get(person.id)
    return {
        **person.user,
        "user_id": person.id,
        "blocked": person.blocked,
        "messages": len(chat.messages) if chat else 0,
    }
