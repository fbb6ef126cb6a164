"""A campaign step by step over the API, shown in a terminal."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import aiohttp
import msgspec
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from channels.public_connections import read_whole
from inbox.foundation.capped_answers import MAX_LIST_BYTES, AnswerTooLargeError

LOOK_SECONDS: Final = 0.5
TRIES: Final = 10
RETRY_SECONDS: Final = 1.0
"""A primary of MongoDB that is replaced is back within ten seconds or so."""
CHUNK_BYTES: Final = 256 * 1024
TIMEOUT: Final = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=900)
"""Checking a million rows takes a minute; nothing is answered until then."""
FIRST_ERROR: Final = 400
UNAVAILABLE: Final = 503
ENDED: Final = frozenset({"completed", "cancelled", "stopped", "paused"})
EXPLAINED: Final[Mapping[str, str]] = {
    "template_paused": "WhatsApp has paused the template",
    "template_disabled": "WhatsApp has disabled the template",
    "template_deleted": "the template was deleted",
    "template_edited": "the template was changed",
    "template_recategorised": "WhatsApp has changed the template's category",
    "template_unusable": "the template can't be sent now",
    "channel_deleted": "the WhatsApp number was deleted",
    "channel_disabled": "the WhatsApp number is switched off",
    "marketing_unavailable": "the account's marketing messages are refused: sign Meta's terms",
    "budget_spent": "the channel's budget for this month is spent",
    "too_many_failures": "too many messages failed",
    "messaging_limit": "the number has reached its limit of new customers for 24 hours",
}


class ListRefusedError(Exception):
    """The gateway refused, or could not be reached; the message is for the person at the terminal.

    Attributes:
        about_lines: It is about lines of the list, and the gateway keeps the reason for each.
    """

    def __init__(self, message: str, *, about_lines: bool = False) -> None:
        super().__init__(message)
        self.about_lines = about_lines


class AwayError(ListRefusedError):
    """The gateway can't answer for the moment."""


