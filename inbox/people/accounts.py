"""Workspaces and the people in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from inbox.foundation.decoding import apply_patch
from inbox.foundation.ids import new_id
from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.patterns import END, VISIBLE
from inbox.foundation.problems import FieldError, ProblemError, not_found
from inbox.foundation.structs import read_as, store_as, to_document
from inbox.people.access import Role
from inbox.people.passwords import NewPassword, check_new_password, hash_password
from inbox.people.tokens import PASSWORD_LINK_VALID, Grant, TokenKind, issue_token
from inbox.storage.database import Database, DuplicateKeyError, Session
from inbox.storage.documents import OperatorDocument

Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=VISIBLE)]
Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+" + END)]
Skill = Annotated[int, Meta(ge=1, le=5)]

Capacity = Annotated[int, Meta(ge=1, le=1_000)]
Skills = Annotated[dict[Annotated[str, Meta(min_length=1, max_length=50)], Skill], Meta(max_length=50)]
GroupIds = Annotated[tuple[Annotated[str, Meta(min_length=1, max_length=100)], ...], Meta(max_length=100)]

LanguageTag = Annotated[
    str, Meta(max_length=35, pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*" + END, examples=["pt-BR"])
]
MAX_LANGUAGES = 50

MaskableRole = Literal["operator", "supervisor", "manager"]
"""Administrators set up what the numbers are for: they see them."""
OFFLINE = "offline"
GRACE_SECONDS = 60
"""A reload of the page, a change of network; presence ends only after it."""


class WorkspaceSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a workspace may choose; everything has a default.

    Attributes:
        time_zone: IANA name, for opening hours and for what people see.
        language: BCP 47 tag of the texts where a contact's own language is not known.
        marketing_needs_consent: Campaigns with marketing templates reach only contacts whose consent is recorded.
        auto_reply_spacing_seconds: Least time between two automatic texts of one occasion to one customer of a channel.
        join_auto_replies: Automatic texts of one moment to one customer become one message where each message is
            charged for.
        presence_grace_seconds: How long an operator without a sign of life still counts as present.
        return_after_seconds: When the conversations of an operator who went offline return to their queues;
            null is never.
        manual_over_capacity: People may assign and transfer above an operator's capacity.
        assistants_may_send: Assistants (MCP) may send replies by themselves; otherwise they draft.
        languages: The languages that the business answers in; `language` is one of them. Texts may have further ones.
        masked_roles: Who does not see customers' phone numbers and e-mail addresses, and writes to them all the same.
        notices_show_names: Notices on devices on which the workplace is closed name the customer: anybody near a
            locked screen reads them. Otherwise they say which channel it is.
        second_factor_required: Who signs in by password and has no second factor may only set one up.
    """

    time_zone: Annotated[str, Meta(max_length=64, examples=["Europe/Lisbon"])] = "UTC"
    language: LanguageTag = "en"
    auto_reply_spacing_seconds: Annotated[int, Meta(ge=0, le=7 * 24 * 3600)] = 3600
    join_auto_replies: bool = True
    presence_grace_seconds: Annotated[int, Meta(ge=20, le=3600)] = GRACE_SECONDS
    return_after_seconds: Annotated[int, Meta(ge=0, le=7 * 24 * 3600)] | None = None
    manual_over_capacity: bool = False
    assistants_may_send: bool = False
    marketing_needs_consent: bool = True
    masked_roles: Annotated[tuple[MaskableRole, ...], Meta(max_length=3)] = ()
    second_factor_required: bool = False
    languages: Annotated[tuple[LanguageTag, ...], Meta(max_length=MAX_LANGUAGES)] = ()
    notices_show_names: bool = False

    def __post_init__(self) -> None:
        """Refuse an unknown time zone, and a usual language that is none of the business's."""
        if self.languages and self.language not in self.languages:
            raise ValueError("`languages` must contain `language`, or be empty")
        try:
            ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError):
            raise ValueError("`time_zone` must be an IANA time zone such as Europe/Lisbon") from None


class WorkspaceFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can be changed of a workspace."""

    name: Name
    settings: WorkspaceSettings = WorkspaceSettings()


class Workspace(msgspec.Struct, frozen=True, kw_only=True):
    """One business; everything belongs to exactly one.

    Attributes:
        has_integration_page: Whether a page of its own is shown beside conversations.
    """

    id: str
    name: str
    settings: WorkspaceSettings
    created_at: datetime
    has_integration_page: bool = False


class Operator(msgspec.Struct, frozen=True, kw_only=True):
    """A person of a workspace, of whatever role."""

    id: str
    name: str
    email: str
    role: Role
    status: str
    status_since: datetime
    next_status: str | None = None
    capacity: int | None = None
    active: bool = True
    group_ids: tuple[str, ...] = ()
    skills: dict[str, Skill] = {}


class OperatorPage(Page[Operator], frozen=True, kw_only=True):
    """A part of the list of operators."""


class NewOperator(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person to add; without a password one is set by link."""

    name: Name
    email: Email
    role: Role = Role.OPERATOR
    password: NewPassword | None = None
    capacity: Capacity | None = None
    group_ids: GroupIds = ()
    skills: Skills = {}


class NewWorkspace(msgspec.Struct, frozen=True, kw_only=True):
    """A workspace just made.

    Attributes:
        token: A sign-in token of the owner.
        password_token: Lets the owner set a password once, within 72 hours.
    """

    workspace: Workspace
    owner: Operator
    token: str
    password_token: str


