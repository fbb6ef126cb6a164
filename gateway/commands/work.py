"""`gateway work`: one or more worker processes."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from gateway.embedded.backing import open_backing
from gateway.processes import supervisor
from gateway.processes.programs import worker_children
from gateway.processes.supervisor import report_to_stderr

STARTED_SECONDS = 3.0
"""A worker that has run this long has read its settings and reached its servers."""


def prepare(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Add the arguments; return what runs the command."""
    parser.add_argument("--processes", type=int, default=1, help="default: 1")
    return lambda options: supervisor.run(work(options))


async def work(options: argparse.Namespace) -> None:
    """Work until a signal comes."""
    async with open_backing(report_to_stderr) as backing:
        children = worker_children(options.processes, environment=backing.environment)
        async with supervisor.running(children):
            await supervisor.until_steady(children, STARTED_SECONDS)
            report_to_stderr(f"worker processes that run: {len(children)}")
            await supervisor.keep_running(children, backing.servers, report_to_stderr)