class Shell:
    """Sends one campaign, and shows how it goes."""

    def __init__(self, url: str, token: str) -> None:
        self._base = f"{url.rstrip('/')}/api/v1"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._console = Console()

    async def send(self, options: argparse.Namespace, fields: dict[str, Any]) -> bool:
        """Make, fill, start and watch the campaign; tell whether it came to its end.

        Raises:
            ListRefusedError: with what the gateway says.
        """
        async with aiohttp.ClientSession(headers=self._headers, timeout=TIMEOUT) as session:
            self._session = session
            try:
                return await self._send(options, fields)
            except AnswerTooLargeError:
                raise ListRefusedError(f"{self._base} answers without an end: check --url.") from None
            except aiohttp.ClientConnectionError:
                raise ListRefusedError(
                    f"{self._base} does not answer: check --url, and that the gateway runs."
                ) from None

    async def _send(self, options: argparse.Namespace, fields: dict[str, Any]) -> bool:
        if "channel_id" not in fields:
            fields["channel_id"] = await self._only_number()
        await self._read_templates(fields["channel_id"])
        campaign = await self._call("POST", "/campaigns", fields)
        path = f"/campaigns/{campaign['id']}"
        try:
            started = await self._start(path, options)
        except BaseException:
            await self._discard(path)
            raise
        if started is None:
            await self._discard(path)
            return True
        campaign = started
        if campaign["state"] == "scheduled":
            self._console.print(f"It starts at {campaign['schedule_at']}.")
            return True
        campaign = await self._watch(path, campaign)
        self._show_outcome(campaign)
        if options.report:
            await self._download(f"{path}/report", options.report)
            self._console.print(f"The report with a line for each recipient: {options.report}")
        return bool(campaign["state"] == "completed")

    async def _start(self, path: str, options: argparse.Namespace) -> dict[str, Any] | None:
        """Fill and start the campaign; None where it was only to be checked or tried out."""
        if options.segment:
            await self._choose(path, options.segment)
            willing = await self._show_segment(path)
        else:
            campaign = await self._fill(path, options.file)
            willing = await self._show_list(path, campaign, options.file)
        if options.test_to:
            await self._call("POST", f"{path}/test", {"to": options.test_to})
            self._console.print(f"A test is on its way to {options.test_to}.")
        if options.test_to or options.check_only:
            return None
        if not willing:
            raise ListRefusedError("Nobody on the list would get it now, for the reasons above. Nothing was started.")
        return await self._call("POST", f"{path}/start")

    async def _choose(self, path: str, wanted: str) -> None:
        """Have the campaign go to a segment, by its name or id."""
        segments: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = await self._call("GET", f"/segments?limit=200{cursor}")
            segments += page["items"]
            if not page["next_cursor"]:
                break
            cursor = f"&cursor={quote(page['next_cursor'])}"
        names = {one["name"].casefold(): one["id"] for one in segments}
        found = names.get(wanted.casefold()) or (wanted if wanted in names.values() else None)
        if found is None:
            listed = "".join(f"\n  {one['name']}" for one in segments)
            raise ListRefusedError(f"There is no segment called {wanted}.{listed and ' There are:' + listed}")
        await self._call("POST", f"{path}/audience/contacts", {"segment_id": found})

    async def _show_segment(self, path: str) -> bool:
        """Say who is in the segment now; tell whether anybody would get it."""
        guess = await self._call("POST", f"{path}/forecast", {})
        more = "" if guess["is_all"] else " and more"
        self._console.print(f"{guess['recipients']:,} recipients{more} as the segment is now.")
        return self._show_outlook(guess)

    async def _discard(self, path: str) -> None:
        """Leave nothing behind of a campaign that was not started; one that was started stays."""
        with contextlib.suppress(ListRefusedError, aiohttp.ClientError):
            await self._call("DELETE", path)

    async def _read_templates(self, channel_id: str) -> None:
        """Have the gateway ask WhatsApp for the templates as they are now; without it, it goes by what it knows."""
        try:
            await self._call("POST", f"/channels/{channel_id}/templates/sync")
        except ListRefusedError as refused:
            self._console.print(f"The templates could not be read anew: {refused}")

    async def _only_number(self) -> str:
        channels = (await self._call("GET", "/channels?limit=200"))["items"]
        numbers = [channel for channel in channels if channel["kind"] == "whatsapp" and channel["enabled"]]
        if len(numbers) == 1:
            return str(numbers[0]["id"])
        listed = "".join(f"\n  {number['id']}  {number['name']}" for number in numbers)
        raise ListRefusedError(
            f"Choose a WhatsApp number with --channel:{listed}" if numbers else "There is no WhatsApp number."
        )

    async def _fill(self, path: str, file: Path) -> dict[str, Any]:
        try:
            return await self._upload(path, file)
        except ListRefusedError as refused:
            if not refused.about_lines:
                raise
            errors = await self._save_errors(path, file)
            raise ListRefusedError(f"{refused}\nThe reason for each line: {errors}") from None

    async def _save_errors(self, path: str, file: Path) -> Path:
        errors = file.with_suffix(".errors.csv")
        await self._download(f"{path}/audience/errors", errors)
        return errors

    async def _upload(self, path: str, file: Path) -> dict[str, Any]:
        size = await asyncio.to_thread(os.path.getsize, file)
        with self._progress(DownloadColumn()) as progress:
            task = progress.add_task("checking the list", total=size)

            async def pieces() -> AsyncIterator[bytes]:
                with file.open("rb") as opened:
                    while piece := await asyncio.to_thread(opened.read, CHUNK_BYTES):
                        yield piece
                        progress.advance(task, len(piece))

            return await self._call("POST", f"{path}/audience", pieces(), content_type="text/csv")

    async def _show_list(self, path: str, campaign: dict[str, Any], file: Path) -> bool:
        """Say what the list holds, how long it takes and who would get nothing; tell whether anybody would get it."""
        audience = campaign["audience"]
        guess = await self._call("POST", f"{path}/forecast", {})
        took = timedelta(seconds=guess["seconds"])
        self._console.print(
            f"{audience['accepted']:,} recipients; at {guess['rate_per_second']:g} messages a second they take {took}."
        )
        if audience["rejected"] or audience["duplicates"]:
            errors = await self._save_errors(path, file)
            left_out = f"Left out: {audience['rejected']:,} no recipients, {audience['duplicates']:,} twice"
            self._console.print(f"{left_out}. The reasons: {errors}")
        return self._show_outlook(guess)

    def _show_outlook(self, guess: Mapping[str, Any]) -> bool:
        for line in outlook(guess):
            self._console.print(line)
        return bool(guess["will_get"] + guess["later"] or guess["checked"] < guess["recipients"])

    async def _watch(self, path: str, campaign: dict[str, Any]) -> dict[str, Any]:
        with self._progress(MofNCompleteColumn(), TextColumn("{task.fields[told]}"), TimeRemainingColumn()) as progress:
            task = progress.add_task("sending", total=campaign["counts"]["total"], told="")
            while True:
                counts = campaign["counts"]
                done = sum(counts[name] for name in ("sent", "failed", "unknown", "skipped"))
                progress.update(task, completed=done, told=_told(counts))
                if campaign["state"] in ENDED:
                    return campaign
                await asyncio.sleep(LOOK_SECONDS)
                campaign = await self._look(path, campaign)

    async def _look(self, path: str, before: dict[str, Any]) -> dict[str, Any]:
        """Look how it goes; while the gateway is away the campaign is as it was."""
        try:
            return await self._call("GET", path)
        except (AwayError, aiohttp.ClientError, ValueError):
            return before

    def _show_outcome(self, campaign: dict[str, Any]) -> None:
        counts = campaign["counts"]
        table = Table(title=f"{campaign['name']}: {campaign['state']}", show_header=False)
        for name, value in counts.items():
            table.add_row(name, f"{value:,}")
        self._console.print(table)
        if campaign["reason"]:
            why = EXPLAINED.get(campaign["reason"], campaign["reason"])
            self._console.print(f"It stopped by itself: {why}. Resume it on the campaigns page when that is settled.")

    async def _call(
        self, method: str, path: str, body: Any = None, *, content_type: str = "application/json"
    ) -> dict[str, Any]:
        """Call the API; a gateway that is away for a moment (503: nothing was done) is asked again."""
        if content_type != "application/json":
            return await self._ask(method, path, {"data": body, "headers": {"Content-Type": content_type}})
        sent = {} if body is None else {"json": body}
        for _ in range(TRIES - 1):
            try:
                return await self._ask(method, path, sent)
            except AwayError:
                await asyncio.sleep(RETRY_SECONDS)
        return await self._ask(method, path, sent)

    async def _ask(self, method: str, path: str, sent: Mapping[str, Any]) -> dict[str, Any]:
        async with self._session.request(method, self._base + path, **sent) as response:
            if response.status == UNAVAILABLE:
                raise AwayError(f"The gateway can't answer now ({response.status}): try again in a minute.")
            answer: dict[str, Any] = msgspec.json.decode(await read_whole(response, MAX_LIST_BYTES) or b"{}")
            if response.status >= FIRST_ERROR:
                raise ListRefusedError(_in_words(answer), about_lines=_is_about_lines(answer))
            return answer

    async def _download(self, path: str, target: Path) -> None:
        async with self._session.get(self._base + path) as response:
            response.raise_for_status()
            with target.open("wb") as file:
                async for piece in response.content.iter_chunked(CHUNK_BYTES):
                    file.write(piece)

    def _progress(self, *columns: Any) -> Progress:
        return Progress(TextColumn("{task.description}"), BarColumn(), *columns, console=self._console)


