"""`gateway rotate-key`: seals everything with the new GATEWAY_SECRET_KEY."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from gateway.embedded.backing import open_backing
from gateway.processes import supervisor
from gateway.processes.supervisor import CannotStartError, report_to_stderr


def prepare(_: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Return what runs the command."""
    return lambda _: supervisor.run(rotate())


async def rotate() -> None:
    """Seal anew, and say what to do next."""
    async with open_backing(report_to_stderr) as backing:
        from gateway.commands.key_rotation import rotate_key  # noqa: PLC0415 - loaded while mongod starts
        from inbox.storage.database import DatabaseUnavailableError  # noqa: PLC0415

        try:
            print(await rotate_key(backing.settings))
        except DatabaseUnavailableError as fault:
            raise CannotStartError(str(fault)) from None
