"""Who and where: names of people and chats, and our ids for messages.

A conversation is with a chat: in a private one that is the person, in a group it is the group, in a forum each of its
topics. The customer's id says so: `-1001700000001`, or `-1001700000001:4711` for a topic.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, NamedTuple

import msgspec

from channels.telegram.message_shapes import ChatShape, MessageShape, Shape, UserShape, is_there, read_part
from inbox.arriving.inbound import Customer, IdentityChanged
from inbox.contacts.language_tags import language_tag
from inbox.contacts.profile_names import profile_name

_BUSINESS: Final = "b"
"""Before the id of a connection: the same person's chat with an owner whom the bot helps is another chat."""
_DIRECT: Final = "d"
"""Before the number of a thread of a channel's direct messages, which counts apart from topics."""
PRIVATE: Final = "private"
CHANNEL: Final = "channel"
_LATEST_SECONDS: Final = 4_102_444_800
"""1 January 2100: what is later is nonsense."""


class _Topic(Shape):
    """A topic of a forum, as it was called when it was opened."""

    name: str


_topic = msgspec.json.Decoder(_Topic)


class Address(NamedTuple):
    """Where answers go.

    Attributes:
        chat_id: The chat.
        thread_id: A topic of it; None for the chat itself.
        direct_topic_id: The thread of one person in a channel's direct messages.
        connection: The business connection by which the bot answers in an owner's own chat.
    """

    chat_id: int
    thread_id: int | None = None
    direct_topic_id: int | None = None
    connection: str | None = None

    @property
    def external_id(self) -> str:
        """Our id of the customer."""
        if self.connection is not None:
            return f"{self.chat_id}:{_BUSINESS}{self.connection}"
        if self.direct_topic_id is not None:
            return f"{self.chat_id}:{_DIRECT}{self.direct_topic_id}"
        return str(self.chat_id) if self.thread_id is None else f"{self.chat_id}:{self.thread_id}"


def address_in(external_id: str) -> Address:
    """Read a customer's id. Raises `ValueError` for one that is none of ours."""
    chat_id, _, topic = external_id.partition(":")
    if topic.startswith(_BUSINESS):
        return Address(int(chat_id), connection=topic.removeprefix(_BUSINESS))
    if topic.startswith(_DIRECT):
        return Address(int(chat_id), direct_topic_id=int(topic.removeprefix(_DIRECT)))
    return Address(int(chat_id), int(topic) if topic else None)


def customer_in(message: MessageShape, writer: UserShape | None = None) -> Customer:
    """Make a customer of where a message stands: of its chat, or of its topic, which is a conversation of its own."""
    if message.business_connection_id is not None:
        return business_customer(message.chat, message.business_connection_id, writer or message.from_)
    customer = customer_of(message.chat, writer or message.from_)
    direct = message.direct_messages_topic
    if direct is not None:
        name = user_name(direct.user) if direct.user is not None else None
        place = Address(message.chat.id, direct_topic_id=direct.topic_id)
        return msgspec.structs.replace(customer, external_id=place.external_id, name=name)
    if not message.is_topic_message or message.message_thread_id is None:
        return customer
    place = Address(message.chat.id, message.message_thread_id)
    return msgspec.structs.replace(customer, external_id=place.external_id, name=_topic_name(customer.name, message))


def business_customer(chat: ChatShape, connection: str, writer: UserShape | None = None) -> Customer:
    """Make a customer of a business chat; only the customer's own app tells their language."""
    own = writer if writer is not None and writer.id == chat.id else None
    return msgspec.structs.replace(
        customer_of(chat, own), external_id=Address(chat.id, connection=connection).external_id
    )


def _topic_name(chat: str | None, message: MessageShape) -> str | None:
    """Name a topic after its chat and itself; None where a message does not tell, so that a known name stays."""
    opened = message.forum_topic_created
    if not is_there(opened) and message.reply_to_message is not None:
        opened = message.reply_to_message.forum_topic_created
    topic = read_part(opened, _topic)
    named = profile_name(topic.name) if topic is not None else None
    return " › ".join(filter(None, [chat, named])) if named else None


def customer_of(chat: ChatShape, writer: UserShape | None = None) -> Customer:
    """Make a customer of a chat: its id is where answers go. Who writes in a private chat tells their language too."""
    told = writer.language_code if writer is not None and chat.type == PRIVATE else None
    return Customer(external_id=str(chat.id), name=chat_name(chat), language=language_tag(told))


def chat_name(chat: ChatShape) -> str | None:
    """Return a chat's name: a group's title, a person's names, otherwise the user name."""
    return _name(chat.title, None, None) or _name(chat.first_name, chat.last_name, chat.username)


def user_name(user: UserShape) -> str | None:
    """Return a person's names, otherwise the user name."""
    return _name(user.first_name, user.last_name, user.username)


def moved_group(old: int, new: int, *, title: str | None = None) -> IdentityChanged:
    """Return the event that a group became a supergroup: the same id whoever tells it, and however often."""
    return IdentityChanged(
        customer=customer_of(ChatShape(id=new, type="supergroup", title=title)),
        previous=str(old),
        provider_id=f"{old}:migrated",
        text="The group became a supergroup and has a new id.",
        raw=msgspec.json.encode({"migrate_from_chat_id": old, "migrate_to_chat_id": new}),
    )


def message_key(chat_id: int, message_id: int, connection: str | None = None) -> str:
    """Return our provider's id of a message: ids of messages are unique only within their chat."""
    return f"{chat_id}:{message_id}" + ("" if connection is None else f":{_BUSINESS}{connection}")


def connection_of(provider_id: str) -> str | None:
    """Return the business connection that a provider's id of ours names."""
    parts = provider_id.split(":")
    return parts[2].removeprefix(_BUSINESS) if len(parts) > 2 and parts[2].startswith(_BUSINESS) else None


def address_of(provider_id: str) -> tuple[int, int]:
    """Return chat and message that a provider's id of ours names; an event's id names its message.

    Raises:
        ValueError: It is none of ours.
    """
    chat_id, _, rest = provider_id.partition(":")
    return int(chat_id), int(rest.partition(":")[0])


def time_of(seconds: int) -> datetime | None:
    """Read Telegram's time; 0 stands for a message that can't be read any more."""
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _LATEST_SECONDS else None


def _name(first: str | None, last: str | None, username: str | None) -> str | None:
    return profile_name(" ".join(part for part in (first, last) if part)) or profile_name(username)


def by_owner(message: MessageShape) -> bool:
    """Return whether the owner of a business account wrote: in a private chat the chat's id is the customer's."""
    return message.from_ is not None and message.from_.id != message.chat.id


def by_channel(message: MessageShape) -> bool:
    """Return whether somebody of the channel answered a person in its direct messages."""
    direct, writer = message.direct_messages_topic, message.from_
    return direct is not None and direct.user is not None and writer is not None and writer.id != direct.user.id
