"""`gateway workspace quotas`: what one workspace may use, seen and changed."""

from __future__ import annotations

import argparse
from typing import Final

import msgspec

from inbox.foundation.settings import Settings
from inbox.people.quotas import QuotaBook, QuotaChange, change_quotas, own_quotas, usual_quotas
from inbox.storage.runtime import open_runtime

USUAL: Final = "usual"
NAMES: Final = QuotaChange.__struct_fields__


class QuotaRefusedError(Exception):
    """The quotas can't be set so; the message says why."""


async def quotas_of(settings: Settings, options: argparse.Namespace) -> str:
    """Set what was asked for; return the text that says what the workspace may use.

    Raises:
        QuotaRefusedError: for a workspace that is not there, or a number that can't be.
    """
    async with open_runtime(settings) as runtime:
        own = await own_quotas(runtime.database, options.id)
        if own is None:
            raise QuotaRefusedError(f"--id: there is no workspace {options.id}")
        asked = {name: value for name in NAMES if (value := getattr(options, name)) is not None}
        if asked:
            await change_quotas(runtime.database, options.id, _changed(own, asked))
        quotas = await QuotaBook(runtime.database, usual_quotas(settings)).of(options.id)
    return "\n".join(f"{name.replace('_', ' ')}: {_said(getattr(quotas, name))}" for name in NAMES)


def _changed(own: QuotaChange, asked: dict[str, str]) -> QuotaChange:
    values = {name: None if value == USUAL else value for name, value in asked.items()}
    try:
        return msgspec.convert({**msgspec.to_builtins(own), **values}, QuotaChange, strict=False)
    except msgspec.ValidationError as fault:
        raise QuotaRefusedError(f"a quota is a number, or `{USUAL}`: {fault}") from None


def _said(value: int | None) -> str:
    return "as much as there is" if value is None else str(value)
