"""Whom or what a service message is about, in a few words. One row a kind; without a row its sentence says it all.

Source: https://core.telegram.org/bots/api#message and the types of its service messages, Bot API 10.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec
from msgspec import Raw

from channels.currencies import amount_of, money_of
from channels.json_repair import JSON_FAULTS, clean_text, cleaned

MAX_NAMED: Final = 20
"""So many people or tasks are named; a bot may ask for at most ten users, and a checklist has at most thirty tasks."""
MAX_CHARS: Final = 1_024
"""Longer than any title or name of Telegram's: what is longer is no word for people."""

Details = tuple[str, Mapping[str, str]]
_NONE: Final[Details] = ("", {})


def details_of(kind: str, part: Raw) -> tuple[str, dict[str, str]]:
    """Return words for people and facts for programs; empty where there are none, or where they can't be read."""
    reader = _DETAILS.get(kind)
    if reader is None:
        return "", {}
    try:
        words, facts = reader(cleaned(msgspec.json.decode(part)))
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


_DETAILS: Final[Mapping[str, Callable[[Any], Details]]] = {
    "chat_owner_changed": _owner,
    "chat_owner_left": _owner,
    "chat_shared": _chat_shared,
    "checklist_tasks_added": _tasks,
    "checklist_tasks_done": _tasks_done,
    "community_chat_added": _named,
    "community_chat_joined": _named,
    "community_chat_removed": _named,
    "connected_website": _title,
    "forum_topic_created": _named,
    "forum_topic_edited": _named,
    "gift": _gift,
    "gift_upgrade_sent": _gift,
    "giveaway": _giveaway,
    "giveaway_completed": _giveaway,
    "giveaway_winners": _giveaway,
    "left_chat_member": _people,
    "managed_bot_created": _bot,
    "new_chat_members": _people,
    "new_chat_title": _title,
    "pinned_message": _pinned,
    "poll_option_added": _option,
    "poll_option_deleted": _option,
    "proximity_alert_triggered": _alert,
    "refunded_payment": _money,
    "successful_payment": _money,
    "suggested_post_declined": _comment,
    "suggested_post_paid": _post_paid,
    "suggested_post_refunded": _comment,
    "unique_gift": _gift,
    "user_shared": _users_shared,
    "users_shared": _users_shared,
    "video_chat_participants_invited": _guests,
}
"""Kinds that are about somebody or something."""
