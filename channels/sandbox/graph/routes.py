"""Every request to the emulated Graph API: faults, token, dispatch, log."""

from __future__ import annotations

import asyncio
import inspect
import re
import time
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import msgspec
from aiohttp import web

from channels.sandbox.graph import (
    account_templates,
    accounts,
    app_data,
    number_settings,
    registration,
    routing,
    statuses,
    uploads,
)
from channels.sandbox.graph.apps import answer_app, is_ended, token_ended
from channels.sandbox.graph.cloud import Cloud
from channels.sandbox.graph.errors import GraphError, unknown_object
from channels.sandbox.graph.exchange import SUCCESS, Exchange
from channels.sandbox.graph.messages import post_marketing, post_messages
from channels.sandbox.graph.state import JsonObject, Number
from channels.sandbox.request_log import LoggedRequest, RequestLog
from channels.sandbox.web_answers import NO_ANSWER, hang_up

VERSION = re.compile(r"v\d+\.\d+\Z")

Result: TypeAlias = JsonObject | Awaitable[JsonObject]


def _nothing(_exchange: Exchange, _owner: object) -> JsonObject:
    """What Meta does here has no effect that anyone could see."""
    return SUCCESS


ON_NUMBER: dict[tuple[str, str], Callable[[Exchange, Number], Result]] = {
    ("POST", "messages"): post_messages,
    ("POST", "marketing_messages"): post_marketing,
    ("POST", "thread_control"): routing.control,
    ("POST", "media"): uploads.upload,
    ("GET", ""): accounts.number_view,
    ("POST", ""): accounts.edit_number,
    ("GET", "whatsapp_business_profile"): accounts.profile,
    ("POST", "whatsapp_business_profile"): accounts.edit_profile,
    ("POST", "register"): registration.register,
    ("POST", "smb_app_data"): app_data.sync,
    ("POST", "deregister"): registration.deregister,
    ("POST", "request_code"): _nothing,
    ("POST", "verify_code"): _nothing,
    ("GET", "block_users"): number_settings.blocked,
    ("POST", "block_users"): number_settings.block,
    ("DELETE", "block_users"): number_settings.unblock,
    ("DELETE", "contact_book"): number_settings.forget,
    ("GET", "settings"): number_settings.settings,
    ("POST", "settings"): number_settings.keep("settings"),
    ("POST", "conversational_automation"): number_settings.keep("conversational_automation"),
    ("POST", "whatsapp_business_encryption"): number_settings.keep("encryption"),
    ("GET", "whatsapp_commerce_settings"): number_settings.commerce,
    ("POST", "whatsapp_commerce_settings"): number_settings.keep("commerce"),
}

ON_ACCOUNT: dict[tuple[str, str], Callable[[Exchange, str], Result]] = {
    ("GET", ""): accounts.account_view,
    ("GET", "phone_numbers"): accounts.account_numbers,
    ("GET", "message_templates"): account_templates.list_templates,
    ("POST", "message_templates"): account_templates.create_template,
    ("DELETE", "message_templates"): account_templates.delete_template,
    ("GET", "subscribed_apps"): accounts.subscribed_apps,
    ("POST", "subscribed_apps"): accounts.subscribe,
    ("DELETE", "subscribed_apps"): accounts.unsubscribe,
}


