"""What Meta's answers mean for each step of connecting a number: rules over values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from channels.connecting_looks import done, failed_step, failing, not_needed, undone, waiting
from channels.whatsapp.connecting_shapes import NumberInfo, NumberList, SubscribedApps, Subscription, TokenInfo
from inbox.channel.connecting_models import Step, StepLook
from inbox.sending.outbound import SendFailedError

PROVIDER: Final = "Meta"
NEEDED_SCOPES: Final = ("whatsapp_business_messaging", "whatsapp_business_management")
NEEDED_TOPICS: Final = ("messages", "message_template_status_update", "account_update")
"""Without these something is missing in daily work."""
WANTED_TOPICS: Final = (
    *NEEDED_TOPICS,
    "template_category_update",
    "message_template_quality_update",
    "message_template_components_update",
    "phone_number_quality_update",
    "phone_number_name_update",
    "business_capability_update",
    "account_alerts",
    "account_review_update",
    "user_preferences",
    "history",
    "smb_app_state_sync",
    "smb_message_echoes",
)
"""All that the gateway makes something of, or keeps. Source: webhooks/overview, 29 Apr 2026."""
OUR_PATH: Final = "/webhooks/whatsapp/"


def judge_token(info: TokenInfo) -> StepLook:
    """Judge what `debug_token` says of the access token."""
    if not info.is_valid:
        return failing(Step.TOKEN, "token_refused", "Meta does not take the token any more.", _NEW_TOKEN)
    missing = [scope for scope in NEEDED_SCOPES if scope not in info.scopes]
    if missing:
        return failing(
            Step.TOKEN,
            "token_lacks_rights",
            f"The token lacks {' and '.join(missing)}.",
            "In Meta's business settings give the system user these permissions, make a new token and enter it.",
        )
    until = f"; it ends on {_day(info.ends_at)}" if info.ends_at else "; it does not end"
    of = f"A token of the app {info.application or info.app_id}{until}."
    return done(Step.TOKEN, "token_expires" if info.ends_at else "token_taken", of, expires_at=info.ends_at)


def refused_token(failed: SendFailedError) -> StepLook:
    """Judge Meta's refusal of a token."""
    if "expired" in (failed.error.provider_message or ""):
        return failing(Step.TOKEN, "token_expired", "The token has ended.", _NEW_TOKEN)
    if failed.error.code == "channel_credentials":
        return failing(Step.TOKEN, "token_refused", "Meta does not take the token.", _NEW_TOKEN)
    return failed_step(Step.TOKEN, failed, PROVIDER)


def refused_secret(failed: SendFailedError) -> StepLook:
    """Judge Meta's refusal of the app's own token, which is made of the app secret."""
    if failed.error.code == "channel_credentials" or failed.error.provider_code in {"1", "101"}:
        return failing(
            Step.APP_SECRET,
            "app_secret_wrong",
            "The app secret is not that of the token's app: its webhooks would be refused here.",
            "Copy it from App settings → Basic of the same app, and enter it.",
        )
    return failed_step(Step.APP_SECRET, failed, PROVIDER)


def app_secret_right() -> StepLook:
    """Say that Meta took the app secret."""
    return done(Step.APP_SECRET, "app_secret_right", "Meta takes the app secret.")


def judge_number(info: NumberInfo) -> StepLook:
    """Judge whether the number may be used at all."""
    name = " ".join(filter(None, (info.verified_name, info.display_phone_number))) or "The number answers."
    if info.code_verification_status == "NOT_VERIFIED" and info.status != "CONNECTED" and not info.is_on_biz_app:
        return failing(
            Step.NUMBER,
            "number_not_verified",
            f"{name}: Meta has not verified that the number is yours.",
            "In WhatsApp Manager have a code sent to the number and enter it there, then check again.",
        )
    if info.name_status == "DECLINED":
        return failing(
            Step.NUMBER,
            "name_declined",
            f"{name}: Meta declined the display name.",
            "In WhatsApp Manager enter another display name that shows what the business is called.",
        )
    return done(Step.NUMBER, "number_reached", name)


def refused_number(failed: SendFailedError) -> StepLook:
    """Judge Meta's refusal to show the number."""
    if failed.error.provider_code in {"100", "33", "803"}:
        return failing(
            Step.NUMBER,
            "number_not_found",
            "Meta knows no such phone number id, or the token may not see it.",
            "Copy the phone number id from WhatsApp → API setup, and give the system user access to its account.",
        )
    return failed_step(Step.NUMBER, failed, PROVIDER)


