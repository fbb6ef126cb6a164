"""What is kept of the page on which a visitor begins a conversation. Pure.

An address may carry what is nobody's business (a session, an e-mail address): of its query only campaign marks stay.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, urlsplit

from channels.webchat import limits
from channels.webchat.frames import VisitorPage

MARKS: Final = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
"""Source: Google Analytics, "URL builders: Collect campaign data with custom URLs"."""
MAX_PARAMETERS: Final = 100
"""An address with more is made to be costly."""


def page_marks(page: VisitorPage | None) -> dict[str, str]:
    """Return address, title and campaign marks of a page, by the names that a conversation's `referral` has.

    Returns:
        `source_url` without query and fragment, `headline`, and the `MARKS` that are there; nothing of an address that
        is none of the web.
    """
    if page is None:
        return {}
    try:
        parts = urlsplit(page.url)
        host, port = parts.hostname, parts.port
        query = parse_qsl(parts.query, max_num_fields=MAX_PARAMETERS)
    except ValueError:
        return {}
    if parts.scheme not in {"http", "https"} or not host:
        return {}
    named = f"[{host}]" if ":" in host else host
    address = f"{parts.scheme}://{named}{'' if port is None else f':{port}'}{parts.path}"
    told = {"source_url": address, "headline": page.title or "", **{k: v for k, v in reversed(query) if k in MARKS}}
    shown = {name: _shown(value) for name, value in told.items()}
    return {name: value for name, value in shown.items() if value}


def _shown(text: str) -> str:
    """Make one line of what can be seen of a text, as long as a list shows."""
    visible = "".join(one if one.isprintable() else " " for one in text)
    return " ".join(visible.split())[: limits.MAX_PAGE_MARK_CHARS].rstrip()