class GraphServer:
    """Answers the Graph API's paths, with or without a version in front."""

    def __init__(self, cloud: Cloud, log: RequestLog) -> None:
        self._cloud = cloud
        self._log = log

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Carry out one request, with the faults in force."""
        self._log.in_flight += 1
        started, at = time.perf_counter(), self._cloud.clock.now()
        exchange = Exchange(self._cloud, request, _token(request))
        try:
            status, answer = await self._answer(exchange)
        finally:
            self._log.in_flight -= 1
        faults = self._cloud.faults
        lost = status != NO_ANSWER and faults.strikes(faults.active.lose_response_rate)
        self._write(exchange, at, (time.perf_counter() - started) * 1000, status, answer, lost=lost)
        if lost or status == NO_ANSWER:
            return hang_up(request)
        return web.Response(status=status, body=answer, headers={"Content-Type": exchange.content_type})

    async def _answer(self, exchange: Exchange) -> tuple[int, bytes]:
        faults = self._cloud.faults.active
        if faults.down:
            return (503, GraphError(2).body()) if faults.down == "503" else (NO_ANSWER, b"")
        if not exchange.request.content_type.startswith("multipart/"):
            exchange.body = await exchange.request.read()
        if faults.latency_ms:
            await asyncio.sleep(faults.latency_ms / 1000)
        try:
            if self._cloud.faults.strikes(faults.error_rate):
                raise GraphError(faults.error_code)
            answer = await self._dispatch(exchange)
        except GraphError as error:
            return error.status, error.body()
        await self._settle(exchange)
        return 200, answer

    async def _settle(self, exchange: Exchange) -> None:
        message = exchange.accepted
        if message is None:
            return
        self._cloud.show(message)
        if exchange.held:
            return
        if self._cloud.faults.active.status_before_response:
            await statuses.happen_now(self._cloud, message, exchange.failure)
        else:
            statuses.schedule(self._cloud, message, exchange.failure)

    async def _dispatch(self, exchange: Exchange) -> bytes:
        parts = exchange.request.path.strip("/").split("/")
        if VERSION.match(parts[0]):
            del parts[0]
        of_app = await answer_app(exchange, parts)
        if of_app is not None:
            return msgspec.json.encode(of_app)
        if exchange.token not in self._cloud.state.tokens:
            raise GraphError(190)
        if is_ended(exchange):
            raise token_ended()
        if parts[:2] == ["whatsapp_business", "attachments"]:
            return uploads.download(exchange)
        if not parts or len(parts) > 2:
            raise unknown_object("/".join(parts), exchange.request.method)
        answer = self._route(exchange, parts[0], parts[1] if len(parts) == 2 else "")
        if inspect.isawaitable(answer):
            answer = await answer
        return msgspec.json.encode(answer)

    def _route(self, exchange: Exchange, owner: str, edge: str) -> Result:
        method = exchange.request.method
        state = self._cloud.state
        number = state.numbers.get(owner)
        if number is not None and number.config.access_token == exchange.token:
            handler = ON_NUMBER.get((method, edge))
            if handler is not None:
                return handler(exchange, number)
        elif any(one.config.access_token == exchange.token for one in state.of_account(owner)):
            account_handler = ON_ACCOUNT.get((method, edge))
            if account_handler is not None:
                return account_handler(exchange, owner)
        else:
            return self._other(exchange, owner, edge)
        raise GraphError(100, f"Unsupported {method.lower()} request.", subcode=33)

    def _other(self, exchange: Exchange, owner: str, edge: str) -> Result:
        """Objects known by nothing but their id: templates, files, upload sessions."""
        method = exchange.request.method
        if method == "POST" and edge == "uploads":
            return uploads.open_session(exchange, owner)
        if owner.startswith("upload:") and method in ("GET", "POST"):
            return uploads.fill_session(exchange, owner) if method == "POST" else self._cloud.samples.progress(owner)
        template = self._cloud.templates.get(owner)
        if not edge and template is not None and self._may_see(exchange, template.waba_id):
            if method == "POST":
                return account_templates.edit_template(exchange, template)
            if method == "GET":
                return template.view()
        if not edge and method in ("GET", "DELETE"):
            return uploads.describe(exchange, owner) if method == "GET" else uploads.delete(exchange, owner)
        raise unknown_object(owner, method)

    def _may_see(self, exchange: Exchange, waba_id: str) -> bool:
        numbers = self._cloud.state.of_account(waba_id)
        return any(number.config.access_token == exchange.token for number in numbers)

    def _write(
        self, exchange: Exchange, at: float, duration_ms: float, status: int, answer: bytes, *, lost: bool
    ) -> None:
        request = exchange.request
        message = exchange.accepted
        binary = exchange.content_type != "application/json"
        entry = LoggedRequest(
            seq=0,
            provider="whatsapp",
            at=at,
            duration_ms=duration_ms,
            method=request.method,
            path=request.path,
            query=_query(request),
            body=exchange.body,
            note=exchange.note,
            status=status,
            answer=f'{{"file_bytes":{len(answer)}}}'.encode() if binary else answer,
            lost=lost,
            message_id=message.id if message else None,
            phone_number_id=message.chat[0] if message else _number_in(self._cloud, request.path),
        )
        self._log.append(entry)


_SECRET_QUERIES = frozenset({"access_token", "input_token", "verify_token", "client_secret", "code"})


def _number_in(cloud: Cloud, path: str) -> str | None:
    return next((part for part in path.split("/")[1:3] if part in cloud.state.numbers), None)


def _query(request: web.Request) -> dict[str, str]:
    if not request.query_string:
        return {}
    return {key: "…" if key in _SECRET_QUERIES else value for key, value in request.query.items()}


def _token(request: web.Request) -> str:
    """Return the token; uploads of samples say `OAuth` as Meta's guide does."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() in ("bearer", "oauth") else request.query.get("access_token", "")
