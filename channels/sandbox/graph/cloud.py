"""The emulated Cloud API as one object: what its parts share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from channels.sandbox.clock import SandboxClock
from channels.sandbox.faults import FaultBox
from channels.sandbox.graph.media import MediaStore
from channels.sandbox.graph.samples import SampleUploads
from channels.sandbox.graph.state import ChatMessage, JsonObject, WhatsAppState
from channels.sandbox.graph.templates import EmulatedTemplates
from channels.sandbox.graph.webhooks import WebhookSender
from channels.sandbox.live import ChatKey, LiveFeed


@dataclass(slots=True)
class Delays:
    """How long after acceptance the statuses happen, in seconds."""

    sent: float = 0.02
    delivered: float = 0.1


@dataclass(slots=True)
class Cloud:
    """One emulated WhatsApp."""

    clock: SandboxClock
    faults: FaultBox
    live: LiveFeed
    state: WhatsAppState
    media: MediaStore
    samples: SampleUploads
    templates: EmulatedTemplates
    webhooks: WebhookSender
    delays: Delays

    @classmethod
    def new(cls, clock: SandboxClock, faults: FaultBox, live: LiveFeed, delays: Delays) -> Cloud:
        """An empty WhatsApp."""
        return cls(
            clock=clock,
            faults=faults,
            live=live,
            state=WhatsAppState(),
            media=MediaStore(),
            samples=SampleUploads(),
            templates=EmulatedTemplates(),
            webhooks=WebhookSender(clock.now, faults),
            delays=delays,
        )

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Run something after a while of real time."""
        asyncio.get_running_loop().call_later(seconds, call)

    def show(self, message: ChatMessage) -> None:
        """Tell the phone page that a message is new or changed."""
        if self.live.watched:
            self.tell(message.chat, {"type": "message", "message": message.view()})

    def show_templates(self) -> None:
        """Tell the phone page that templates are new, changed or gone."""
        self.live.tell({"type": "templates"})

    def tell(self, chat: ChatKey, event: JsonObject) -> None:
        """Tell the phone page something about a chat."""
        self.live.tell({"provider": "whatsapp", "chat": list(chat), **event})
