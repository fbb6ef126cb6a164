"""Mails to the people of a workspace: by whose server they go, what waits, and who has forgotten a password."""

from __future__ import annotations

from datetime import datetime
from typing import NotRequired, TypedDict


class MailServerDocument(TypedDict):
    """The business's own SMTP server (`inbox.people.mail_server`). Its id is the workspace's."""

    _id: str
    host: str
    port: int
    security: str
    username: str | None
    sender: str
    sender_name: str
    secrets: bytes
    """Sealed: the password, empty where none is needed."""
    last_sent_at: NotRequired[datetime]
    last_error: NotRequired[str | None]
    last_error_at: NotRequired[datetime]


class MailDocument(TypedDict):
    """A mail that waits to be sent (`inbox.people.mails`). Its id is `kind:operator_id`: one of a kind at a time."""

    _id: str
    workspace_id: str
    kind: str
    operator_id: str
    at: datetime
    """When it was asked for."""
    due_at: datetime
    tries: int


class PasswordRequestDocument(TypedDict):
    """Somebody says that they forgot the password of an e-mail address, whether or not anybody has it."""

    _id: str
    """Keyed hash of what is asked: the same again is the same request."""
    email: str
    workspace_id: str | None
    at: datetime
