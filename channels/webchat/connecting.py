"""How far a web chat is: which sites may carry it, and what to put on their pages."""

from __future__ import annotations

from collections.abc import Sequence

from channels.connecting_looks import done, failing, waiting
from inbox.channel.connecting_models import Step, StepLook


def look_at_steps(allowed_origins: str, script_url: str) -> Sequence[StepLook]:
    """Look at the sites that are entered; a page is seen when it opens the chat, which others note."""
    if not allowed_origins:
        return [_no_origin()]
    detail = f"Pages of {', '.join(allowed_origins.split())} may carry the chat."
    origins = done(Step.ORIGINS, "origins_entered", detail)
    return [origins, _not_seen(script_url)]


def page_seen(origin: str) -> StepLook:
    """Say that a page of an allowed site opened the chat."""
    return done(Step.PAGE, "page_seen", f"A page of {origin} has opened the chat.")


def origin_refused(origin: str, script_url: str) -> StepLook:
    """Say that a page of another site tried to."""
    return failing(
        Step.PAGE,
        "origin_refused",
        f"A page of {origin} tried to open the chat, and may not.",
        "If it is yours, add it to the channel's allowed_origins; otherwise put the snippet on your own page.",
        copy=snippet(script_url),
    )


def snippet(script_url: str) -> str:
    """Return what a page needs to carry the chat."""
    return f'<script src="{script_url}" async></script>'


def _no_origin() -> StepLook:
    return failing(
        Step.ORIGINS,
        "no_origin",
        "No site may carry the chat yet.",
        "Enter your site's address in allowed_origins, such as https://shop.example.",
    )


def _not_seen(script_url: str) -> StepLook:
    return waiting(
        Step.PAGE,
        "page_not_seen",
        "No page of an allowed site has opened the chat yet.",
        "Put the snippet before </body> of your pages, then open one of them in a browser.",
        copy=snippet(script_url),
    )
