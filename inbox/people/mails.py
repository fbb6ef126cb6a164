"""Mails that wait to be sent, and requests of people who forgot their passwords.

A request only writes a row, the same for an address that somebody has and one that nobody has: neither the answer nor
its time tells which. Links are made when a mail is sent, so that no row holds one.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

from inbox.people.accounts import fold_email
from inbox.people.mail_texts import RULES, MailKind, retry_wait
from inbox.storage.database import Database, Session
from inbox.storage.documents import Condition, MailDocument, OperatorDocument, PasswordRequestDocument

WORKSPACES_OF_ONE: Final = 10
"""So many workspaces with the same e-mail get a mail each; who works in more names the one that is meant."""
REQUESTS_AT_ONCE: Final = 100
"""One look's: three reads each."""


async def queue_mail(
    database: Database, operator: tuple[str, str], kind: MailKind, *, at: datetime, session: Session | None = None
) -> bool:
    """Have a mail sent to an operator, named by workspace and id; False where the workspace has no mail server."""
    workspace_id, operator_id = operator
    if await database.mail_servers.find_one({"_id": workspace_id}, {"_id": 1}, session=session) is None:
        return False
    fresh: MailDocument = {
        "_id": f"{kind}:{operator_id}",
        "workspace_id": workspace_id,
        "kind": kind.value,
        "operator_id": operator_id,
        "at": at,
        "due_at": at,
        "tries": 0,
    }
    its: Condition = {"_id": fresh["_id"], "workspace_id": workspace_id}
    await database.mails.update_one(its, {"$set": fresh}, upsert=True, session=session)
    return True


async def request_password(database: Database, email: str, workspace_id: str | None, *, at: datetime) -> None:
    """Write down that somebody forgot the password of an address."""
    folded = fold_email(email)
    id_ = hashlib.sha256(f"{workspace_id or ''}\n{folded}".encode()).hexdigest()
    request: PasswordRequestDocument = {"_id": id_, "email": folded, "workspace_id": workspace_id, "at": at}
    await database.password_requests.update_one({"_id": id_}, {"$set": request}, upsert=True)


async def take_requests(database: Database, *, now: datetime) -> int:
    """Turn waiting requests into mails to those who have the address; return how many requests there were.

    What is interrupted is done again: a mail of a kind waits once.
    """
    found = await database.password_requests.find({}).sort("_id", 1).to_list(REQUESTS_AT_ONCE)
    for request in found:
        for operator in await _who_has(database, request):
            theirs = (operator["workspace_id"], operator["_id"])
            await queue_mail(database, theirs, MailKind.FORGOTTEN_PASSWORD, at=now)
        await database.password_requests.delete_one({"_id": request["_id"], "at": request["at"]})
    return len(found)


async def _who_has(database: Database, request: PasswordRequestDocument) -> list[OperatorDocument]:
    wanted: Condition = {"email": request["email"], "active": True}
    if request["workspace_id"] is not None:
        wanted["workspace_id"] = request["workspace_id"]
    return await database.operators.find(wanted).sort("_id", 1).to_list(WORKSPACES_OF_ONE)


async def workspaces_with_due(database: Database, now: datetime) -> list[str]:
    """Name the workspaces for which a mail is due."""
    found: list[str] = await database.mails.distinct("workspace_id", {"due_at": {"$lte": now}})
    return found


async def next_due(database: Database) -> datetime | None:
    """Return when a mail is due next."""
    first = await database.mails.find_one({}, {"due_at": 1}, sort=[("due_at", 1)])
    return None if first is None else first["due_at"]


async def begin_try(database: Database, workspace_id: str, now: datetime) -> MailDocument | None:
    """Take the next mail that is due and put it off to its next try: where this one is cut off, that comes anyway.

    None if nothing is due. A mail that is too old is dropped.
    """
    due: Condition = {"workspace_id": workspace_id, "due_at": {"$lte": now}}
    while (mail := await database.mails.find_one(due, sort=[("due_at", 1)])) is not None:
        if now - mail["at"] > RULES[MailKind(mail["kind"])].tried_for:
            await end_mail(database, mail)
            continue
        tries = mail["tries"] + 1
        began = {"$set": {"due_at": now + retry_wait(tries), "tries": tries}}
        if (await database.mails.update_one(_same(mail), began)).matched_count:
            return {**mail, "tries": tries}
    return None


async def end_mail(database: Database, mail: MailDocument) -> None:
    """Forget a mail that was sent or can't be; one that was asked for again meanwhile stays."""
    await database.mails.delete_one({"_id": mail["_id"], "workspace_id": mail["workspace_id"], "at": mail["at"]})


def _same(mail: MailDocument) -> Condition:
    return {"_id": mail["_id"], "workspace_id": mail["workspace_id"], "at": mail["at"], "tries": mail["tries"]}
