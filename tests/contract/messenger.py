"""What the contract suite must know of a messenger: how its customers write, and what its provider hears."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from aiohttp import web

from channels.sandbox.app import SandboxConfig, make_app
from channels.sandbox.clock import SandboxClock
from inbox.model.channel_kind import ChannelKind
from tests.contract.contract_world import ContractWorld

CUSTOMER_NAME = "Ludmila Petrova"
TEXT = "Is the blue one in stock?"
"""Looked for in logs, where neither may be."""


class Messenger(ABC):
    """One row of the suite.

    Attributes:
        secrets: Credentials that must not be in any log or answer.
        customers: Ids of customers at the provider, enough for one kind of content each.
        expected: For each kind of content that the channel sends, the exact bodies that its provider must get,
            without what is the same in all of them.
        has_provider: Whether a provider's server stands between us and the customer.
    """

    kind: ClassVar[ChannelKind]
    secrets: ClassVar[Sequence[str]]
    customers: ClassVar[Sequence[str]]
    expected: ClassVar[Mapping[str, Sequence[Any]]]
    has_provider: ClassVar[bool] = True

    def provider(self) -> web.Application:
        """Return the provider's emulator: the sandbox, unless the messenger has one of its own."""
        config = {"sent_delay_ms": 1, "delivered_delay_ms": 2, **self.sandbox_config()}
        return make_app(msgspec.convert(config, SandboxConfig), SandboxClock(None))

    @abstractmethod
    def sandbox_config(self) -> dict[str, Any]:
        """Return what the emulator must know."""

    @abstractmethod
    def channel(self, provider_url: str) -> dict[str, Any]:
        """Return the body that connects the channel."""

    @abstractmethod
    async def connected(self, world: ContractWorld) -> None:
        """Do what else is needed before customers can write: the provider must know our address."""

    @abstractmethod
    async def write(self, world: ContractWorld, text: str, *, who: int = 0) -> None:
        """A customer writes a text, and repeats it as the provider would; return when it was accepted."""

    @abstractmethod
    async def write_strange(self, world: ContractWorld) -> None:
        """The first customer sends something that we can't know, and a text "after" behind it."""

    @abstractmethod
    async def forge(self, world: ContractWorld) -> int:
        """Send a message as if we were the provider, without the proof; return the answer's status."""

    @abstractmethod
    async def sent(self, world: ContractWorld) -> list[Any]:
        """Return the messages that the provider got, as exact bodies without what is the same in all of them."""

    @abstractmethod
    async def features_heard(self, world: ContractWorld) -> set[str]:
        """Return which of `reply`, `reaction`, `edit`, `delete`, `typing`, `read` the provider has heard of."""
