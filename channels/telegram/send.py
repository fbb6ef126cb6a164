"""Sends through aiogram: one call a Telegram message, one outcome a call. Importing this loads aiogram."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Final

from aiogram.exceptions import TelegramMigrateToChat
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteBusinessMessages,
    DeleteMessage,
    EditMessageCaption,
    EditMessageChecklist,
    EditMessageText,
    SendChatAction,
    SetMessageReaction,
    TelegramMethod,
)
from aiogram.types import Message, ReactionTypeEmoji
from pydantic import ValidationError

from channels.contract import ChannelAccount
from channels.failures import refused_before_sending
from channels.telegram.aiogram_client import Bots
from channels.telegram.bot_api import ConnectionPool
from channels.telegram.customers import Address, address_in, address_of, connection_of, message_key, moved_group
from channels.telegram.payloads import (
    SendMethod,
    checklist_of,
    entities_of,
    keyboard_of,
    parts_of,
    text_of,
    uploaded_file,
)
from inbox.arriving.inbound import IdentityChanged
from inbox.model.content import ChecklistContent, Content, MediaContent, words_and_marks
from inbox.sending.outbound import (
    ContentNotSendableError,
    Holds,
    OutboundMessage,
    SendFailedError,
    SendReceipt,
    UploadedFile,
)

NOT_MODIFIED: Final = "not_modified"
MANY_CHATS: Final = 3
"""So many chats that wait at once are no coincidence: the bot as a whole is too fast."""


class TelegramSender:
    """The sending side of the connector. Its only exceptions are `SendFailedError` and cancellation."""

    def __init__(self, connections: ConnectionPool) -> None:
        self._bots = Bots(connections)
        self._floods: dict[str, Floods] = {}

    async def send(self, message: OutboundMessage, account: ChannelAccount) -> SendReceipt:
        """Send a message, in as many of Telegram's as it needs; go on where an earlier attempt was told to wait.

        A group that became a supergroup gets it under its new id, which is told along with the outcome.
        """
        address = _address_of(message.to)
        done = list(message.sent_parts)
        moves: list[int] = []
        uploaded = None
        for part in self._parts(message, address)[len(done) :]:
            try:
                answer = await self._sent(part, account, moves)
            except SendFailedError as failed:
                failed.sent_parts, failed.news = tuple(done), _news(address, moves)
                self._note_flood(failed, str(address.chat_id), account)
                raise
            done.append(message_key(answer.chat.id, answer.message_id, address.connection))
            uploaded = uploaded or (uploaded_file(answer) if message.file is not None else None)
        return _receipt(done, uploaded, _news(address, moves))

    async def react(self, *, provider_id: str, emoji: str, account: ChannelAccount) -> SendReceipt:
        """Set or take back the bot's reaction."""
        chat_id, message_id = _address(provider_id)
        if connection_of(provider_id) is not None:
            raise refused_before_sending("content_refused", "Bots can't react in the chats of a business account.")
        reaction: list[Any] = [ReactionTypeEmoji(emoji=emoji)] if emoji else []
        method = SetMessageReaction(chat_id=chat_id, message_id=message_id, reaction=reaction)
        await self._told(method, account)
        return SendReceipt(provider_id=provider_id)

    async def edit(self, *, provider_id: str, content: Content, account: ChannelAccount) -> None:
        """Replace a text or a caption; a message that has it already counts as done."""
        chat_id, message_id = _address(provider_id)
        where: dict[str, Any] = {"chat_id": chat_id, "message_id": message_id, "reply_markup": keyboard_of(content)}
        where["business_connection_id"] = connection_of(provider_id)
        entities = entities_of(words_and_marks(content)[1])
        method: TelegramMethod[Any]
        if isinstance(content, MediaContent):
            method = EditMessageCaption(**where, caption=content.caption, caption_entities=entities)
        elif isinstance(content, ChecklistContent):
            method = EditMessageChecklist(**where, checklist=checklist_of(content))
        else:
            method = EditMessageText(**where, text=text_of(content) or "", entities=entities)
        try:
            await self._told(method, account)
        except SendFailedError as failed:
            if failed.error.code != NOT_MODIFIED:
                raise

    async def delete(self, *, provider_id: str, account: ChannelAccount) -> None:
        """Delete a message for everybody in the chat."""
        chat_id, message_id = _address(provider_id)
        connection = connection_of(provider_id)
        method: TelegramMethod[Any] = DeleteMessage(chat_id=chat_id, message_id=message_id)
        if connection is not None:
            method = DeleteBusinessMessages(business_connection_id=connection, message_ids=[message_id])
        await self._told(method, account)

    async def show_typing(self, *, to: str, account: ChannelAccount) -> None:
        """Show for 5 s that somebody types; in a channel's direct messages a bot can't say to whom."""
        address = _address_of(to)
        if address.direct_topic_id is not None:
            return
        method = SendChatAction(
            chat_id=address.chat_id,
            message_thread_id=address.thread_id,
            business_connection_id=address.connection,
            action="typing",
        )
        await self._told(method, account)

    async def acknowledge(self, handle: str, account: ChannelAccount) -> None:
        """Acknowledge a pressed button, so that the customer's app stops waiting."""
        await self._told(AnswerCallbackQuery(callback_query_id=handle), account)

    def _note_flood(self, failed: SendFailedError, chat: str, account: ChannelAccount) -> None:
        if failed.retry_after_seconds is not None:
            floods = self._floods.setdefault(account.id, Floods())
            failed.holds = floods.note(chat, failed.retry_after_seconds, time.monotonic())

    def _parts(self, message: OutboundMessage, address: Address) -> Sequence[SendMethod]:
        try:
            return parts_of(message, address)
        except ContentNotSendableError as fault:
            raise refused_before_sending("content_refused", fault.message) from None
        except ValidationError:
            raise refused_before_sending("content_refused", "The message cannot be written for Telegram.") from None

    async def _sent(self, part: SendMethod, account: ChannelAccount, moves: list[int]) -> Message:
        """Send one part, to where its group has moved; a move that the answer tells is noted."""
        now = part.model_copy(update={"chat_id": moves[-1], "reply_parameters": None}) if moves else part
        try:
            return await self._bots.call(account, now)
        except TelegramMigrateToChat as moved:
            if moves:
                raise refused_before_sending("undeliverable", "The group moved again and again.") from None
            moves.append(moved.migrate_to_chat_id)
        return await self._sent(part, account, moves)

    async def _told(self, method: TelegramMethod[Any], account: ChannelAccount) -> None:
        try:
            await self._bots.call(account, method)
        except TelegramMigrateToChat:
            raise refused_before_sending("undeliverable", "The group moved to another chat.") from None


