"""`gateway sandbox`: only the emulators of the messengers, in this process's place."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from gateway.processes.programs import sandbox_command


def prepare(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Add the arguments; return what runs the command."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090, help="default: 8090; 0 takes a free one")
    parser.add_argument("--config", type=Path, help="JSON file with numbers, templates and faults")
    return sandbox


def sandbox(options: argparse.Namespace) -> int:
    """Become the sandbox."""
    command = sandbox_command(options.host, options.port, options.config)
    os.execv(command[0], command)  # noqa: S606 - our own program
