"""What handlers work with that deal with who somebody is: a group of `gateway.parts`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gateway.openid_exchange import OpenIdExchange
from inbox.people.authenticator import Authenticator
from inbox.people.login_limit import LoginLimit
from inbox.people.mail_server import MailServers
from inbox.people.openid_store import OpenIdStore
from inbox.people.second_factor import SecondFactors
from inbox.people.sign_in import SigningIn
from inbox.storage.runtime import Runtime
from inbox.storage.shared_rates import Allowance, SharedRate

FORGOTTEN_OF_EMAIL: Final = Allowance(at_once=3, again_seconds=3600)
"""A mail may be lost, or its link too old; more would only fill somebody's mailbox."""
FORGOTTEN_OF_ADDRESS: Final = Allowance(at_once=20, again_seconds=3600)
"""A large office behind one address, on the day after a holiday."""
OPENID_OF_ADDRESS: Final = Allowance(at_once=100, again_seconds=900)
"""Each leaves a row for ten minutes; an office signs in within a quarter of an hour."""


@dataclass(frozen=True)
class PeopleParts:
    """Who calls."""

    authenticator: Authenticator
    login_limit: LoginLimit
    forgotten_of_email: SharedRate
    forgotten_of_address: SharedRate
    openid_of_address: SharedRate
    mail_servers: MailServers
    openid: OpenIdStore
    openid_exchange: OpenIdExchange
    second_factors: SecondFactors
    signing_in: SigningIn


def make_people_parts(runtime: Runtime) -> PeopleParts:
    """Put the parts together."""
    factors = SecondFactors(runtime.database, runtime.secret_box)
    return PeopleParts(
        authenticator=Authenticator(runtime.database, runtime.clock),
        login_limit=LoginLimit(runtime.redis),
        forgotten_of_email=SharedRate(runtime.redis, "forgotten", FORGOTTEN_OF_EMAIL),
        forgotten_of_address=SharedRate(runtime.redis, "forgotten-from", FORGOTTEN_OF_ADDRESS),
        openid_of_address=SharedRate(runtime.redis, "openid-from", OPENID_OF_ADDRESS),
        mail_servers=MailServers(
            runtime.database, runtime.secret_box, allow_private=runtime.settings.allow_private_urls
        ),
        openid=OpenIdStore(runtime.database, runtime.secret_box),
        openid_exchange=OpenIdExchange(allow_private=runtime.settings.allow_private_urls),
        second_factors=factors,
        signing_in=SigningIn(runtime.database, factors, sign_in_days=runtime.settings.sign_in_days),
    )
