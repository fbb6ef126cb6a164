"""Lists, which Telegram does not have: the sections as text, and a button below it for each row."""

from __future__ import annotations

from collections.abc import Iterator

from inbox.model.content import ListContent, ListSection


def list_text(content: ListContent) -> str:
    """Write the text above the buttons; rows are named there only where something is said about them."""
    return "\n\n".join([content.text, *filter(None, ("\n".join(_lines(section)) for section in content.sections))])


def _lines(section: ListSection) -> Iterator[str]:
    if section.title:
        yield section.title
    for row in section.rows:
        if row.description:
            yield f"• {row.title}: {row.description}"
