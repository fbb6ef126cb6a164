"""Edits, deletions, reactions, buttons, blocks and groups, with aiogram as the bot."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat
from aiogram.types import (
    BufferedInputFile,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram_world import BOT_ID, USER, TelegramWorld
from test_sandbox_telegram_media import PNG, upload

from channels.sandbox.clock import SandboxClock

GROUP = -4_001


def keyboard(*rows: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=list(rows))


YES_NO = keyboard(
    [InlineKeyboardButton(text="Yes", callback_data="y"), InlineKeyboardButton(text="No", callback_data="n")]
)


def labels(message: Any) -> list[str]:
    return [button.text for row in message.reply_markup.inline_keyboard for button in row]


async def test_a_text_is_edited(hooked: TelegramWorld) -> None:
    sent = await hooked.bot.send_message(USER, "Helo", reply_markup=YES_NO)
    edited: Any = await hooked.bot.edit_message_text("Hello", chat_id=USER, message_id=sent.message_id)
    assert (edited.text, edited.message_id, edited.reply_markup) == ("Hello", sent.message_id, None)
    assert edited.edit_date
    assert [one["text"] for one in (await hooked.thread())["messages"]] == ["Hello", "Hello"]


async def test_captions_media_and_keyboards_are_edited(hooked: TelegramWorld) -> None:
    sent = await hooked.bot.send_photo(USER, upload(PNG), caption="One")
    where: dict[str, Any] = {"chat_id": USER, "message_id": sent.message_id}
    edited: Any = await hooked.bot.edit_message_caption(**where, caption="Two", reply_markup=YES_NO)
    assert (edited.caption, labels(edited)) == ("Two", ["Yes", "No"])
    edited = await hooked.bot.edit_message_media(InputMediaPhoto(media=upload(PNG), caption="Three"), **where)
    assert (edited.caption, edited.reply_markup) == ("Three", None)
    edited = await hooked.bot.edit_message_reply_markup(**where, reply_markup=YES_NO)
    assert (edited.caption, labels(edited)) == ("Three", ["Yes", "No"])


async def test_edits_that_cannot_be(hooked: TelegramWorld) -> None:
    bot = hooked.bot
    text = await bot.send_message(USER, "Hi")
    photo = await bot.send_photo(USER, upload(PNG))
    theirs = (await hooked.thread())["messages"][0]["message_id"]
    cases = [
        (999, "Hello", "message to edit not found"),
        (text.message_id, "Hi", "message is not modified"),
        (text.message_id, "x" * 4097, "message is too long"),
        (photo.message_id, "Hi", "there is no text in the message to edit"),
        (theirs, "Hi", "message can't be edited"),
    ]
    for message_id, new, description in cases:
        with pytest.raises(TelegramBadRequest, match=description):
            await bot.edit_message_text(new, chat_id=USER, message_id=message_id)
    with pytest.raises(TelegramBadRequest, match="there is no caption in the message to edit"):
        await bot.edit_message_caption(chat_id=USER, message_id=text.message_id, caption="x")


async def test_messages_are_deleted(hooked: TelegramWorld) -> None:
    sent = await hooked.bot.send_message(USER, "Hi")
    theirs = (await hooked.thread())["messages"][0]["message_id"]
    assert await hooked.bot.delete_message(USER, sent.message_id)
    assert await hooked.bot.delete_messages(USER, [theirs, 999])
    assert (await hooked.thread())["messages"] == []
    with pytest.raises(TelegramBadRequest, match="message to delete not found"):
        await hooked.bot.delete_message(USER, sent.message_id)


async def test_an_old_message_stays(hooked: TelegramWorld) -> None:
    old = await hooked.write("Old", date=int(SandboxClock(None).now()) - 48 * 3600 - 5)
    with pytest.raises(TelegramBadRequest, match="message can't be deleted for everyone"):
        await hooked.bot.delete_message(USER, old["message_id"])


async def test_the_bot_reacts(hooked: TelegramWorld) -> None:
    theirs = (await hooked.thread())["messages"][0]["message_id"]
    for emoji in ("👍", "❤", "👨‍💻"):
        await hooked.bot.set_message_reaction(USER, theirs, [ReactionTypeEmoji(emoji=emoji)])
        shown = (await hooked.thread())["messages"][0]["reactions"]
        assert shown == {str(BOT_ID): [{"type": "emoji", "emoji": emoji}]}
    await hooked.bot.set_message_reaction(USER, theirs, [])
    assert "reactions" not in (await hooked.thread())["messages"][0]
    with pytest.raises(TelegramBadRequest, match="REACTION_INVALID"):
        await hooked.bot.set_message_reaction(USER, theirs, [ReactionTypeEmoji(emoji="🥦")])
    with pytest.raises(TelegramBadRequest, match="message to react not found"):
        await hooked.bot.set_message_reaction(USER, 999, [ReactionTypeEmoji(emoji="👍")])


async def test_reactions_are_told_only_to_who_asks(hooked: TelegramWorld) -> None:
    sent = await hooked.bot.send_message(USER, "Hi")
    reaction = {"message_id": sent.message_id, "emoji": "🔥"}
    await hooked.control("reaction", reaction)
    await hooked.write("After")
    await hooked.hook.next("message", 2)
    assert hooked.hook.of("message_reaction") == []
    await hooked.listen(allowed_updates=["message", "message_reaction"])
    await hooked.control("reaction", reaction | {"emoji": "👍"})
    told = (await hooked.hook.next("message_reaction")).message_reaction
    assert told
    assert told.user
    assert (told.message_id, told.user.id) == (sent.message_id, USER)
    assert [getattr(one, "emoji", None) for one in (*told.old_reaction, *told.new_reaction)] == ["🔥", "👍"]
    await hooked.control("reaction", {"message_id": 999, "emoji": "👍"}, expected=404)


async def test_a_customer_edits(hooked: TelegramWorld) -> None:
    written = await hooked.write("Helo")
    await hooked.control("edit", {"message_id": written["message_id"], "text": "Hello #1st"})
    edited = (await hooked.hook.next("edited_message")).edited_message
    assert edited
    assert (edited.text, edited.message_id, edited.edit_date is not None) == ("Hello #1st", written["message_id"], True)
    sent = await hooked.bot.send_message(USER, "Hi")
    await hooked.control("edit", {"message_id": sent.message_id, "text": "x"}, expected=404)
    await hooked.control("edit", {"message_id": written["message_id"]}, expected=400)


async def test_a_button_is_pressed_and_answered_once(hooked: TelegramWorld) -> None:
    sent = await hooked.bot.send_message(USER, "Sure?", reply_markup=YES_NO)
    await hooked.control("press", {"message_id": sent.message_id, "text": "Yes"})
    query = (await hooked.hook.next("callback_query")).callback_query
    assert query
    assert query.message
    assert (query.data, query.from_user.id, query.message.message_id) == ("y", USER, sent.message_id)
    assert await hooked.bot.answer_callback_query(query.id, "Thanks")
    with pytest.raises(TelegramBadRequest, match="query is too old"):
        await hooked.bot.answer_callback_query(query.id)
    await hooked.control("press", {"message_id": sent.message_id, "data": "other"}, expected=404)


@pytest.mark.parametrize(
    ("markup", "description"),
    [
        ({"inline_keyboard": [[{"text": "A", "callback_data": "x" * 65}]]}, "BUTTON_DATA_INVALID"),
        ({"inline_keyboard": [[{"text": "A", "callback_data": "я" * 33}]]}, "BUTTON_DATA_INVALID"),
        ({"inline_keyboard": [[{"text": "A"}]]}, "Text buttons are unallowed in the inline keyboard"),
        ({"inline_keyboard": [[{"text": "", "url": "https://x"}]]}, "Text is empty"),
        ({"inline_keyboard": [[{"text": "A", "url": "shop"}]]}, "Wrong HTTP URL"),
        ({"inline_keyboard": [{"text": "A"}]}, "expected an Array of Arrays"),
        ({"keyboard": [[{"text": ""}]]}, "Text is empty"),
        ("nonsense{", "can't parse reply markup JSON object"),
        ([], "object expected as reply markup"),
    ],
)
async def test_bad_keyboards_are_refused(hooked: TelegramWorld, markup: Any, description: str) -> None:
    envelope = await hooked.api("sendMessage", chat_id=USER, text="Hi", reply_markup=markup)
    assert (envelope["error_code"], description in envelope["description"]) == (400, True), envelope


async def test_reply_keyboards_are_taken_but_not_part_of_the_message(hooked: TelegramWorld) -> None:
    buttons = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Share", request_contact=True)]])
    assert (await hooked.bot.send_message(USER, "Hi", reply_markup=buttons)).reply_markup is None
    assert (await hooked.bot.send_message(USER, "Hi", reply_markup=ForceReply())).reply_markup is None
    assert (await hooked.thread())["keyboard"]["keyboard"][0][0]["request_contact"]
    await hooked.bot.send_message(USER, "Hi", reply_markup=ReplyKeyboardRemove())
    assert (await hooked.thread())["keyboard"] is None


async def test_typing_is_seen(hooked: TelegramWorld) -> None:
    await hooked.bot.send_chat_action(USER, "typing")
    assert (await hooked.thread())["typing"] == "typing"
    await hooked.bot.send_message(USER, "Hi")
    assert (await hooked.thread())["typing"] == ""
    with pytest.raises(TelegramBadRequest, match="wrong parameter action in request"):
        await hooked.bot.send_chat_action(USER, "dancing")


async def test_who_blocks_the_bot_is_not_reached(hooked: TelegramWorld) -> None:
    await hooked.control("block")
    told = (await hooked.hook.next("my_chat_member")).my_chat_member
    assert told
    assert (told.old_chat_member.status, told.new_chat_member.status) == ("member", "kicked")
    for send in (hooked.bot.send_message(USER, "Hi"), hooked.bot.send_document(USER, upload(b"x"))):
        with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
            await send
    await hooked.control("messages", {"text": "Hi"}, expected=409)
    await hooked.control("block")
    await hooked.control("unblock")
    told = (await hooked.hook.next("my_chat_member", 2)).my_chat_member
    assert told
    assert (told.old_chat_member.status, told.new_chat_member.status) == ("kicked", "member")
    assert await hooked.bot.send_message(USER, "Hi")
    assert len(hooked.hook.of("my_chat_member")) == 2


async def test_a_group_becomes_a_supergroup(hooked: TelegramWorld) -> None:
    await hooked.write("Hi all", chat={"id": GROUP, "title": "Family"})
    update = await hooked.hook.next("message", 2)
    assert update.message
    assert (update.message.chat.id, update.message.chat.type, update.message.chat.title) == (GROUP, "group", "Family")
    assert (await hooked.bot.send_message(GROUP, "Hi")).chat.id == GROUP
    _, answer = await hooked.call("POST", f"/control/telegram/{BOT_ID}/chats/{GROUP}/migrate")
    new_id = answer["chat"]["id"]
    await hooked.hook.until(lambda: len(hooked.hook.of("message")) == 4)
    told = [one["message"] for one in hooked.hook.of("message")[2:]]
    assert {one.get("migrate_to_chat_id") for one in told} == {None, new_id}
    assert {one.get("migrate_from_chat_id") for one in told} == {None, GROUP}
    with pytest.raises(TelegramMigrateToChat) as caught:
        await hooked.bot.send_message(GROUP, "Hi")
    assert caught.value.migrate_to_chat_id == new_id
    assert (await hooked.bot.send_message(new_id, "Hi")).chat.type == "supergroup"
    assert (await hooked.call("POST", f"/control/telegram/{BOT_ID}/chats/{GROUP}/migrate"))[0] == 409
    await hooked.control("messages", {"text": "Hi", "chat": {"id": GROUP}}, expected=409)


async def test_what_a_person_writes_is_marked_by_their_app(hooked: TelegramWorld) -> None:
    await hooked.write("/start 😀 https://shop.example/a. @some_body #tag me@shop.example")
    update = await hooked.hook.next("message", 2)
    assert update.message
    assert update.message.entities
    found = [(one.type, one.extract_from(update.message.text or "")) for one in update.message.entities]
    assert found == [
        ("bot_command", "/start"),
        ("url", "https://shop.example/a"),
        ("mention", "@some_body"),
        ("hashtag", "#tag"),
        ("email", "me@shop.example"),
    ]


async def test_a_reply_carries_its_message(hooked: TelegramWorld) -> None:
    sent = await hooked.bot.send_message(USER, "Which?", reply_markup=YES_NO)
    await hooked.write("This", reply_to_message={"message_id": sent.message_id})
    update = await hooked.hook.next("message", 2)
    assert update.message
    assert update.message.reply_to_message
    assert update.message.reply_to_message.text == "Which?"
    await hooked.control("messages", {"text": "x", "reply_to_message": {"message_id": 999}}, expected=400)


async def test_small_answers(hooked: TelegramWorld) -> None:
    assert (await hooked.bot.get_user_profile_photos(USER)).total_count == 0
    assert (await hooked.bot.get_chat(USER)).id == USER
    with pytest.raises(TelegramBadRequest):
        await hooked.bot.send_document(USER, BufferedInputFile(b"", "empty"))
