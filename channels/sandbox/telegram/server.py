"""Every request to the emulated Bot API: faults, token, dispatch, envelope, log."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from aiohttp import web

from channels.sandbox.faults import Faults
from channels.sandbox.request_log import LoggedRequest, RequestLog
from channels.sandbox.telegram.call import MethodCall
from channels.sandbox.telegram.errors import TITLES, BotApiError, too_many_requests
from channels.sandbox.telegram.files import MAX_DOWNLOAD_BYTES
from channels.sandbox.telegram.methods import METHODS
from channels.sandbox.telegram.params import Params, logged, read_params
from channels.sandbox.telegram.state import Bot
from channels.sandbox.telegram.world import Telegram
from channels.sandbox.web_answers import NO_ANSWER, hang_up

PACED = ("send", "edit")
"""Methods under flood control begin with these."""

MASKED = {"secret_token": "…"}


@dataclass(slots=True)
class MethodAnswer:
    """What a request came to."""

    status: int
    body: bytes
    bot: Bot | None = None
    params: Params | None = None
    message_id: str | None = None
    content_type: str = "application/json"

    @property
    def logged(self) -> bytes:
        """What the request log shows: of a file only its size."""
        whole = self.content_type == "application/json"
        return self.body if whole else f'{{"file_bytes":{len(self.body)}}}'.encode()


class BotApiServer:
    """Answers `/bot<token>/<method>`."""

    def __init__(self, telegram: Telegram, log: RequestLog) -> None:
        self._telegram = telegram
        self._log = log
        telegram.deliveries.answered = self.carry_out

    def routes(self) -> Iterator[web.RouteDef]:
        """All routes; they come before the Graph API, which takes what is left."""
        yield web.route("*", "/bot{token:[^/]+}/{method}", self.handle)
        yield web.get("/file/bot{token:[^/]+}/{path:.+}", self.handle)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Carry out one request, with the faults in force."""
        self._log.in_flight += 1
        started, at = time.perf_counter(), self._telegram.clock.now()
        try:
            answer = await self._answer(request)
        finally:
            self._log.in_flight -= 1
        faults = self._telegram.faults
        lost = answer.status != NO_ANSWER and faults.strikes(faults.active.lose_response_rate)
        self._write(request, answer, at, (time.perf_counter() - started) * 1000, lost=lost)
        if lost or answer.status == NO_ANSWER:
            return hang_up(request)
        return web.Response(status=answer.status, body=answer.body, content_type=answer.content_type)

    async def _answer(self, request: web.Request) -> MethodAnswer:
        faults = self._telegram.faults.active
        if faults.down:
            return _refused(BotApiError(502)) if faults.down == "503" else MethodAnswer(NO_ANSWER, b"")
        answer = MethodAnswer(200, b"")
        try:
            answer.bot = self._bot(request)
            answer.params = await read_params(request)
            if faults.latency_ms:
                await asyncio.sleep(faults.latency_ms / 1000)
            self._strike(faults)
            if "path" in request.match_info:
                self._download(request.match_info["path"], answer, answer.bot)
            else:
                base_url = f"{request.scheme}://{request.host}"
                answer.body = await self._dispatch(request.match_info["method"], answer, answer.params, base_url)
        except BotApiError as error:
            if answer.bot is not None:
                answer.bot.counts.refused += 1
            answer.status, answer.body = error.code, error.body()
        return answer

    def _bot(self, request: web.Request) -> Bot:
        token = request.match_info["token"]
        bot_id = token.partition(":")[0]
        bot = self._telegram.bots.get(int(bot_id)) if bot_id.isdecimal() and len(bot_id) < 20 else None
        if bot is None or bot.config.token != token:
            raise BotApiError(401)
        return bot

    def _strike(self, faults: Faults) -> None:
        if self._telegram.faults.strikes(faults.error_rate):
            raise BotApiError(faults.error_code if faults.error_code in TITLES else 500)

    def _pace(self, bot: Bot, params: Params) -> None:
        """Flood control, at random or by the numbers."""
        faults, now = self._telegram.faults, time.monotonic()
        chat_id = params.integer("chat_id")
        bot.flood.arrives(chat_id, now)
        wait = faults.active.retry_after if faults.strikes(faults.active.flood_rate) else 0
        if not wait and faults.active.flood_control:
            media = params.json("media")
            wait = bot.flood.admit(chat_id, now, len(media) if isinstance(media, list) and media else 1)
        if wait:
            bot.flood.refuse(chat_id, wait, now)
            raise too_many_requests(wait)

    def _download(self, path: str, answer: MethodAnswer, bot: Bot) -> None:
        file = self._telegram.files.at_path(bot.id, path)
        data = self._telegram.files.read(file) if file is not None and file.size <= MAX_DOWNLOAD_BYTES else None
        if data is None:
            raise BotApiError(404)
        answer.body, answer.content_type = data, "application/octet-stream"

    async def carry_out(self, bot: Bot, params: Params) -> None:
        """Carry out the method that a webhook's answer names; the bot does not hear what came of it."""
        started, at = time.perf_counter(), self._telegram.clock.now()
        name = str(params.values.pop("method"))
        answer = MethodAnswer(200, b"", bot, params)
        try:
            answer.body = await self._dispatch(name, answer, params, "")
        except BotApiError as error:
            bot.counts.refused += 1
            answer.status, answer.body = error.code, error.body()
        entry = self._entry(answer, at, (time.perf_counter() - started) * 1000)
        entry.method, entry.path = "ANSWER", f"/bot{bot.id}:…/{name}"
        self._log.append(entry)

    async def _dispatch(self, method_name: str, answer: MethodAnswer, params: Params, base_url: str) -> bytes:
        name, bot = method_name.lower(), answer.bot
        method = METHODS.get(name)
        if method is None or bot is None:
            raise BotApiError(404, "method not found")
        if name.startswith(PACED) and name != "sendchataction":
            self._pace(bot, params)
        call = MethodCall(self._telegram, bot, params, base_url, [])
        result = method(call)
        if inspect.isawaitable(result):
            result = await result
        if call.sent:
            answer.message_id = str(call.sent[0]["message_id"])
        return msgspec.json.encode({"ok": True, "result": result})

    def _write(self, request: web.Request, answer: MethodAnswer, at: float, duration_ms: float, *, lost: bool) -> None:
        entry = self._entry(answer, at, duration_ms)
        entry.method, entry.path, entry.lost = request.method, _masked_path(request, answer.bot), lost
        self._log.append(entry)

    @staticmethod
    def _entry(answer: MethodAnswer, at: float, duration_ms: float) -> LoggedRequest:
        bot = answer.bot
        return LoggedRequest(
            seq=0,
            provider="telegram",
            at=at,
            duration_ms=duration_ms,
            method="",
            path="",
            query={},
            body=logged(answer.params, MASKED) if answer.params else None,
            note=None,
            status=answer.status,
            answer=answer.logged,
            lost=False,
            message_id=answer.message_id,
            phone_number_id=None,
            bot_id=bot.id if bot else None,
        )


def _refused(error: BotApiError) -> MethodAnswer:
    return MethodAnswer(error.code, error.body())


def _masked_path(request: web.Request, bot: Bot | None) -> str:
    """The path without the token's secret part, or all of it where it is nobody's."""
    name = f"{bot.id}:…" if bot else "…"
    where = request.match_info
    return f"/file/bot{name}/{where['path']}" if "path" in where else f"/bot{name}/{where['method']}"
