"""Who exists on this Telegram: bots, the people who write to them, and their chats."""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeAlias

import msgspec

from channels.sandbox.live import ChatKey
from channels.sandbox.telegram.flood import FloodGate

JsonObject: TypeAlias = dict[str, Any]

KEPT_PER_CHAT = 10_000
"""Messages kept in one chat; the oldest are forgotten first."""

UNWANTED_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Sent only if `allowed_updates` names them. Source: core.telegram.org/bots/api#setwebhook."""

DEFAULT_CONNECTIONS = 40
"""`max_connections` where the bot names none. Source: core.telegram.org/bots/api#setwebhook."""

SHOWN_IN_CHATS = ("first_name", "last_name", "username")
"""What a private chat shows of its person. Source: core.telegram.org/bots/api#chat."""


class BotConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A bot, as BotFather made it."""

    token: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,16}:[A-Za-z0-9_-]+$")]
    username: str = "sandbox_bot"
    name: str = "Sandbox Bot"

    @property
    def id(self) -> int:
        """The part of the token that is no secret."""
        return int(self.token.partition(":")[0])


class BotUpdate(msgspec.Struct, kw_only=True):
    """One update that the bot has not taken yet.

    Attributes:
        data: The whole update as JSON, as it was when it happened.
        chat_id: Updates of one chat are delivered one after another.
    """

    id: int
    chat_id: int
    at: float
    data: msgspec.Raw


@dataclass(slots=True)
class Webhook:
    """Where the bot wants its updates, and how the last attempts ended."""

    url: str = ""
    secret_token: str = ""
    max_connections: int = DEFAULT_CONNECTIONS
    ip_address: str = ""
    last_error_date: int | None = None
    last_error_message: str = ""


@dataclass(slots=True)
class EmulatedPerson:
    """A Telegram user as one bot knows them."""

    user: JsonObject
    blocked: bool = False

    @property
    def id(self) -> int:
        """The user's id, which is also that of their private chat with the bot."""
        return int(self.user["id"])


@dataclass(slots=True)
class Chat:
    """A chat with the bot in it: Telegram's own message objects, as the bot gets them.

    Attributes:
        reactions: By message id: the emoji of the bot and of the customers, by user id.
        migrated_to: The supergroup that this group has become.
        last_message_id: The newest id in a supergroup, which counts for itself.
        keyboard: What the bot has put in place of the person's own keyboard.
        typing: The chat action that is shown until `typing_until`.
        topics: Names of its topics by the number of the message that opened each.
        direct_topics: In a channel's direct messages: who has written, by the number of their topic.
        pinned: Ids of pinned messages, the newest last.
    """

    info: JsonObject
    messages: dict[int, JsonObject] = field(default_factory=dict)
    reactions: dict[int, dict[int, list[JsonObject]]] = field(default_factory=dict)
    migrated_to: int | None = None
    last_message_id: int = 0
    keyboard: JsonObject | None = None
    typing: str = ""
    typing_until: float = 0.0
    topics: dict[int, str] = field(default_factory=dict)
    direct_topics: dict[int, JsonObject] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)

    @property
    def id(self) -> int:
        """The chat's id."""
        return int(self.info["id"])

    def keep(self, message: JsonObject) -> None:
        """Put a message at the end."""
        self.messages[message["message_id"]] = message
        if len(self.messages) > KEPT_PER_CHAT:
            forgotten = next(iter(self.messages))
            del self.messages[forgotten]
            self.reactions.pop(forgotten, None)


@dataclass(slots=True)
class UpdateCounts:
    """What the statistics tell of a bot."""

    accepted: int = 0
    refused: int = 0
    inbound: int = 0
    by_chat: Counter[int] = field(default_factory=Counter)
    posts: int = 0
    failed_posts: int = 0
    delivered_updates: int = 0


@dataclass(slots=True)
class ButtonPress:
    """A pressed button that the bot has not answered."""

    chat_id: int
    at: float


@dataclass(slots=True)
class Business:
    """An owner who has connected the bot to their own account.

    Attributes:
        chats: The owner's chats, by the customer's id.
        heard_at: When each customer wrote last.
    """

    id: str
    owner: JsonObject
    is_enabled: bool = True
    can_reply: bool = True
    chats: dict[int, Chat] = field(default_factory=dict)
    heard_at: dict[int, float] = field(default_factory=dict)


@dataclass(slots=True)
class Bot:
    """A bot at run time.

    Attributes:
        settings: What the bot has set of itself, by method and scope: commands, names, descriptions.
    """

    config: BotConfig
    webhook: Webhook = field(default_factory=Webhook)
    allowed_updates: list[str] | None = None
    people: dict[int, EmulatedPerson] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    last_update_id: int = 0
    last_message_id: int = 0
    updates: OrderedDict[int, BotUpdate] = field(default_factory=OrderedDict)
    presses: OrderedDict[str, ButtonPress] = field(default_factory=OrderedDict)
    answered_presses: int = 0
    counts: UpdateCounts = field(default_factory=UpdateCounts)
    flood: FloodGate = field(default_factory=FloodGate)
    settings: dict[str, Any] = field(default_factory=dict)
    businesses: dict[str, Business] = field(default_factory=dict)
    first_bodies: dict[tuple[int, int], int] = field(default_factory=dict)
    doubles: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The bot's own user id."""
        return self.config.id

    @property
    def user(self) -> JsonObject:
        """The bot as the author of a message."""
        return {
            "id": self.id,
            "is_bot": True,
            "first_name": self.config.name,
            "username": self.config.username,
        }

    def wants(self, kind: str) -> bool:
        """Whether updates of a kind are made for this bot."""
        return kind in self.allowed_updates if self.allowed_updates else kind not in UNWANTED_BY_DEFAULT

    def person(self, user_id: int, **fields: Any) -> EmulatedPerson:
        """The person with this id, who may have written before or not."""
        found = self.people.get(user_id)
        if found is None:
            name = f"Customer {str(user_id)[-4:]}"
            user: JsonObject = {"id": user_id, "is_bot": False, "first_name": name, "language_code": "en"}
            found = self.people[user_id] = EmulatedPerson(user)
        found.user.update((key, value) for key, value in fields.items() if value is not None)
        return found

    def private_chat(self, person: EmulatedPerson) -> Chat:
        """The person's chat with the bot, which exists from now on."""
        info: JsonObject = {"id": person.id}
        info.update((key, person.user[key]) for key in SHOWN_IN_CHATS if key in person.user)
        info["type"] = "private"
        chat = self.chats.get(person.id)
        if chat is None:
            chat = self.chats[person.id] = Chat(info)
        chat.info = info
        return chat

    def next_message_id(self, chat: Chat) -> int:
        """Private chats and groups share the bot's numbers; a supergroup has its own."""
        if chat.info["type"] == "supergroup":
            chat.last_message_id += 1
            return chat.last_message_id
        self.last_message_id += 1
        return self.last_message_id

    def key(self, chat: Chat) -> ChatKey:
        """How the phone page names the chat."""
        return (str(self.id), str(chat.id))

    def count_send(self, chat_id: int, body: int, message_id: int) -> None:
        """Count an accepted message; the same body in the same chat once more counts as a double send."""
        self.counts.accepted += 1
        self.counts.by_chat[chat_id] += 1
        first = self.first_bodies.setdefault((chat_id, body), message_id)
        if first != message_id:
            self.doubles.setdefault((chat_id, body), [first]).append(message_id)
