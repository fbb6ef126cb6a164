"""A call of the API, and a row of its table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

import msgspec
from aiohttp import web

from gateway.events.signals import SignedOut
from gateway.parts import Parts
from inbox.people.access import RIGHTS, Action, Caller, Scope
from inbox.people.audit import Act, AuditNote, write_audit
from inbox.storage.database import Database, Session
from inbox.storage.idempotency import OnceOnly, do_once

BodyT = TypeVar("BodyT")
QueryT = TypeVar("QueryT")

MAX_BODY_BYTES = 1024 * 1024
REQUEST_SECONDS = 10.0
"""After this the answer is 503. The database gives up earlier; this bounds everything else."""

MAX_DEVICE_CHARS = 200
"""Of what a browser says of itself: its name and system come first."""


class Who(StrEnum):
    """Who may call a route. What a caller may see inside of it is decided by the operation."""

    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    PERSON = "person"
    ADMINISTRATORS = "administrators"


@dataclass(frozen=True, kw_only=True)
class Route:
    """A row of the table that both the server and the documentation are made of.

    Attributes:
        asks: The row of the table of rights, where that does not follow from `who`, `scope` and `method`.
        scope: What an API key needs for it, where that does not follow from `method` and `who`.
        bots: Whether a bot may call it with its own token.
        setting_up: Whether somebody may call it who still has to set up the second factor that the workspace demands.
        path: Below `/api/v1`, with `{id}` for what varies.
        request: Model of the body; for PATCH the model of the whole that the patch is merged into.
        query: Model of the query parameters.
        response: Model of the answer; None for 204.
        problems: Codes beside those that follow from the other attributes.
        creates: Takes `Idempotency-Key`.
        secret_response: The answer is encrypted where it is kept for repetitions.
        example: A request body to show.
        body_type: Media type of a request body that is no JSON.
        answer_types: Media types of an answer that is no JSON, or that are asked for in the place of JSON.
        also: Further statuses that are no problem, and what they mean.
        seconds: Time limit of the whole request; longer only for uploads and downloads.
        served: False where something else serves the route and the table only documents it.
        name: For programs that are generated; the handler's unless given.
        description: In Markdown; the handler's docstring unless given.
    """

    method: str
    path: str
    handler: Callable[..., Awaitable[Any]]
    summary: str
    tag: str
    who: Who = Who.SIGNED_IN
    asks: Action | None = None
    scope: Scope | None = None
    bots: bool = False
    setting_up: bool = False
    request: Any = None
    query: Any = None
    response: Any = None
    status: int = 200
    problems: tuple[str, ...] = ()
    creates: bool = False
    secret_response: bool = False
    example: Mapping[str, Any] | None = None
    body_type: str | None = None
    answer_types: tuple[str, ...] = ()
    also: Mapping[int, str] = field(default_factory=dict)
    max_body_bytes: int = MAX_BODY_BYTES
    seconds: float = REQUEST_SECONDS
    served: bool = True
    name: str | None = None
    description: str | None = None

    @property
    def action(self) -> Action | None:
        """The row of the table of rights that says who may call it; None for anyone."""
        if self.who is Who.ANYONE or self.asks is not None:
            return self.asks
        if self.who is Who.PERSON:
            return Action.OWN_ACCOUNT
        if self.who is Who.ADMINISTRATORS:
            return Action.ADMINISTER if self.scope is Scope.ADMINISTER else Action.MANAGE
        if self.scope is Scope.MANAGE:
            return Action.SET_STATUS
        return Action.READ if self.method == "GET" else Action.WORK

    @property
    def needed_scope(self) -> Scope | None:
        """What an API key needs for it; None where no key may."""
        return None if self.action is None else RIGHTS[self.action].scope


class Encoded(msgspec.Struct, frozen=True):
    """An answer that is JSON already."""

    body: bytes
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Call(Generic[BodyT, QueryT]):
    """A request that was decoded, checked and allowed.

    Attributes:
        path: What stands in the place of the path's names.
        token: The bearer token that was shown, None on routes for anyone.
    """

    parts: Parts
    route: Route
    request: web.Request
    path: Mapping[str, str]
    body: BodyT
    query: QueryT
    signed_in: Caller | None
    token: str | None

    @property
    def caller(self) -> Caller:
        """Who calls; on a route for anyone there is none."""
        if self.signed_in is None:
            raise LookupError("this route is for anyone")
        return self.signed_in

    @property
    def workspace_id(self) -> str:
        """The caller's workspace: all that the call may touch."""
        return self.caller.workspace_id

    @property
    def id(self) -> str:
        """The `{id}` of the path."""
        return self.path["id"]

    @property
    def database(self) -> Database:
        """The database."""
        return self.parts.runtime.database

    @property
    def now(self) -> datetime:
        """The current time."""
        return self.parts.runtime.clock.now()

    @property
    def device(self) -> str | None:
        """What the caller's browser or program says of itself; only for people to tell their sign-ins apart."""
        named = self.request.headers.get("User-Agent", "")
        return "".join(filter(str.isprintable, named))[:MAX_DEVICE_CHARS] or None

    def once(self, body: bytes | None = None) -> OnceOnly | None:
        """Name the request by its `Idempotency-Key`; None without one. `body`: a file, which is not in the call."""
        key = self.request.headers.get("Idempotency-Key")
        if key is None:
            return None
        return OnceOnly(
            scope=(self.workspace_id, self.caller.id, self.route.method, self.request.path),
            key=key,
            body=msgspec.json.encode(self.body, order="deterministic") if body is None else body,
        )

    def tell_signed_out(self, person_id: str, *, workspace_id: str | None = None) -> None:
        """Tell all processes that something ended by which a person, or a program of theirs, gets in.

        The workspace is the caller's unless it is named.
        """
        of = workspace_id or self.workspace_id
        self.parts.people.authenticator.forget_person(of, person_id)
        self.parts.signals.send(SignedOut(workspace_id=of, person_id=person_id))

    async def audit(
        self,
        act: Act,
        object_id: str | None = None,
        *,
        session: Session,
        reason: str | None = None,
        fields: tuple[str, ...] = (),
    ) -> None:
        """Note in the audit log what the caller does, in the transaction that does it."""
        noted = AuditNote(act, object_id, reason, fields)
        await write_audit(self.database, self.caller, noted, at=self.now, session=session)

    async def create(
        self, work: Callable[[Session], Awaitable[object]], *, line: str | None = None, body: bytes | None = None
    ) -> Encoded:
        """Do what creates something in a transaction, once for each `Idempotency-Key`.

        `work` does all its writes in the session and has no effect outside of it; `line` as in `Database.transaction`,
        `body` as in `once`.
        """
        once = self.once(body)
        if once is None:
            return Encoded(msgspec.json.encode(await self.database.transaction(work, line=line)))

        async def respond(session: Session) -> bytes:
            return self._sealed(msgspec.json.encode(await work(session)))

        answer = await do_once(self.database, once, respond, now=self.now, line=line)
        return Encoded(self._opened(answer.response), answer.replayed)

    def _sealed(self, response: bytes) -> bytes:
        if not self.route.secret_response:
            return response
        return self.parts.runtime.secret_box.seal({"response": response.decode()})

    def _opened(self, response: bytes) -> bytes:
        if not self.route.secret_response:
            return response
        return self.parts.runtime.secret_box.open(response)["response"].encode()
