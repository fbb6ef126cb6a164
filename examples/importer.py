"""Adds the contacts of a CSV file; stopped at any moment and started again it goes on, and adds nobody twice.

The first line names the columns: `whatsapp`, `phone`, `email`, `name`, `language`, `tags` (with `;` between them); any
other column is a field of the contact card, by its key. What became of each row stands in `FILE.results.csv`.

    pip install messaging-gateway-client
    GATEWAY_URL=https://… GATEWAY_TOKEN=… python examples/importer.py contacts.csv
"""

import asyncio
import csv
import hashlib
import io
import os
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

from messaging_gateway_client import ConflictError, Gateway, InvalidRequestError

AT_ONCE = 8
HEAD = "row,outcome,contact_id,why\n"


async def import_contacts(gateway: Gateway, path: Path) -> Counter:
    """Add what is not added yet; return how many rows were added, known already or refused."""
    results = path.with_suffix(".results.csv")
    done = rows_done(results)
    counts: Counter = Counter()
    with path.open(newline="", encoding="utf-8-sig") as source, results.open("a", newline="") as out:
        write = csv.writer(out, lineterminator="\n").writerow
        rows = ((n, row) for n, row in enumerate(csv.DictReader(source), start=2) if n not in done)
        while some := list(islice(rows, AT_ONCE)):
            for outcome in await asyncio.gather(*(add(gateway, path.name, n, row) for n, row in some)):
                write(outcome)
                counts[outcome[1]] += 1
            out.flush()
    return counts


async def add(gateway: Gateway, name: str, n: int, row: dict) -> tuple:
    """Add a row's contact; the same row has the same key, so that one whose answer was lost is not added again."""
    key = hashlib.sha256(repr((name, n, sorted(row.items(), key=str))).encode()).hexdigest()
    try:
        return n, "added", (await gateway.add_contact(contact_of(row), idempotency_key=key))["id"], ""
    except ConflictError as problem:
        return n, "known", problem.members.get("contact_id", ""), ""
    except InvalidRequestError as problem:
        return n, "refused", "", "; ".join(f"{one.pointer} {one.message}" for one in problem.errors) or problem.detail


def contact_of(row: dict) -> dict:
    """Return what the gateway takes of a row; empty cells say nothing."""
    cells = {column.strip(): value.strip() for column, value in row.items() if column and value and value.strip()}
    contact: dict = {name: cells.pop(name) for name in ("name", "language") if name in cells}
    if "whatsapp" in cells:
        contact["identities"] = [{"kind": "whatsapp", "external_id": cells.pop("whatsapp")}]
    for column, field in (("phone", "phones"), ("email", "emails")):
        if column in cells:
            contact[field] = [cells.pop(column)]
    if "tags" in cells:
        contact["tags"] = [tag.strip() for tag in cells.pop("tags").split(";") if tag.strip()]
    return {**contact, "fields": cells} if cells else contact


def rows_done(results: Path) -> set[int]:
    """Return the rows whose outcome is known; half a line of a program that was killed is taken away."""
    written = results.read_bytes().decode() if results.exists() else HEAD
    whole = written[: written.rfind("\n") + 1] or HEAD
    results.write_bytes(whole.encode())
    return {int(row["row"]) for row in csv.DictReader(io.StringIO(whole))}


async def main() -> None:
    """Import the file that the command names."""
    async with Gateway(os.environ["GATEWAY_URL"], os.environ["GATEWAY_TOKEN"]) as gateway:
        counts = await import_contacts(gateway, Path(sys.argv[1]))
    sys.stdout.write(", ".join(f"{count} {outcome}" for outcome, count in counts.items()) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
