"""The client."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Any, Final, NamedTuple, Self
from urllib.parse import urlencode

import aiohttp
from yarl import URL

from messaging_gateway_client.calls import File, query_of
from messaging_gateway_client.event_stream import EventStream
from messaging_gateway_client.models import MessageView, SignedIn
from messaging_gateway_client.operations import Operations
from messaging_gateway_client.problems import GatewayError, UnreachableError, problem_of
from messaging_gateway_client.retrying import REPEATABLE, pause_before_retry

TIMEOUT_SECONDS: Final = 30.0
ATTEMPTS: Final = 5
FORM: Final = "/api/v1/media"
"""The only call whose file comes in a form."""


class Gateway(Operations):
    """A workspace of a gateway, as one caller sees it.

    Sends again what was refused for the moment, and what does no harm twice; what creates carries an
    `Idempotency-Key`, so that it is done once however often it is sent.

    Args:
        base_url: Of the gateway, such as `https://inbox.example.com`.
        token: Of an API key, of a bot or of a person who signed in; may be left out for `sign_in`.
        timeout_seconds: Of one attempt.
        attempts: How often a request is sent at most.
    """

    def __init__(
        self,
        base_url: str,
        token: str | None = None,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        attempts: int = ATTEMPTS,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.token = token
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._attempts = attempts
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def sign_in(self, email: str, password: str, *, code: str | None = None) -> SignedIn:
        """Sign a person in; all calls after it are theirs. `code` is that of their second factor."""
        second = {} if code is None else {"code": code}
        answer: SignedIn = await self.call(
            "POST", "/api/v1/auth/login", body={"email": email, "password": password, **second}
        )
        self.token = answer["token"]
        return answer

    async def send_text(self, conversation_id: str, text: str, *, idempotency_key: str | None = None) -> MessageView:
        """Answer a customer with a text."""
        body: Any = {"content": {"type": "text", "text": text}}
        return await self.send_message(conversation_id, body, idempotency_key=idempotency_key)

    def events(self, cursor: str | None = None) -> EventStream:
        """Follow what happens, from a cursor on; without one from now on."""
        return EventStream(self, cursor)

    async def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: Any = None,
        creates: bool = False,
        idempotency_key: str | None = None,
    ) -> Any:
        """Send a request, again where that may help, and return what was answered.

        Raises:
            ProblemError: The gateway refused it.
            UnreachableError: It did not answer.
        """
        headers = {"Idempotency-Key": idempotency_key or uuid.uuid4().hex} if creates else {}
        repeatable = creates or method in REPEATABLE
        parameters = urlencode(query_of(query or {}))
        address, attempt = f"{path}?{parameters}" if parameters else path, 0
        while True:
            attempt += 1
            try:
                return await self._send(method, address, headers, body)
            except GatewayError as error:
                pause = pause_before_retry(error, attempt, repeatable=repeatable)
                if pause is None or attempt >= self._attempts:
                    raise
            await asyncio.sleep(pause)

    @property
    def session(self) -> aiohttp.ClientSession:
        """The connections, opened with the first request."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session

    @property
    def authorization(self) -> dict[str, str]:
        """The header that says who calls."""
        return {} if self.token is None else {"Authorization": f"Bearer {self.token}"}

    async def _send(self, method: str, address: str, headers: Mapping[str, str], body: Any) -> Any:
        content = _content(address, body)
        sent = {**self.authorization, **headers, **content.headers}
        try:
            async with self.session.request(
                method,
                URL(self.base_url + address, encoded=True),
                headers=sent,
                data=content.data,
                timeout=self._timeout,
                allow_redirects=False,
            ) as response:
                raw = await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            what = f"{method} {address.partition('?')[0]}"
            raise UnreachableError(f"{what}: {str(error) or type(error).__name__}") from error
        if not HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
            raise problem_of(response.status, raw, response.headers.get("Retry-After"))
        return json.loads(raw) if response.content_type == "application/json" and raw else raw or None


class _Content(NamedTuple):
    data: Any
    headers: Mapping[str, str] = {}


def _content(address: str, body: Any) -> _Content:
    """Return how a body is written."""
    if body is None:
        return _Content(None)
    if not isinstance(body, File):
        return _Content(json.dumps(body).encode(), {"Content-Type": "application/json"})
    if address != FORM:
        return _Content(body.content, {"Content-Type": body.mime_type})
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("file", body.content, filename=body.name, content_type=body.mime_type)
    return _Content(form)
