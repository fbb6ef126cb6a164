"""A real SMTP server with mailboxes, as a business may have one."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
LOGIN = LoginPassword(b"inbox", b"mail secret 1")


@dataclass
class Mailbox:
    """What arrived, and how the server answers.

    Attributes:
        refusals: Answers for the next mails, in turn; then they are taken.
        holds: While it is not set, mails wait.
    """

    port: int = 0
    arrived: list[EmailMessage] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    holds: asyncio.Event = field(default_factory=asyncio.Event)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - its name
        self.came.set()
        await self.holds.wait()
        if self.refusals:
            return self.refusals.pop(0)
        message = message_from_bytes(bytes(envelope.content or b""), policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.arrived.append(message)
        return "250 taken"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=given == LOGIN)


@asynccontextmanager
async def listening(*, tls: ssl.SSLContext | None = None, implicit: bool = False) -> AsyncIterator[Mailbox]:
    """A server on a free port: with TLS by STARTTLS or from the beginning, or without."""
    box = Mailbox()
    box.holds.set()
    demands = {
        "authenticator": box.authenticate,
        "auth_required": tls is not None,
        "auth_require_tls": not implicit,  # it knows only of STARTTLS
    }

    talks: list[SMTP] = []

    def make() -> SMTP:
        starts = None if implicit else tls
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a password without STARTTLS
            talk = SMTP(box, hostname="mail.test", tls_context=starts, require_starttls=bool(starts), **demands)
        talks.append(talk)
        return talk

    server = await asyncio.get_running_loop().create_server(make, HOST, 0, ssl=tls if implicit else None)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        box.holds.set()
        server.close()
        for talk in talks:
            for transport in (talk.transport, talk._original_transport):
                if transport is not None:
                    transport.abort()
        await asyncio.sleep(0)


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Make a certificate of its own for this machine; return the server's context and the file to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, private = folder / "mail.pem", folder / "mail.key"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, private)
    return context, trusted
