"""Messages in which nobody wrote: something happened in the chat. One row a kind, with a sentence for operators.

Source: https://core.telegram.org/bots/api#message, the fields called service messages, Bot API 10.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Raw

from channels.telegram.service_details import details_of
from inbox.model.content import SystemContent

SENTENCES: Final[Mapping[str, str]] = {
    "boost_added": "The chat was boosted.",
    "channel_chat_created": "The channel was created.",
    "chat_background_set": "The chat's background was changed.",
    "chat_owner_changed": "The chat has a new owner.",
    "chat_owner_left": "The chat's owner left.",
    "chat_shared": "The customer shared a chat with the bot.",
    "checklist_tasks_added": "Tasks were added to a checklist.",
    "checklist_tasks_done": "Tasks of a checklist were marked.",
    "community_chat_added": "The chat was added to a community.",
    "community_chat_joined": "Somebody joined the chat through its community.",
    "community_chat_removed": "The chat was taken out of a community.",
    "connected_website": "The customer signed in to a website with Telegram.",
    "delete_chat_photo": "The chat's picture was removed.",
    "direct_message_price_changed": "The price of direct messages was changed.",
    "forum_topic_closed": "The topic was closed.",
    "forum_topic_created": "A topic was created.",
    "forum_topic_edited": "The topic was changed.",
    "forum_topic_reopened": "The topic was opened again.",
    "general_forum_topic_hidden": "The general topic was hidden.",
    "general_forum_topic_unhidden": "The general topic was shown again.",
    "gift": "A gift was sent.",
    "gift_upgrade_sent": "An upgrade of a gift was bought.",
    "giveaway": "A giveaway was announced.",
    "giveaway_completed": "A giveaway ended.",
    "giveaway_created": "A giveaway was created.",
    "giveaway_winners": "The winners of a giveaway were drawn.",
    "group_chat_created": "The group was created.",
    "left_chat_member": "Somebody left the chat.",
    "managed_bot_created": "The customer made a bot that this one manages.",
    "message_auto_delete_timer_changed": "The time after which messages disappear was changed.",
    "new_chat_members": "Somebody joined the chat.",
    "new_chat_photo": "The chat has a new picture.",
    "new_chat_title": "The chat has a new title.",
    "paid_message_price_changed": "The price of messages was changed.",
    "passport_data": "The customer sent documents of Telegram Passport, which only its key's owner can read.",
    "pinned_message": "A message was pinned.",
    "poll_option_added": "An answer was added to a poll.",
    "poll_option_deleted": "An answer was taken out of a poll.",
    "proximity_alert_triggered": "Somebody who shares their location came near.",
    "refunded_payment": "A payment was given back.",
    "successful_payment": "The customer paid.",
    "suggested_post_approval_failed": "A suggested post could not be approved.",
    "suggested_post_approved": "A suggested post was approved.",
    "suggested_post_declined": "A suggested post was declined.",
    "suggested_post_paid": "A suggested post was paid for.",
    "suggested_post_refunded": "The payment for a suggested post was given back.",
    "supergroup_chat_created": "The group was created.",
    "unique_gift": "A gift was sent.",
    "user_shared": "The customer shared users with the bot.",
    "users_shared": "The customer shared users with the bot.",
    "video_chat_ended": "The video chat ended.",
    "video_chat_participants_invited": "Somebody was invited to the video chat.",
    "video_chat_scheduled": "A video chat was scheduled.",
    "video_chat_started": "A video chat began.",
    "write_access_allowed": "The customer allowed the bot to write.",
}

_ACTS: Final = frozenset(
    {
        "chat_shared",
        "checklist_tasks_added",
        "checklist_tasks_done",
        "connected_website",
        "gift",
        "managed_bot_created",
        "passport_data",
        "successful_payment",
        "suggested_post_paid",
        "unique_gift",
        "user_shared",
        "users_shared",
        "write_access_allowed",
    }
)
"""By these the customer answers, pays or lets the bot in: they open a conversation as a message does."""


def is_notice(code: str) -> bool:
    """Tell what merely happened in a chat from what the customer did for the business."""
    return code in SENTENCES and code not in _ACTS


def service_content(parts: Mapping[str, Raw]) -> SystemContent | None:
    """Return what a message with these parts tells of; None if it is no service message that we know."""
    kind = next((name for name in parts if name in SENTENCES), None)
    if kind is None:
        return None
    words, data = details_of(kind, parts[kind])
    sentence = SENTENCES[kind]
    return SystemContent(code=kind, text=f"{sentence.removesuffix('.')}: {words}" if words else sentence, data=data)