def _receipt(ids: Sequence[str], uploaded: UploadedFile | None, news: tuple[IdentityChanged, ...]) -> SendReceipt:
    if not ids:
        raise refused_before_sending("content_refused", "Telegram refuses an empty text.")
    return SendReceipt(provider_id=ids[0], part_ids=tuple(ids[1:]), uploaded=uploaded, news=news)


def _news(address: Address, moves: Sequence[int]) -> tuple[IdentityChanged, ...]:
    return tuple(moved_group(address.chat_id, new) for new in moves)


def _address_of(to: str) -> Address:
    try:
        return address_in(to)
    except ValueError:
        raise refused_before_sending("recipient_refused", "The customer's id is no Telegram chat id.") from None


def _address(provider_id: str) -> tuple[int, int]:
    try:
        return address_of(provider_id)
    except ValueError:
        raise refused_before_sending("message_unchangeable", "Telegram does not know this message.") from None


class Floods:
    """The chats of one bot that Telegram has asked to wait, with the time until which."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def note(self, chat: str, seconds: float, now: float) -> Holds:
        """Note that a chat was refused; say whether only this chat has to wait, or the whole bot.

        Args:
            chat: The chat's id.
            seconds: How long Telegram asks to wait.
            now: Seconds of a monotonic clock.
        """
        self._until = {one: until for one, until in self._until.items() if until > now}
        self._until[chat] = now + seconds
        return Holds.CHANNEL if len(self._until) >= MANY_CHATS else Holds.RECIPIENT
