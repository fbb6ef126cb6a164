"""The client for programs without an event loop: the same calls, each of which waits for its answer.

The calls are those of the asyncio client, which runs on a thread of its own: what is sent again, what is raised and
how files go is decided there, once.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from types import TracebackType
from typing import Any, Final, ParamSpec, Self, TypeVar

from messaging_gateway_client.blocking_operations import BlockingOperations
from messaging_gateway_client.client import ATTEMPTS, TIMEOUT_SECONDS, Gateway
from messaging_gateway_client.models import AnyEvent, MessageView, SignedIn
from messaging_gateway_client.pages import Page

ItemT = TypeVar("ItemT")
T = TypeVar("T")
P = ParamSpec("P")
CLOSE_SECONDS: Final = 10.0


class BlockingGateway(BlockingOperations):
    """A workspace of a gateway, as one caller sees it; any number of threads may use it.

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
        self._gateway = Gateway(base_url, token, timeout_seconds=timeout_seconds, attempts=attempts)
        self._loop = asyncio.new_event_loop()
        # A daemon: a program that forgets to close the gateway ends all the same.
        self._thread = threading.Thread(target=self._loop.run_forever, name="messaging-gateway", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def token(self) -> str | None:
        """Who calls; `sign_in` sets it."""
        return self._gateway.token

    def close(self) -> None:
        """Close all connections. What other threads wait for is given up."""
        if self._loop.is_closed():
            return
        self._wait(_end(self._gateway))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CLOSE_SECONDS)
        self._loop.close()

    def sign_in(self, email: str, password: str, *, code: str | None = None) -> SignedIn:
        """Sign a person in; all calls after it are theirs. `code` is that of their second factor."""
        return self._wait(self._gateway.sign_in(email, password, code=code))

    def send_text(self, conversation_id: str, text: str, *, idempotency_key: str | None = None) -> MessageView:
        """Answer a customer with a text."""
        return self._wait(self._gateway.send_text(conversation_id, text, idempotency_key=idempotency_key))

    def events(self, cursor: str | None = None) -> BlockingEventStream:
        """Follow what happens, from a cursor on; without one from now on."""
        return BlockingEventStream(self._gateway, self._wait, cursor)

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
        """Send a request, again where that may help, and return what was answered.

        Raises:
            ProblemError: The gateway refused it.
            UnreachableError: It did not answer.
        """
        return self._wait(
            self._gateway.call(method, path, query=query, body=body, creates=creates, idempotency_key=idempotency_key)
        )

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        """Have something done on the thread of the connections, and wait for it."""
        if self._loop.is_closed():
            work.close()
            raise RuntimeError("This gateway was closed.")
        doing: Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return doing.result()
        except CancelledError:
            raise RuntimeError("This gateway was closed meanwhile.") from None
        except BaseException:
            doing.cancel()  # of who waits: Ctrl C, for example
            raise


class BlockingEventStream:
    """Events from a cursor on: `for event in gateway.events(cursor)`; as `EventStream` otherwise."""

    def __init__(
        self, gateway: Gateway, wait: Callable[[Coroutine[Any, Any, Any]], Any], cursor: str | None = None
    ) -> None:
        self._stream = gateway.events(cursor)
        self._wait = wait

    @property
    def cursor(self) -> str | None:
        """The place after the last event that was dealt with."""
        return self._stream.cursor

    def start(self) -> str:
        """Return the cursor from which the stream goes on: read it, then your lists, then follow: nothing is missed."""
        started: str = self._wait(self._stream.start())
        return started

    def __iter__(self) -> Iterator[AnyEvent]:
        events = aiter(self._stream)
        try:
            while True:
                yield self._wait(_next(events))
        finally:
            self._wait(_left(events))


def every_blocking(call: Callable[P, Page[ItemT]], *args: P.args, **given: P.kwargs) -> Iterator[ItemT]:
    """Go through a list, whatever its length: `for contact in every_blocking(gateway.show_contacts, tag="vip")`.

    A page may be empty and not be the last one.
    """
    cursor = given.pop("cursor", None)
    while True:
        page = call(*args, **{**given, "cursor": cursor})  # type: ignore[arg-type]
        yield from page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return


async def _next(events: AsyncIterator[AnyEvent]) -> AnyEvent:
    return await anext(events)


async def _left(events: AsyncIterator[AnyEvent]) -> None:
    """Leave the stream where it is: its connection is closed now, not when somebody collects it."""
    end = getattr(events, "aclose", None)
    if end is not None:
        await end()


async def _end(gateway: Gateway) -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await gateway.close()
