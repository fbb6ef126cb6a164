"""`python -m channels.sandbox`: the provider emulators on one port."""

from __future__ import annotations

import argparse
import asyncio
import gc
import signal
import sys
from pathlib import Path

import msgspec
from aiohttp import web

from channels.sandbox.app import SandboxConfig, make_app

SHUTDOWN_SECONDS = 0.2

GC_THRESHOLDS = (50_000, 20, 100)
"""The log and the chats hold hundreds of thousands of objects that live long: look at them seldom."""


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGTERM or Ctrl-C.

    Returns:
        The exit status: 2 for a configuration that cannot be read.
    """
    options = _parser().parse_args(arguments)
    try:
        config = load_config(options.config)
    except (OSError, msgspec.DecodeError) as error:
        sys.stderr.write(f"{options.config}: {error}\n")
        return 2
    gc.set_threshold(*GC_THRESHOLDS)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(options, config))
    return 0


def load_config(path: Path | None) -> SandboxConfig:
    """Read the configuration file; without one, numbers come through the control API.

    Raises:
        msgspec.DecodeError: The file is not the JSON that `SandboxConfig` describes.
    """
    return msgspec.json.decode(path.read_bytes(), type=SandboxConfig) if path else SandboxConfig()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m channels.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090, help="0 takes a free one")
    parser.add_argument("--reuse-port", action="store_true", help="the process that starts this one holds the port")
    parser.add_argument("--config", type=Path, help="JSON file with numbers, templates and faults")
    parser.add_argument("--state", type=Path, help="file in which customers outlive a restart; none: they do not")
    return parser


def _loop_factory() -> type[asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415
    except ImportError:
        return None
    return uvloop.Loop


async def _serve(options: argparse.Namespace, config: SandboxConfig) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    app = make_app(config, state_file=options.state)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    site = web.TCPSite(runner, options.host, options.port, reuse_port=options.reuse_port, backlog=1024)
    await site.start()
    bound = runner.addresses[0][1]
    sys.stdout.write(f"sandbox listening on http://{options.host}:{bound}\n")
    sys.stdout.flush()
    await stop.wait()
    await runner.cleanup()


if __name__ == "__main__":
    sys.exit(main())
