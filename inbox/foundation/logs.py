"""Logs: one JSON object a line on stderr, and nothing in it that belongs to a customer.

Messages of exceptions are never written, since they quote data (a duplicate key names the phone number);
the type and the places in the code are. Of other libraries' records only the template is written, not its arguments.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import traceback
from contextvars import ContextVar
from typing import Any, Final, TextIO

import msgspec
import structlog
from structlog.typing import EventDict, WrappedLogger

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""Set by whoever serves a request; every line that is written meanwhile carries it."""

MAX_FRAMES: Final = 20
_QUIET: Final = ("pymongo", "aiohttp.access", "asyncio")


def configure_logging(level: str, *, process: str) -> None:
    """Set up the process's logging, once.

    Args:
        level: Name of the lowest level that is written, such as `INFO`.
        process: What this process is, such as `serve`.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _add_context(process),
            _tell_exception,
            structlog.processors.JSONRenderer(serializer=lambda event, **_: msgspec.json.encode(event).decode()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level.upper()),
        logger_factory=structlog.PrintLoggerFactory(_Unfailing(sys.stderr)),  # type: ignore[arg-type]
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_Forward()], level=logging.WARNING, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)


def log_lost_exceptions(loop: asyncio.AbstractEventLoop) -> None:
    """Log exceptions of tasks that nobody awaited, without the text that asyncio would add."""
    loop.set_exception_handler(_lost)


def where(error: BaseException) -> list[str]:
    """Return the code locations of an exception's traceback, innermost last."""
    frames = traceback.extract_tb(error.__traceback__)[-MAX_FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def _lost(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    structlog.get_logger().error("exception nobody awaited", exc_info=context.get("exception"))


def _add_context(process: str) -> structlog.typing.Processor:
    def add(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event["process"] = process
        if (current := request_id.get()) is not None:
            event["request_id"] = current
        return event

    return add


def _tell_exception(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["exception"] = f"{type(error).__module__}.{type(error).__qualname__}"
        event["where"] = where(error)
        if error.__cause__ is not None:
            event["cause"] = f"{type(error.__cause__).__module__}.{type(error.__cause__).__qualname__}"
    return event


class _Unfailing:
    """A stream that drops lines that can't be written, as on a full disk, instead of raising."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._stream.flush()


class _Forward(logging.Handler):
    """Forwards records of the standard library's logging to structlog."""

    def emit(self, record: logging.LogRecord) -> None:
        template = str(record.msg).partition("\n")[0] if record.args else "record of a library"
        structlog.get_logger().log(
            record.levelno,
            template,
            logger=record.name,
            exc_info=record.exc_info,
            at=f"{record.pathname}:{record.lineno}",
        )
