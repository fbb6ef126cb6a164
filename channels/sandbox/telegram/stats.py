"""Counts over what a bot did."""

from __future__ import annotations

from channels.sandbox.telegram.state import Bot, JsonObject


def bot_stats(bot: Bot, *, recipients: bool) -> JsonObject:
    """The counts of one bot.

    Telegram has no field by which a bot marks its messages. A second message with the same content in the
    same chat counts as repeated: one that was sent twice, or one that somebody meant to say twice.
    """
    counts = bot.counts
    repeated = [{"chat_id": key[0], "message_ids": ids} for key, ids in bot.doubles.items()]
    stats: JsonObject = {
        "accepted": counts.accepted,
        "refused": counts.refused,
        "inbound": counts.inbound,
        "impatient": bot.flood.impatient,
        "answered_presses": bot.answered_presses,
        "unanswered_presses": len(bot.presses),
        "repeated_bodies": {"count": sum(len(ids) - 1 for ids in bot.doubles.values()), "items": repeated},
        "webhooks": {
            "posts": counts.posts,
            "failed_posts": counts.failed_posts,
            "delivered_updates": counts.delivered_updates,
            "pending_updates": len(bot.updates),
        },
    }
    if recipients:
        stats["chats"] = {str(chat_id): sent for chat_id, sent in counts.by_chat.items()}
    return stats
