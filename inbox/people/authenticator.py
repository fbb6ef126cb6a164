"""Finds the caller of a request by its token; cached for a second, since every request asks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec
from cachetools import LRUCache

from inbox.foundation.clock import Clock
from inbox.foundation.problems import ProblemError
from inbox.people.access import Caller, CallerKind, Role, role_of_key
from inbox.people.api_keys import scopes_of
from inbox.people.reach import reach_of
from inbox.people.tokens import TokenKind, find_token
from inbox.storage.database import Database, is_unavailable
from inbox.storage.documents import OperatorDocument, TokenDocument, WorkspaceSettingsDocument

KEEP_SECONDS: Final = 1.0
"""A deleted key, a changed role is known to every process after this."""
MAX_KEPT: Final = 10_000
LAST_USED_STEP: Final = timedelta(minutes=10)
"""Exact enough to find keys that nobody uses; a write per request would cost more than the request."""


class _Known(msgspec.Struct, frozen=True):
    caller: Caller
    expires_at: datetime | None
    until: float


class Authenticator:
    """Turns tokens into callers."""

    def __init__(self, database: Database, clock: Clock, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._monotonic = monotonic
        self._known: LRUCache[str, _Known] = LRUCache(MAX_KEPT)
        self._asking: dict[str, asyncio.Task[_Known]] = {}
        self._noting: set[asyncio.Task[None]] = set()

    async def authenticate(self, token: str, *, bots: bool = False, setting_up: bool = False) -> Caller:
        """Return the caller of a token.

        Args:
            token: As it was shown.
            bots: Whether a bot's token is good for what is asked.
            setting_up: Whether what is asked is open to who still has to set up a second factor.

        Raises:
            ProblemError: `unauthenticated` if it is unknown, expired, or its operator is not active; `forbidden` for
                a bot's where it is not good; `second_factor_required`.
        """
        known = self._known.get(token)
        if known is None or known.until <= self._monotonic():
            known = await self._ask_once(token)
        if known.expires_at is not None and known.expires_at <= self._clock.now():
            raise _refused()
        if known.caller.kind is CallerKind.BOT and not bots:
            raise ProblemError("forbidden", "A bot's token is only for the conversations that the bot holds.")
        if known.caller.lacks_second_factor and not setting_up:
            raise ProblemError(
                "second_factor_required",
                "This workspace demands a second factor: set it up with an app on your phone, then go on.",
            )
        return known.caller

    def forget(self, token: str) -> None:
        """Remove a token from the cache, after signing out."""
        self._known.pop(token, None)

    def forget_person(self, workspace_id: str, person_id: str) -> None:
        """Remove the tokens of a person, and the keys that they made, from the cache: something of them ended."""
        for token, known in list(self._known.items()):
            if (known.caller.workspace_id, known.caller.person_id) == (workspace_id, person_id):
                self._known.pop(token, None)

    async def _ask_once(self, token: str) -> _Known:
        """Share one look-up among concurrent requests with the same token."""
        task = self._asking.get(token)
        if task is None:
            task = asyncio.ensure_future(self._ask(token))
            self._asking[token] = task
            task.add_done_callback(lambda done: self._asked(token, done))
        return await asyncio.shield(task)

    def _asked(self, token: str, done: asyncio.Task[_Known]) -> None:
        self._asking.pop(token, None)
        if done.cancelled() or done.exception() is not None:
            self._known.pop(token, None)
            return
        self._known[token] = done.result()

    async def _ask(self, token: str) -> _Known:
        until = self._monotonic() + KEEP_SECONDS
        now = self._clock.now()
        found = await find_token(self._database, token, now)
        if found is None or found["kind"] == TokenKind.PASSWORD_LINK:
            raise _refused()
        caller = await self._caller(found)
        self._note_use(found, now)
        return _Known(caller, found["expires_at"], until)

    async def _caller(self, token: TokenDocument) -> Caller:
        workspace_id, owner_id = token["workspace_id"], token["owner_id"]
        if token["kind"] == TokenKind.API_KEY:
            return await self._key(token)
        if token["kind"] == TokenKind.BOT:
            return Caller(workspace_id=workspace_id, kind=CallerKind.BOT, id=owner_id, role=Role.OPERATOR)
        operator = await self._database.operators.find_one(
            {"_id": owner_id, "workspace_id": workspace_id, "active": True},
            {"role": 1, "group_ids": 1, "second_factor.since": 1},
        )
        if operator is None:
            raise _refused()
        role = Role(operator["role"])
        reach = await reach_of(
            self._database, workspace_id, owner_id, role=role, group_ids=operator.get("group_ids", [])
        )
        settings = await _settings(self._database, workspace_id)
        return Caller(
            workspace_id=workspace_id,
            kind=CallerKind.OPERATOR,
            id=owner_id,
            role=role,
            queue_ids=reach.queue_ids,
            supervised_ids=reach.supervised_ids,
            person_id=owner_id,
            is_masked=role.value in settings.get("masked_roles", []),
            lacks_second_factor=lacks_second_factor(settings, operator, token),
        )

    async def _key(self, token: TokenDocument) -> Caller:
        """Return a key as a caller; one whose maker was deactivated is refused, even if it was made at that moment."""
        maker = token.get("made_by")
        if maker is not None:
            active = {"_id": maker, "workspace_id": token["workspace_id"], "active": True}
            if await self._database.operators.find_one(active, {"_id": 1}) is None:
                raise _refused()
        return _key(token)

    def _note_use(self, token: TokenDocument, now: datetime) -> None:
        last = token["last_used_at"]
        if last is not None and now - last < LAST_USED_STEP:
            return
        task = asyncio.ensure_future(self._store_use(token["_id"], now))
        self._noting.add(task)
        task.add_done_callback(self._noting.discard)

    async def _store_use(self, hashed: str, now: datetime) -> None:
        try:
            await self._database.tokens.update_one({"_id": hashed}, {"$max": {"last_used_at": now}})
        except Exception as error:
            if not is_unavailable(error):
                raise

    async def close(self) -> None:
        """Wait for what is still being noted."""
        await asyncio.gather(*self._noting, *self._asking.values(), return_exceptions=True)


async def masked_roles(database: Database, workspace_id: str) -> list[str]:
    """Return the roles from which a workspace hides its customers' numbers."""
    return (await _settings(database, workspace_id)).get("masked_roles", [])


def lacks_second_factor(settings: WorkspaceSettingsDocument, operator: OperatorDocument, token: TokenDocument) -> bool:
    """Tell whether a sign-in lacks the second factor that its workspace demands.

    Of who signs in through the company's login, that provider demands what it likes.
    """
    if not settings.get("second_factor_required", False) or token.get("openid_provider") is not None:
        return False
    factor = operator.get("second_factor")
    return factor is None or factor["since"] is None


async def _settings(database: Database, workspace_id: str) -> WorkspaceSettingsDocument:
    fields = {"settings.masked_roles": 1, "settings.second_factor_required": 1}
    found = await database.workspaces.find_one({"_id": workspace_id}, fields)
    return {} if found is None else found.get("settings", {})


def _key(token: TokenDocument) -> Caller:
    scopes = scopes_of(token)
    return Caller(
        workspace_id=token["workspace_id"],
        kind=CallerKind.API_KEY,
        id=token["owner_id"],
        role=role_of_key(scopes),
        scopes=scopes,
        person_id=token.get("made_by"),
    )


def _refused() -> ProblemError:
    return ProblemError("unauthenticated", "The token is unknown or has expired: sign in again.")
