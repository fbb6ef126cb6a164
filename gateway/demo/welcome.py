"""What the demo tells the person who started it."""

from __future__ import annotations

from pathlib import Path

from gateway.demo.seed import Person, Seed


def welcome_text(
    *, base_url: str, sandbox_url: str, directory: Path, clock_offset_seconds: int, seeded: Seed | None
) -> str:
    """Say where to click and how to sign in."""
    lines = ["", "The demo is ready.", "", f"  Inbox    {base_url}   you are the operator"]
    if seeded:
        lines += [
            *(f"           {_link(base_url, person)}" for person in _people(seeded)),
            "           each link signs you in as one of them, in a tab of their own; with a password:",
            *(f"           {person.email:<19} {person.password}" for person in _people(seeded)),
            "           Set yourself “ready” at the top: queues give conversations to ready operators only.",
            f"  Phones   {sandbox_url}   you are the customer: write to the shop from here",
            "           “Demo shop” goes to everybody, “Demo shop sales” through the queue “Sales”",
            "           the bot has its phones there too",
            *(
                [f"  Web chat {seeded.webchat.page_url}   you are a visitor of the shop's page"]
                if seeded.webchat
                else []
            ),
            f"  API      {base_url}/docs   token: {seeded.first.owner.token}",
        ]
    else:
        lines += [
            "           make a workspace: gateway workspace create --name NAME --email EMAIL",
            f"           (with GATEWAY_DATA_DIR={directory} GATEWAY_PUBLIC_URL={base_url})",
            f"  Phones   {sandbox_url}   you are the customer",
            f"  API      {base_url}/docs",
        ]
    if clock_offset_seconds:
        lines += ["", f"The demo's clock is {clock_offset_seconds} s ahead, as it was left."]
    return "\n".join(
        [*lines, "", f"Data and logs: {directory}", "Ctrl-C stops everything. The next start finds it all again.", ""]
    )


def _people(seeded: Seed) -> list[Person]:
    return [*seeded.first.operators, seeded.first.owner]


def _link(base_url: str, person: Person) -> str:
    """Return a link that signs somebody in: the page takes such links on this machine only."""
    return f"{person.name + ', ' + person.role:<25} {base_url}/#sign-in={person.token}"
