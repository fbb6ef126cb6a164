"""What every sending method does: check where to, build the message, keep it, show it."""

from __future__ import annotations

from channels.sandbox.telegram.business import next_id
from channels.sandbox.telegram.call import MethodCall
from channels.sandbox.telegram.chats import message_in
from channels.sandbox.telegram.errors import bad_request
from channels.sandbox.telegram.markup import reply_markup
from channels.sandbox.telegram.state import Chat, JsonObject

NOT_IN_A_REPLY = ("reply_to_message", "reply_markup")


def deliver(call: MethodCall, chat: Chat, content: JsonObject, body: int) -> JsonObject:
    """Put a message of the bot into the chat.

    Args:
        content: The message's own fields, checked.
        body: A hash over all that makes two messages look the same to the customer.

    Raises:
        BotApiError: The keyboard or the message to reply to is at fault.
    """
    reply, topic = reply_target(call, chat), topic_fields(call, chat)
    markup = reply_markup(call.params.json("reply_markup"))
    business = call.bot.businesses.get(call.params.text("business_connection_id"))
    by: JsonObject = {"message_id": call.bot.next_message_id(chat), "from": call.bot.user}
    if business is not None:
        by = {"message_id": next_id(chat), "from": business.owner, "sender_business_bot": call.bot.user}
        by["business_connection_id"] = business.id
    message: JsonObject = {
        **by,
        "chat": chat.info,
        "date": int(call.telegram.clock.now()),
        **topic,
        **({"reply_to_message": reply} if reply else {}),
        **content,
    }
    if markup and "inline_keyboard" in markup:
        message["reply_markup"] = markup
    if call.params.flag("protect_content"):
        message["has_protected_content"] = True
    chat.typing_until = 0.0
    chat.keep(message)
    if business is not None:
        call.telegram.emit(call.bot, "business_message", chat.id, message)
    call.bot.count_send(chat.id, body, message["message_id"])
    call.sent.append(message)
    call.telegram.show(call.bot, chat, message)
    if markup and ("keyboard" in markup or "remove_keyboard" in markup):
        chat.keyboard = markup if "keyboard" in markup else None
        call.telegram.tell(call.bot, chat, {"type": "keyboard", "keyboard": chat.keyboard})
    return message


def topic_fields(call: MethodCall, chat: Chat) -> JsonObject:
    """The topic that the message goes to, none in most chats.

    Raises:
        BotApiError: The chat has no such topic.
    """
    if chat.info.get("is_direct_messages"):
        return _direct_topic(call, chat)
    number = call.params.integer("message_thread_id")
    if not number:
        return {}
    if number not in chat.topics:
        raise bad_request("message thread not found")
    return {"message_thread_id": number, "is_topic_message": True}


def _direct_topic(call: MethodCall, chat: Chat) -> JsonObject:
    """The person of a channel's direct messages whom the bot writes to, which it has to say."""
    number = call.params.integer("direct_messages_topic_id")
    if number not in chat.direct_topics:
        raise bad_request("direct messages topic must be specified" if not number else "topic not found")
    return {"direct_messages_topic": {"topic_id": number, "user": chat.direct_topics[number]}}


def reply_target(call: MethodCall, chat: Chat) -> JsonObject | None:
    """The message that is answered, without what it answered itself."""
    given = call.params.json("reply_parameters")
    parameters = given if isinstance(given, dict) else {}
    message_id = parameters.get("message_id") or call.params.integer("reply_to_message_id")
    if not message_id:
        return None
    try:
        found = message_in(chat, int(message_id), missing="message to be replied not found")
    except (TypeError, ValueError) as error:
        raise bad_request("message to be replied not found") from error
    except Exception:
        if parameters.get("allow_sending_without_reply") or call.params.flag("allow_sending_without_reply"):
            return None
        raise
    return quoted(found)


def quoted(message: JsonObject) -> JsonObject:
    """A message as another one carries it."""
    return {key: value for key, value in message.items() if key not in NOT_IN_A_REPLY}
