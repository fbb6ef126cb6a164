"""Names of servers that tenants chose, looked up at the moment of connecting: they must not lead into our own network.

An address is checked when it is saved, too; but a name can point elsewhere a second later.
"""

from __future__ import annotations

import socket

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from inbox.foundation.public_address import is_public


class PublicResolver(AbstractResolver):
    """Finds public addresses only. Addresses in digits are not looked up: those are checked when they are saved."""

    def __init__(self) -> None:
        self._resolver = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Look a name up.

        Raises:
            OSError: if one of its addresses is private; aiohttp says then that there is no connection.
        """
        found = await self._resolver.resolve(host, port, family)
        if not all(is_public(one["host"]) for one in found):
            raise OSError("the name leads to a private address")
        return found

    async def close(self) -> None:
        """Free what the look-ups use."""
        await self._resolver.close()


def resolver_for(*, allow_private: bool) -> AbstractResolver | None:
    """Give the resolver of a pool of connections; None is aiohttp's own."""
    return None if allow_private else PublicResolver()
