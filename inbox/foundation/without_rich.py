"""Keeps `rich` out of a process that writes to no terminal: structlog loads it wherever it is installed.

Imported before structlog; it saves 4 MB and 60 modules. Our log lines are JSON and never drawn by it.
"""

from __future__ import annotations

import sys

sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # what Python takes for "there is no such module"
