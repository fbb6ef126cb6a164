"""Checklists: bots send and change them in the chats of business accounts only.

Source: core.telegram.org/bots/api#sendchecklist, #editmessagechecklist, #inputchecklist.
"""

from __future__ import annotations

from typing import Any

from channels.sandbox.telegram.call import MethodCall
from channels.sandbox.telegram.chats import writable_chat
from channels.sandbox.telegram.errors import bad_request
from channels.sandbox.telegram.lengths import utf16_length
from channels.sandbox.telegram.method_edits import replace_content, target
from channels.sandbox.telegram.sending import deliver
from channels.sandbox.telegram.state import JsonObject

MAX_TITLE, MAX_TASK = 255, 100
TASKS = range(1, 31)


def send_checklist(call: MethodCall) -> JsonObject:
    """`sendChecklist`."""
    if not call.params.text("business_connection_id"):
        raise bad_request("parameter business_connection_id is required")
    chat, checklist = writable_chat(call), checklist_of(call)
    return deliver(call, chat, {"checklist": checklist}, hash(str(checklist)))


def edit_message_checklist(call: MethodCall) -> JsonObject:
    """`editMessageChecklist`: what is marked stays so where the task stays."""
    chat, message = target(call)
    if "checklist" not in message:
        raise bad_request("there is no checklist in the message to edit")
    before = {task["id"]: task for task in message["checklist"]["tasks"]}
    checklist = checklist_of(call)
    checklist["tasks"] = [{**before.get(task["id"], {}), **task} for task in checklist["tasks"]]
    return replace_content(call, chat, message, ("checklist",), {"checklist": checklist})


def checklist_of(call: MethodCall) -> JsonObject:
    """A checklist, checked.

    Raises:
        BotApiError: A part is missing, too long, or a task's number is there twice.
    """
    given: Any = call.params.json("checklist")
    title = given.get("title") if isinstance(given, dict) else None
    tasks = given.get("tasks") if isinstance(given, dict) else None
    if not isinstance(title, str) or not title.strip() or utf16_length(title) > MAX_TITLE:
        raise bad_request("checklist title must be 1-255 characters long")
    if not isinstance(tasks, list) or len(tasks) not in TASKS:
        raise bad_request("checklist must have 1-30 tasks")
    shown = [_task(task) for task in tasks]
    if len({task["id"] for task in shown}) < len(shown):
        raise bad_request("checklist task identifiers must be unique")
    flags = [name for name in ("others_can_add_tasks", "others_can_mark_tasks_as_done") if given.get(name) is True]
    return {"title": title, "tasks": shown, **dict.fromkeys(flags, True)}


def _task(given: Any) -> JsonObject:
    number, text = (given.get("id"), given.get("text")) if isinstance(given, dict) else (None, None)
    if not isinstance(number, int) or number < 1:
        raise bad_request("checklist task identifier must be positive")
    if not isinstance(text, str) or not text.strip() or utf16_length(text) > MAX_TASK:
        raise bad_request("checklist task text must be 1-100 characters long")
    return {"id": number, "text": text}
