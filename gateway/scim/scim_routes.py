"""`/scim/v2`: users and groups of a workspace, for the directory whose key it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

import msgspec
from aiohttp import web

from gateway.events.signals import SignedOut
from gateway.parts import PARTS, Parts
from gateway.scim.filters import path_parts, read_filter
from gateway.scim.patches import PatchRequest, patched
from gateway.scim.resources import Resource, group_resource, user_resource, wanted_group, wanted_person
from gateway.scim.schemas import MOST_RESULTS, configuration, kinds, schemas
from gateway.scim.scim_problems import ScimError, problem, refused, scim_response
from inbox.foundation.decoding import decode_json
from inbox.foundation.problems import ProblemError, not_found
from inbox.people.access import Action, Caller, check_may
from inbox.storage.documents import OperatorDocument
from queueing.operators.provisioned_groups import GroupWithMembers, ProvisionedGroup
from queueing.operators.provisioning import Provisioned

PREFIX: Final = "/scim/v2"
MAX_BODY_BYTES: Final = 1024 * 1024
REQUEST_SECONDS: Final = 30.0
"""Directories wait a minute or so; who had hundreds of conversations takes some seconds to shut out."""
LIST: Final = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
_ALWAYS: Final = frozenset({"id", "schemas"})


class _Asked:
    """A request that was allowed."""

    def __init__(self, request: web.Request, parts: Parts, caller: Caller) -> None:
        self.request = request
        self.parts = parts
        self.caller = caller
        self.base = parts.runtime.settings.public_url.rstrip("/") + PREFIX

    @property
    def id(self) -> str:
        """The id in the path. Raises `ProblemError` (`not_found`) for what none can be."""
        id_ = self.request.match_info["id"]
        if "\0" in id_:
            raise not_found("object")
        return id_

    async def resource(self) -> Resource:
        """Return the body as a resource. Raises `ProblemError` (`malformed`, `too_large`, `invalid_request`)."""
        body: Resource = decode_json(await self.body(), dict[str, Any])
        return body

    async def patch(self) -> PatchRequest:
        """Return the body as a PATCH. Raises `ProblemError`, `ScimError`."""
        return decode_json(await self.body(), PatchRequest)

    async def body(self) -> bytes:
        """Return the bytes of the body. Raises `ProblemError` (`too_large`)."""
        raw = await self.request.read()
        if len(raw) > MAX_BODY_BYTES:
            raise ProblemError("too_large", f"The body must not be longer than {MAX_BODY_BYTES} bytes.")
        return raw

    async def group_names(self) -> Mapping[str, str]:
        """Return the names of all groups by their ids."""
        own = {"workspace_id": self.caller.workspace_id}
        found = await self.parts.runtime.database.groups.find(own, {"name": 1}).to_list(None)
        return {group["_id"]: group["name"] for group in found}

    def answer(self, resource: Resource, *, status: int = 200) -> web.Response:
        """Answer with a resource, as far as the caller wants it."""
        location = resource["meta"]["location"]
        return scim_response(_chosen(resource, self.request.query), status=status, location=location)

    def tell_shut_out(self, person_id: str) -> None:
        """Have all processes look at somebody's sign-ins anew, and at where conversations may go."""
        workspace_id = self.caller.workspace_id
        self.parts.people.authenticator.forget_person(workspace_id, person_id)
        self.parts.signals.send(SignedOut(workspace_id=workspace_id, person_id=person_id))
        self.parts.wakeups.route_all(workspace_id)


Handler = Callable[[_Asked], Awaitable[web.StreamResponse]]


class Body(StrEnum):
    """What a request carries, or an answer has."""

    USER = "ScimUser"
    USERS = "ScimUserList"
    GROUP = "ScimGroup"
    GROUPS = "ScimGroupList"
    EITHER = "ScimList"
    ANYTHING = "ScimObject"
    PATCH = "ScimPatch"
    SEARCH = "ScimSearch"


