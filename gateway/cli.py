"""The command `gateway`."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Mapping, Sequence
from typing import Final

COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "demo": ("gateway.commands.demo", "everything on this machine, with no account anywhere"),
    "serve": ("gateway.commands.serve", "the server: webhooks, API, pages"),
    "work": ("gateway.commands.work", "the workers: sending, routing, deadlines"),
    "sandbox": ("gateway.commands.sandbox", "only the emulators of the messengers"),
    "workspace": ("gateway.commands.workspace", "make a workspace and its owner"),
    "campaign": ("gateway.commands.campaign", "send a template to a list of people"),
    "secret-key": ("gateway.commands.secret_key", "make a value for GATEWAY_SECRET_KEY"),
    "rotate-key": ("gateway.commands.rotate_key", "seal everything with a new GATEWAY_SECRET_KEY"),
    "doctor": ("gateway.commands.doctor", "check the installation and say what to do about faults"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code (2: used or set up wrongly)."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = argparse.ArgumentParser(prog="gateway", description="Messaging gateway: one inbox for all messengers.")
    chosen = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, summary) in COMMANDS.items():
        command = chosen.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
        if name in words[:1]:  # only the called one is loaded
            command.set_defaults(run=importlib.import_module(module).prepare(command))
    options = parser.parse_args(words)
    return int(options.run(options))


if __name__ == "__main__":
    sys.exit(main())
