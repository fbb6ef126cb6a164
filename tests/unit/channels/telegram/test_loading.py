"""What a server loads that only receives: aiogram takes three seconds and over a hundred megabytes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]


def test_receiving_checking_and_registering_load_no_client_library() -> None:
    script = (
        "import sys; import gateway.app; from channels.telegram import connector;"
        "connector.TelegramConnector();"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'aiogram'}))"
    )

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
