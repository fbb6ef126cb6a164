"""What is made from the code, parts of documents and files: `make made` writes it, a test holds it against the code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from gateway.api.event_table import events_table
from gateway.api.rights_table import rights_tables
from gateway.api.routes import ROUTES
from tests.made_client import FILES

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
    if path in FILES:
        return FILES[path]()
    before, mark, rest = (ROOT / path).read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    assert mark, f"{path} has no place for what is made"
    assert end, f"{path} has no end of what is made"
    return f"{before}{BEGIN}{PARTS[path]()}\n{END}{after}"


def outdated() -> list[str]:
    """Return the files that are not what the code makes."""
    return [path for path in (*PARTS, *FILES) if _present(path) != made(path)]


def _present(path: str) -> str:
    return (ROOT / path).read_text("utf-8") if (ROOT / path).exists() else ""


def main() -> int:
    for path in outdated():
        (ROOT / path).write_text(made(path), encoding="utf-8")
        print(f"written: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
