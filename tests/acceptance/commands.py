"""The commands of `gateway`, as a person gives them."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.acceptance.demo_process import ROOT


def command(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one to its end, with settings of its own."""
    return subprocess.run(
        [sys.executable, "-m", "gateway.cli", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
