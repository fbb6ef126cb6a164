"""Connecting a number step by step: what Meta is asked, and what it is told.

Looks change nothing. Registering is done once and never repeated by itself: after ten times in 72 hours Meta refuses.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Any, TypeVar

import msgspec
from pywa_async import WhatsApp

from channels.connecting_looks import done, failed_step
from channels.contract import ChannelAccount
from channels.whatsapp import connecting_rules as rules
from channels.whatsapp.connecting_shapes import (
    NUMBER_FIELDS,
    DebugAnswer,
    NumberInfo,
    NumberList,
    SubscribedApps,
    Subscription,
    Subscriptions,
    TokenInfo,
)
from channels.whatsapp.errors import FAILURES
from channels.whatsapp.pywa_client import GraphClients
from inbox.channel.connecting_models import Step, StepLook, StepRequest, StepState
from inbox.sending.outbound import Certainty, SendFailedError

T = TypeVar("T")
NUMBERS_A_PAGE = "100"
"""An account has at most 20 numbers, larger ones a few more. Source: business-phone-numbers."""


class NumberConnecting:
    """Looks at the steps of a number, and does those that calls can do."""

    def __init__(self, clients: GraphClients) -> None:
        self._clients = clients

    async def look(self, account: ChannelAccount, url: str) -> Sequence[StepLook]:
        """Look at all steps, as far as the token reaches."""
        try:
            client = self._clients.client(account)
            token = await token_info(client, account)
        except SendFailedError as failed:
            return [rules.refused_token(failed)]
        judged = rules.judge_token(token)
        if judged.state is StepState.FAILING:
            return [judged]
        secret, own = await self._app(client, account, str(token.app_id))
        return [
            judged,
            secret,
            *await self._number(client, account),
            *await self._news(client, account, token, own, url),
        ]

    async def do(self, request: StepRequest, account: ChannelAccount, url: str) -> StepLook:
        """Do one step; a refusal is what was found. Raises `SendFailedError` where the outcome is unknown."""
        client = self._clients.client(account)
        if request.step is Step.REGISTERED:
            return await self._register(client, request.pin or "")
        if request.step is Step.WEBHOOK:
            return await self._receive(client, account, url)
        if request.step in rules.SYNC_TYPES:
            return await self._ask_app(client, request.step)
        return await self._subscribe(client, account, url)

    async def _ask_app(self, client: WhatsApp, step: Step) -> StepLook:
        """Have the phone app hand over, which Meta takes once. pywa has no method for it."""
        body = {"messaging_product": "whatsapp", "sync_type": rules.SYNC_TYPES[step]}
        try:
            await client.api.send_raw_request("POST", f"/{client.phone_id}/smb_app_data", json=body)
        except SendFailedError as failed:
            return failed_step(step, _certain(failed), rules.PROVIDER)
        return rules.asked(step)

    async def _app(
        self, client: WhatsApp, account: ChannelAccount, app_id: str
    ) -> tuple[StepLook, Subscription | None]:
        try:
            return rules.app_secret_right(), await subscriptions(client, account, app_id)
        except SendFailedError as failed:
            return rules.refused_secret(failed), None

    async def _number(self, client: WhatsApp, account: ChannelAccount) -> Sequence[StepLook]:
        try:
            number = await read_number(client)
        except SendFailedError as failed:
            return [rules.refused_number(failed)]
        of_account = await self._account(client, account)
        handed_over = rules.judge_hand_over(number)
        return [rules.judge_number(number), of_account, rules.judge_registration(number), *handed_over]

    async def _account(self, client: WhatsApp, account: ChannelAccount) -> StepLook:
        waba_id = account.credentials.get("waba_id", "")
        listed = client.api.get_business_phone_numbers(
            waba_id=waba_id, fields=("id",), pagination={"limit": NUMBERS_A_PAGE}
        )
        try:
            return rules.judge_account(await _read(listed, NumberList), str(client.phone_id))
        except SendFailedError as failed:
            return rules.refused_account(failed)

    async def _news(
        self, client: WhatsApp, account: ChannelAccount, token: TokenInfo, own: Subscription | None, url: str
    ) -> Sequence[StepLook]:
        waba_id = account.credentials.get("waba_id", "")
        try:
            apps = await _read(client.api.get_waba_subscribed_apps(waba_id), SubscribedApps)
        except SendFailedError as failed:
            return [rules.refused_webhook(failed, url)]
        webhook = rules.judge_webhook(apps, str(token.app_id), own or Subscription(), url)
        return [webhook] if own is None else [webhook, rules.judge_topics(own)]

    async def _register(self, client: WhatsApp, pin: str) -> StepLook:
        try:
            await client.api.register_phone_number(phone_id=str(client.phone_id), pin=pin)
        except SendFailedError as failed:
            return rules.refused_registration(_certain(failed))
        return done(Step.REGISTERED, "registered", "The number is registered.")

    async def _receive(self, client: WhatsApp, account: ChannelAccount, url: str) -> StepLook:
        waba_id, word = account.credentials.get("waba_id", ""), account.credentials.get("verify_token", "")
        try:
            await client.api.set_waba_alternate_callback_url(
                waba_id=waba_id, override_callback_uri=url, verify_token=word
            )
        except SendFailedError as failed:
            return rules.refused_webhook(_certain(failed), url)
        return done(Step.WEBHOOK, "webhook_set", "Meta sends the account's news here.")

    async def _subscribe(self, client: WhatsApp, account: ChannelAccount, url: str) -> StepLook:
        """Subscribe the app to what is needed, unless that took its address from another program."""
        try:
            app_id = str((await token_info(client, account)).app_id)
            own = await subscriptions(client, account, app_id)
            if own.callback_url and not rules.is_ours(own.callback_url, url):
                return rules.app_of_another()
            names = dict.fromkeys([*(topic.name for topic in own.fields), *rules.WANTED_TOPICS])
            await client.api.set_app_callback_url(
                app_id=int(app_id),
                access_token=app_token(account, app_id),
                callback_url=own.callback_url or url,
                verify_token=account.credentials.get("verify_token", ""),
                fields=tuple(names),
            )
            return rules.judge_topics(await subscriptions(client, account, app_id))
        except SendFailedError as failed:
            return rules.refused_topics(_certain(failed))


async def token_info(client: WhatsApp, account: ChannelAccount) -> TokenInfo:
    """Ask Meta about the token itself. pywa has no method for it. Raises `SendFailedError`."""
    asked = client.api.send_raw_request(
        "GET", "/debug_token", params={"input_token": account.credentials.get("access_token", "")}
    )
    return (await _read(asked, DebugAnswer)).data


async def read_number(client: WhatsApp) -> NumberInfo:
    """Ask Meta about the number. Raises `SendFailedError`."""
    asked = client.api.get_business_phone_number(phone_id=str(client.phone_id), fields=NUMBER_FIELDS)
    return await _read(asked, NumberInfo)


async def subscriptions(client: WhatsApp, account: ChannelAccount, app_id: str) -> Subscription:
    """Ask what the app is subscribed to, which takes the app's own token. Raises `SendFailedError`."""
    headers = {"Authorization": f"Bearer {app_token(account, app_id)}"}
    asked = client.api.send_raw_request("GET", f"/{app_id}/subscriptions", headers=headers)
    return (await _read(asked, Subscriptions)).of_whatsapp


def app_token(account: ChannelAccount, app_id: str) -> str:
    """Return the app's own token. Source: facebook-login/guides/access-tokens#apptokens."""
    return f"{app_id}|{account.credentials.get('app_secret', '')}"


async def _read(call: Awaitable[Any], type_: type[T]) -> T:
    """Wait for an answer and read what we look at. Raises `SendFailedError`."""
    answer = await call
    try:
        return msgspec.convert(answer, type_)
    except msgspec.ValidationError:
        raise FAILURES.lost_answer() from None


def _certain(failed: SendFailedError) -> SendFailedError:
    """Return a refusal. Raises the failure where Meta may have done what it was asked."""
    if failed.certainty is Certainty.UNKNOWN:
        raise failed
    return failed
