"""`gateway serve` and `gateway work` as a person starts them, without any setting."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from gateway.embedded.ports import choose_port
from tests.acceptance.demo_process import ROOT, request, tied

ANSWER_SECONDS = 180


@contextlib.contextmanager
def command(directory: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    process = subprocess.Popen(
        tied(sys.executable, "-m", "gateway.cli", *words),
        cwd=ROOT,
        env={**environment, "GATEWAY_DATA_DIR": str(directory)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=ANSWER_SECONDS)


def wait_for_status(url: str, status: str) -> None:
    deadline = time.monotonic() + ANSWER_SECONDS
    while True:
        with contextlib.suppress(OSError):
            if request("GET", url)[1]["status"] == status:
                return
        assert time.monotonic() < deadline, f"{url} is not {status}"
        time.sleep(0.05)


def test_both_share_the_embedded_servers_and_the_one_that_stays_keeps_them(tmp_path: Path) -> None:
    port = choose_port(None)
    ready = f"http://127.0.0.1:{port}/readyz"
    with command(tmp_path, "work") as work:
        with command(tmp_path, "serve", "--port", str(port), "--processes", "2") as serve:
            wait_for_status(ready, "ready")
        assert serve.returncode == 0
        with command(tmp_path, "serve", "--port", str(port)):
            wait_for_status(ready, "ready")
            work.send_signal(signal.SIGTERM)
            assert work.wait(ANSWER_SECONDS) == 0
            wait_for_status(ready, "degraded")


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    port = choose_port(None)
    with command(tmp_path, "serve", "--port", str(port)):
        wait_for_status(f"http://127.0.0.1:{port}/readyz", "degraded")
        with command(tmp_path, "serve", "--port", str(port)) as second:
            assert second.stderr
            assert "is taken" in second.stderr.read()
        assert second.returncode == 1
