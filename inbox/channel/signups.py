"""Signups under way: a ticket is taken by whoever comes back first, and a code is exchanged once."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from inbox.channel.signup_models import FAILURES_ADVICE, Signup, SignupRequest, SignupState
from inbox.foundation.decoding import field_problem
from inbox.foundation.ids import new_id
from inbox.foundation.problems import ProblemError, not_found
from inbox.storage.database import Database
from inbox.storage.documents import SignupDocument

COME_BACK_WITHIN: Final = timedelta(hours=1)
"""Meta's dialog asks for a business account, a number and a code by telephone."""
KEPT: Final = timedelta(days=1)
EXCHANGED_WITHIN: Final = timedelta(minutes=1)
"""A request to finish a signup has 25 seconds; whoever took a ticket and has said nothing since is no more."""


class Signups:
    """Signups of all workspaces."""

    def __init__(self, database: Database, public_url: str) -> None:
        self._database = database
        self._public_url = public_url.rstrip("/")

    async def begin(self, workspace_id: str, request: SignupRequest, *, now: datetime) -> Signup:
        """Begin a signup; its ticket is in the page's address, and kept only as a hash. Raises `ProblemError`."""
        queue = {"_id": request.queue_id, "workspace_id": workspace_id}
        if request.queue_id is not None and await self._database.queues.find_one(queue, {"_id": 1}) is None:
            raise field_problem("/queue_id", "there is no such queue")
        secret = secrets.token_urlsafe(32)
        document: SignupDocument = {
            "_id": new_id(),
            "workspace_id": workspace_id,
            "ticket": _hash(secret),
            "name": request.name,
            "queue_id": request.queue_id,
            "with_app": request.with_app,
            "state": SignupState.BEGUN.value,
            "code": None,
            "channel_id": None,
            "ends_at": now + COME_BACK_WITHIN,
            "expires_at": now + KEPT,
        }
        await self._database.signups.insert_one(document)
        way = "app" if request.with_app else "new"
        page = f"{self._public_url}/signup/whatsapp#{way}:{document['_id']}.{secret}"
        return _shown(document, page)

    async def show(self, workspace_id: str, signup_id: str, *, now: datetime) -> Signup:
        """Show a signup. Raises `ProblemError` (`not_found`)."""
        found = await self._database.signups.find_one({"_id": signup_id, "workspace_id": workspace_id})
        if found is None:
            raise not_found("signup")
        return _shown(_as_it_is(found, now))

    async def take(self, ticket: str, *, now: datetime) -> SignupDocument:
        """Take a ticket: the first wins. Raises `ProblemError` (`not_found`, `conflict`)."""
        signup_id, _, secret = ticket.partition(".")
        found = await self._database.signups.find_one({"_id": signup_id})
        if found is None or not hmac.compare_digest(found["ticket"], _hash(secret)) or found["ends_at"] <= now:
            raise not_found("signup: it is over, begin anew")
        mine = {"_id": signup_id, "workspace_id": found["workspace_id"], "state": SignupState.BEGUN.value}
        change = {"state": SignupState.TAKEN.value, "taken_at": now}
        taken = await self._database.signups.update_one(mine, {"$set": change})
        if not taken.modified_count:
            raise ProblemError("conflict", "This signup was finished already. Begin anew in the settings.")
        return found

    async def end(self, signup: SignupDocument, *, channel_id: str | None, code: str | None) -> None:
        """Note what became of a signup."""
        state = SignupState.DONE if channel_id is not None else SignupState.FAILED
        of = {"_id": signup["_id"], "workspace_id": signup["workspace_id"]}
        change = {"state": state.value, "channel_id": channel_id, "code": code}
        await self._database.signups.update_one(of, {"$set": change})


def _as_it_is(document: SignupDocument, now: datetime) -> SignupDocument:
    """Return a signup whose process died over it as one that failed; nobody else will say so."""
    taken_at = document.get("taken_at")
    if document["state"] != SignupState.TAKEN.value or taken_at is None or now - taken_at <= EXCHANGED_WITHIN:
        return document
    return {**document, "state": SignupState.FAILED.value, "code": "interrupted"}


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _shown(document: SignupDocument, page_url: str | None = None) -> Signup:
    code = document["code"]
    return Signup(
        id=document["_id"],
        state=SignupState(document["state"]),
        page_url=page_url,
        code=code,
        advice=None if code is None else FAILURES_ADVICE.get(code),
        channel_id=document["channel_id"],
        expires_at=document["ends_at"],
    )