def judge_account(numbers: NumberList, phone_number_id: str) -> StepLook:
    """Judge whether the number is one of the account's."""
    if any(number.id == phone_number_id for number in numbers.data):
        return done(Step.ACCOUNT, "number_of_account", "The number is one of the account's.")
    return failing(
        Step.ACCOUNT,
        "number_of_another_account",
        "The number is not one of this business account's.",
        "Copy the WhatsApp business account id from WhatsApp → API setup, where the number is chosen.",
    )


def refused_account(failed: SendFailedError) -> StepLook:
    """Judge Meta's refusal to show the account."""
    if failed.error.provider_code in {"100", "33", "803"}:
        return failing(
            Step.ACCOUNT,
            "account_not_found",
            "Meta knows no such business account id, or the token may not see it.",
            "Copy the WhatsApp business account id from WhatsApp → API setup, and give the system user access to it.",
        )
    return failed_step(Step.ACCOUNT, failed, PROVIDER)


def judge_registration(info: NumberInfo) -> StepLook:
    """Judge whether the number is registered with the Cloud API.

    A number that is used with the phone app too must not be registered: that would take it away from the app.
    """
    if info.is_on_biz_app and info.platform_type == "CLOUD_API":
        return not_needed(
            Step.REGISTERED, "used_with_app", "The number is used with the phone app too, and must not be registered."
        )
    if info.status in _CLOSED:
        code, detail = _CLOSED[info.status]
        return failing(Step.REGISTERED, code, detail, "See the account's quality page in WhatsApp Manager.")
    if info.platform_type == "ON_PREMISE":
        return failing(
            Step.REGISTERED,
            "on_premises",
            "The number is registered with the On-Premises API, which has ended.",
            "Register it here with its PIN: Meta then moves it to the Cloud API.",
        )
    if info.platform_type == "CLOUD_API" and info.status not in _UNREGISTERED:
        return done(Step.REGISTERED, "registered", "The number is registered.")
    return undone(
        Step.REGISTERED,
        "not_registered",
        "The number is not registered yet.",
        "Do this step with the PIN of the number's two-step verification, or choose six digits and keep them.",
    )


def judge_hand_over(info: NumberInfo) -> list[StepLook]:
    """Judge whether the phone app has something to hand over; whether it was asked for only its coming shows."""
    if not info.is_on_biz_app:
        detail = "The number is not used with the phone app."
        return [not_needed(step, "not_with_app", detail) for step in (Step.CONTACTS, Step.HISTORY)]
    advice = "Do this step within 24 hours of connecting, once: Meta then sends them. No window opens, nobody is told."
    return [
        undone(Step.CONTACTS, "contacts_not_asked", "The app's contacts were not asked for yet.", advice),
        undone(Step.HISTORY, "history_not_asked", "The app's conversations were not asked for yet.", advice),
    ]


def asked(step: Step) -> StepLook:
    """Say that Meta was asked to have the app hand something over."""
    what = "contacts" if step is Step.CONTACTS else "history"
    return waiting(
        step,
        f"{what}_asked",
        f"Meta was asked for the app's {what}.",
        "Nothing is to be done: they come by themselves, within minutes or some hours.",
    )


SYNC_TYPES: Final[Mapping[Step, str]] = {Step.CONTACTS: "smb_app_state_sync", Step.HISTORY: "history"}

_UNREGISTERED: Final = frozenset({"DISCONNECTED", "PENDING", "UNVERIFIED"})
_CLOSED: Final[Mapping[str, tuple[str, str]]] = {
    "BANNED": ("number_banned", "Meta has banned the number."),
    "DELETED": ("number_deleted", "The number was deleted at Meta."),
}


