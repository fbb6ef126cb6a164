"""A field's pattern means the whole value: a line break at its end, as pasting leaves it, is refused."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from inbox.channel.channel_models import Origin, Secret
from inbox.labels.label_models import TagName
from inbox.people.accounts import Email
from queueing.queues.queue_models import Language
from queueing.settings.team_models import ClosesAt


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (Secret, "EAAJB"),
        (Origin, "https://shop.example"),
        (TagName, "new customer"),
        (Email, "ana@shop.example"),
        (Language, "pt-BR"),
        (ClosesAt, "24:00"),
    ],
)
def test_the_end_is_the_end(type_: Any, value: str) -> None:
    assert msgspec.convert(value, type_) == value
    with pytest.raises(msgspec.ValidationError, match="regex"):
        msgspec.convert(f"{value}\n", type_)
