"""The demo's web chat: a channel that feeds the first queue, with a page that carries the widget."""

from __future__ import annotations

import secrets

import msgspec

from gateway.demo.seed_queues import SILENCE, SeededQueue, channels
from inbox.channel.channel_models import Channel, WebchatChannelFields, WebchatCredentials
from inbox.storage.runtime import Runtime


class SeededWebchat(msgspec.Struct, kw_only=True):
    """A web-chat channel with its addresses and its secret."""

    id: str
    widget_url: str
    page_url: str
    socket_url: str
    identity_secret: str


async def make_webchat(runtime: Runtime, workspace_id: str, queue: SeededQueue, sandbox_url: str) -> SeededWebchat:
    """Connect a web chat that the demo's own pages may carry."""
    credentials = WebchatCredentials(
        allowed_origins=_origins(runtime, sandbox_url), identity_secret=secrets.token_urlsafe(32)
    )
    fields = WebchatChannelFields(name="Demo shop chat", queue_id=queue.id, credentials=credentials, auto_close=SILENCE)
    channel = await channels(runtime).create(workspace_id, fields, now=runtime.clock.now())
    return SeededWebchat(identity_secret=credentials.identity_secret, **_addresses(channel))


async def find_webchat_again(
    runtime: Runtime, workspace_id: str, known: SeededWebchat, sandbox_url: str
) -> SeededWebchat:
    """Bring an earlier web chat up to this start's addresses."""
    patch = {"credentials": {"allowed_origins": list(_origins(runtime, sandbox_url))}}
    channel = await channels(runtime).patch(workspace_id, known.id, patch, now=runtime.clock.now())
    return SeededWebchat(identity_secret=known.identity_secret, **_addresses(channel))


def _origins(runtime: Runtime, sandbox_url: str) -> tuple[str, ...]:
    return (runtime.settings.public_url, sandbox_url)


def _addresses(channel: Channel) -> dict[str, str]:
    widget_url = channel.widget_url or ""
    page_url = widget_url.removesuffix("widget.js") + "demo"
    return {"id": channel.id, "widget_url": widget_url, "page_url": page_url, "socket_url": channel.socket_url or ""}
