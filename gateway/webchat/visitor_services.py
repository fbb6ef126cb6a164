"""What visitors' sockets work with, and how the server ends one."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.events.signals import Signals
from gateway.webchat.answer_times import AnswerTimes
from gateway.webchat.lookout import Lookout
from gateway.webchat.receipts import Receipts
from gateway.webchat.thread import ThreadReader
from gateway.webchat.visitor_forms import VisitorForms
from gateway.webchat.visitor_hub import VisitorHub
from gateway.webchat.writing import Writing


class GoodbyeError(Exception):
    """The server ends the connection.

    Attributes:
        code: 4400 not the protocol, 4401 identity refused, 4404 no such chat any more, 4408 too slow,
            4429 too much; 1013 try again soon.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True)
class VisitorServices:
    """Made once for a process."""

    hub: VisitorHub
    threads: ThreadReader
    writing: Writing
    receipts: Receipts
    signals: Signals
    lookout: Lookout
    forms: VisitorForms
    answer_times: AnswerTimes
