"""`gateway doctor`: checks the installation and says what to do about each fault."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Callable

from gateway.embedded.binaries import EmbeddedUnavailableError


def prepare(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Add the arguments; return what runs the command."""
    parser.add_argument("--json", action="store_true", help="for programs: a list of checks")
    return doctor


def doctor(options: argparse.Namespace) -> int:
    """Print one line for each check; exit code 1 if one found a fault."""
    from gateway.commands.doctor_checks import Check, examine  # noqa: PLC0415 - heavy: only when it runs

    try:
        checks = asyncio.run(examine())
    except EmbeddedUnavailableError as fault:
        checks = [Check("embedded servers", ok=False, detail=str(fault))]
    if options.json:
        print(json.dumps([check.as_json() for check in checks], indent=1))
    else:
        print("\n".join(check.line() for check in checks))
    return 0 if all(check.ok for check in checks) else 1
