"""Messages in which nobody wrote: something happened in the chat. One row a kind.

Source: https://core.telegram.org/bots/api#message, the fields called service messages, Bot API 10.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import Raw

from channels.currencies import amount_of, money_of
from channels.json_repair import JSON_FAULTS, clean_text, cleaned
from inbox.model.content import SystemContent

MAX_NAMED: Final = 20
"""So many people or tasks are named; a bot may ask for at most ten users, and a checklist has at most thirty tasks."""
MAX_CHARS: Final = 1_024
"""Longer than any title or name of Telegram's: what is longer is no word for people."""

Details = tuple[str, Mapping[str, str]]
_NONE: Final[Details] = ("", {})


class ServiceKind(NamedTuple):
    """A kind of service message.

    Attributes:
        sentence: What happened, for operators.
        details: Reads whom or what it is about; without it the sentence says it all.
        by_customer: The customer answers, pays or lets the bot in: it opens a conversation as a message does.
    """

    sentence: str
    details: Callable[[Any], Details] | None = None
    by_customer: bool = False


def is_notice(code: str) -> bool:
    """Return whether a message tells of what merely happened in the chat, not of what the customer did."""
    return code in KINDS and not KINDS[code].by_customer


def service_content(parts: Mapping[str, Raw]) -> SystemContent | None:
    """Return what a message with these parts tells of; None if it is no service message that we know."""
    name = next((name for name in parts if name in KINDS), None)
    if name is None:
        return None
    kind = KINDS[name]
    words, data = _details(kind, parts[name])
    text = f"{kind.sentence.removesuffix('.')}: {words}" if words else kind.sentence
    return SystemContent(code=name, text=text, data=data)


def _details(kind: ServiceKind, part: Raw) -> tuple[str, dict[str, str]]:
    """Return words for people and facts for programs; empty where there are none, or where they can't be read."""
    if kind.details is None:
        return "", {}
    try:
        words, facts = kind.details(cleaned(msgspec.json.decode(part)))
    except (*JSON_FAULTS, ArithmeticError, AttributeError, LookupError, TypeError):  # a shape that is not Telegram's
        words, facts = _NONE
    return words[:MAX_CHARS], {name: fact[:MAX_CHARS] for name, fact in facts.items() if fact}


def _title(part: Any) -> Details:
    return (part, {"title": part}) if isinstance(part, str) else _NONE


def _named(part: Any) -> Details:
    """Read what has a name of its own, such as a topic or a community."""
    name = part.get("name") or (part.get("community") or {}).get("name")
    return _title(name)


def _person(part: Any) -> str:
    """Name a person: names, user name, otherwise the id."""
    names = " ".join(str(part[name]) for name in ("first_name", "last_name") if part.get(name))
    username = f"@{part['username']}" if part.get("username") else ""
    told = f"{names} ({username})" if names and username else names or username
    return told or str(part.get("id", part.get("user_id", "")))


def _people(part: Any) -> Details:
    people = part if isinstance(part, list) else [part]
    return ", ".join(_person(one) for one in people[:MAX_NAMED]), {"user_ids": _ids(people, "id")}


def _users_shared(part: Any) -> Details:
    """Read whom the customer chose; before Bot API 7.2 only their ids came."""
    users = part.get("users") or [{"user_id": one} for one in part.get("user_ids") or [part.get("user_id")] if one]
    words = ", ".join(_person(user) for user in users[:MAX_NAMED])
    return words, {"user_ids": _ids(users, "user_id"), "request_id": str(part.get("request_id", ""))}


def _chat_shared(part: Any) -> Details:
    username = f"@{part['username']}" if part.get("username") else ""
    words = " ".join(filter(None, [part.get("title") or "", username])) or str(part["chat_id"])
    return words, {"chat_id": str(part["chat_id"]), "request_id": str(part.get("request_id", ""))}


def _ids(people: Iterable[Any], name: str) -> str:
    return ",".join(str(one[name]) for one in list(people)[:MAX_NAMED])


def _gift(part: Any) -> Details:
    """Read the giver's words, and which gift it is where it has a name."""
    gift = part.get("gift") or {}
    named = f"{gift['base_name']} #{gift.get('number', '')}" if gift.get("base_name") else ""
    emoji = (gift.get("sticker") or {}).get("emoji") or ""
    return " ".join(filter(None, [named or emoji, part.get("text") or ""])), {}


def _giveaway(part: Any) -> Details:
    winners = part.get("winner_count")
    prize = part.get("prize_description") or ""
    return ", ".join(filter(None, [f"{winners} winners" if winners else "", prize])), {}


def _tasks(part: Any) -> Details:
    return ", ".join(str(task["text"]) for task in part["tasks"][:MAX_NAMED]), {}


def _tasks_done(part: Any) -> Details:
    """Name the tasks that were marked, where their checklist came along."""
    known = {
        task["id"]: task["text"] for task in part.get("checklist_message", {}).get("checklist", {}).get("tasks", [])
    }
    marked = [("☑", one) for one in part.get("marked_as_done_task_ids") or []]
    marked += [("☐", one) for one in part.get("marked_as_not_done_task_ids") or []]
    return ", ".join(f"{sign} {known.get(one, one)}" for sign, one in marked[:MAX_NAMED]), {}


def _money(part: Any) -> Details:
    currency, total = str(part["currency"]), int(part["total_amount"])
    facts = {"currency": currency, "total_amount": str(total), "amount": amount_of(total, currency)}
    return money_of(total, currency), facts | {"payload": str(part.get("invoice_payload", ""))}


