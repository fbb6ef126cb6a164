"""Every method of Telegram's library is answered as Telegram does, if only by a refusal."""

from __future__ import annotations

import inspect

import aiogram.methods
import pytest

from channels.sandbox.telegram.methods import METHODS
from channels.sandbox.telegram.refusals import refusals

NAMES = sorted(
    {
        kind.__api_method__
        for kind in vars(aiogram.methods).values()
        if inspect.isclass(kind) and isinstance(getattr(kind, "__api_method__", None), str)
    }
)


@pytest.mark.parametrize("name", NAMES)
def test_no_method_is_missing(name: str) -> None:
    assert name.lower() in METHODS


def test_no_refusal_hides_a_method() -> None:
    assert set(refusals()) <= {name.lower() for name in NAMES}
    assert all(METHODS[name].__module__ == "channels.sandbox.telegram.refusals" for name in refusals())
