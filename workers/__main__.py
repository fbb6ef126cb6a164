"""`python -m workers`: one worker process; any number of them share the work."""

from __future__ import annotations

import sys

import uvloop

import inbox.foundation.without_rich  # noqa: F401 - before structlog is loaded
from inbox.foundation.logs import configure_logging
from inbox.foundation.settings import SettingsInvalidError, load_settings
from inbox.storage.database import DatabaseUnavailableError
from workers.process import work

CANNOT_START = 2
"""Exit code where settings are wrong or the database is away: starting again at once will not help."""


def main() -> int:
    """Run until told to stop; return the exit code."""
    try:
        settings = load_settings()
        configure_logging(settings.log_level, process="work")
        uvloop.run(work(settings))
    except (SettingsInvalidError, DatabaseUnavailableError) as error:
        sys.stderr.write(f"{error}\n")
        return CANNOT_START
    return 0


if __name__ == "__main__":
    sys.exit(main())
