"""Kinds of events that are frequent where much is written, so that a sweep which they never concern can sleep on.

A sweep names as its `heedless` the traffic apart from what can make something due for it. Other kinds, and kinds that
come later, wake everybody.
"""

from __future__ import annotations

from typing import Final

from inbox.stream.events import EventType

CHANGES: Final = frozenset({EventType.MESSAGE_UPDATED.value})
MESSAGES: Final = CHANGES | {EventType.MESSAGE_CREATED.value}
CONVERSATIONS: Final = frozenset(
    {
        EventType.CONVERSATION_CREATED.value,
        EventType.CONVERSATION_QUEUED.value,
        EventType.CONVERSATION_ASSIGNED.value,
        EventType.CONVERSATION_TRANSFERRED.value,
        EventType.CONVERSATION_CLOSED.value,
        EventType.CONVERSATION_UPDATED.value,
    }
)
CONTACTS: Final = frozenset({EventType.CONTACT_UPDATED.value})
CAMPAIGNS: Final = frozenset({EventType.CAMPAIGN_PROGRESS.value})
QUEUES: Final = frozenset({EventType.QUEUE_UPDATED.value, EventType.OPERATOR_STATUS.value})
TRAFFIC: Final = MESSAGES | CONVERSATIONS | CONTACTS | CAMPAIGNS | QUEUES
