"""What mails to the people of a workspace say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from enum import StrEnum
from typing import Final

import msgspec

from inbox.people.tokens import PASSWORD_LINK_VALID


class MailKind(StrEnum):
    """Kinds of mail."""

    INVITATION = "invitation"
    FORGOTTEN_PASSWORD = "forgotten_password"  # noqa: S105 - a word, no secret
    TEST = "test"


class MailRule(msgspec.Struct, frozen=True, kw_only=True):
    """What is particular about a kind.

    Attributes:
        subject: With `{workspace}` for the business's name.
        body: With `{name}`, `{workspace}`, `{link}` and `{hours}`.
        link_valid: How long the link in it is good; None where it has none.
        tried_for: After so long it is given up: nobody waits for it any more.
    """

    subject: str
    body: str
    link_valid: timedelta | None
    tried_for: timedelta


RULES: Final[Mapping[MailKind, MailRule]] = {
    MailKind.INVITATION: MailRule(
        subject="You are invited to the inbox of {workspace}",
        body=(
            "Hello {name},\n\nyou are invited to answer the customers of {workspace}. "
            "Choose a password here, within {hours} hours:\n\n{link}\n\n"
            "If you don't know what this is about, do nothing.\n"
        ),
        link_valid=PASSWORD_LINK_VALID,
        tried_for=timedelta(days=3),
    ),
    MailKind.FORGOTTEN_PASSWORD: MailRule(
        subject="A new password for the inbox of {workspace}",
        body=(
            "Hello {name},\n\nsomebody asked for a new password for your account with {workspace}. "
            "If it was you, choose one here, within {hours} hours:\n\n{link}\n\n"
            "If it was not you, do nothing: your password stays as it is.\n"
        ),
        link_valid=timedelta(hours=2),
        tried_for=timedelta(hours=2),
    ),
    MailKind.TEST: MailRule(
        subject="{workspace}: mails arrive",
        body="Hello {name},\n\nthis is the test that you asked for: mails of {workspace} arrive.\n",
        link_valid=None,
        tried_for=timedelta(minutes=15),
    ),
}

RETRY_SECONDS: Final = (60, 300, 900, 3600, 4 * 3600, 12 * 3600)
"""A server that greylists wants some minutes; one that is being repaired, hours. The last counts for all further."""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """Who writes to whom, and what is filled in.

    Attributes:
        sender: The business's address.
        to: The person's address.
        domain: Of the installation: makes the message's id.
    """

    sender: str
    sender_name: str
    to: str
    name: str
    workspace: str
    domain: str
    link: str = ""


class AddressInvalidError(Exception):
    """An address is no address of mail; nothing can be sent to it."""


def retry_wait(tries: int) -> timedelta:
    """Return how long to wait after a number of tries, 1 or more."""
    return timedelta(seconds=RETRY_SECONDS[min(tries, len(RETRY_SECONDS)) - 1])


def compose(kind: MailKind, letter: Letter, at: datetime) -> EmailMessage:
    """Write a mail. Raises `AddressInvalidError`."""
    rule = RULES[kind]
    hours = 0 if rule.link_valid is None else int(rule.link_valid.total_seconds() // 3600)
    words = {"name": _line(letter.name), "workspace": _line(letter.workspace), "link": letter.link, "hours": str(hours)}
    message = EmailMessage()
    message["From"] = _address(letter.sender, letter.sender_name)
    message["To"] = _address(letter.to, letter.name)
    message["Subject"] = rule.subject.format_map(words)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = make_msgid(domain=letter.domain)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(rule.body.format_map(words))
    return message


def _address(address: str, name: str) -> Address:
    try:
        return Address(display_name=_line(name), addr_spec=address)
    except (ValueError, IndexError, HeaderParseError):
        raise AddressInvalidError from None


def _line(text: str) -> str:
    """Return a name as one line that can be seen: headers end at a line break."""
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())
