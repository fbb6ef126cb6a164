from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import pytest

from inbox.storage.documents import ConversationDocument, QueueDocument
from queueing.texts.rating_rules import is_worth_asking, pause


def conversation(**changed: Any) -> ConversationDocument:
    return cast(ConversationDocument, {"close_reason": "operator", "operator_id": "eve", **changed})


def queue(**settings: Any) -> QueueDocument:
    return cast(QueueDocument, settings)


@pytest.mark.parametrize(
    ("changed", "settings", "asked"),
    [
        pytest.param({}, {}, True, id="an operator closed it"),
        pytest.param({}, {"rating_after": ["inactivity"]}, False, id="the queue asks after other closes"),
        pytest.param({}, {"rating_after": []}, False, id="the queue asks never"),
        pytest.param({"close_reason": "inactivity"}, {}, False, id="silence, unless the queue says so"),
        pytest.param({"close_reason": "inactivity"}, {"rating_after": ["inactivity"]}, True, id="silence"),
        pytest.param(
            {"close_reason": "inactivity", "operator_id": None},
            {"rating_after": ["inactivity"]},
            False,
            id="nobody had it",
        ),
        pytest.param({"close_reason": "bot", "operator_id": None}, {}, True, id="its bot closed it"),
        pytest.param({"close_reason": "api", "operator_id": None}, {}, True, id="a program closed it"),
        pytest.param({"close_reason": "operator", "operator_id": None}, {}, False, id="closed unread"),
        pytest.param({"close_reason": "queue_timeout"}, {}, False, id="waited in vain"),
        pytest.param({"rating": {}}, {}, False, id="asked before"),
        pytest.param({"close_reason": None}, {}, False, id="open again"),
    ],
)
def test_when_a_customer_is_asked(changed: dict[str, Any], settings: dict[str, Any], asked: bool) -> None:
    assert is_worth_asking(conversation(**changed), queue(**settings), writes_again=False) is asked


def test_not_while_the_customer_writes_again() -> None:
    assert not is_worth_asking(conversation(), queue(), writes_again=True)


def test_how_long_nobody_asks_again() -> None:
    assert pause(queue()) == timedelta(days=7)
    assert pause(queue(rating_pause_days=0)) == timedelta(0)
