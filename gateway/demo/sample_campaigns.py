"""What marketing has in the demo: a rate card, a campaign that has ended, and one to start and to watch."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any, Final

from gateway.demo.sample_calls import SampleCalls
from gateway.demo.seed import Seed

POLL_SECONDS: Final = 0.2
ENDS_WITHIN_SECONDS: Final = 60.0
RATES: Final = """effective_date,currency,market,category,rate
2026-01-01,EUR,Portugal,marketing,0.0432
2026-01-01,EUR,Portugal,utility,0.0171
2026-01-01,EUR,Germany,marketing,0.1131
2026-01-01,EUR,Germany,utility,0.0456
2026-01-01,EUR,United Kingdom,marketing,0.0382
2026-01-01,EUR,United Kingdom,utility,0.0182
2026-01-01,EUR,Brazil,marketing,0.0518
2026-01-01,EUR,Brazil,utility,0.0056
2026-01-01,EUR,*,marketing,0.0501
2026-01-01,EUR,*,utility,0.0064
"""
"""Made up, near what such messages cost; without a rate for one-time passwords, whose price is said not to be known."""
_NAMES: Final = (
    "Clara",
    "Rui",
    "Emma",
    "Inês",
    "Jonas",
    "Beatriz",
    "Oliver",
    "Paulo",
    "Greta",
    "Amélia",
    "Harry",
    "Leo",
)
_COUNTRIES: Final = ("351912", "4915120", "447700", "5511987")
_SALE: Final = {"name": "spring_sale", "language": "en"}
_WORDING: Final = "Send me offers by WhatsApp."
ANSWERS: Final = (
    (0, "Clara Duarte", "Is the blue jacket part of it, too?"),
    (2, "Emma Hill", "Great! Until when?"),
    (4, "Jonas Weber", "STOP"),
)
"""Place in the list, profile name, words."""
_READ: Final = (0, 1, 2, 4, 6, 7, 9)


async def prepare_money(calls: SampleCalls) -> None:
    """Have what messages cost be known before any is sent."""
    await calls.give("owner", "/rate-cards", RATES)


async def play_campaigns(calls: SampleCalls, seeded: Seed) -> None:
    """Have one campaign run to its end and be answered, and leave another one ready to start."""
    number = seeded.whatsapp
    ended = await _made(calls, number.id, "Spring sale", _phones(0, len(_NAMES)))
    await calls.api("owner", "POST", f"/campaigns/{ended}/start")
    async with asyncio.timeout(ENDS_WITHIN_SECONDS):
        while True:
            if _has_ended(await calls.api("owner", "GET", f"/campaigns/{ended}")):
                break
            await asyncio.sleep(POLL_SECONDS)
    phones = _phones(0, len(_NAMES))
    for place in _READ:
        await calls.sandbox("POST", f"/whatsapp/{number.phone_number_id}/customers/{phones[place]}/read")
    for place, name, words in ANSWERS:
        path = f"/whatsapp/{number.phone_number_id}/customers/{phones[place]}/messages"
        await calls.sandbox("POST", path, {"profile_name": name, "type": "text", "text": {"body": words}})
    await _made(calls, number.id, "Summer preview", _phones(0, 40), rate_per_second=2)


def _has_ended(campaign: dict[str, Any]) -> bool:
    return bool(campaign["state"] == "completed" and campaign["counts"]["delivered"] == campaign["counts"]["total"])


async def _made(calls: SampleCalls, channel_id: str, name: str, phones: tuple[str, ...], **more: Any) -> str:
    consent = {"source": "shop's newsletter", "at": datetime.now(UTC).isoformat(), "wording": _WORDING}
    body = {"name": name, "channel_id": channel_id, "template": _SALE, "consent": consent, **more}
    made = await calls.api("owner", "POST", "/campaigns", body)
    rows = [f"+{phone};{_NAMES[place % len(_NAMES)]}" for place, phone in enumerate(phones)]
    await calls.give(
        "owner", f"/campaigns/{made['id']}/audience", "\n".join(["phone;first name", *rows, "no number;Zoe"])
    )
    return str(made["id"])


def _phones(first: int, last: int) -> tuple[str, ...]:
    """Return customers of four countries, in turn."""
    return tuple(f"{_COUNTRIES[place % len(_COUNTRIES)]}000{200 + place}" for place in range(first, last))
