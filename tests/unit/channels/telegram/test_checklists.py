"""Checklists both ways: read with what is done, told again when it is marked, sent where bots may."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from channels.telegram.check import check_content, check_edit
from channels.telegram.customers import Address
from channels.telegram.parse import parse_update
from channels.telegram.payloads import parts_of
from inbox.arriving.inbound import MessageEchoed, MessageEdited, MessageReceived
from inbox.model.content import ChecklistContent, ChecklistTask, SystemContent, TextContent
from inbox.sending.outbound import ContentNotSendableError, OutboundMessage
from tests.unit.channels.telegram.messages import ANN, PRIVATE, message, received

MILK = {"id": 1, "text": "milk"}
DONE = {"id": 2, "text": "bread", "completed_by_user": ANN, "completion_date": 1780000001}
OWNER = {"id": 9, "first_name": "Olga"}


def test_a_checklist_is_read_with_what_is_done() -> None:
    given = {"title": "To buy", "tasks": [MILK, DONE, {"id": 3, "text": ""}], "others_can_mark_tasks_as_done": True}
    assert received(checklist=given).content == ChecklistContent(
        title="To buy",
        tasks=(ChecklistTask(id=1, text="milk"), ChecklistTask(id=2, text="bread", done=True)),
        others_can_mark=True,
    )
    assert received(checklist={"title": "Empty", "tasks": []}).content == TextContent(text="Empty")


def marked(by: dict[str, Any] = ANN, **more: Any) -> list[Any]:
    after = {"message_id": 50, "date": 1, "chat": PRIVATE, "checklist": {"title": "To buy", "tasks": [MILK, DONE]}}
    done = {"marked_as_done_task_ids": [2], "checklist_message": after, **more}
    fields = message(business_connection_id="c1", checklist_tasks_done=done, **{"from": by})
    return list(parse_update(msgspec.json.encode({"update_id": 7, "business_message": fields})))


def test_a_mark_is_a_line_and_changes_the_checklist() -> None:
    line, change = marked()
    assert isinstance(line, MessageReceived)
    assert line.content == SystemContent(code="checklist_tasks_done", text="Tasks of a checklist were marked: ☑ bread")
    assert isinstance(change, MessageEdited)
    assert (change.target, change.provider_id) == (f"{PRIVATE['id']}:50:bc1", f"{PRIVATE['id']}:50:bc1:e7")
    assert change.customer.external_id == line.customer.external_id == f"{PRIVATE['id']}:bc1"
    assert isinstance(change.content, ChecklistContent)
    assert [task.done for task in change.content.tasks] == [False, True]
    assert not change.by_business


def test_the_owners_mark_is_the_owners() -> None:
    line, change = marked(OWNER)
    assert isinstance(line, MessageEchoed)
    assert change.by_business


@pytest.mark.parametrize("after", [None, 5, {}, {"message_id": 50, "chat": PRIVATE, "text": "no list"}])
def test_without_the_checklist_the_line_alone_is_told(after: Any) -> None:
    (line,) = marked(checklist_message=after)
    assert isinstance(line, MessageReceived)


def sent(content: ChecklistContent, address: Address) -> list[Any]:
    return list(parts_of(OutboundMessage(id="m1", to=address.external_id, content=content), address))


LIST = ChecklistContent(title="To do", tasks=(ChecklistTask(text="measure"), ChecklistTask(text="cut")))


def test_a_checklist_goes_out_in_the_owners_name_only() -> None:
    (call,) = sent(LIST, Address(5, connection="c1"))
    assert (call.__api_method__, call.business_connection_id) == ("sendChecklist", "c1")
    assert [(task.id, task.text) for task in call.checklist.tasks] == [(1, "measure"), (2, "cut")]
    with pytest.raises(ContentNotSendableError):
        sent(LIST, Address(5))


# (checklist, where its fault is; None where there is none)
CHECKED: list[tuple[ChecklistContent, str | None]] = [
    (LIST, None),
    (ChecklistContent(title=" ", tasks=LIST.tasks), "/title"),
    (ChecklistContent(title="x" * 256, tasks=LIST.tasks), "/title"),
    (ChecklistContent(title="x", tasks=(ChecklistTask(text="y" * 101),)), "/tasks/0/text"),
    (ChecklistContent(title="x", tasks=(ChecklistTask(text="y"), ChecklistTask(text=" "))), "/tasks/1/text"),
    (ChecklistContent(title="x", tasks=(ChecklistTask(text="y"),) * 31), "/tasks"),
    (ChecklistContent(title="x", tasks=(ChecklistTask(text="y", done=True),)), "/tasks/0/done"),
    (ChecklistContent(title="x", tasks=(ChecklistTask(text="y", id=2), ChecklistTask(text="z"))), "/tasks"),
    (ChecklistContent(title="x", tasks=(ChecklistTask(text="y", id=0),)), "/tasks"),
]


@pytest.mark.parametrize(("content", "pointer"), CHECKED)
def test_checklists_are_held_against_telegrams_limits(content: ChecklistContent, pointer: str | None) -> None:
    if pointer is None:
        check_content(content)
        check_edit(content)
        return
    with pytest.raises(ContentNotSendableError) as refused:
        check_content(content)
    assert refused.value.pointer == pointer
