"""Bulk: the same action on up to 200 conversations, each with its own answer; and giving back all of one's own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from gateway.api.call import Call, Route, Who
from gateway.api.transfers import HandOverNote
from gateway.http.problem_response import ProblemBody, problem_body
from inbox.conversation.conversations import closing
from inbox.conversation.snoozing import SnoozeRequest
from inbox.labels.label_models import MAX_TAGS, TagName
from inbox.people.sight import MOST_IN_HAND
from queueing.queues.queue_models import Id
from queueing.transfers.bulk import Problems

MOST: Final = 200
Ids = Annotated[tuple[Id, ...], Meta(min_length=1, max_length=MOST)]
Tags = Annotated[tuple[TagName, ...], Meta(max_length=MAX_TAGS)]


class BulkAssign(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="action", tag="assign"
):
    """Who gets them; `take_over` takes them from other operators."""

    ids: Ids
    operator_id: Id
    take_over: bool = False


class BulkTransfer(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="action", tag="transfer"
):
    """Where they go: exactly one of the two; `note` is for whoever gets them."""

    ids: Ids
    operator_id: Id | None = None
    queue_id: Id | None = None
    note: HandOverNote | None = None

    def __post_init__(self) -> None:
        """Refuse neither and both."""
        if (self.operator_id is None) == (self.queue_id is None):
            raise ValueError("`operator_id` must be named, or `queue_id`, and not both")


class BulkClose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="action", tag="close"):
    """`silent`: no closing text."""

    ids: Ids
    silent: bool = False


class BulkTag(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="action", tag="tag"):
    """Tags that each gets, and that each has no longer."""

    ids: Ids
    add: Tags = ()
    remove: Tags = ()


class BulkSnooze(
    SnoozeRequest, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="action", tag="snooze"
):
    """Until when, and what to be reminded of."""

    ids: Ids


BulkRequest = BulkAssign | BulkTransfer | BulkClose | BulkTag | BulkSnooze


class BulkItem(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one conversation."""

    id: str
    ok: bool
    problem: ProblemBody | None = None


class BulkAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer for each conversation, in the order of the request."""

    items: tuple[BulkItem, ...]


async def act_on_many(call: Call[BulkRequest, None]) -> BulkAnswer:
    """Do the same to many conversations. Each has its own answer, as its single call would have; others go on."""
    problems = await _ACTIONS[type(call.body)](call)
    call.parts.wakeups.route_all(call.workspace_id)
    call.parts.wakeups.reply()
    return _answer(list(dict.fromkeys(call.body.ids)), problems)


async def give_back(call: Call[None, None]) -> BulkAnswer:
    """Give all of one's own open conversations back to their queues, with their old places and priorities.

    They come back to oneself only if nobody else has room. One without a queue waits for anybody.
    """
    problems = await call.parts.queueing.bulk.give_back(call.caller, at_most=MOST_IN_HAND)
    call.parts.wakeups.route_all(call.workspace_id)
    return _answer(list(problems), problems)


def _answer(ids: list[str], problems: Problems) -> BulkAnswer:
    found = [(id_, problems.get(id_)) for id_ in ids]
    return BulkAnswer(
        items=tuple(
            BulkItem(id=id_, ok=problem is None, problem=None if problem is None else problem_body(problem))
            for id_, problem in found
        )
    )


async def _assign(call: Call[BulkAssign, None]) -> Problems:
    asked = call.body
    return await call.parts.queueing.bulk.assign(call.caller, asked.ids, asked.operator_id, take_over=asked.take_over)


async def _transfer(call: Call[BulkTransfer, None]) -> Problems:
    asked, bulk = call.body, call.parts.queueing.bulk
    if asked.queue_id is not None:
        return await bulk.to_queue(call.caller, asked.ids, asked.queue_id, asked.note)
    return await bulk.to_operator(call.caller, asked.ids, asked.operator_id or "", asked.note)


async def _close(call: Call[BulkClose, None]) -> Problems:
    close = closing(call.caller, seen_seq=None, silent=call.body.silent)
    return await call.parts.queueing.bulk.close(call.caller, call.body.ids, close)


async def _tag(call: Call[BulkTag, None]) -> Problems:
    asked = call.body
    return await call.parts.queueing.bulk.tag(call.caller, asked.ids, asked.add, asked.remove)


async def _snooze(call: Call[BulkSnooze, None]) -> Problems:
    snooze = call.parts.inbox.snoozing.checked(call.caller, call.body)
    return await call.parts.queueing.bulk.snooze(call.caller, call.body.ids, snooze)


_ACTIONS: Final[dict[type[Any], Callable[[Call[Any, None]], Awaitable[Problems]]]] = {
    BulkAssign: _assign,
    BulkTransfer: _transfer,
    BulkClose: _close,
    BulkTag: _tag,
    BulkSnooze: _snooze,
}

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="POST",
        path="/conversations/bulk",
        handler=act_on_many,
        summary="Do the same to many conversations",
        tag="Daily tools",
        request=BulkRequest,
        response=BulkAnswer,
        problems=("not_found", "operator_unavailable"),
        example={"action": "close", "ids": ["0192d1a5c0f8b1c2d3e4f5a6"], "silent": True},
    ),
    Route(
        method="POST",
        path="/me/give-back",
        handler=give_back,
        summary="Give back all of your conversations",
        tag="Daily tools",
        who=Who.PERSON,
        response=BulkAnswer,
    ),
)
