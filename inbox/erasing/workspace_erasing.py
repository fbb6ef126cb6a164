"""Asking for a workspace to be erased: from that moment nobody gets in, and nothing comes in.

One transaction ends every way in and notes the erasure; workers do the rest (`inbox.erasing.workspace_steps`).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence

from inbox.erasing.erasure_models import ErasureState
from inbox.erasing.workspace_models import BegunWorkspaceErasure, WorkspaceErasure, workspace_erasure_view
from inbox.erasing.workspace_steps import FIRST_STEP
from inbox.foundation.clock import Clock
from inbox.foundation.decoding import field_problem
from inbox.foundation.ids import new_id
from inbox.foundation.problems import not_found
from inbox.people.access import Caller
from inbox.storage.database import Database, Session
from inbox.storage.documents import Condition, OperatorDocument, WorkspaceErasureDocument


class WorkspaceErasing:
    """Begins erasures of workspaces, and shows them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def begin(self, caller: Caller, name: str) -> tuple[BegunWorkspaceErasure, Sequence[str]]:
        """Erase the caller's workspace.

        Returns:
            The erasure, and the ids of the people who were shut out.

        Raises:
            ProblemError: `invalid_request` where the name is another.
        """
        certificate = secrets.token_urlsafe(32)

        async def work(session: Session) -> tuple[WorkspaceErasureDocument, list[str]]:
            await self._check_name(caller.workspace_id, name, session)
            own: Condition = {"workspace_id": caller.workspace_id}
            people = await self._database.operators.find(own, {"email": 1}, session=session).to_list(None)
            erasure = await self._document(caller.workspace_id, _hashed(certificate), people, session)
            await self._database.tokens.delete_many(own, session=session)
            shut_out = {"$set": {"active": False, "password_hash": None}}
            await self._database.operators.update_many(own, shut_out, session=session)
            await self._database.workspace_erasures.insert_one(erasure, session=session)
            return erasure, [person["_id"] for person in people]

        erasure, people = await self._database.transaction(work)
        begun = BegunWorkspaceErasure(
            state=ErasureState.WORKING,
            requested_at=erasure["requested_at"],
            finished_at=None,
            counts={},
            certificate=certificate,
        )
        return begun, people

    async def certificate(self, certificate: str) -> WorkspaceErasure:
        """Return the erasure that a certificate leads to. Raises `ProblemError` (`not_found`)."""
        found = await self._database.workspace_erasures.find_one({"_id": _hashed(certificate)})
        if found is None:
            raise not_found("certificate")
        return workspace_erasure_view(found)

    async def _check_name(self, workspace_id: str, name: str, session: Session) -> None:
        workspace = await self._database.workspaces.find_one({"_id": workspace_id}, {"name": 1}, session=session)
        if workspace is None:
            raise not_found("workspace")
        if workspace["name"] != name:
            raise field_problem("/name", "is not the workspace's name: enter it exactly as GET /workspace shows it")

    async def _document(
        self, workspace_id: str, certificate_hash: str, people: Sequence[OperatorDocument], session: Session
    ) -> WorkspaceErasureDocument:
        channels = self._database.channels.find({"workspace_id": workspace_id}, {"_id": 1}, session=session)
        ids = [channel["_id"] for channel in await channels.to_list(None)]
        now = self._clock.now()
        return {
            "_id": certificate_hash,
            "workspace_id": workspace_id,
            "told_id": new_id(),
            "marks": [workspace_id, *ids, *(person["email"] for person in people)],
            "state": ErasureState.WORKING.value,
            "requested_at": now,
            "due_at": now,
            "step": FIRST_STEP,
            "mark": None,
            "counts": {},
            "finished_at": None,
        }


def _hashed(certificate: str) -> str:
    return hashlib.sha256(certificate.encode()).hexdigest()
