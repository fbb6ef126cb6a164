"""What a server loads that only receives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]


def test_receiving_loads_no_client_library() -> None:
    script = (
        "import sys; from channels.whatsapp.connector import WhatsAppConnector; WhatsAppConnector();"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'pywa', 'pywa_async', 'httpx', 'aiohttp'}))"
    )

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