def outlook(guess: Mapping[str, Any]) -> list[str]:
    """Say in words who would get nothing now, and who later."""
    of = "" if guess["checked"] == guess["recipients"] else f" of the first {guess['checked']:,}"
    lines = [f"{one['count']:,}{of} would get nothing: {one['explanation']}" for one in guess["left_out"]]
    if any(one["reason"] == "no_consent" for one in guess["left_out"]):
        lines.append("If all of them agreed to marketing messages, say where with --consent-source.")
    if card := guess.get("by_card"):
        unknown = f"; for {card['unknown']:,} the card has no price" if card["unknown"] else ""
        lines.append(f"By the rate card it costs {card['amount']} {card['currency']}{unknown}.")
    if guess["later"]:
        lines.append(f"{guess['later']:,}{of} would get it when their quiet hours are over.")
    return lines


def _is_about_lines(answer: Mapping[str, Any]) -> bool:
    return any(error["pointer"].startswith("/lines/") for error in answer.get("errors", ()))


def _told(counts: Mapping[str, int]) -> str:
    shown = ("delivered", "read", "failed", "unknown", "skipped")
    return " · ".join(f"{counts[name]:,} {name}" for name in shown if counts[name])


def _in_words(answer: Mapping[str, Any]) -> str:
    faults = "".join(f"\n  {error['pointer']}: {error['message']}" for error in answer.get("errors", ()))
    return f"{answer.get('detail') or answer.get('title') or 'The gateway refused.'}{faults}"
