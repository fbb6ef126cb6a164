"""Tells bots that it is their turn, and hands over what they do not answer: each bot by one process at a time.

A slow or dead bot delays no other: each has a run of its own, with few requests at once where it is slow.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog

from channels.signed_posts import Posted, headers_of, open_webhook_session, post_event
from inbox.bots.bot_models import FAULTS, HandOverReason
from inbox.bots.turn_rows import (
    bots_with_work,
    due_turns,
    end_release,
    forget_earlier,
    held_elsewhere,
    newest_turn,
    next_due,
    note_told,
    note_try,
)
from inbox.files.media_links import MediaLinks
from inbox.people.sight import holding_bot
from inbox.storage.database import is_transient, is_unavailable
from inbox.storage.documents import BotDocument, BotTurnDocument, Condition, ConversationDocument, Fields
from inbox.storage.leases import Leases
from inbox.storage.runtime import Runtime
from inbox.subscriptions.delivery_rules import FIRST_WIDTH, Verdict, next_width, verdict_of
from inbox.subscriptions.receivers import signing_secrets
from queueing.bots.handing_over import HandingOver
from queueing.bots.turn_rules import RowFacts, Step, next_step, retry_at
from workers.bots.turn_request import turn_request
from workers.keyed import KeyedWorker, Run

SWEEP_SECONDS: Final = 0.2
"""A customer waits for the bot; a look takes MongoDB less than a millisecond."""
LEASE_PREFIX: Final = "bot:"
RELEASED_AT_ONCE: Final = 100
UNKNOWN_SECONDS: Final = 60
"""Of a bot that is gone, where even the hand-over fails."""

_log = structlog.get_logger()


class TurnTaker:
    """Serves bots; what it knows in memory may be lost at any moment.

    Args:
        runtime: What the process stands on.
        leases: Taken for each bot.
        wake_queue: Told of each queue that is to be asked.
    """

    def __init__(self, runtime: Runtime, leases: Leases, wake_queue: Callable[[str], None]) -> None:
        self._runtime = runtime
        self._database = runtime.database
        self._wake_queue = wake_queue
        self._session = open_webhook_session(allow_private=runtime.settings.allow_private_urls)
        self._links = MediaLinks(runtime.settings.public_url, runtime.secret_box.signature, runtime.clock)
        self._handing_over = HandingOver(runtime.database, runtime.clock)
        self._worker = KeyedWorker(leases, self._serve, lease_of=lambda bot_id: LEASE_PREFIX + bot_id)
        self._widths: dict[str, int] = {}

    async def sweep(self) -> bool:
        """Find every bot for which there is something to do; tell whether there is one."""
        due = await bots_with_work(self._database, self._runtime.clock.now())
        for bot_id in due:
            self._worker.wake(bot_id)
        return bool(due)

    async def next_due(self) -> datetime | None:
        """Return when something is due next."""
        return await next_due(self._database)

    async def drain(self) -> None:
        """Wait until nothing is done for any bot (tests)."""
        await self._worker.drain()

    async def stop(self) -> None:
        """End what is under way: a bot may be told twice, and what is cut off is done by the next process."""
        await self._worker.stop()
        await self._session.close()

    async def _serve(self, run: Run[str]) -> None:
        """Go on round by round until nothing is due for a bot."""
        while True:
            bot = await self._database.bots.find_one({"_id": run.key})
            if bot is not None and bot.get("release"):
                await self._release(bot)
            width = self._widths.get(run.key, FIRST_WIDTH)
            due = await due_turns(self._database, run.key, count=width, now=self._runtime.clock.now())
            if not due:
                return
            one_each = {turn["conversation_id"]: turn for turn in due}
            posted = await asyncio.gather(*(self._attend_apart(bot, turn) for turn in one_each.values()))
            self._set_width(run.key, [one for one in posted if one is not None])

    def _set_width(self, bot_id: str, posted: list[Posted]) -> None:
        if not posted:
            return
        width, slowest = self._widths.get(bot_id, FIRST_WIDTH), max(one.seconds for one in posted)
        failed = all(verdict_of(one.status) is Verdict.AWAY for one in posted)
        self._widths[bot_id] = next_width(width, slowest_seconds=slowest, failed=failed)

    async def _attend_apart(self, bot: BotDocument | None, due: BotTurnDocument) -> Posted | None:
        """Attend to a conversation; a fault of its own counts as a try, and holds back no other."""
        try:
            return await self._attend(bot, due)
        except Exception as error:
            if is_transient(error) or is_unavailable(error):
                raise
            _log.error("a bot's turn could not be begun", conversation_id=due["conversation_id"], exc_info=error)
            await self._note_try(bot, due)
            return None

    async def _attend(self, bot: BotDocument | None, due: BotTurnDocument) -> Posted | None:
        """Do what is to be done about a conversation; return what came of the request, if one was made."""
        turn = await newest_turn(self._database, due)
        if turn is None:
            return None
        own: Condition = {"_id": turn["conversation_id"], "workspace_id": turn["workspace_id"]}
        conversation = await self._database.conversations.find_one(own)
        outlook = next_step(await self._facts(bot, turn, conversation), self._runtime.clock.now())
        if outlook.step is Step.POST and bot is not None and conversation is not None:
            return await self._post(bot, turn, conversation)
        if outlook.reason is not None and conversation is not None:
            await self._hand_over(bot, turn, conversation, outlook.reason)
            return None
        await forget_earlier(self._database, turn, itself=True)
        return None

    async def _facts(
        self, bot: BotDocument | None, turn: BotTurnDocument, conversation: ConversationDocument | None
    ) -> RowFacts:
        holds = conversation is not None and holding_bot(conversation) == turn["bot_id"]
        answered = conversation["bot"]["answered_seq"] if conversation is not None and holds else 0
        return RowFacts(
            holds=holds and answered < turn["seq"],
            may_hold=bot is not None and bot["enabled"] and await self._has_channel(bot, conversation),
            at=turn["at"],
            told_at=turn.get("told_at"),
            tries=turn["tries"],
            answer_seconds=0 if bot is None else bot["answer_seconds"],
        )

    async def _has_channel(self, bot: BotDocument, conversation: ConversationDocument | None) -> bool:
        if conversation is None:
            return False
        own: Condition = {"_id": conversation["channel_id"], "workspace_id": bot["workspace_id"]}
        channel = await self._database.channels.find_one(own, {"bot_id": 1})
        return channel is not None and channel.get("bot_id") == bot["_id"]

    async def _post(self, bot: BotDocument, turn: BotTurnDocument, conversation: ConversationDocument) -> Posted:
        """Tell a bot that it is its turn, and note what came of it."""
        now = self._runtime.clock.now()
        body = self._links.in_json(await turn_request(self._database, bot, turn, conversation, now=now))
        headers = headers_of(signing_secrets(bot, self._runtime.secret_box, now), turn["_id"], body, now)
        posted = await post_event(self._session, bot["url"], body, headers)
        verdict = verdict_of(posted.status)
        if verdict is Verdict.TAKEN:
            await note_told(self._database, turn, at=self._runtime.clock.now(), answer_seconds=bot["answer_seconds"])
        elif verdict is Verdict.AWAY:
            await self._note_try(bot, turn)
        else:
            detail = f"The bot's server answered {posted.status}."
            await self._hand_over(bot, turn, conversation, HandOverReason.REFUSED, detail=detail)
        return posted

    async def _note_try(self, bot: BotDocument | None, turn: BotTurnDocument) -> None:
        """Ask again a little later; at the latest when the time for the answer is over."""
        now, seconds = self._runtime.clock.now(), UNKNOWN_SECONDS if bot is None else bot["answer_seconds"]
        await note_try(self._database, turn, retry_at(turn["at"], turn["tries"] + 1, seconds, now))

    async def _hand_over(
        self,
        bot: BotDocument | None,
        turn: BotTurnDocument,
        conversation: ConversationDocument,
        reason: HandOverReason,
        *,
        detail: str | None = None,
    ) -> None:
        queue_id = await self._handing_over.hand_over(conversation, reason, unanswered_seq=turn["seq"])
        if queue_id is not None:
            self._wake_queue(queue_id)
        if bot is not None and reason in FAULTS:
            fault: Fields = {"at": self._runtime.clock.now(), "reason": reason.value, "detail": detail}
            await self._database.bots.update_one({"_id": bot["_id"]}, {"$set": {"last_fault": fault}})
            _log.warning("a bot lost a conversation", bot_id=bot["_id"], reason=reason.value)

    async def _release(self, bot: BotDocument) -> None:
        """Hand over all that a bot may not hold any more."""
        kept: list[str] = []
        if bot["enabled"]:
            own: Condition = {"workspace_id": bot["workspace_id"], "bot_id": bot["_id"], "deleted_at": None}
            kept = await self._database.channels.distinct("_id", own)
        while some := await held_elsewhere(self._database, bot, kept, count=RELEASED_AT_ONCE):
            for conversation in some:
                queue_id = await self._handing_over.hand_over(conversation, HandOverReason.TAKEN_AWAY)
                if queue_id is not None:
                    self._wake_queue(queue_id)
        await end_release(self._database, bot)
