"""pywa's client for one number, made quiet and predictable: our errors, no text in any log.

What we use of pywa, and why not in its usual way (`tests/unit/channels/whatsapp/test_pywa.py` looks whether it is still
so):

* The methods are those of `WhatsApp.api`, one for each call of the Graph API; pywa calls them internal. The public ones
  above them send `null` for what is absent, take a user id for a group, read a local file where a link is none, and
  refuse a language that they do not know.
* Its HTTP goes through the session that it is given: `_Session` answers `request`, the only method of httpx that
  pywa calls, and so decides what is an error. pywa's own errors carry no `Retry-After`, and say nothing of whether a
  message may have arrived.
* It sets the session's `base_url` and `Authorization`, from which `_Session` takes them.

Importing this loads pywa and httpx; only the sending side does.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Awaitable
from typing import Any, Final

import httpx
import msgspec
from cachetools import LRUCache
from pywa_async import WhatsApp

from channels.contract import ChannelAccount
from channels.failures import refused_before_sending
from channels.json_repair import JSON_FAULTS, clean_text
from channels.whatsapp.errors import (
    CHANNEL_LIMITS,
    FAILURES,
    RETRY_AFTER_SECONDS,
    provider_error,
    turned_away,
)
from channels.whatsapp.graph_versions import NEWEST
from channels.whatsapp.transport import AiohttpTransport, GraphAnswer
from inbox.foundation.capped_answers import AnswerTooLargeError
from inbox.sending.outbound import Holds, SendFailedError

MAX_CLIENTS = 1000
"""A client takes about 30 KB; beyond that the least used is made anew, in 0.2 ms."""
FIRST_ERROR_STATUS = 400
REFUSALS = frozenset(range(400, 500)) - {408}
"""A 4xx means that the request was not carried out, also where a proxy says it; 408 may come too late for that."""
_decoder = msgspec.json.Decoder()

for _name in ("pywa", "pywa_async", "httpx"):
    # Their debug and info lines hold message texts, numbers and tokens.
    logging.getLogger(_name).setLevel(logging.WARNING)


class _Session(httpx.AsyncClient):
    """The session that pywa is given: each of its requests ends here, with Meta's answer or with an error of ours."""

    def __init__(self, transport: AiohttpTransport) -> None:
        super().__init__(transport=transport, trust_env=False)
        self._graph = transport

    async def request(self, method: str, url: httpx.URL | str, **kwargs: Any) -> Any:
        """Make a request of pywa's. Raises `SendFailedError`, which pywa passes on."""
        try:
            call = self._written(method, url, kwargs)
        except (httpx.InvalidURL, ValueError, TypeError):
            raise refused_before_sending("content_refused", "The message cannot be written as JSON.") from None
        try:
            return _Success(read_answer(await call))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol):
            raise FAILURES.never_sent() from None
        except httpx.HTTPError:
            raise FAILURES.lost_answer() from None
        except AnswerTooLargeError:
            raise FAILURES.endless_answer() from None

    def _written(self, method: str, url: httpx.URL | str, kwargs: dict[str, Any]) -> Awaitable[GraphAnswer]:
        """Write the request, so that a fault in it is told from one on the way.

        JSON calls, which all sends are, go to the transport directly; httpx's own objects cost half of a send.
        """
        if kwargs.keys() == {"json"}:
            headers = {"Authorization": self.headers["Authorization"], "Content-Type": "application/json"}
            body = msgspec.json.encode(kwargs["json"])
            return self._graph.exchange(method, f"{self.base_url}".rstrip("/") + str(url), headers=headers, body=body)
        return self._through_httpx(self.build_request(method, url, **kwargs))

    async def _through_httpx(self, request: httpx.Request) -> GraphAnswer:
        answer = await self.send(request)
        return GraphAnswer(answer.status_code, answer.headers, answer.content)


class _Success:
    """What pywa looks at in a response. `text` is for its debug log, which is off."""

    status_code: Final = 200
    text: Final = ""

    def __init__(self, body: dict[str, Any]) -> None:
        self._body = body

    def json(self) -> dict[str, Any]:
        """Return the answer's JSON object."""
        return self._body


class GraphClients:
    """One pywa client a number and token, over one transport; the least used makes room."""

    def __init__(self, transport: AiohttpTransport, version: str = NEWEST) -> None:
        self._transport = transport
        self.version = version
        self._clients: LRUCache[tuple[str, str, str | None], WhatsApp] = LRUCache(MAX_CLIENTS)

    def client(self, account: ChannelAccount) -> WhatsApp:
        """Find or make the client of a channel. Raises `SendFailedError` where its credentials are incomplete."""
        phone_id = account.credentials.get("phone_number_id")
        token = account.credentials.get("access_token")
        if not phone_id or not token or not _clean(phone_id + token):
            raise refused_before_sending(
                "channel_credentials",
                "The channel's phone number id or access token is missing or has characters that cannot be in one. "
                "An administrator has to enter them again.",
            )
        key = (phone_id, token, account.provider_base_url)
        if key not in self._clients:
            self._clients[key] = self._made(phone_id, token, account.provider_base_url)
        return self._clients[key]

    def _made(self, phone_id: str, token: str, base_url: str | None) -> WhatsApp:
        session = _Session(self._transport)
        client = WhatsApp(phone_id=phone_id, token=token, session=session, api_version=self.version)
        if base_url:  # pywa sets Meta's address when it is given the session, and offers no way to name another
            session.base_url = f"{base_url}/v{self.version}"
        return client


def _clean(credential: str) -> bool:
    """Return whether a credential can stand in a header and a path: a pasted line break cannot."""
    return credential.isascii() and credential.isprintable() and not set(credential) & set(" /?#")


def read_answer(answer: GraphAnswer) -> dict[str, Any]:
    """Read the JSON object of a success.

    Raises:
        SendFailedError: NOT_SENT with Meta's own error, whatever the status, or with a 4xx of some other server;
            UNKNOWN where the answer says nothing.
    """
    try:
        body = _decoder.decode(answer.content)
    except JSON_FAULTS:
        body = None
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict) and isinstance(error.get("code"), int | str):
        raise _refusal(error, answer.headers.get("Retry-After"))
    if answer.status in REFUSALS:
        raise turned_away(answer.status, seconds_of(answer.headers.get("Retry-After")))
    if not isinstance(body, dict) or answer.status >= FIRST_ERROR_STATUS:
        raise FAILURES.lost_answer(answer.status)
    return body


def _refusal(error: dict[str, Any], retry_after: str | None) -> SendFailedError:
    code = error["code"]
    seconds = seconds_of(retry_after)
    if seconds is None:
        seconds = RETRY_AFTER_SECONDS.get(str(code))
    holds = Holds.CHANNEL if str(code) in CHANNEL_LIMITS else Holds.RECIPIENT
    return SendFailedError(provider_error(code, _message(error)), retry_after_seconds=seconds, holds=holds)


def _message(error: dict[str, Any]) -> str | None:
    """Choose the most telling of Meta's texts."""
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else data
    for text in (details, error.get("error_user_msg"), error.get("message")):
        if isinstance(text, str) and text:
            return clean_text(text)
    return None


def seconds_of(retry_after: str | None) -> float | None:
    """Read `Retry-After` in seconds; a date, which Meta does not send, is ignored."""
    try:
        seconds = float(retry_after or "")
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
