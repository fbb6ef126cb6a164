"""One mail, given to one SMTP server.

Source: RFC 5321, 4.2.1 (4xx may succeed later, 5xx never will); RFC 3207 (STARTTLS); RFC 8314 (TLS from the beginning).
"""

from __future__ import annotations

import asyncio
import ssl
from email.message import EmailMessage
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import msgspec

from channels.public_connections import connect_public
from inbox.people.mail_server import MailSecurity
from inbox.storage.documents import MailServerDocument

if TYPE_CHECKING:
    from aiosmtplib import SMTP, SMTPException

MAIL_SECONDS: Final = 30.0
"""For the whole exchange: servers that look into mails take some seconds. Others' mails do not wait for it."""
STEP_SECONDS: Final = 15.0
ERROR_CHARS: Final = 300


class Outcome(StrEnum):
    """What became of a mail: taken by the server, worth another try, or never to be taken."""

    TAKEN = "taken"
    LATER = "later"
    REFUSED = "refused"


class Posted(msgspec.Struct, frozen=True):
    """An outcome, and why, in words for an administrator."""

    outcome: Outcome
    error: str | None = None


async def post_mail(
    server: MailServerDocument, password: str, message: EmailMessage, *, allow_private: bool, own_host: str
) -> Posted:
    """Send a mail; whatever goes wrong is an outcome, too.

    Args:
        server: By whom.
        password: Its password in clear.
        message: What.
        allow_private: Whether the server may be in our own network.
        own_host: How we call ourselves.
    """
    try:
        async with asyncio.timeout(MAIL_SECONDS):
            return await _exchange(server, password, message, allow_private=allow_private, own_host=own_host)
    except TimeoutError:
        return Posted(Outcome.LATER, f"The server did not finish within {MAIL_SECONDS:.0f} seconds.")
    except OSError as error:
        return Posted(Outcome.LATER, _of_connection(error))


async def _exchange(
    server: MailServerDocument, password: str, message: EmailMessage, *, allow_private: bool, own_host: str
) -> Posted:
    from aiosmtplib import SMTP, SMTPException  # noqa: PLC0415 - a quarter of a second, for who sends no mails

    sock = await connect_public(server["host"], server["port"], allow_private=allow_private)
    security = MailSecurity(server["security"])
    client = SMTP(
        hostname=server["host"],
        port=None,
        sock=sock,
        local_hostname=own_host,
        timeout=STEP_SECONDS,
        use_tls=security is MailSecurity.TLS,
        start_tls=security is MailSecurity.STARTTLS,
    )
    try:
        await client.connect()
        return await _send(client, server, password, message)
    except SMTPException as error:
        return Posted(Outcome.LATER, _of_exchange(error))
    finally:
        client.close()


async def _send(client: SMTP, server: MailServerDocument, password: str, message: EmailMessage) -> Posted:
    """Sign in and hand the mail over; a refusal of this mail alone is told apart from a fault of the server."""
    from aiosmtplib import (  # noqa: PLC0415 - as above
        SMTPDataError,
        SMTPRecipientsRefused,
        SMTPSenderRefused,
    )

    if server["username"] is not None:
        await client.login(server["username"], password)
    try:
        await client.send_message(message)
    except SMTPRecipientsRefused as refused:
        code, text = next(((one.code, one.message) for one in refused.recipients), (0, ""))
    except (SMTPDataError, SMTPSenderRefused) as refused:
        code, text = refused.code, refused.message
    else:
        return Posted(Outcome.TAKEN)
    outcome = Outcome.REFUSED if code >= 500 else Outcome.LATER
    return Posted(outcome, _words(f"The server refused the mail: {code} {text}"))


def _of_connection(error: OSError) -> str:
    if _is_of_certificate(error):
        return "The server's certificate is not valid for its name."
    return f"There is no connection to the server, or its address is private ({type(error).__name__})."


def _of_exchange(error: SMTPException) -> str:
    if _is_of_certificate(error):
        return "The server's certificate is not valid for its name."
    if isinstance(error.__cause__, OSError):
        return f"The connection broke off while it was being made ({type(error.__cause__).__name__})."
    return _words(f"The server: {error}")


def _is_of_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _words(text: str) -> str:
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())[:ERROR_CHARS]
