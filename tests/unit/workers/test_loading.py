"""What a worker loads before it knows which channels there are: libraries that few need are loaded by these."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
NOT_AT_FIRST = ("aiogram", "pywa", "pywa_async", "httpx", "holidays", "rich", "aiobotocore", "botocore")


def test_a_worker_begins_without_what_few_need() -> None:
    script = (
        "import sys, workers.__main__;"
        f"print(sorted(name for name in {NOT_AT_FIRST} if sys.modules.get(name) is not None))"
    )

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
