"""`gateway demo`: everything on one machine, with no account anywhere."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from gateway.embedded.backing import DEFAULT_DATA_DIR, open_backing
from gateway.embedded.state import Lock
from gateway.processes import supervisor
from gateway.processes.child_process import Child, fresh_log
from gateway.processes.programs import warm_child
from gateway.processes.supervisor import CannotStartError, report_to_stderr


def prepare(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Add the arguments; return what runs the command."""
    default = Path(os.environ.get("GATEWAY_DATA_DIR") or DEFAULT_DATA_DIR) / "demo"
    parser.add_argument("--data", type=Path, default=default, metavar="DIR", help=f"default: {default}")
    parser.add_argument("--port", type=int, help="default: the last one, at first 8080, or a free one")
    parser.add_argument("--ready-file", type=Path, metavar="FILE", help="gets a JSON object when everything answers")
    parser.add_argument("--samples", action="store_true", help="customers have written already, at the first start")
    parser.add_argument("--no-seed", action="store_true", help="no workspace, no people, no channel")
    return lambda options: supervisor.run(demo(options))


async def demo(options: argparse.Namespace) -> None:
    """Run the demo until a signal comes."""
    directory = options.data.absolute()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = Lock(directory / "demo.lock")
    if not lock.acquire():
        raise CannotStartError(f"a demo runs on {directory} already; stop it, or choose another directory with --data")
    children = _children(directory / "logs")
    async with supervisor.running(children), open_backing(report_to_stderr, directory) as backing:
        from gateway.demo.demo_processes import Demo  # noqa: PLC0415 - loaded while mongod starts, see `open_backing`

        await Demo(backing, directory, children, options).run()


def _children(logs: Path) -> tuple[Child, Child, Child]:
    logs.mkdir(mode=0o700, exist_ok=True)
    return (
        warm_child("server", "gateway.server", fresh_log(logs / "server.log")),
        warm_child("worker", "workers", fresh_log(logs / "worker.log")),
        warm_child("sandbox", "channels.sandbox", fresh_log(logs / "sandbox.log")),
    )
