"""The sandbox put together: emulators, control API and phone page in one aiohttp application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web

from channels.sandbox.clock import SandboxClock
from channels.sandbox.control import Control
from channels.sandbox.control_telegram import TelegramControl
from channels.sandbox.control_whatsapp import WhatsAppControl, plant
from channels.sandbox.faults import FaultBox, Faults
from channels.sandbox.graph import saved_chats
from channels.sandbox.graph.cloud import Cloud, Delays
from channels.sandbox.graph.inbound import post
from channels.sandbox.graph.media import SIZE_LIMITS
from channels.sandbox.graph.routes import GraphServer
from channels.sandbox.graph.state import NumberConfig
from channels.sandbox.live import LiveFeed
from channels.sandbox.phone_page import page_routes, settings_route
from channels.sandbox.request_log import DEFAULT_LOG_SIZE, RequestLog
from channels.sandbox.saving import keep_saving
from channels.sandbox.telegram import saved_bots
from channels.sandbox.telegram.server import BotApiServer
from channels.sandbox.telegram.state import BotConfig
from channels.sandbox.telegram.world import Telegram
from channels.sandbox.web_answers import guarded

MAX_BODY_BYTES = max(SIZE_LIMITS.values()) + 1024 * 1024


class SandboxConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The configuration file.

    Attributes:
        numbers: WhatsApp numbers.
        bots: Telegram bots.
        templates: As in Meta's API, with `waba_id`; approved unless `status` says otherwise.
        faults: Faults in force from the start.
        sent_delay_ms: From acceptance to the status `sent`.
        delivered_delay_ms: From acceptance to the status `delivered`.
        log_size: Requests kept in the raw log.
        webhook_batch: Most updates in one webhook POST; Meta's limit is 1,000.
        webchat_page_url: A page that carries the web chat, to be shown beside the phones.
        webhook_give_up_seconds: Real time after which a webhook counts as undelivered.
    """

    numbers: list[NumberConfig] = []
    bots: list[BotConfig] = []
    webchat_page_url: str | None = None
    templates: list[dict[str, Any]] = []
    faults: Faults = Faults()
    sent_delay_ms: float = 20
    delivered_delay_ms: float = 100
    log_size: int = DEFAULT_LOG_SIZE
    webhook_batch: int = 100
    webhook_give_up_seconds: float = 600


def make_app(
    config: SandboxConfig, clock: SandboxClock | None = None, *, state_file: Path | None = None
) -> web.Application:
    """The application; what it knows is in memory, and with a state file the customers outlive a restart."""
    clock = clock or SandboxClock.from_environment()
    faults, live = FaultBox(config.faults), LiveFeed()
    log = RequestLog(config.log_size)
    cloud = _cloud(config, clock, faults, live)
    telegram = _telegram(config, clock, faults, live)
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app.add_routes(guarded(Control(clock, faults, log, live, cloud, telegram).routes()))
    app.add_routes(guarded(WhatsAppControl(cloud).routes()))
    app.add_routes(guarded(TelegramControl(telegram).routes()))
    app.add_routes(guarded([settings_route(config.webchat_page_url)]))
    app.add_routes(page_routes())
    app.add_routes(BotApiServer(telegram, log).routes())
    app.router.add_route("*", "/{path:.+}", GraphServer(cloud, log).handle)
    app.on_cleanup.append(lambda _app: cloud.webhooks.poster.close())
    app.on_cleanup.append(lambda _app: telegram.poster.close())
    if state_file is not None:
        app.cleanup_ctx.append(partial(_saving_chats, cloud, state_file))
        app.cleanup_ctx.append(partial(_saving_bots, telegram, beside(state_file)))
    return app


def beside(state_file: Path) -> Path:
    """Where Telegram's part is kept."""
    return state_file.with_name(f"{state_file.stem}-telegram.json")


async def _saving_chats(cloud: Cloud, path: Path, _: web.Application) -> AsyncIterator[None]:
    for number, customer, message in saved_chats.load(cloud.state, path):
        post(cloud, number, customer, message)
    async with _kept(lambda: saved_chats.version(cloud.state), lambda: saved_chats.save(cloud.state, path)):
        yield


async def _saving_bots(telegram: Telegram, path: Path, _: web.Application) -> AsyncIterator[None]:
    saved_bots.load(telegram, path)
    async with _kept(lambda: saved_bots.version(telegram), lambda: saved_bots.save(telegram, path)):
        yield


@asynccontextmanager
async def _kept(version: Callable[[], object], save: Callable[[], None]) -> AsyncIterator[None]:
    task = asyncio.create_task(keep_saving(version, save))
    yield
    task.cancel()
    await asyncio.wait([task])


def _telegram(config: SandboxConfig, clock: SandboxClock, faults: FaultBox, live: LiveFeed) -> Telegram:
    telegram = Telegram.new(clock, faults, live)
    for bot in config.bots:
        telegram.register(bot)
    return telegram


def _cloud(config: SandboxConfig, clock: SandboxClock, faults: FaultBox, live: LiveFeed) -> Cloud:
    delays = Delays(config.sent_delay_ms / 1000, config.delivered_delay_ms / 1000)
    cloud = Cloud.new(clock, faults, live, delays)
    cloud.webhooks.max_updates = config.webhook_batch
    cloud.webhooks.give_up_seconds = config.webhook_give_up_seconds
    for number in config.numbers:
        cloud.state.register(number)
    for template in config.templates:
        plant(cloud, template)
    return cloud