REGISTRATION_REFUSALS: Final[Mapping[str, tuple[str, str, str]]] = {
    "133005": (
        "pin_wrong",
        "The PIN is not the one of the number's two-step verification.",
        "Enter the right one, or have it reset in WhatsApp Manager. Meta locks the number after too many guesses.",
    ),
    "133006": (
        "number_not_verified",
        "Meta has not verified that the number is yours.",
        "In WhatsApp Manager have a code sent to the number and enter it there, then do this step.",
    ),
    "133008": (
        "pin_locked",
        "The PIN was guessed too often.",
        "Wait as long as Meta says, then enter the right one, or have it reset in WhatsApp Manager.",
    ),
    "133009": (
        "pin_too_fast",
        "The PIN was entered too soon after the last time.",
        "Wait a minute, then enter the right one.",
    ),
    "133015": (
        "recently_deleted",
        "The number was deleted a moment ago, and that is not finished.",
        "Wait five minutes, then do this step.",
    ),
    "133016": (
        "registered_too_often",
        "The number was registered ten times within 72 hours.",
        "Wait 72 hours: further attempts make it longer.",
    ),
}
"""Meta's code → ours, what is wrong, what to do. Source: support/error-codes, 15 May 2026."""


def refused_registration(failed: SendFailedError) -> StepLook:
    """Judge Meta's refusal to register the number."""
    row = REGISTRATION_REFUSALS.get(failed.error.provider_code or "")
    return failed_step(Step.REGISTERED, failed, PROVIDER) if row is None else failing(Step.REGISTERED, *row)


def is_ours(callback: str, url: str) -> bool:
    """Return whether an address leads here: that of any channel, since one address serves all of an app's numbers."""
    base, _, _ = url.rpartition(OUR_PATH)
    return bool(base) and callback.startswith(base + OUR_PATH)


def judge_webhook(apps: SubscribedApps, app_id: str, own: Subscription, url: str) -> StepLook:
    """Judge whether Meta sends the account's news here: by an address of its own, otherwise by the app's."""
    app = next((one for one in apps.data if one.whatsapp_business_api_data.id == app_id), None)
    if app is None:
        return undone(
            Step.WEBHOOK,
            "not_subscribed",
            "The app does not get this account's news yet.",
            "Do this step: Meta is given this channel's webhook address for the account.",
            copy=url,
        )
    callback = app.override_callback_uri or own.callback_url
    if is_ours(callback, url):
        return done(Step.WEBHOOK, "webhook_set", "Meta sends the account's news here.")
    if not callback:
        return undone(
            Step.WEBHOOK,
            "no_callback",
            "The app has no webhook address.",
            "Do this step: Meta is given this channel's webhook address for the account.",
            copy=url,
        )
    return failing(
        Step.WEBHOOK,
        "webhook_elsewhere",
        "Meta sends the account's news to another address.",
        "If the program there is not in use any more, do this step: the news come here then.",
        copy=url,
    )


def refused_webhook(failed: SendFailedError, url: str) -> StepLook:
    """Judge Meta's refusal of the webhook's address."""
    if failed.error.provider_code != "2200":
        return failed_step(Step.WEBHOOK, failed, PROVIDER)
    return failing(
        Step.WEBHOOK,
        "webhook_unreachable",
        f"Meta asked this address and got no right answer. {failed.error.provider_message or ''}".strip(),
        "Check that GATEWAY_PUBLIC_URL is an https address that the internet reaches, with a valid certificate.",
        copy=url,
    )


def judge_topics(own: Subscription) -> StepLook:
    """Judge what the app is subscribed to."""
    names = {topic.name for topic in own.fields} if own.active else set()
    missing = [name for name in NEEDED_TOPICS if name not in names]
    if missing:
        return undone(
            Step.TOPICS,
            "topics_missing",
            f"The app is not subscribed to {', '.join(missing)}.",
            "Do this step, or subscribe to them in the app's dashboard under WhatsApp → Configuration.",
        )
    left = [name for name in WANTED_TOPICS if name not in names]
    return done(Step.TOPICS, "topics_set", f"Not subscribed to, and not needed: {', '.join(left)}." if left else "All.")


def refused_topics(failed: SendFailedError) -> StepLook:
    """Judge Meta's refusal to subscribe the app."""
    if failed.error.provider_code == "2200":
        return failing(Step.TOPICS, "webhook_unreachable", "Meta asked this address and got no answer.", _BY_HAND)
    return failed_step(Step.TOPICS, failed, PROVIDER)


def app_of_another() -> StepLook:
    """Say that the app's own address is another program's, which a change of topics would replace."""
    return failing(
        Step.TOPICS,
        "app_leads_elsewhere",
        "The app has a webhook address of another program, which this step would replace.",
        _BY_HAND,
    )


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


_NEW_TOKEN: Final = "Make a permanent token of a system user in Meta's business settings, and enter it."  # noqa: S105
_BY_HAND: Final = "Subscribe to them in the app's dashboard, under WhatsApp → Configuration."
