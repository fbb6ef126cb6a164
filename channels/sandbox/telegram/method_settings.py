"""What a bot sets of itself, and who is in its chats.

Source: core.telegram.org/bots/api#setmycommands and the sections after it, #getchatmember.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec

from channels.sandbox.telegram.call import MethodCall
from channels.sandbox.telegram.chats import chat_of
from channels.sandbox.telegram.errors import bad_request
from channels.sandbox.telegram.lengths import utf16_length
from channels.sandbox.telegram.state import Chat, JsonObject

COMMAND = re.compile(r"/?[a-z0-9_]{1,32}\Z")
MAX_COMMANDS = 100
MAX_ABOUT_COMMAND = 256
MAX_WORDS = {"name": 64, "description": 512, "short_description": 120}
MENUS = ("commands", "web_app", "default")


def set_commands(call: MethodCall) -> bool:
    """`setMyCommands`."""
    given = call.params.json("commands")
    if not isinstance(given, list):
        raise bad_request("expected an Array of BotCommand")
    if len(given) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    call.bot.settings[_place(call, "commands")] = [_command(one) for one in given]
    return True


def get_commands(call: MethodCall) -> list[JsonObject]:
    """`getMyCommands`."""
    found: list[JsonObject] = call.bot.settings.get(_place(call, "commands"), [])
    return found


def delete_commands(call: MethodCall) -> bool:
    """`deleteMyCommands`."""
    call.bot.settings.pop(_place(call, "commands"), None)
    return True


def word_setter(name: str) -> Callable[[MethodCall], bool]:
    """The method that sets the bot's name or a description."""

    def put(call: MethodCall) -> bool:
        words = call.params.text(name)
        if utf16_length(words) > MAX_WORDS[name]:
            raise bad_request(f"BOT_{'TITLE' if name == 'name' else 'DESCRIPTION'}_INVALID")
        call.bot.settings[_place(call, name)] = words
        return True

    return put


def word_getter(name: str) -> Callable[[MethodCall], JsonObject]:
    """The method that tells it; a language without own words has the usual ones."""

    def tell(call: MethodCall) -> JsonObject:
        usual = call.bot.config.name if name == "name" else ""
        settings = call.bot.settings
        return {name: settings.get(_place(call, name)) or settings.get(f"{name}::") or usual}

    return tell


def set_menu(call: MethodCall) -> bool:
    """`setChatMenuButton`."""
    given = call.params.json("menu_button") or {"type": "default"}
    if not isinstance(given, dict) or given.get("type") not in MENUS:
        raise bad_request("can't parse menu button: unsupported menu button type")
    call.bot.settings[f"menu:{call.params.text('chat_id')}"] = given
    return True


def get_menu(call: MethodCall) -> JsonObject:
    """`getChatMenuButton`."""
    settings = call.bot.settings
    usual = settings.get("menu:", {"type": "commands"})
    found: JsonObject = settings.get(f"menu:{call.params.text('chat_id')}", usual)
    return found


def set_rights(call: MethodCall) -> bool:
    """`setMyDefaultAdministratorRights`."""
    call.bot.settings[f"rights:{call.params.flag('for_channels')}"] = call.params.json("rights") or {}
    return True


def get_rights(call: MethodCall) -> JsonObject:
    """`getMyDefaultAdministratorRights`: none unless they were set."""
    given = call.bot.settings.get(f"rights:{call.params.flag('for_channels')}", {})
    return {name: bool(given.get(name)) for name in RIGHTS}


def get_member(call: MethodCall) -> JsonObject:
    """`getChatMember`: the bot, and whoever has written in the chat."""
    chat, user_id = chat_of(call), call.params.integer("user_id")
    member = next((one for one in _members(call, chat) if one["user"]["id"] == user_id), None)
    if member is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return member


def get_administrators(call: MethodCall) -> list[JsonObject]:
    """`getChatAdministrators`: groups are nobody's here."""
    if chat_of(call).info["type"] == "private":
        raise bad_request("there are no administrators in the private chat")
    return []


def get_member_count(call: MethodCall) -> int:
    """`getChatMemberCount`."""
    return len(_members(call, chat_of(call)))


def leave_chat(call: MethodCall) -> bool:
    """`leaveChat`: the bot is not in it any more."""
    chat = chat_of(call)
    if chat.info["type"] == "private":
        raise bad_request("chat not found")
    del call.bot.chats[chat.id]
    return True


def _members(call: MethodCall, chat: Chat) -> list[JsonObject]:
    writers = {one["from"]["id"]: one["from"] for one in chat.messages.values() if "from" in one}
    if chat.info["type"] == "private" and chat.id in call.bot.people:
        writers[chat.id] = call.bot.people[chat.id].user
    writers[call.bot.id] = call.bot.user
    return [{"user": user, "status": "member"} for user in writers.values()]


def _command(given: Any) -> JsonObject:
    if not isinstance(given, dict) or not COMMAND.match(str(given.get("command", ""))):
        raise bad_request("BOT_COMMAND_INVALID")
    about = str(given.get("description", "")).strip()
    if not 1 <= utf16_length(about) <= MAX_ABOUT_COMMAND:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": str(given["command"]).removeprefix("/"), "description": about}


def _place(call: MethodCall, what: str) -> str:
    """Where a setting is kept: apart for each scope and language."""
    scope = call.params.json("scope")
    usual = scope is None or (isinstance(scope, dict) and scope.get("type") == "default")
    named = "" if usual else msgspec.json.encode(scope, order="sorted").decode()
    return f"{what}:{named}:{call.params.text('language_code')}"


RIGHTS = (
    "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
    "can_delete_stories", "can_send_welcome_messages",
)  # fmt: skip
"""Source: core.telegram.org/bots/api#chatadministratorrights, those that are always told."""