class ScimRoute(NamedTuple):
    """A row of the table that both the server and the documentation are made of.

    Attributes:
        path: Below `PREFIX`, with `{id}` for what varies.
        shows: What the answer has; None for 204.
        takes: What the request carries.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    shows: Body | None
    takes: Body | None = None
    status: int = 200


def register_scim(app: web.Application) -> None:
    """Add the routes."""
    for route in SCIM_ROUTES:
        app.router.add_route(route.method, PREFIX + route.path, _handled(route.handler))
    app.router.add_route("*", PREFIX + _ELSEWHERE, _handled(_nothing))


def _handled(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                return await handler(await _allowed(request))
        except ScimError as error:
            return refused(error)
        except ProblemError as error:
            return problem(error)

    return handle


async def _allowed(request: web.Request) -> _Asked:
    parts = request.app[PARTS]
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise ProblemError("unauthenticated", "Send a token: Authorization: Bearer TOKEN.")
    caller = await parts.people.authenticator.authenticate(token.strip())
    await parts.http.rate.take(caller.workspace_id)
    check_may(caller, Action.PROVISION)
    return _Asked(request, parts, caller)


async def _configuration(asked: _Asked) -> web.Response:
    return scim_response(configuration(asked.base))


async def _kinds(asked: _Asked) -> web.Response:
    return _listed(asked, kinds(asked.base))


async def _kind(asked: _Asked) -> web.Response:
    return scim_response(_named(kinds(asked.base), asked.id))


async def _schemas(asked: _Asked) -> web.Response:
    return _listed(asked, schemas(asked.base))


async def _schema(asked: _Asked) -> web.Response:
    return scim_response(_named(schemas(asked.base), asked.id))


async def _users(asked: _Asked) -> web.Response:
    return _listed(asked, await _all_users(asked))


async def _search_users(asked: _Asked) -> web.Response:
    return _listed(asked, await _all_users(asked), await _searched(asked))


async def _all_users(asked: _Asked) -> list[Resource]:
    groups = await asked.group_names()
    people = await asked.parts.queueing.provisioning.people(asked.caller.workspace_id)
    return [user_resource(person, groups, asked.base) for person in people]


async def _user(asked: _Asked) -> web.Response:
    person = await asked.parts.queueing.provisioning.person(asked.caller.workspace_id, asked.id)
    return asked.answer(user_resource(person, await asked.group_names(), asked.base))


async def _make_user(asked: _Asked) -> web.Response:
    wanted = wanted_person(await asked.resource())
    person = await asked.parts.queueing.provisioning.create(asked.caller, wanted)
    return asked.answer(user_resource(person, await asked.group_names(), asked.base), status=201)


async def _replace_user(asked: _Asked) -> web.Response:
    wanted = wanted_person(await asked.resource())
    return await _change_user(asked, lambda _: wanted)


async def _patch_user(asked: _Asked) -> web.Response:
    operations = (await asked.patch()).Operations

    def decide(before: OperatorDocument) -> Provisioned:
        return wanted_person(patched(user_resource(before, {}, asked.base), operations))

    return await _change_user(asked, decide)


async def _change_user(asked: _Asked, decide: Callable[[OperatorDocument], Provisioned]) -> web.Response:
    person = await asked.parts.queueing.provisioning.change(asked.caller, asked.id, decide)
    asked.tell_shut_out(person["_id"])
    return asked.answer(user_resource(person, await asked.group_names(), asked.base))


async def _remove_user(asked: _Asked) -> web.Response:
    await asked.parts.queueing.provisioning.remove(asked.caller, asked.id)
    asked.tell_shut_out(asked.id)
    return web.Response(status=204)


async def _groups(asked: _Asked) -> web.Response:
    return _listed(asked, await _all_groups(asked))


async def _search_groups(asked: _Asked) -> web.Response:
    return _listed(asked, await _all_groups(asked), await _searched(asked))


async def _search(asked: _Asked) -> web.Response:
    return _listed(asked, [*await _all_users(asked), *await _all_groups(asked)], await _searched(asked))


async def _all_groups(asked: _Asked) -> list[Resource]:
    found = await asked.parts.queueing.provisioned_groups.groups(asked.caller.workspace_id)
    return [group_resource(group, asked.base) for group in found]


async def _group(asked: _Asked) -> web.Response:
    found = await asked.parts.queueing.provisioned_groups.group(asked.caller.workspace_id, asked.id)
    return asked.answer(group_resource(found, asked.base))


async def _make_group(asked: _Asked) -> web.Response:
    wanted = wanted_group(await asked.resource())
    made = await asked.parts.queueing.provisioned_groups.create(asked.caller, wanted)
    asked.parts.wakeups.route_all(asked.caller.workspace_id)
    return asked.answer(group_resource(made, asked.base), status=201)


async def _replace_group(asked: _Asked) -> web.Response:
    wanted = wanted_group(await asked.resource())
    return await _change_group(asked, lambda _: wanted)


async def _patch_group(asked: _Asked) -> web.Response:
    operations = (await asked.patch()).Operations

    def decide(before: GroupWithMembers) -> ProvisionedGroup:
        return wanted_group(patched(group_resource(before, asked.base), operations))

    return await _change_group(asked, decide)


async def _change_group(asked: _Asked, decide: Callable[[GroupWithMembers], ProvisionedGroup]) -> web.Response:
    changed = await asked.parts.queueing.provisioned_groups.change(asked.caller, asked.id, decide)
    asked.parts.wakeups.route_all(asked.caller.workspace_id)
    return asked.answer(group_resource(changed, asked.base))


async def _remove_group(asked: _Asked) -> web.Response:
    await asked.parts.queueing.provisioned_groups.remove(asked.caller, asked.id)
    asked.parts.wakeups.route_all(asked.caller.workspace_id)
    return web.Response(status=204)


async def _nothing(_: _Asked) -> web.Response:
    raise not_found("address")


SCIM_ROUTES: Final[tuple[ScimRoute, ...]] = (
    ScimRoute("GET", "/ServiceProviderConfig", _configuration, "Show what SCIM can do here", Body.ANYTHING),
    ScimRoute("GET", "/ResourceTypes", _kinds, "List the kinds of resources", Body.ANYTHING),
    ScimRoute("GET", "/ResourceTypes/{id}", _kind, "Show a kind of resource", Body.ANYTHING),
    ScimRoute("GET", "/Schemas", _schemas, "List the schemas", Body.ANYTHING),
    ScimRoute("GET", "/Schemas/{id}", _schema, "Show a schema", Body.ANYTHING),
    ScimRoute("POST", "/.search", _search, "Search for people and groups", Body.EITHER, Body.SEARCH),
    ScimRoute("GET", "/Users", _users, "List people", Body.USERS),
    ScimRoute("POST", "/Users/.search", _search_users, "Search for people", Body.USERS, Body.SEARCH),
    ScimRoute("POST", "/Users", _make_user, "Add a person", Body.USER, Body.USER, 201),
    ScimRoute("GET", "/Users/{id}", _user, "Show a person", Body.USER),
    ScimRoute("PUT", "/Users/{id}", _replace_user, "Replace what is said of a person", Body.USER, Body.USER),
    ScimRoute("PATCH", "/Users/{id}", _patch_user, "Change a person", Body.USER, Body.PATCH),
    ScimRoute("DELETE", "/Users/{id}", _remove_user, "Remove a person", None, status=204),
    ScimRoute("GET", "/Groups", _groups, "List groups", Body.GROUPS),
    ScimRoute("POST", "/Groups/.search", _search_groups, "Search for groups", Body.GROUPS, Body.SEARCH),
    ScimRoute("POST", "/Groups", _make_group, "Add a group", Body.GROUP, Body.GROUP, 201),
    ScimRoute("GET", "/Groups/{id}", _group, "Show a group", Body.GROUP),
    ScimRoute("PUT", "/Groups/{id}", _replace_group, "Replace a group", Body.GROUP, Body.GROUP),
    ScimRoute("PATCH", "/Groups/{id}", _patch_group, "Change a group", Body.GROUP, Body.PATCH),
    ScimRoute("DELETE", "/Groups/{id}", _remove_group, "Remove a group", None, status=204),
)
_ELSEWHERE: Final = "/{rest:(?!(?:ServiceProviderConfig|ResourceTypes|Schemas|Users|Groups)(?:/|$)).*}"


async def _searched(asked: _Asked) -> Mapping[str, str]:
    """Return what a search asks for, as a query would (RFC 7644, 3.4.3)."""
    body = await asked.resource()
    lists = {name: value for name, value in body.items() if isinstance(value, list)}
    joined = {name: ",".join(str(one) for one in value) for name, value in lists.items()}
    return {name: str(value) for name, value in body.items() if value is not None} | joined


def _listed(asked: _Asked, resources: Sequence[Resource], query: Mapping[str, str] | None = None) -> web.Response:
    """Answer with those that a filter wants, a page of them (RFC 7644, 3.4.2)."""
    query = asked.request.query if query is None else query
    if (text := query.get("filter")) is not None:
        test = read_filter(text)
        resources = [one for one in resources if test(one)]
    start, count = max(1, _number(query, "startIndex", 1)), _number(query, "count", MOST_RESULTS)
    page = resources[start - 1 :][: min(max(0, count), MOST_RESULTS)]
    return scim_response(
        {
            "schemas": [LIST],
            "totalResults": len(resources),
            "startIndex": start,
            "itemsPerPage": len(page),
            "Resources": [_chosen(one, query) for one in page],
        }
    )


def _number(query: Mapping[str, str], name: str, usual: int) -> int:
    try:
        return msgspec.convert(query.get(name, usual), int, strict=False)
    except msgspec.ValidationError:
        raise ScimError("invalidValue", f"`{name}` must be a whole number.") from None


def _named(resources: Sequence[Resource], id_: str) -> Resource:
    for one in resources:
        if one["id"] == id_:
            return one
    raise not_found("object")


def _chosen(resource: Resource, query: Mapping[str, str]) -> Resource:
    """Return of a resource what is asked for, or what is not asked to be left out (RFC 7644, 3.9)."""
    wanted, unwanted = _names(query.get("attributes")), _names(query.get("excludedAttributes"))
    if wanted:
        return {name: value for name, value in resource.items() if name.casefold() in wanted | _ALWAYS}
    return {name: value for name, value in resource.items() if name.casefold() not in unwanted - _ALWAYS}


def _names(text: str | None) -> frozenset[str]:
    names = (part.strip() for part in (text or "").split(","))
    return frozenset(path_parts(name)[0].casefold() for name in names if name)
