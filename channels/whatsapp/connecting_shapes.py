"""What Meta says of a token, a number, an account and an app: the little that connecting looks at.

Source: graph-api/reference/debug_token; business-messaging/whatsapp/reference/whatsapp-business-phone-number;
graph-api/reference/app/subscriptions; embedded-signup/webhooks/override.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec


class TokenInfo(msgspec.Struct):
    """What `debug_token` says; times are seconds since 1970, 0 is never."""

    app_id: str | int = ""
    application: str = ""
    is_valid: bool = False
    expires_at: int = 0
    data_access_expires_at: int = 0
    scopes: tuple[str, ...] = ()

    @property
    def ends_at(self) -> datetime | None:
        """When it stops working; None where it does not."""
        return datetime.fromtimestamp(self.expires_at, UTC) if self.expires_at else None


class DebugAnswer(msgspec.Struct):
    """The answer around it."""

    data: TokenInfo = msgspec.field(default_factory=TokenInfo)


class NumberInfo(msgspec.Struct):
    """What Meta says of a number."""

    id: str = ""
    verified_name: str = ""
    display_phone_number: str = ""
    code_verification_status: str = ""
    name_status: str = ""
    platform_type: str = ""
    status: str = ""
    is_on_biz_app: bool = False
    quality_rating: str = ""
    messaging_limit_tier: str = ""


NUMBER_FIELDS = tuple(NumberInfo.__struct_fields__)


class NumberId(msgspec.Struct):
    """A number in an account's list."""

    id: str = ""
    is_on_biz_app: bool = False


class NumberList(msgspec.Struct):
    """The numbers of an account."""

    data: tuple[NumberId, ...] = ()


class AppId(msgspec.Struct):
    """An app in an account's list."""

    id: str = ""


class SubscribedApp(msgspec.Struct):
    """An app that gets an account's news."""

    whatsapp_business_api_data: AppId = msgspec.field(default_factory=AppId)
    override_callback_uri: str = ""


class SubscribedApps(msgspec.Struct):
    """The apps that get an account's news."""

    data: tuple[SubscribedApp, ...] = ()


class Topic(msgspec.Struct):
    """A field that an app is subscribed to."""

    name: str = ""


class Subscription(msgspec.Struct):
    """What an app is subscribed to, of one kind of object."""

    object: str = ""
    callback_url: str = ""
    active: bool = True
    fields: tuple[Topic, ...] = ()


class Subscriptions(msgspec.Struct):
    """What an app is subscribed to."""

    data: tuple[Subscription, ...] = ()

    @property
    def of_whatsapp(self) -> Subscription:
        """The one that WhatsApp's news come by; an empty one where there is none."""
        return next((one for one in self.data if one.object == "whatsapp_business_account"), Subscription())
