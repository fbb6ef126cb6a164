"""aiogram's models, built when they are first used instead of all when it is imported.

aiogram declares some six hundred pydantic models and builds each at once, which takes a process 5 s of processor time
and 90 MB; a gateway uses some dozens of them. While aiogram is imported its models are asked in vain to build
themselves. Afterwards each does so when it is first used, with the names that aiogram would have given it. Both go by
`BaseModel.model_rebuild`, which pydantic documents; other libraries' models are left alone.
`tests/unit/channels/telegram/test_aiogram_models.py` builds every model both ways.
"""

from __future__ import annotations

import importlib
import sys
import typing
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from pydantic import BaseModel

AIOGRAM: Final = "aiogram"
_TYPING: Final = ("Any", "List", "Literal", "Optional", "Union")
"""Names that aiogram's annotations use beside those of its types. Source: aiogram 3.31, `aiogram/types/__init__.py`."""


def load_aiogram() -> None:
    """Import aiogram, unless somebody has; its models are built at first use.

    Those of messages are built at once: every answer to a send is one, and it takes 0.2 s, which would be the loop's.
    """
    if AIOGRAM in sys.modules:
        return
    with nothing_built():
        importlib.import_module(AIOGRAM)
    _build_at_first_use()
    importlib.import_module(f"{AIOGRAM}.types").Message.model_rebuild()


@contextmanager
def nothing_built() -> Iterator[None]:
    """Leave aiogram's models unbuilt that are declared meanwhile; what others declare in other threads is built."""
    usual = BaseModel.__dict__["model_rebuild"]

    def unless_of_aiogram(cls: type[BaseModel], **options: Any) -> bool | None:
        built: bool | None = None if _is_aiograms(cls) else usual.__func__(cls, **options)
        return built

    _let_build(BaseModel, unless_of_aiogram)
    try:
        yield
    finally:
        BaseModel.model_rebuild = usual  # type: ignore[method-assign]


def _build_at_first_use() -> None:
    from aiogram.methods.base import Request, Response, TelegramMethod  # noqa: PLC0415 - this is what is loaded
    from aiogram.types.base import TelegramObject  # noqa: PLC0415

    names = _names()
    usual = BaseModel.__dict__["model_rebuild"]

    def with_names(cls: type[BaseModel], *, force: bool = False, raise_errors: bool = True, **_: Any) -> bool | None:
        known = {**names, **vars(sys.modules[cls.__module__])}
        built: bool | None = usual.__func__(cls, force=force, raise_errors=raise_errors, _types_namespace=known)
        return built

    for base in (TelegramObject, TelegramMethod, Request, Response):
        _let_build(base, with_names)


def _let_build(model: Any, build: Callable[..., bool | None]) -> None:
    """Have a model, and those derived from it, built by a function."""
    model.model_rebuild = classmethod(build)


def _is_aiograms(model: type[BaseModel]) -> bool:
    return model.__module__.partition(".")[0] == AIOGRAM


def _names() -> Mapping[str, object]:
    from aiogram import types  # noqa: PLC0415
    from aiogram.client.default import Default  # noqa: PLC0415

    return {
        **{name: getattr(typing, name) for name in _TYPING},
        "Default": Default,
        **{name: getattr(types, name) for name in types.__all__},
    }
