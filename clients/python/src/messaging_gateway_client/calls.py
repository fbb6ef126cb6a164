"""What each method of the API is made of: one call, and how its parts are written."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote


class File(NamedTuple):
    """A file to upload."""

    content: bytes
    mime_type: str
    name: str = "file"


class Caller(ABC):
    """Whoever can call the API."""

    @abstractmethod
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
        """Send a request and return what was answered: JSON as values, anything else as bytes, nothing as None.

        `body` is a `File`, or what JSON can say; `creates`: it is told apart from others by its `Idempotency-Key`.
        """


class BlockingCaller(ABC):
    """Whoever can call the API, and waits for the answer."""

    @abstractmethod
    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: Any = None,
        creates: bool = False,
        idempotency_key: str | None = None,
    ) -> Any:
        """Send a request and return what was answered, as `Caller.call` does."""


def quoted(part: str) -> str:
    """Return a text as one part of a path."""
    return quote(part, safe="")


def query_of(values: Mapping[str, object]) -> dict[str, str]:
    """Return the parameters of an address, without those that were not given."""
    return {name: _written(value) for name, value in values.items() if value is not None}


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
