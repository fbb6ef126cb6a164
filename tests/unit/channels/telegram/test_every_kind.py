"""Each field that Telegram's library knows of a message is read by somebody, or is none for people, with the reason."""

from __future__ import annotations

from typing import Any, Final

import pytest
from aiogram.types import Message, Update

from channels.telegram.contents import READERS
from channels.telegram.parse import ALLOWED_UPDATES
from channels.telegram.service_messages import KINDS
from inbox.arriving.inbound import IdentityChanged
from inbox.model.content import SystemContent, UnsupportedContent
from tests.unit.channels.telegram.messages import GROUP, read, received

FRAME: Final = {
    "from": "the customer, in a group the sender",
    "chat": "the customer",
    "date": "the provider's time",
    "message_id": "the provider's id",
    "message_thread_id": "the topic in which answers go",
    "is_topic_message": "tells topics from threads of answers",
    "direct_messages_topic": "the person in a channel's direct messages",
    "sender_chat": "the sender, where it is a chat",
    "author_signature": "beside the sender",
    "edit_date": "when it was changed",
    "media_group_id": "the album",
    "reply_to_message": "what is answered",
    "external_reply": "quote",
    "quote": "quote",
    "reply_to_story": "quote",
    "forward_origin": "forwarded_from",
    "entities": "addresses behind words",
    "caption": "with the file",
    "caption_entities": "addresses behind words",
    "ephemeral_message_id": "tells messages without a number apart",
    "suggested_post_info": "before the words; its decisions come as messages of their own",
    "reply_markup": "the title of a pressed button",
    "migrate_to_chat_id": "the group's new id",
    "business_connection_id": "whose chat it is",
    "sender_business_bot": "tells our own messages apart",
    "migrate_from_chat_id": "the group's new id",
}
"""Read beside the content."""

NOT_FOR_PEOPLE: Final = {
    "sender_boost_count": "a rank among members",
    "sender_tag": "a badge among members",
    "guest_query_id": "guest messages are notices",
    "is_automatic_forward": "the post itself says where it comes from; read of the message that is answered",
    "reply_to_checklist_task_id": "the answered checklist is shown whole",
    "reply_to_poll_option_id": "the answered poll is shown whole",
    "via_bot": "a tool with which the customer wrote",
    "guest_bot_caller_user": "guest messages are notices",
    "guest_bot_caller_chat": "guest messages are notices",
    "has_protected_content": "a setting of the chat",
    "is_from_offline": "who wrote for the owner: their away or greeting text, or a scheduled one",
    "is_paid_post": "a label of posts",
    "paid_star_count": "what Telegram took for the delivery",
    "link_preview_options": "how an address in the text is shown",
    "effect_id": "an animation",
    "live_photo": "comes with `photo`, which is shown",
    "show_caption_above_media": "layout",
    "has_media_spoiler": "layout",
    "receiver_user": "the bot itself",
    "forward_date": "old form of forward_origin",
    "forward_from": "old form of forward_origin",
    "forward_from_chat": "old form of forward_origin",
    "forward_from_message_id": "old form of forward_origin",
    "forward_sender_name": "old form of forward_origin",
    "forward_signature": "old form of forward_origin",
}

NOT_ASKED_FOR: Final = {
    "channel_post": "what a channel publishes is no conversation",
    "edited_channel_post": "what a channel publishes is no conversation",
    "message_reaction_count": "anonymous reactions below posts",
    "inline_query": "the bot has no inline mode",
    "chosen_inline_result": "the bot has no inline mode",
    "shipping_query": "the bot sends no invoices",
    "pre_checkout_query": "the bot sends no invoices",
    "poll": "the bot sends no polls",
    "poll_answer": "the bot sends no polls",
    "chat_member": "who comes and goes in a group is told by service messages",
    "chat_join_request": "the bot admits nobody",
    "chat_boost": "of a channel's standing",
    "removed_chat_boost": "of a channel's standing",
}
"""Kinds of updates that Telegram is not asked to send."""


def test_every_kind_of_update_has_its_place() -> None:
    """A version of the library that knows a new kind fails here: ask for it, or say why not."""
    kinds = set(Update.model_fields) - {"update_id"}
    assert sorted(kinds) == sorted([*ALLOWED_UPDATES, *NOT_ASKED_FOR])


FIELDS: Final = sorted(
    (field.alias or name) if name == "from_user" else name for name, field in Message.model_fields.items()
)


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_of_a_message_has_its_place(field: str) -> None:
    places = [table for table in (READERS, KINDS, FRAME, NOT_FOR_PEOPLE) if field in table]
    assert len(places) == 1, "read it, or say why nobody needs it"


def test_no_table_speaks_of_fields_that_are_not_there() -> None:
    assert {*READERS, *KINDS, *FRAME, *NOT_FOR_PEOPLE} <= set(FIELDS)


FILE: Final = {"file_id": "f", "file_unique_id": "u", "duration": 1, "width": 1, "height": 1}
PLACE: Final = {"latitude": 1.0, "longitude": 2.0}
CONTENTS: Final[dict[str, Any]] = {
    "text": "hello",
    "photo": [FILE],
    **dict.fromkeys(("video", "video_note", "animation", "voice", "audio", "document"), FILE),
    "sticker": {**FILE, "type": "regular", "is_animated": False, "is_video": False},
    "venue": {"location": PLACE, "title": "Shop", "address": "Main Street 1"},
    "location": PLACE,
    "contact": {"phone_number": "+15550001", "first_name": "Bo"},
    "dice": {"emoji": "🎯", "value": 6},
    "game": {"title": "Snake", "description": "eat", "photo": [FILE]},
    "poll": {"id": "1", "question": "Which?", "options": [{"text": "blue", "voter_count": 0}]},
    "checklist": {"title": "To buy", "tasks": [{"id": 1, "text": "milk"}]},
    "story": {"chat": {**GROUP, "username": "shop_news"}, "id": 7},
    "web_app_data": {"data": "{}", "button_text": "Order"},
    "invoice": {"title": "Roses", "description": "red", "start_parameter": "", "currency": "EUR", "total_amount": 1250},
    "paid_media": {"star_count": 5, "paid_media": [{"type": "preview"}]},
    "rich_message": {"blocks": [{"type": "paragraph", "text": "hello"}]},
}


@pytest.mark.parametrize("kind", READERS)
def test_every_kind_can_be_read_and_its_sender_is_shown_in_a_group(kind: str) -> None:
    event = received(chat=GROUP, **{kind: CONTENTS[kind]})
    assert not isinstance(event.content, UnsupportedContent | SystemContent)
    assert event.sender == "Ann Lee"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", [True, {}, [], "word", 7], ids=str)
def test_every_service_message_has_a_sentence_whatever_is_in_it(kind: str, part: object) -> None:
    event = received(**{kind: part})
    assert isinstance(event.content, SystemContent)
    assert (event.content.code, event.content.text[: len(KINDS[kind].sentence) - 1]) == (  # type: ignore[index]
        kind,
        KINDS[kind].sentence.removesuffix("."),
    )
    assert not event.opens_window


@pytest.mark.parametrize("field", ["migrate_to_chat_id", "migrate_from_chat_id"])
def test_a_migration_is_no_message(field: str) -> None:
    event = read(message_id=1, date=1, chat=GROUP, **{field: -1001})
    assert isinstance(event, IdentityChanged)
