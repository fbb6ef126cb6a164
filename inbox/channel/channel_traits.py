"""What differs by kind of channel: which account it belongs to, and which secrets rotate.

A table instead of branches: a new messenger is one row here.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from inbox.channel.channel_models import (
    ChannelFields,
    TelegramChannelFields,
    WebchatChannelFields,
    WhatsAppChannelFields,
)
from inbox.model.channel_kind import ChannelKind

Credentials = dict[str, str]
"""Credential fields as they are sealed: texts only, so that each connector gets the same kind of mapping."""

SECRET_TOKEN_BYTES: Final = 32
"""64 hexadecimal digits: within the 1–256 of `[A-Za-z0-9_-]` that Telegram takes (Bot API, setWebhook)."""


def _nothing() -> Credentials:
    return {}


class ChannelTraits(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of channel.

    Attributes:
        fields: What connects a channel of this kind.
        account: The credential that names the account, which can't change; None where there is no account elsewhere.
        account_key: From that credential to the provider's id of the account.
        scope: The credential that names the business account.
        rotates: The secret whose predecessor stays valid for a while after a change.
        kept_after_delete: What a deleted channel keeps, so that its address serves siblings of the same app.
        generate: Makes the credentials that we choose ourselves.
        lists: Credential fields that are lists of words, sealed with a blank between them.
    """

    fields: type[ChannelFields]
    account: str | None = None
    account_key: Callable[[str], str] = str
    scope: str | None = None
    rotates: str | None = None
    kept_after_delete: frozenset[str] = frozenset()
    generate: Callable[[], Credentials] = _nothing
    lists: frozenset[str] = frozenset()

    def credentials_of(self, fields: ChannelFields) -> Credentials:
        """Return the entered credentials in the form in which they are sealed."""
        entered: dict[str, Any] = msgspec.to_builtins(fields.credentials)
        return {name: " ".join(value) if name in self.lists else value for name, value in entered.items()}

    def entered(self, sealed: Mapping[str, str]) -> dict[str, Any]:
        """Return the entered credentials out of the sealed ones, in the API's form."""
        model = msgspec.structs.fields(_credentials_type(self.fields))
        known = {field.name: sealed[field.name] for field in model if field.name in sealed}
        return {name: value.split() if name in self.lists else value for name, value in known.items()}

    def key_of(self, credentials: Mapping[str, str]) -> str | None:
        """Return the provider's id of the account."""
        return None if self.account is None else self.account_key(credentials[self.account])

    def scope_of(self, credentials: Mapping[str, str]) -> str | None:
        """Return the provider's id of the business account."""
        return None if self.scope is None else credentials[self.scope]

    @property
    def previous(self) -> str | None:
        """The name under which the previous value of a rotated secret is kept."""
        return None if self.rotates is None else f"{self.rotates}_previous"


def _credentials_type(fields: type[ChannelFields]) -> type[msgspec.Struct]:
    (found,) = (field.type for field in msgspec.structs.fields(fields) if field.name == "credentials")
    kind: type[msgspec.Struct] = found
    return kind


def _bot_id(bot_token: str) -> str:
    """A bot's token is `<bot id>:<secret>` (Bot API, "Authorizing your bot")."""
    return bot_token.partition(":")[0]


def _new_secret_token() -> Credentials:
    return {"secret_token": secrets.token_hex(SECRET_TOKEN_BYTES)}


TRAITS: Final[Mapping[ChannelKind, ChannelTraits]] = {
    ChannelKind.WHATSAPP: ChannelTraits(
        fields=WhatsAppChannelFields,
        account="phone_number_id",
        scope="waba_id",
        rotates="app_secret",
        kept_after_delete=frozenset({"app_secret", "app_secret_previous", "verify_token"}),
    ),
    ChannelKind.TELEGRAM: ChannelTraits(
        fields=TelegramChannelFields, account="bot_token", account_key=_bot_id, generate=_new_secret_token
    ),
    ChannelKind.WEBCHAT: ChannelTraits(
        fields=WebchatChannelFields, rotates="identity_secret", lists=frozenset({"allowed_origins"})
    ),
}

PREVIOUS_SECRETS: Final = frozenset(traits.previous for traits in TRAITS.values() if traits.previous)
"""Names of secrets that end with their time of grace."""


def kind_of_fields(fields: ChannelFields) -> ChannelKind:
    """Say which kind of channel somebody wants to connect."""
    return ChannelKind(str(type(fields).__struct_config__.tag))
