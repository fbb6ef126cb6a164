"""The business's own SMTP server, by which invitations and links for forgotten passwords go."""

from __future__ import annotations

from typing import Final

from gateway.api.call import Call, Route, Who
from inbox.foundation.problems import ProblemError
from inbox.people.access import Action, Scope
from inbox.people.audit import Act
from inbox.people.mail_server import MailServer, MailServerFields, MailServerState
from inbox.people.mail_texts import MailKind
from inbox.people.mails import queue_mail
from inbox.storage.database import Session


async def show_mail_server(call: Call[None, None]) -> MailServerState:
    """Show the mail server, and what came of the last mails."""
    return await call.parts.people.mail_servers.state(call.workspace_id)


async def set_mail_server(call: Call[MailServerFields, None]) -> MailServer:
    """Set the mail server. Its password is sealed and never shown; see with the test whether mails arrive."""
    servers = call.parts.people.mail_servers
    await servers.check(call.body)

    async def work(session: Session) -> MailServer:
        shown = await servers.put(call.workspace_id, call.body, session=session)
        await call.audit(Act.MAIL_SERVER_SET, call.body.host, session=session)
        return shown

    return await call.database.transaction(work)


async def remove_mail_server(call: Call[None, None]) -> None:
    """Forget the mail server: no mails go out any more, also those that wait."""

    async def work(session: Session) -> None:
        await call.parts.people.mail_servers.delete(call.workspace_id, session=session)
        await call.audit(Act.MAIL_SERVER_REMOVED, session=session)

    await call.database.transaction(work)


async def send_test_mail(call: Call[None, None]) -> None:
    """Have a mail sent to oneself; what came of it is shown with the server within half a minute."""
    if not await queue_mail(call.database, (call.workspace_id, call.caller.id), MailKind.TEST, at=call.now):
        raise ProblemError("conflict", "There is no mail server: set one first.")
    call.parts.wakeups.stir()


_PATH: Final = "/mail-server"
_TAG: Final = "Workspace"

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path=_PATH,
        handler=show_mail_server,
        summary="Show the mail server",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        response=MailServerState,
    ),
    Route(
        method="PUT",
        path=_PATH,
        handler=set_mail_server,
        summary="Set the mail server",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        scope=Scope.ADMINISTER,
        request=MailServerFields,
        response=MailServer,
        example={"host": "mail.example.com", "username": "inbox", "password": "…", "sender": "inbox@example.com"},
    ),
    Route(
        method="DELETE",
        path=_PATH,
        handler=remove_mail_server,
        summary="Forget the mail server",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        scope=Scope.ADMINISTER,
        status=204,
        problems=("not_found",),
    ),
    Route(
        method="POST",
        path=f"{_PATH}/test",
        handler=send_test_mail,
        summary="Send a mail to oneself",
        tag=_TAG,
        asks=Action.TEST_MAIL_SERVER,
        status=204,
        problems=("conflict",),
    ),
)
