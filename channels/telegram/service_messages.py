"""Messages in which nobody wrote: something happened in the chat. One row a kind, with a sentence for operators.

Source: https://core.telegram.org/bots/api#message, the fields called service messages, Bot API 10.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from inbox.messages.content import SystemContent

SENTENCES: Final[Mapping[str, str]] = {
    "boost_added": "The chat was boosted.",
    "channel_chat_created": "The channel was created.",
    "chat_background_set": "The chat's background was changed.",
    "chat_owner_changed": "The chat has a new owner.",
    "chat_owner_left": "The chat's owner left.",
    "chat_shared": "The customer shared a chat with the bot.",
    "checklist_tasks_added": "Tasks were added to a checklist.",
    "checklist_tasks_done": "Tasks of a checklist were marked.",
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
    "message_auto_delete_timer_changed": "The time after which messages disappear was changed.",
    "new_chat_members": "Somebody joined the chat.",
    "new_chat_photo": "The chat has a new picture.",
    "new_chat_title": "The chat has a new title.",
    "paid_media": "The customer sent pictures or films that have to be paid for.",
    "paid_message_price_changed": "The price of messages was changed.",
    "pinned_message": "A message was pinned.",
    "proximity_alert_triggered": "Somebody who shares their location came near.",
    "refunded_payment": "A payment was given back.",
    "suggested_post_approval_failed": "A suggested post could not be approved.",
    "suggested_post_approved": "A suggested post was approved.",
    "suggested_post_declined": "A suggested post was declined.",
    "suggested_post_paid": "A suggested post was paid for.",
    "suggested_post_refunded": "The payment for a suggested post was given back.",
    "supergroup_chat_created": "The group was created.",
    "unique_gift": "A gift was sent.",
    "users_shared": "The customer shared users with the bot.",
    "video_chat_ended": "The video chat ended.",
    "video_chat_participants_invited": "Somebody was invited to the video chat.",
    "video_chat_scheduled": "A video chat was scheduled.",
    "video_chat_started": "A video chat began.",
    "write_access_allowed": "The customer allowed the bot to write.",
}


def service_content(names: Collection[str]) -> SystemContent | None:
    """Give what a message with these fields tells of; None if it is no service message that we know."""
    kind = next((name for name in names if name in SENTENCES), None)
    return None if kind is None else SystemContent(code=kind, text=SENTENCES[kind])
