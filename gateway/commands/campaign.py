"""`gateway campaign send`: a campaign from the shell, with a progress bar. It speaks the API, as any program may."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

DEFAULT_URL: Final = "http://127.0.0.1:8080"
REFUSED: Final = 2
STOPPED: Final = 1


def prepare(parser: argparse.ArgumentParser) -> Callable[[argparse.Namespace], int]:
    """Add the arguments; return what runs the command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    send = actions.add_parser("send", help="send a template to the recipients in a CSV file, or to a segment")
    send.add_argument(
        "file", type=Path, nargs="?", metavar="FILE.csv", help="the first line names the columns; one is `phone`"
    )
    send.add_argument("--segment", metavar="NAME", help="in the place of a file: a segment's name or id")
    send.add_argument("--template", required=True, metavar="NAME", help="an approved template")
    send.add_argument("--language", default="en", help="of the template; default: en")
    send.add_argument("--channel", metavar="ID", help="default: the only WhatsApp number")
    send.add_argument("--name", help="default: the file's or the segment's name")
    send.add_argument("--variables", type=_json, metavar="JSON", help='such as {"body": ["{{ first_name }}"]}')
    send.add_argument("--region", metavar="XX", help="country of numbers without country code, such as DE")
    send.add_argument("--rate", type=int, metavar="N", help="messages a second; default: what the number allows")
    send.add_argument("--quiet", type=_hours, metavar="21:00-09:00", help="by the recipient's clock")
    send.add_argument("--schedule", metavar="TIME", help="when to start, such as 2026-12-01T09:00:00Z")
    send.add_argument("--consent-source", metavar="WHERE", help="where everybody on the list agreed to marketing")
    send.add_argument("--consent-wording", metavar="WORDS", default="Agreed to receive marketing messages.")
    send.add_argument("--test-to", metavar="PHONE", help="only send the first row's message to this number")
    send.add_argument(
        "--check-only",
        action="store_true",
        help="check the list, say who would get it, how long it takes; send nothing",
    )
    send.add_argument("--report", type=Path, metavar="FILE.csv", help="where the report goes")
    send.add_argument("--url", help=f"of the gateway; default: GATEWAY_PUBLIC_URL or {DEFAULT_URL}")
    send.add_argument("--token", help="an API key or sign-in token; default: GATEWAY_TOKEN")
    send.add_argument("--ready-file", type=Path, metavar="FILE", help="of a demo: takes address, token and number")
    return _send


def _send(options: argparse.Namespace) -> int:
    from gateway.commands.campaign_shell import ListRefusedError, Shell  # noqa: PLC0415 - only the called command is loaded

    if (options.file is None) == (options.segment is None):
        print("Name whom it goes to: either FILE.csv or --segment NAME.", file=sys.stderr)
        return REFUSED
    ready = json.loads(options.ready_file.read_text()) if options.ready_file else {}
    url = options.url or ready.get("base_url") or os.environ.get("GATEWAY_PUBLIC_URL") or DEFAULT_URL
    token = options.token or os.environ.get("GATEWAY_TOKEN") or ready.get("owner", {}).get("token")
    if not token:
        print("Give a token with --token or GATEWAY_TOKEN: an API key of the workspace.", file=sys.stderr)
        return REFUSED
    channel_id = options.channel or ready.get("channels", {}).get("whatsapp", {}).get("id")
    try:
        done = asyncio.run(Shell(url, token).send(options, campaign_fields(options, channel_id)))
    except ListRefusedError as refused:
        print(str(refused), file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        print("\nThe campaign goes on without this window. Pause or cancel it on the campaigns page.", file=sys.stderr)
        return STOPPED
    return 0 if done else STOPPED


def campaign_fields(options: argparse.Namespace, channel_id: str | None) -> dict[str, Any]:
    """Return the body that makes the campaign; what was not chosen is left out."""
    consent = None
    if options.consent_source:
        at = datetime.now(UTC).isoformat()
        consent = {"source": options.consent_source, "at": at, "wording": options.consent_wording}
    chosen = {
        "name": options.name or options.segment or options.file.stem,
        "channel_id": channel_id,
        "template": {"name": options.template, "language": options.language},
        "variables": options.variables,
        "region": options.region,
        "rate_per_second": options.rate,
        "quiet_hours": options.quiet,
        "schedule_at": options.schedule,
        "consent": consent,
    }
    return {name: value for name, value in chosen.items() if value is not None}


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not JSON: {error}") from None


def _hours(text: str) -> dict[str, str]:
    begin, separator, end = text.partition("-")
    if not separator:
        raise argparse.ArgumentTypeError("write it as 21:00-09:00")
    return {"begin": begin.strip(), "end": end.strip()}
