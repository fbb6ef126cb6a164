"""What happens in the demo's shop at its first start: customers on three channels, and what operators do. Data only."""

from __future__ import annotations

from typing import Any, Final, NamedTuple


class Says(NamedTuple):
    """The customer writes: the messenger's own message object; of web chats the content."""

    message: dict[str, Any]


class Does(NamedTuple):
    """An operator does something: `path` is below the conversation."""

    who: str
    method: str
    path: str
    body: dict[str, Any]


class Scene(NamedTuple):
    """One customer's conversation.

    Attributes:
        place: `whatsapp` goes to everybody, `whatsapp_queue` and `webchat` wait in a queue, `telegram` is the bot;
            further ones below.
        number: Digits of the phone, WhatsApp's id of somebody who shows none or of a group, or Telegram's id of the
            person; nothing in a web chat.
    """

    place: str
    name: str
    number: str
    steps: tuple[Says | Does, ...]


AGENTS: Final = "whatsapp_agent"
"""WhatsApp, where Meta's agent answers first."""
BUSINESS: Final = "telegram_business"
"""The chats of a Telegram account to which the bot is connected; also the connection's name at the emulator."""
BUSINESS_OWNER: Final = "Demo shop repairs"

TAGS: Final = (("order", "#2f80ed"), ("return", "#d9822b"), ("vip", "#8a4a86"))
TOPICS: Final = ("Delivery", "Returns", "Products")
REPLIES: Final = (
    (
        "Greeting",
        "hello",
        "Hello {{ contact.name }}, {{ operator.name }} here. How can I help?",
        "Здравствуйте, {{ contact.name }}! Это {{ operator.name }}. Чем помочь?",
    ),
    (
        "Where is my order",
        "order",
        "Please tell me the number of your order: I look where it is.",
        "Напишите, пожалуйста, номер заказа: посмотрю, где он.",
    ),
    (
        "How to return something",
        "return",
        "You can send it back within 30 days. I send you the label for the parcel.",
        "Вернуть покупку можно в течение 30 дней. Пришлю вам наклейку на посылку.",
    ),
)
"""Prepared replies: title, shortcut, in English, in Russian."""


def _text(text: str) -> Says:
    return Says({"type": "text", "text": {"body": text}})


def _in_group(name: str, phone: str, text: str) -> Says:
    """Somebody writes in a group of WhatsApp."""
    return Says({"type": "text", "text": {"body": text}, "from": phone, "profile_name": name})


def _taken(who: str) -> Does:
    """They take the conversation themselves; `{who}` becomes their id."""
    return Does(who, "POST", "assign", {"operator_id": "{who}"})


def _answers(who: str, text: str) -> Does:
    return Does(who, "POST", "messages", {"content": {"type": "text", "text": text}})


SCENES: Final = (
    Scene(
        "whatsapp",
        "Maria Santos",
        "351912000101",
        (
            _text("Hi! Where is my order 10482? It should have come on Tuesday."),
            _taken("ana"),
            Does("ana", "PUT", "tags", {"tags": ["order", "vip"]}),
            _answers("ana", "Hello Maria, let me ask the carrier."),
            Does("ana", "PUT", "note", {"text": "The carrier says: tomorrow between 9 and 12."}),
            _answers("ana", "It comes tomorrow between 9 and 12. I am sorry for the wait!"),
            _text("Great, thank you! Can I still change the address?"),
        ),
    ),
    Scene(
        "whatsapp",
        "Lena Fischer",
        "491512000102",
        (
            _text("The mug in my parcel is broken."),
            Says({"type": "location", "location": {"latitude": 52.52, "longitude": 13.405, "name": "My parcel shop"}}),
            _taken("ben"),
            Does("ben", "PUT", "tags", {"tags": ["return"]}),
            _answers("ben", "Oh no. Shall we send a new one, or give the money back?"),
        ),
    ),
    Scene(
        "whatsapp",
        "João Pereira",
        "351912000103",
        (
            _text("Do you ship to Porto?"),
            _taken("ana"),
            _answers("ana", "Yes, in two days, and from 40 € on it is free."),
            _text("Perfect."),
            Does("ana", "POST", "close", {}),
        ),
    ),
    Scene("whatsapp", "Ahmed Khan", "447700900104", (_text("Hello! Is the blue jacket in stock in size L?"),)),
    Scene("whatsapp", "Ольга Иванова", "79161234105", (_text("Здравствуйте! Можно вернуть куртку без чека?"),)),
    Scene(
        "whatsapp_queue",
        "Tom Baker",
        "447700900106",
        (_text("I would like 40 mugs with our logo. What would they cost?"),),
    ),
    Scene("whatsapp_queue", "Sara Lind", "46701740107", (_text("Are there discounts for schools?"),)),
    Scene(
        "telegram",
        "Nina Kovač",
        "700000108",
        (
            Says({"text": "Hi, can I pick up my order in the shop?"}),
            _taken("ben"),
            _answers("ben", "Yes, any day until 19:00."),
            Says({"text": "And on Sunday?"}),
        ),
    ),
    Scene("telegram", "Luca Moretti", "700000109", (Says({"text": "The link in your last mail does not work 🙁"}),)),
    Scene(
        "whatsapp",
        "Joana Lima",
        "PT.13491208655302741918",
        (
            _text("Hello! I found you by your user name. Do you repair bags?"),
            _taken("ana"),
            _answers("ana", "Hello Joana, we do. May we see a picture of it?"),
        ),
    ),
    Scene(
        AGENTS,
        "Priya Nair",
        "447700900110",
        (
            _text("Where do I find the size table?"),
            _taken("ana"),
            Does("ana", "POST", "control", {"action": "take"}),
            _answers("ana", "Hello Priya, Ana here. It is below each picture; which size do you usually wear?"),
        ),
    ),
    Scene(AGENTS, "Marek Nowak", "48512000111", (_text("When is the shop open?"),)),
    Scene(
        BUSINESS,
        "Elif Demir",
        "700000112",
        (
            Says({"text": "Is my repaired coat ready?"}),
            _taken("ben"),
            _answers("ben", "Yes, you can fetch it today until 19:00."),
        ),
    ),
    Scene(
        "whatsapp",
        "WhatsApp group",
        "Y2FwaV9ncm91cDoxNTU1MDEwMDoxMjAzNjM0MDQ2",
        (
            _in_group("Ines Costa", "351912000113", "We three share the order of our club. Can you split the bill?"),
            _in_group("Rui Alves", "351912000114", "Half for me, please."),
            _taken("ana"),
            _answers("ana", "Hello to all of you, I can: everybody gets a link of their own."),
        ),
    ),
    Scene("webchat", "", "", (Says({"type": "text", "text": "Do you have gift cards?"}),)),
)