async def create_workspace(
    database: Database, *, name: str, owner: NewOperator, now: datetime, sign_in_days: int
) -> NewWorkspace:
    """Make a workspace and its owner, all or nothing.

    Args:
        database: Where to.
        name: The business.
        owner: The first person; the role is always owner.
        now: When.
        sign_in_days: How long the owner's first token is good.
    """
    workspace = Workspace(id=new_id(), name=name, settings=WorkspaceSettings(), created_at=now)
    document = await operator_document(workspace.id, msgspec.structs.replace(owner, role=Role.OWNER), now)

    async def store(session: Session) -> NewWorkspace:
        await database.workspaces.insert_one(store_as(workspace), session=session)
        operator = await store_operator(database, document, session=session)
        return NewWorkspace(
            workspace=workspace,
            owner=operator,
            token=await issue_sign_in(database, workspace.id, operator.id, now, days=sign_in_days, session=session),
            password_token=await issue_password_token(database, workspace.id, operator.id, now, session=session),
        )

    return await database.transaction(store)


async def create_operator(database: Database, workspace_id: str, new: NewOperator, *, now: datetime) -> Operator:
    """Add a person to a workspace.

    Raises:
        ProblemError: `duplicate` if the e-mail is already in use there.
    """
    return await store_operator(database, await operator_document(workspace_id, new, now))


async def operator_document(workspace_id: str, new: NewOperator, now: datetime) -> OperatorDocument:
    """Make an operator's document before the transaction that stores it, since hashing a password takes time."""
    operator = Operator(
        id=new_id(),
        name=new.name,
        email=fold_email(new.email),
        role=new.role,
        status=OFFLINE,
        status_since=now,
        capacity=new.capacity,
        group_ids=new.group_ids,
        skills=new.skills,
    )
    if new.password:
        check_new_password(new.password, email=new.email)
    password_hash = await hash_password(new.password, whose=workspace_id) if new.password else None
    document: OperatorDocument = store_as(
        operator, workspace_id=workspace_id, password_hash=password_hash, created_at=now, away_since=now
    )
    return document


async def store_operator(database: Database, document: OperatorDocument, *, session: Session | None = None) -> Operator:
    """Store a person. Raises `ProblemError` (`duplicate`) if the e-mail is already in use in the workspace."""
    try:
        await database.operators.insert_one(document, session=session)
    except DuplicateKeyError:
        raise ProblemError(
            "duplicate",
            "An operator with this e-mail is already in the workspace.",
            errors=[FieldError("/email", "is already in use")],
        ) from None
    return read_as(document, Operator)


def fold_email(email: str) -> str:
    """Return the form in which an e-mail address is stored and looked up."""
    return email.strip().casefold()


async def issue_sign_in(
    database: Database, workspace_id: str, operator_id: str, now: datetime, *, days: int, session: Session | None = None
) -> str:
    """Issue a sign-in token to an operator."""
    grant = Grant(kind=TokenKind.SIGN_IN, workspace_id=workspace_id, owner_id=operator_id, valid=timedelta(days=days))
    return await issue_token(database, grant, now, session=session)


async def issue_password_token(
    database: Database, workspace_id: str, operator_id: str, now: datetime, *, session: Session | None = None
) -> str:
    """Issue a token with which an operator sets a password without knowing the old one."""
    grant = Grant(
        kind=TokenKind.PASSWORD_LINK, workspace_id=workspace_id, owner_id=operator_id, valid=PASSWORD_LINK_VALID
    )
    return await issue_token(database, grant, now, session=session)


async def get_operator(database: Database, workspace_id: str, operator_id: str) -> Operator:
    """Get one operator. Raises `ProblemError` (`not_found`)."""
    document = await database.operators.find_one({"_id": operator_id, "workspace_id": workspace_id})
    if document is None:
        raise not_found("operator")
    return read_as(document, Operator)


async def list_operators(database: Database, workspace_id: str, *, limit: int, cursor: str | None) -> Page[Operator]:
    """List operators by e-mail address."""
    after = decode_cursor(cursor, str) or ""
    found = database.operators.find({"workspace_id": workspace_id, "email": {"$gt": after}})
    documents = await found.sort("email", 1).limit(limit + 1).to_list(None)
    return cut_page([read_as(document, Operator) for document in documents], limit, lambda operator: operator.email)


async def get_workspace(database: Database, workspace_id: str, *, session: Session | None = None) -> Workspace:
    """Get the workspace. Raises `ProblemError` (`not_found`)."""
    document = await database.workspaces.find_one({"_id": workspace_id}, session=session)
    if document is None:
        raise not_found("workspace")
    there = "integration_page" in document
    return msgspec.structs.replace(read_as(document, Workspace), has_integration_page=there)


async def patch_workspace(
    database: Database, workspace_id: str, patch: Mapping[str, Any], *, session: Session
) -> Workspace:
    """Merge a patch (RFC 7396) into name and settings. Raises `ProblemError`."""
    workspace = await get_workspace(database, workspace_id, session=session)
    current = {"name": workspace.name, "settings": msgspec.to_builtins(workspace.settings)}
    fields = apply_patch(current, patch, WorkspaceFields)
    await database.workspaces.update_one({"_id": workspace_id}, {"$set": to_document(fields)}, session=session)
    return msgspec.structs.replace(workspace, name=fields.name, settings=fields.settings)
