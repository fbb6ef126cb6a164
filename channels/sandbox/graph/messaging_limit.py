"""How many customers a business may write to first in 24 hours, all its numbers together.

Source: messaging-limits, 8 May 2026.
"""

from __future__ import annotations

from channels.sandbox.graph.cloud import Cloud
from channels.sandbox.graph.errors import GraphError
from channels.sandbox.graph.state import WINDOW_SECONDS, EmulatedCustomer, Number

MOVING_SECONDS = WINDOW_SECONDS


def spend_messaging_limit(cloud: Cloud, number: Number, customer: EmulatedCustomer) -> None:
    """Count a customer who is written to outside of the window.

    Raises:
        GraphError: 131064 where the account has reached its limit of customers.
    """
    numbers = cloud.state.of_account(number.config.waba_id)
    limits = [one.config.messaging_limit for one in numbers if one.config.messaging_limit is not None]
    if not limits:
        return
    since = cloud.clock.now() - MOVING_SECONDS
    reached = {key for one in numbers for key, at in one.written_first.items() if at > since}
    if customer.key not in reached and len(reached) >= min(limits):
        raise GraphError(131064)
    number.written_first[customer.key] = cloud.clock.now()
