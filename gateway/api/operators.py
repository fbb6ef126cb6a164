"""Operators: who they are, what they are doing, inviting and removing them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from gateway.api.call import Call, Encoded, Route, Who
from gateway.api.queues import MoveTo
from inbox.channel.channel_queue import routing_line
from inbox.foundation.pages import Page, PageQuery
from inbox.foundation.problems import ProblemError
from inbox.people.access import Action, Role, Scope
from inbox.people.accounts import (
    Capacity,
    Email,
    GroupIds,
    Name,
    NewOperator,
    Operator,
    OperatorPage,
    Skills,
    get_operator,
    issue_password_token,
    list_operators,
)
from inbox.people.audit import Act
from inbox.people.mail_texts import MailKind
from inbox.people.mails import queue_mail
from inbox.people.password_links import password_link
from inbox.people.tokens import PASSWORD_LINK_VALID
from inbox.storage.database import Session
from queueing.operators.operator_rules import check_may_change
from queueing.operators.operator_statuses import StatusChange, StatusChangePage, StatusRequest
from queueing.operators.operator_store import OperatorFields


class InvitationRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person to invite; they choose their password themselves."""

    name: Name
    email: Email
    role: Role = Role.OPERATOR
    capacity: Capacity | None = None
    group_ids: GroupIds = ()
    skills: Skills = {}


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """The link to hand to the person: shown this once, good for one password.

    `mailed` tells whether the person gets one by mail, too.
    """

    operator: Operator
    link: Annotated[str, Meta(examples=["https://inbox.example.com/#/password/gwp_..."])]
    expires_at: datetime
    mailed: bool = False


class PasswordLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link by which a person sets a new password: shown this once, good once."""

    link: Annotated[str, Meta(examples=["https://inbox.example.com/#/password/gwp_..."])]
    expires_at: datetime


async def show_operators(call: Call[None, PageQuery]) -> Page[Operator]:
    """List operators by e-mail address, also those who were deactivated."""
    return await list_operators(call.database, call.workspace_id, limit=call.query.limit, cursor=call.query.cursor)


async def show_operator(call: Call[None, None]) -> Operator:
    """Show one operator."""
    return await get_operator(call.database, call.workspace_id, call.id)


async def make_operator(call: Call[NewOperator, None]) -> Encoded:
    """Add an operator. Nobody gives a role above their own."""
    prepared = await call.parts.queueing.operators.prepare(call.caller, call.body)

    async def work(session: Session) -> object:
        return await call.parts.queueing.operators.create(call.caller, prepared, session=session)

    return await call.create(work, line=routing_line(call.workspace_id))


async def invite_operator(call: Call[InvitationRequest, None]) -> Encoded:
    """Add an operator who sets a password by a link; again for one who has not done it yet: a new link.

    Where the workspace has a mail server, the person gets one by mail, too.
    """
    new = NewOperator(**msgspec.structs.asdict(call.body))
    prepared = await call.parts.queueing.operators.prepare(call.caller, new)

    async def work(session: Session) -> object:
        invited = await call.parts.queueing.operators.invite(call.caller, prepared, session=session)
        link = password_link(call.parts.runtime.settings.public_url, invited.token)
        invitee = (call.workspace_id, invited.operator.id)
        mailed = await queue_mail(call.database, invitee, MailKind.INVITATION, at=call.now, session=session)
        return Invitation(operator=invited.operator, link=link, expires_at=invited.expires_at, mailed=mailed)

    made = await call.create(work, line=routing_line(call.workspace_id))
    call.parts.wakeups.stir()
    return made


async def make_password_link(call: Call[None, None]) -> Encoded:
    """Make a link for somebody who forgot the password, to be handed over: where no mail server is set.

    Their password and sign-ins stay until it is used. A second factor is still asked for. It stands in the log.
    """

    async def work(session: Session) -> object:
        theirs = await get_operator(call.database, call.workspace_id, call.id)
        check_may_change(call.caller.role, Role(theirs.role))
        if not theirs.active:
            raise ProblemError("conflict", "The operator is not active: activate them first.")
        token = await issue_password_token(call.database, call.workspace_id, theirs.id, call.now, session=session)
        await call.audit(Act.PASSWORD_LINK_MADE, theirs.id, session=session)
        link = password_link(call.parts.runtime.settings.public_url, token)
        return PasswordLink(link=link, expires_at=call.now + PASSWORD_LINK_VALID)

    return await call.create(work)


async def change_operator(call: Call[dict[str, Any], None]) -> Operator:
    """Merge a patch. Who is deactivated is out at once, with the API keys that they made; the last owner stays one.

    Supervisors change `capacity` and `skills` only, of the operators in the groups that they supervise; managers those
    of everybody up to their own role.
    """
    operator = await call.parts.queueing.operators.patch(call.caller, call.id, call.body)
    call.tell_signed_out(operator.id)
    call.parts.wakeups.route_all(call.workspace_id)
    return operator


async def remove_operator(call: Call[None, MoveTo]) -> None:
    """Deactivate an operator; while they have conversations only with `move_to`.

    Their sign-ins, links and open sockets end at once, and so do the API keys that they made.

    `move_to` is a queue, where the conversations get their old places, or another operator with room for them.
    """
    await call.parts.queueing.operator_removal.delete(call.caller, call.id, move_to=call.query.move_to)
    call.tell_signed_out(call.id)
    call.parts.wakeups.route_all(call.workspace_id)
    call.parts.wakeups.reply()


async def set_status(call: Call[StatusRequest, None]) -> Operator:
    """Set a status, with `me` for oneself. Supervisors also set those of the groups that they supervise.

    Managers set everybody's up to their own role, administrators and owners everybody's.

    `next` takes effect when the conversations in hand are closed. Until then nothing is distributed.
    """
    operator = await call.parts.queueing.statuses.set(call.caller, call.id, call.body)
    call.parts.wakeups.route_all(call.workspace_id)
    return operator


async def show_status_history(call: Call[None, PageQuery]) -> Page[StatusChange]:
    """List the changes of an operator's status, newest first."""
    query = call.query
    return await call.parts.queueing.statuses.history(call.caller, call.id, limit=query.limit, cursor=query.cursor)


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/operators",
        handler=show_operators,
        summary="List operators",
        tag="Operators",
        query=PageQuery,
        response=OperatorPage,
    ),
    Route(
        method="POST",
        path="/operators",
        handler=make_operator,
        summary="Add an operator",
        tag="Operators",
        who=Who.ADMINISTRATORS,
        request=NewOperator,
        response=Operator,
        status=201,
        problems=("duplicate",),
        creates=True,
        example={"name": "Ann", "email": "ann@example.com", "role": "operator", "skills": {"english": 5}},
    ),
    Route(
        method="GET",
        path="/operators/{id}",
        handler=show_operator,
        summary="Show an operator",
        tag="Operators",
        response=Operator,
    ),
    Route(
        method="PATCH",
        path="/operators/{id}",
        handler=change_operator,
        summary="Change an operator",
        tag="Operators",
        asks=Action.SET_WORKLOADS,
        request=OperatorFields,
        response=Operator,
        problems=("conflict", "in_use"),
        example={"role": "supervisor", "capacity": 8},
    ),
    Route(
        method="DELETE",
        path="/operators/{id}",
        handler=remove_operator,
        summary="Remove an operator",
        tag="Operators",
        who=Who.ADMINISTRATORS,
        query=MoveTo,
        status=204,
        problems=("conflict", "in_use", "operator_full", "operator_unavailable"),
    ),
    Route(
        method="PUT",
        path="/operators/{id}/status",
        handler=set_status,
        summary="Set a status",
        tag="Operators",
        scope=Scope.MANAGE,
        request=StatusRequest,
        response=Operator,
        problems=("forbidden", "conflict"),
        example={"status": "ready", "next": "unavailable"},
    ),
    Route(
        method="GET",
        path="/operators/{id}/status-history",
        handler=show_status_history,
        summary="List an operator's statuses",
        tag="Operators",
        query=PageQuery,
        response=StatusChangePage,
        problems=("forbidden",),
    ),
    Route(
        method="POST",
        path="/operators/{id}/password-link",
        handler=make_password_link,
        summary="Make a password link",
        tag="Operators",
        who=Who.ADMINISTRATORS,
        response=PasswordLink,
        status=201,
        problems=("conflict",),
        creates=True,
        secret_response=True,
    ),
    Route(
        method="POST",
        path="/invitations",
        handler=invite_operator,
        summary="Invite an operator",
        tag="Operators",
        who=Who.ADMINISTRATORS,
        request=InvitationRequest,
        response=Invitation,
        status=201,
        problems=("duplicate",),
        creates=True,
        secret_response=True,
        example={"name": "Ann", "email": "ann@example.com", "role": "operator"},
    ),
)
