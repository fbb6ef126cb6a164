"""Sends mails that are due, each workspace's by its own server and by one process at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import structlog

from inbox.people.mail_server import MailServers
from inbox.people.mail_texts import RULES, AddressInvalidError, Letter, MailKind, compose
from inbox.people.mails import begin_try, end_mail, next_due, take_requests, workspaces_with_due
from inbox.people.password_links import password_link
from inbox.people.tokens import Grant, TokenKind, issue_token
from inbox.storage.documents import MailDocument, MailServerDocument
from inbox.storage.leases import Leases
from inbox.storage.runtime import Runtime
from workers.keyed import KeyedWorker, Run
from workers.mails.post_mail import Outcome, Posted, post_mail

SWEEP_SECONDS: Final = 1.0
"""Between looks while there is something to find; otherwise every five seconds: so late a mail may be."""
LEASE_PREFIX: Final = "mails:"

_log = structlog.get_logger()


class MailSender:
    """Sends; what it knows in memory may be lost at any moment. A mail may come twice, but not never."""

    def __init__(self, runtime: Runtime, leases: Leases) -> None:
        self._runtime = runtime
        self._database = runtime.database
        self._servers = MailServers(
            runtime.database, runtime.secret_box, allow_private=runtime.settings.allow_private_urls
        )
        self._worker = KeyedWorker(leases, self._send, lease_of=lambda workspace_id: LEASE_PREFIX + workspace_id)

    async def sweep(self) -> bool:
        """Take up requests, find every workspace with due mails; tell whether there was anything."""
        requests = await take_requests(self._database, now=self._runtime.clock.now())
        due = await workspaces_with_due(self._database, self._runtime.clock.now())
        for workspace_id in due:
            self._worker.wake(workspace_id)
        return bool(requests or due)

    async def next_due(self) -> datetime | None:
        """Return when a mail is due next."""
        return await next_due(self._database)

    async def drain(self) -> None:
        """Wait until nothing is being sent (tests)."""
        await self._worker.drain()

    async def stop(self) -> None:
        """Break off: what was being sent is tried again later."""
        await self._worker.stop()

    async def _send(self, run: Run[str]) -> None:
        """Send one after the other until nothing is due."""
        while (mail := await begin_try(self._database, run.key, self._runtime.clock.now())) is not None:
            server = await self._servers.find(run.key)
            if server is None:
                await end_mail(self._database, mail)
                continue
            posted = await self._post(server, mail)
            if posted is not None:
                await self._note(mail, posted)
            if posted is None or posted.outcome is not Outcome.LATER:
                await end_mail(self._database, mail)

    async def _post(self, server: MailServerDocument, mail: MailDocument) -> Posted | None:
        """Write the mail and hand it over; None if nobody is there to get it any more."""
        theirs = {"_id": mail["operator_id"], "workspace_id": mail["workspace_id"], "active": True}
        operator = await self._database.operators.find_one(theirs)
        workspace = await self._database.workspaces.find_one({"_id": mail["workspace_id"]})
        if operator is None or workspace is None:
            return None
        kind, now, settings = MailKind(mail["kind"]), self._runtime.clock.now(), self._runtime.settings
        own_host = urlsplit(settings.public_url).hostname or "localhost"
        letter = Letter(
            sender=server["sender"],
            sender_name=server["sender_name"],
            to=operator["email"],
            name=operator["name"],
            workspace=workspace["name"],
            domain=own_host,
            link=await self._link(mail, kind, now),
        )
        try:
            message = compose(kind, letter, now)
        except AddressInvalidError:
            return Posted(Outcome.REFUSED, "The sender's or the receiver's address is no address of mail.")
        password = self._servers.password(server)
        return await post_mail(server, password, message, allow_private=settings.allow_private_urls, own_host=own_host)

    async def _link(self, mail: MailDocument, kind: MailKind, now: datetime) -> str:
        """Make a link for this try: earlier ones may have arrived, and stay good for their time."""
        valid = RULES[kind].link_valid
        if valid is None:
            return ""
        grant = Grant(
            kind=TokenKind.PASSWORD_LINK,
            workspace_id=mail["workspace_id"],
            owner_id=mail["operator_id"],
            valid=valid,
        )
        return password_link(self._runtime.settings.public_url, await issue_token(self._database, grant, now))

    async def _note(self, mail: MailDocument, posted: Posted) -> None:
        now = self._runtime.clock.now()
        if posted.error is None:
            await self._servers.note_sent(mail["workspace_id"], now)
            return
        await self._servers.note_error(mail["workspace_id"], posted.error, now)
        _log.warning("a mail was not taken", workspace_id=mail["workspace_id"], kind=mail["kind"], tries=mail["tries"])