def _post_paid(part: Any) -> Details:
    """Read what was paid for a suggested post: toncoins in the smallest unit, or stars."""
    if part.get("star_amount"):
        return money_of(int(part["star_amount"]["amount"]), "XTR"), {}
    return (money_of(int(part["amount"]), str(part["currency"])), {}) if part.get("amount") else _NONE


def _pinned(part: Any) -> Details:
    words = part.get("text") or part.get("caption") or ""
    return clean_text(words), {"message_id": str(part["message_id"])}


def _option(part: Any) -> Details:
    return str(part["option_text"]), {}


def _alert(part: Any) -> Details:
    return f"{_person(part['traveler'])}, {part['distance']} m from {_person(part['watcher'])}", {}


def _owner(part: Any) -> Details:
    return _people(part["new_owner"]) if part.get("new_owner") else _NONE


def _comment(part: Any) -> Details:
    return str(part.get("comment") or part.get("reason") or ""), {}


def _guests(part: Any) -> Details:
    return _people(part["users"])


def _bot(part: Any) -> Details:
    return _people(part["bot"])


KINDS: Final[Mapping[str, ServiceKind]] = {
    "boost_added": ServiceKind("The chat was boosted."),
    "channel_chat_created": ServiceKind("The channel was created."),
    "chat_background_set": ServiceKind("The chat's background was changed."),
    "chat_owner_changed": ServiceKind("The chat has a new owner.", _owner),
    "chat_owner_left": ServiceKind("The chat's owner left.", _owner),
    "chat_shared": ServiceKind("The customer shared a chat with the bot.", _chat_shared, by_customer=True),
    "checklist_tasks_added": ServiceKind("Tasks were added to a checklist.", _tasks, by_customer=True),
    "checklist_tasks_done": ServiceKind("Tasks of a checklist were marked.", _tasks_done, by_customer=True),
    "community_chat_added": ServiceKind("The chat was added to a community.", _named),
    "community_chat_joined": ServiceKind("Somebody joined the chat through its community.", _named),
    "community_chat_removed": ServiceKind("The chat was taken out of a community.", _named),
    "connected_website": ServiceKind("The customer signed in to a website with Telegram.", _title, by_customer=True),
    "delete_chat_photo": ServiceKind("The chat's picture was removed."),
    "direct_message_price_changed": ServiceKind("The price of direct messages was changed."),
    "forum_topic_closed": ServiceKind("The topic was closed."),
    "forum_topic_created": ServiceKind("A topic was created.", _named),
    "forum_topic_edited": ServiceKind("The topic was changed.", _named),
    "forum_topic_reopened": ServiceKind("The topic was opened again."),
    "general_forum_topic_hidden": ServiceKind("The general topic was hidden."),
    "general_forum_topic_unhidden": ServiceKind("The general topic was shown again."),
    "gift": ServiceKind("A gift was sent.", _gift, by_customer=True),
    "gift_upgrade_sent": ServiceKind("An upgrade of a gift was bought.", _gift),
    "giveaway": ServiceKind("A giveaway was announced.", _giveaway),
    "giveaway_completed": ServiceKind("A giveaway ended.", _giveaway),
    "giveaway_created": ServiceKind("A giveaway was created."),
    "giveaway_winners": ServiceKind("The winners of a giveaway were drawn.", _giveaway),
    "group_chat_created": ServiceKind("The group was created."),
    "left_chat_member": ServiceKind("Somebody left the chat.", _people),
    "managed_bot_created": ServiceKind("The customer made a bot that this one manages.", _bot, by_customer=True),
    "message_auto_delete_timer_changed": ServiceKind("The time after which messages disappear was changed."),
    "new_chat_members": ServiceKind("Somebody joined the chat.", _people),
    "new_chat_photo": ServiceKind("The chat has a new picture."),
    "new_chat_title": ServiceKind("The chat has a new title.", _title),
    "paid_message_price_changed": ServiceKind("The price of messages was changed."),
    "passport_data": ServiceKind(
        "The customer sent documents of Telegram Passport, which only its key's owner can read.", by_customer=True
    ),
    "pinned_message": ServiceKind("A message was pinned.", _pinned),
    "poll_option_added": ServiceKind("An answer was added to a poll.", _option),
    "poll_option_deleted": ServiceKind("An answer was taken out of a poll.", _option),
    "proximity_alert_triggered": ServiceKind("Somebody who shares their location came near.", _alert),
    "refunded_payment": ServiceKind("A payment was given back.", _money),
    "successful_payment": ServiceKind("The customer paid.", _money, by_customer=True),
    "suggested_post_approval_failed": ServiceKind("A suggested post could not be approved."),
    "suggested_post_approved": ServiceKind("A suggested post was approved."),
    "suggested_post_declined": ServiceKind("A suggested post was declined.", _comment),
    "suggested_post_paid": ServiceKind("A suggested post was paid for.", _post_paid, by_customer=True),
    "suggested_post_refunded": ServiceKind("The payment for a suggested post was given back.", _comment),
    "supergroup_chat_created": ServiceKind("The group was created."),
    "unique_gift": ServiceKind("A gift was sent.", _gift, by_customer=True),
    "user_shared": ServiceKind("The customer shared users with the bot.", _users_shared, by_customer=True),
    "users_shared": ServiceKind("The customer shared users with the bot.", _users_shared, by_customer=True),
    "video_chat_ended": ServiceKind("The video chat ended."),
    "video_chat_participants_invited": ServiceKind("Somebody was invited to the video chat.", _guests),
    "video_chat_scheduled": ServiceKind("A video chat was scheduled."),
    "video_chat_started": ServiceKind("A video chat began."),
    "write_access_allowed": ServiceKind("The customer allowed the bot to write.", by_customer=True),
}
