"""The SMTP server of a business: what an administrator enters, and how it does. The password is sealed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from inbox.foundation.decoding import field_problem
from inbox.foundation.patterns import END
from inbox.foundation.problems import not_found
from inbox.foundation.public_address import AddressRefusedError, check_public_url
from inbox.foundation.secret_box import SecretBox
from inbox.people.accounts import Email
from inbox.storage.database import Database, Session
from inbox.storage.documents import Fields, MailServerDocument

Host = Annotated[
    str, Meta(min_length=1, max_length=253, pattern=rf"^[A-Za-z0-9._:-]+{END}", examples=["mail.example.com"])
]


class MailSecurity(StrEnum):
    """How the connection is encrypted: from its beginning, by STARTTLS, which is then demanded, or not at all."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class MailServerFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A server to send mails by.

    Attributes:
        username: With `password`, where the server asks for them.
        password: Left out, the one that is stored stays, as long as host, port and username do.
        sender: The address that mails come from.
        sender_name: What people see beside it.
    """

    host: Host
    port: Annotated[int, Meta(ge=1, le=65535)] = 587
    security: MailSecurity = MailSecurity.STARTTLS
    username: Annotated[str, Meta(min_length=1, max_length=320)] | None = None
    password: Annotated[str, Meta(min_length=1, max_length=1_000)] | None = None
    sender: Email
    sender_name: Annotated[str, Meta(max_length=200)] = ""


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """The server as it is shown, with what came of the last mails: never its password."""

    host: str
    port: int
    security: MailSecurity
    username: str | None = None
    has_password: bool = False
    sender: str
    sender_name: str = ""
    last_sent_at: datetime | None = None
    last_error: str | None = None
    last_error_at: datetime | None = None


class MailServerState(msgspec.Struct, frozen=True, kw_only=True):
    """The workspace's mail server; null if there is none."""

    server: MailServer | None


_SHOWN: Final = tuple(name for name in MailServer.__struct_fields__ if name != "has_password")
_SAME: Final = ("host", "port", "username")


class MailServers:
    """The mail servers of all workspaces, at most one each.

    Args:
        allow_private: Whether a server may be in the installation's own network.
    """

    def __init__(self, database: Database, box: SecretBox, *, allow_private: bool) -> None:
        self._database = database
        self._box = box
        self._allow_private = allow_private

    async def check(self, fields: MailServerFields) -> None:
        """Refuse what can't be used; looks the host up, so it comes before the transaction.

        Raises `ProblemError` (`invalid_request`).
        """
        if fields.security is MailSecurity.NONE and fields.username is not None:
            raise field_problem("/security", "must be tls or starttls where a password is sent")
        if self._allow_private:
            return
        try:
            await check_public_url(f"smtp://{_in_url(fields.host)}")
        except (AddressRefusedError, ValueError) as refused:
            raise field_problem("/host", str(refused)) from None

    async def put(self, workspace_id: str, fields: MailServerFields, *, session: Session) -> MailServer:
        """Set the server, checked before. Raises `ProblemError` (`invalid_request`) where its password is missing."""
        before = await self._database.mail_servers.find_one({"_id": workspace_id}, session=session)
        document: MailServerDocument = {
            "_id": workspace_id,
            "host": fields.host,
            "port": fields.port,
            "security": fields.security.value,
            "username": fields.username,
            "sender": fields.sender,
            "sender_name": fields.sender_name,
            "secrets": self._box.seal({"password": self._password(fields, before)}),
        }
        anew = {"$set": document, "$unset": {"last_error": 1, "last_error_at": 1, "last_sent_at": 1}}
        await self._database.mail_servers.update_one({"_id": workspace_id}, anew, upsert=True, session=session)
        return self._shown(document)

    def _password(self, fields: MailServerFields, before: MailServerDocument | None) -> str:
        """Return the password to store: an old one is never sent to another server than it was entered for."""
        if fields.username is None or fields.password is not None:
            return fields.password or ""
        if before is None or any(getattr(fields, name) != before[name] for name in _SAME):
            raise field_problem("/password", "must be entered with a new host, port or username")
        return self._box.open(before["secrets"])["password"]

    async def state(self, workspace_id: str) -> MailServerState:
        """Show it, if there is one."""
        found = await self.find(workspace_id)
        return MailServerState(server=None if found is None else self._shown(found))

    async def find(self, workspace_id: str, *, session: Session | None = None) -> MailServerDocument | None:
        """Return the stored server; None if there is none."""
        return await self._database.mail_servers.find_one({"_id": workspace_id}, session=session)

    async def delete(self, workspace_id: str, *, session: Session) -> None:
        """Forget it, and what waits to be sent by it. Raises `ProblemError` (`not_found`)."""
        if not (await self._database.mail_servers.delete_one({"_id": workspace_id}, session=session)).deleted_count:
            raise not_found("mail server")
        await self._database.mails.delete_many({"workspace_id": workspace_id}, session=session)

    async def note_sent(self, workspace_id: str, at: datetime) -> None:
        """Write down that a mail was taken; what was wrong before is over."""
        well: Fields = {"last_sent_at": at, "last_error": None}
        await self._database.mail_servers.update_one({"_id": workspace_id}, {"$set": well})

    async def note_error(self, workspace_id: str, error: str, at: datetime) -> None:
        """Write down why a mail was not taken, for administrators."""
        wrong: Fields = {"last_error": error, "last_error_at": at}
        await self._database.mail_servers.update_one({"_id": workspace_id}, {"$set": wrong})

    def password(self, server: MailServerDocument) -> str:
        """Return the password in clear, for sending. Raises `SecretUnreadableError`."""
        return self._box.open(server["secrets"])["password"]

    def _shown(self, document: MailServerDocument) -> MailServer:
        fields = {name: document.get(name) for name in _SHOWN}
        return msgspec.convert({**fields, "has_password": document["username"] is not None}, MailServer)


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
