"""Parts of documents that are made from the code: `make made` writes them, a test holds them against it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from gateway.api.event_table import events_table
from gateway.api.rights_table import rights_tables
from gateway.api.routes import ROUTES

ROOT: Final = Path(__file__).parents[1]
BEGIN: Final = "<!-- made from the code: make made -->\n"
END: Final = "<!-- end -->"

PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "docs/events.md": events_table,
    "docs/security.md": lambda: rights_tables(ROUTES),
}
"""Documents whose part between the marks is made."""


def made(path: str) -> str:
    """Return what a file should be."""
    before, mark, rest = (ROOT / path).read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    assert mark, f"{path} has no place for what is made"
    assert end, f"{path} has no end of what is made"
    return f"{before}{BEGIN}{PARTS[path]()}\n{END}{after}"


def outdated() -> list[str]:
    """Return the files that are not what the code makes."""
    return [path for path in PARTS if (ROOT / path).read_text("utf-8") != made(path)]


def main() -> int:
    for path in outdated():
        (ROOT / path).write_text(made(path), encoding="utf-8")
        print(f"written: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
