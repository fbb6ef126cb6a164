"""Tags and topics: the usual five verbs each. Whoever is signed in reads them, administrators change them."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from gateway.api.call import Call, Encoded, Route, Who
from inbox.foundation.pages import Page, PageQuery
from inbox.foundation.problems import FieldError, ProblemError
from inbox.labels.label_models import LabelId, Tag, TagFields, TagPage, Topic, TopicFields, TopicPage
from inbox.storage.database import Session, is_duplicate


class DeleteQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What takes the place of what is deleted, everywhere."""

    move_to: LabelId | None = None


async def show_tags(call: Call[None, PageQuery]) -> Page[Tag]:
    """List tags, oldest first."""
    return await call.parts.inbox.tags.list(call.caller, limit=call.query.limit, cursor=call.query.cursor)


async def show_tag(call: Call[None, None]) -> Tag:
    """Show one tag."""
    return await call.parts.inbox.tags.get(call.caller, call.id)


async def make_tag(call: Call[TagFields, None]) -> Encoded:
    """Make a tag. Tags also come into being by their first use on a conversation or contact."""

    async def work(session: Session) -> object:
        return await call.parts.inbox.tags.create(call.caller, call.body, session=session)

    try:
        return await call.create(work)
    except Exception as error:
        if not is_duplicate(error):
            raise
        taken = FieldError("/name", "is already in use")
        raise ProblemError("duplicate", "There is another tag with this name.", errors=[taken]) from None


async def change_tag(call: Call[dict[str, Any], None]) -> Tag:
    """Rename or colour a tag: everything that has it shows it so at once."""
    return await call.parts.inbox.tags.patch(call.caller, call.id, call.body)


async def delete_tag(call: Call[None, DeleteQuery]) -> None:
    """Delete a tag that nothing has. With `move_to` it is merged: whatever has it has that one from then on."""
    await call.parts.inbox.tags.delete(call.caller, call.id, move_to=call.query.move_to)


async def show_topics(call: Call[None, PageQuery]) -> Page[Topic]:
    """List topics, oldest first; `parent_id` and `order` make a tree of them."""
    return await call.parts.inbox.topics.list(call.caller, limit=call.query.limit, cursor=call.query.cursor)


async def show_topic(call: Call[None, None]) -> Topic:
    """Show one topic."""
    return await call.parts.inbox.topics.get(call.caller, call.id)


async def make_topic(call: Call[TopicFields, None]) -> Encoded:
    """Make a topic, at the top or below another one; the tree has at most five levels."""

    async def work(session: Session) -> object:
        return await call.parts.inbox.topics.create(call.caller, call.body, session=session)

    return await call.create(work)


async def change_topic(call: Call[dict[str, Any], None]) -> Topic:
    """Rename a topic, move it with all below it, order it, or take it out of use (`active`)."""
    return await call.parts.inbox.topics.patch(call.caller, call.id, call.body)


async def delete_topic(call: Call[None, DeleteQuery]) -> None:
    """Delete a topic that has no topics below it and that no conversation has.

    With `move_to` conversations that have it have that one from then on.
    """
    await call.parts.inbox.topics.delete(call.caller, call.id, move_to=call.query.move_to)


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/tags",
        handler=show_tags,
        summary="List tags",
        tag="Tags",
        query=PageQuery,
        response=TagPage,
    ),
    Route(
        method="POST",
        path="/tags",
        handler=make_tag,
        summary="Make a tag",
        tag="Tags",
        who=Who.ADMINISTRATORS,
        request=TagFields,
        response=Tag,
        status=201,
        problems=("duplicate",),
        creates=True,
        example={"name": "refund", "color": "#2f80ed"},
    ),
    Route(method="GET", path="/tags/{id}", handler=show_tag, summary="Show a tag", tag="Tags", response=Tag),
    Route(
        method="PATCH",
        path="/tags/{id}",
        handler=change_tag,
        summary="Change a tag",
        tag="Tags",
        who=Who.ADMINISTRATORS,
        request=TagFields,
        response=Tag,
        problems=("duplicate",),
        example={"name": "money back"},
    ),
    Route(
        method="DELETE",
        path="/tags/{id}",
        handler=delete_tag,
        summary="Delete or merge a tag",
        tag="Tags",
        who=Who.ADMINISTRATORS,
        query=DeleteQuery,
        status=204,
        problems=("in_use",),
    ),
    Route(
        method="GET",
        path="/topics",
        handler=show_topics,
        summary="List topics",
        tag="Topics",
        query=PageQuery,
        response=TopicPage,
    ),
    Route(
        method="POST",
        path="/topics",
        handler=make_topic,
        summary="Make a topic",
        tag="Topics",
        who=Who.ADMINISTRATORS,
        request=TopicFields,
        response=Topic,
        status=201,
        problems=("duplicate",),
        creates=True,
        example={"name": "Delivery", "order": 1},
    ),
    Route(method="GET", path="/topics/{id}", handler=show_topic, summary="Show a topic", tag="Topics", response=Topic),
    Route(
        method="PATCH",
        path="/topics/{id}",
        handler=change_topic,
        summary="Change a topic",
        tag="Topics",
        who=Who.ADMINISTRATORS,
        request=TopicFields,
        response=Topic,
        problems=("duplicate",),
        example={"name": "Shipping", "active": False},
    ),
    Route(
        method="DELETE",
        path="/topics/{id}",
        handler=delete_topic,
        summary="Delete or merge a topic",
        tag="Topics",
        who=Who.ADMINISTRATORS,
        query=DeleteQuery,
        status=204,
        problems=("in_use",),
    ),
)
