"""The emulated Telegram as one object: what its parts share."""

from __future__ import annotations

from dataclasses import dataclass, field

from channels.sandbox.clock import SandboxClock
from channels.sandbox.faults import FaultBox
from channels.sandbox.live import LiveFeed
from channels.sandbox.posting import Poster
from channels.sandbox.telegram.delivery import Deliveries
from channels.sandbox.telegram.files import FileStore
from channels.sandbox.telegram.polling import Pollers
from channels.sandbox.telegram.state import Bot, BotConfig, Chat, JsonObject
from channels.sandbox.telegram.updates import make_update


@dataclass(slots=True)
class Telegram:
    """One emulated Telegram.

    Attributes:
        changes: Grows with everything that happens.
    """

    clock: SandboxClock
    faults: FaultBox
    live: LiveFeed
    poster: Poster
    deliveries: Deliveries
    files: FileStore = field(default_factory=FileStore)
    pollers: Pollers = field(default_factory=Pollers)
    bots: dict[int, Bot] = field(default_factory=dict)
    changes: int = 0

    @classmethod
    def new(cls, clock: SandboxClock, faults: FaultBox, live: LiveFeed) -> Telegram:
        """An empty Telegram."""
        poster = Poster()
        return cls(
            clock=clock, faults=faults, live=live, poster=poster, deliveries=Deliveries(clock.now, faults, poster)
        )

    def register(self, config: BotConfig) -> Bot:
        """Add a bot, or give a known one another token or name; its chats stay."""
        bot = self.bots.get(config.id)
        if bot is None:
            bot = self.bots[config.id] = Bot(config)
        bot.config = config
        return bot

    def emit(self, bot: Bot, kind: str, chat_id: int, content: JsonObject) -> None:
        """Something happened that the bot may want to know."""
        self.changes += 1
        if not bot.wants(kind):
            return
        update = make_update(bot, kind, chat_id, content, self.clock.now())
        if bot.webhook.url:
            self.deliveries.of(bot).push(update)
        else:
            self.pollers.of(bot).wake()

    def show(self, bot: Bot, chat: Chat, message: JsonObject) -> None:
        """Tell the phone page that a message is new or changed."""
        self.changes += 1
        if self.live.watched:
            self.tell(bot, chat, {"type": "message", "message": message_view(bot, chat, message)})

    def tell(self, bot: Bot, chat: Chat, event: JsonObject) -> None:
        """Tell the phone page something about a chat."""
        self.changes += 1
        self.live.tell({"provider": "telegram", "chat": list(bot.key(chat)), **event})


def message_view(bot: Bot, chat: Chat, message: JsonObject) -> JsonObject:
    """A message as the control API shows it: Telegram's object, whose it is, and reactions by user id."""
    mine = message.get("from", {}).get("id") == bot.id
    reactions = chat.reactions.get(message["message_id"])
    view = {**message, "direction": "in" if mine else "out"}
    return view | {"reactions": {str(who): given for who, given in reactions.items()}} if reactions else view
