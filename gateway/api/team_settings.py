"""Groups, own statuses, business hours, collections of prepared replies: the usual five verbs each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from gateway.api.call import Call, Encoded, Route, Who
from inbox.channel.channel_queue import routing_line
from inbox.foundation.pages import PageQuery
from inbox.storage.database import Session
from queueing.settings.reply_models import ReplyCollectionPage
from queueing.settings.reply_store import REPLY_COLLECTIONS
from queueing.settings.team_models import BusinessHoursPage, CustomStatusPage, GroupPage
from queueing.settings.team_settings import BUSINESS_HOURS, GROUPS, STATUSES, SettingKind, SettingStore


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A kind of setting as a part of the API.

    Attributes:
        name: Singular, as in names of operations.
        plural: As in names of operations.
        words: What the documentation calls many of them.
        note: What one should know, in the documentation of making one.
    """

    kind: SettingKind[Any, Any]
    path: str
    tag: str
    name: str
    plural: str
    words: str
    note: str
    page: Any
    example: Mapping[str, Any]

    @property
    def one(self) -> str:
        """The path of a single one."""
        return f"{self.path}/{{id}}"


def _store(call: Call[Any, Any], resource: Resource) -> SettingStore[Any, Any]:
    return SettingStore(call.database, call.parts.runtime.clock, resource.kind)


def _routes(resource: Resource) -> tuple[Route, ...]:
    return (*_reading(resource), _making(resource), _changing(resource), _deleting(resource))


def _reading(resource: Resource) -> tuple[Route, Route]:
    async def show_all(call: Call[None, PageQuery]) -> Any:
        query = call.query
        return await _store(call, resource).list(call.workspace_id, limit=query.limit, cursor=query.cursor)

    async def show(call: Call[None, None]) -> Any:
        return await _store(call, resource).get(call.workspace_id, call.id)

    return (
        Route(
            method="GET",
            path=resource.path,
            handler=show_all,
            name=f"show_{resource.plural}",
            summary=f"List {resource.words}",
            description="Oldest first.",
            tag=resource.tag,
            query=PageQuery,
            response=resource.page,
        ),
        Route(
            method="GET",
            path=resource.one,
            handler=show,
            name=f"show_{resource.name}",
            summary=f"Show a {resource.kind.word}",
            description="Show one.",
            tag=resource.tag,
            response=resource.kind.view,
        ),
    )


def _making(resource: Resource) -> Route:
    async def make(call: Call[Any, None]) -> Encoded:
        async def work(session: Session) -> object:
            return await _store(call, resource).create(call.workspace_id, call.body, session=session)

        return await call.create(work, line=routing_line(call.workspace_id))

    return Route(
        method="POST",
        path=resource.path,
        handler=make,
        name=f"make_{resource.name}",
        summary=f"Make a {resource.kind.word}",
        description=resource.note,
        tag=resource.tag,
        who=Who.ADMINISTRATORS,
        request=resource.kind.fields,
        response=resource.kind.view,
        status=201,
        problems=("duplicate",),
        creates=True,
        example=resource.example,
    )


def _changing(resource: Resource) -> Route:
    async def change(call: Call[dict[str, Any], None]) -> Any:
        changed = await _store(call, resource).patch(call.workspace_id, call.id, call.body)
        call.parts.wakeups.route_all(call.workspace_id)
        return changed

    return Route(
        method="PATCH",
        path=resource.one,
        handler=change,
        name=f"change_{resource.name}",
        summary=f"Change a {resource.kind.word}",
        description="Merge a patch.",
        tag=resource.tag,
        who=Who.ADMINISTRATORS,
        request=resource.kind.fields,
        response=resource.kind.view,
        problems=("duplicate",),
        example={"name": "Another name"},
    )


def _deleting(resource: Resource) -> Route:
    async def delete(call: Call[None, None]) -> None:
        await _store(call, resource).delete(call.workspace_id, call.id)

    return Route(
        method="DELETE",
        path=resource.one,
        handler=delete,
        name=f"delete_{resource.name}",
        summary=f"Delete a {resource.kind.word}",
        description="Refused while something uses it.",
        tag=resource.tag,
        who=Who.ADMINISTRATORS,
        status=204,
        problems=("in_use",),
    )


RESOURCES: Final = (
    Resource(
        kind=GROUPS,
        path="/groups",
        tag="Groups",
        name="group",
        plural="groups",
        words="groups of operators",
        note="Operators name their groups in `group_ids`; supervisors of a group see what its members have.",
        page=GroupPage,
        example={"name": "Evening shift"},
    ),
    Resource(
        kind=STATUSES,
        path="/statuses",
        tag="Statuses",
        name="custom_status",
        plural="custom_statuses",
        words="the workspace's own statuses",
        note="Operators set it by its id. It counts as unavailable.",
        page=CustomStatusPage,
        example={"name": "Lunch"},
    ),
    Resource(
        kind=BUSINESS_HOURS,
        path="/business-hours",
        tag="Business hours",
        name="business_hours",
        plural="all_business_hours",
        words="business hours",
        note="Queues name them in `business_hours_id`. A night is two spans: until 24:00, and from 00:00 the next day.",
        page=BusinessHoursPage,
        example={
            "name": "Office",
            "time_zone": "Europe/Lisbon",
            "week": {"monday": [{"from": "09:00", "to": "18:00"}]},
            "holidays": ["2026-12-24"],
            "holiday_country": "PT",
        },
    ),
    Resource(
        kind=REPLY_COLLECTIONS,
        path="/reply-collections",
        tag="Prepared replies",
        name="reply_collection",
        plural="reply_collections",
        words="collections of prepared replies",
        note="Operators of its groups are offered the active replies in it while it is active itself.",
        page=ReplyCollectionPage,
        example={"name": "Sales"},
    ),
)

ROUTES: Final[tuple[Route, ...]] = tuple(route for resource in RESOURCES for route in _routes(resource))
