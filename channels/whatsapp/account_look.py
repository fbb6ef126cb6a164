"""Looks at a token and its number now and then: what ends, what Meta has changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from channels.contract import ChannelAccount
from channels.whatsapp import connecting_rules as steps
from channels.whatsapp.account_news import low_quality
from channels.whatsapp.connecting import read_number, token_info
from channels.whatsapp.connecting_shapes import NumberInfo, TokenInfo
from channels.whatsapp.pywa_client import GraphClients
from inbox.channel.connecting_models import StepLook, StepState
from inbox.channel.standing_models import AccountFacts, AccountLook, Trouble
from inbox.sending.outbound import SendFailedError

WARN_BEFORE: Final = timedelta(days=14)
URGE_BEFORE: Final = timedelta(days=3)
SAID: Final = frozenset({"token_refused", "token_expired", "token_lacks_rights", "number_not_found", "number_banned"})
"""Outcomes of connecting's steps that are troubles later; any other failure says nothing of the account."""


async def look_at_account(clients: GraphClients, account: ChannelAccount) -> AccountLook:
    """Ask Meta about token and number. Raises `SendFailedError` where it does not answer."""
    client, now = clients.client(account), datetime.now(UTC)
    try:
        token = await token_info(client, account)
    except SendFailedError as failed:
        return _refused(failed, steps.refused_token(failed), now)
    try:
        number = await read_number(client)
    except SendFailedError as failed:
        return _refused(failed, steps.refused_number(failed), now)
    found = [steps.judge_token(token), steps.judge_registration(number)]
    troubles = [_trouble(step, now) for step in found if step.state is StepState.FAILING and step.code in SAID]
    if number.quality_rating == "RED":
        troubles.append(low_quality(now))
    troubles += ending(token, now)
    return AccountLook(connected=_is_connected(number), troubles=tuple(troubles), facts=_facts(token, number))


def ending(token: TokenInfo, now: datetime) -> list[Trouble]:
    """Warn of a token that ends: two weeks before, and again three days before."""
    ends_at = token.ends_at
    if ends_at is None or ends_at - now > WARN_BEFORE:
        return []
    code = "token_expires_soon" if ends_at - now <= URGE_BEFORE else "token_expires"
    return [
        Trouble(
            code=code,
            detail=f"The access token ends on {ends_at:%Y-%m-%d at %H:%M} UTC; nothing is sent from then on.",
            advice="Make a permanent token of a system user in Meta's business settings, and enter it.",
            since=now,
        )
    ]


def _refused(failed: SendFailedError, step: StepLook, now: datetime) -> AccountLook:
    """Say what a refusal means for the account. Raises the failure where it means nothing for it."""
    if step.code not in SAID:
        raise failed
    return AccountLook(connected=False, troubles=(_trouble(step, now),))


def _trouble(step: StepLook, now: datetime) -> Trouble:
    return Trouble(code=step.code, detail=step.detail or "", advice=step.advice or "", stops=True, since=now)


def _is_connected(number: NumberInfo) -> bool:
    return number.platform_type == "CLOUD_API" and number.status in ("CONNECTED", "")


def _facts(token: TokenInfo, number: NumberInfo) -> AccountFacts:
    return AccountFacts(
        number="".join(filter(str.isdecimal, number.display_phone_number)) or None,
        quality=number.quality_rating or None,
        messaging_limit=number.messaging_limit_tier or None,
        token_expires_at=token.ends_at,
    )
