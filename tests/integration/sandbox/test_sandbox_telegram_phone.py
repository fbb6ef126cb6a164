"""The phone page with Telegram on it, in a real browser."""

from __future__ import annotations

from pathlib import Path

from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
)
from phone_browser import ADD, BUBBLES, WRITE, browsing, needs_browser
from sandbox_world import number_config
from telegram_world import USER, TelegramWorld, telegram_world

pytestmark = needs_browser

CHOOSE_TELEGRAM = """
const select = document.getElementById("add").elements.number;
select.value = document.querySelector("optgroup[label=Telegram] option").value;
select.dispatchEvent(new Event("change"));
return document.getElementById("key-label").textContent;
"""
EDIT = """
document.querySelector(".pencil").click();
const form = document.querySelector("#ask form");
form.elements.text.value = arguments[0];
form.querySelector("button.primary").click();
"""
CLICK = "document.querySelector(arguments[0]).click()"
COUNT = "document.querySelectorAll(arguments[0]).length"


async def test_a_person_is_a_customer_on_telegram_beside_whatsapp(tmp_path: Path) -> None:
    async with (
        telegram_world(numbers=[number_config()], webchat_page_url="http://127.0.0.1:1/chat") as telegram,
        browsing(telegram.http, tmp_path) as browser,
    ):
        hook, bot = telegram.hook, telegram.bot
        await telegram.listen(allowed_updates=["message", "edited_message", "message_reaction", "callback_query"])
        await browser.open(telegram.base_url)
        await browser.until("document.querySelector('.connection.live') && document.querySelector('#add option')")
        await browser.run(ADD, "Bob", "+16505550000")
        await browser.until("document.querySelector('.phone.whatsapp')")
        await browser.until("!document.getElementById('webchat').hidden")
        assert await browser.run(CHOOSE_TELEGRAM) == "User id"
        await browser.run(ADD, "Ann Smith", str(USER))
        await browser.until("document.querySelector('.phone.telegram')")
        await browser.run("document.querySelector('.phone.whatsapp .remove').click()")

        await browser.run(WRITE, "Helo")
        written = (await hook.next("message")).message
        assert written
        assert written.from_user
        assert (written.text, written.from_user.full_name) == ("Helo", "Ann Smith")
        await browser.until("document.querySelector('.pencil')")
        await browser.run(EDIT, "Hello <i>you</i>")
        assert (await hook.next("edited_message")).edited_message

        trap = '<img src=x onerror="document.title=1">'
        yes = InlineKeyboardButton(text="Yes", callback_data="y")
        sent = await bot.send_message(USER, trap, reply_markup=InlineKeyboardMarkup(inline_keyboard=[[yes]]))
        await browser.until("document.querySelector('.choices button')")
        assert await browser.run(f"return {BUBBLES}") == ["Hello <i>you</i>", trap]
        assert await browser.run(f"return {COUNT}", ".bubble img, .bubble i") == 0
        await browser.run(CLICK, ".choices button")
        query = (await hook.next("callback_query")).callback_query
        assert query
        await bot.answer_callback_query(query.id, "Thank you")
        await browser.until("document.querySelector('.notice').textContent === 'Thank you'")
        await browser.run(CLICK, ".react .emoji button")
        assert (await hook.next("message_reaction")).message_reaction
        await browser.until("document.querySelector('.reaction')")

        await bot.set_message_reaction(USER, written.message_id, [ReactionTypeEmoji(emoji="🎉")])
        await browser.until("document.querySelector('.mine .reaction')?.textContent === '🎉'")
        await browser.run(CLICK, ".theirs .answer")
        await browser.run(WRITE, "Gladly")
        replied = (await hook.next("message", 2)).message
        assert replied
        assert replied.reply_to_message
        assert replied.reply_to_message.message_id == sent.message_id
        await browser.until(f"{COUNT} === 1", ".mine .quote")

        await bot.delete_message(USER, sent.message_id)
        await browser.until(f"{COUNT} === 0", ".theirs")
        log = await browser.command("/se/log", {"type": "browser"})
        assert [entry["message"] for entry in log if entry["level"] == "SEVERE"] == []


async def test_voice_keyboard_and_block(telegram: TelegramWorld, tmp_path: Path) -> None:
    await telegram.listen()
    await telegram.write()
    async with browsing(telegram.http, tmp_path) as browser:
        await browser.open(telegram.base_url)
        await browser.until("document.querySelector('.phone.telegram .bubble')")
        await browser.run(CLICK, "[data-kind=voice]")
        voice = (await telegram.hook.next("message", 2)).message
        assert voice
        assert voice.voice
        assert voice.voice.mime_type == "audio/ogg"
        await browser.until("document.querySelector('.bubble audio')")

        buttons = [[KeyboardButton(text="Opening hours")]]
        await telegram.bot.send_message(USER, "How can I help?", reply_markup=ReplyKeyboardMarkup(keyboard=buttons))
        await browser.until("document.querySelector('.keyboard button')")
        await browser.run(CLICK, ".keyboard button")
        pressed = (await telegram.hook.next("message", 3)).message
        assert pressed
        assert pressed.text == "Opening hours"

        await telegram.bot.send_chat_action(USER, "typing")
        await browser.until("document.querySelector('.activity').textContent")
        await browser.run(CLICK, ".blocked")
        assert (await telegram.hook.next("my_chat_member")).my_chat_member
