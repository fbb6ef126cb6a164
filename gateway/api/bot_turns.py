"""Bots answer: what they do with the conversations that they hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from gateway.api.call import Call, Encoded, Route
from gateway.content_checks import check_media_link
from inbox.conversation.conversation_reading import visible_conversation
from inbox.foundation.decoding import field_problem
from inbox.foundation.problems import ProblemError
from inbox.labels.tag_use import until_tags_are_made
from inbox.people.access import CallerKind
from inbox.sending.outgoing import NewMessage
from inbox.storage.database import Session
from queueing.bots.turn_models import Turn, TurnTaken


async def answer_in_turn(call: Call[Turn, None]) -> Encoded:
    """Answer as the bot that holds the conversation; all of the answer counts, or nothing.

    Refused with 409 is an answer to an older state: `stale_state` where somebody has written since `seen_seq`, or
    the customer's last message is answered; `handed_over` where a person or a queue has the conversation by now.

    Only the bot may, with its own token (`gwb_…`, shown by `POST /bots`); it also reads the conversation and its
    messages while it holds it.
    """
    if call.caller.kind is not CallerKind.BOT:
        await visible_conversation(call.database, call.caller, call.id)
        raise ProblemError("forbidden", "Only a bot answers so, with its own token. Others write messages.")
    answered = await _answer(call, call.body, lambda taken: taken)
    call.parts.wakeups.route_all(call.workspace_id)
    call.parts.wakeups.reply()
    return answered


async def answer_with(call: Call[NewMessage, None]) -> Encoded:
    """Take a bot's message as its answer, which says nothing else."""
    asked = call.body
    if asked.seen_seq is None:
        raise field_problem("/seen_seq", "a bot names the newest message that it has read")
    for name in ("held", "send_at", "reply_to", "direct_utility"):
        if getattr(asked, name) is not None:
            raise field_problem(f"/{name}", "a bot sends `content` with `seen_seq` only")
    turn = Turn(seen_seq=asked.seen_seq, messages=(asked.content,))
    return await _answer(call, turn, lambda taken: taken.messages[0])


async def _answer(call: Call[Any, None], turn: Turn, shown: Callable[[TurnTaken], object]) -> Encoded:
    for content in turn.messages:
        await check_media_link(content, allow_private=call.parts.runtime.settings.allow_private_urls)
    channel_ids: set[str] = set()

    async def work(session: Session) -> object:
        taken = await call.parts.bots.answering.answer(call.caller, call.id, turn, session=session)
        channel_ids.add(taken.conversation.channel.id)
        return shown(taken)

    answered = await until_tags_are_made(lambda: call.create(work))
    for channel_id in channel_ids:
        call.parts.wakeups.deliver(channel_id)
    return answered


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="POST",
        path="/conversations/{id}/turn",
        handler=answer_in_turn,
        summary="Answer as a bot",
        tag="Bots",
        bots=True,
        request=Turn,
        response=TurnTaken,
        creates=True,
        problems=(
            "channel_deleted",
            "content_invalid",
            "conversation_closed",
            "forbidden",
            "handed_over",
            "operator_full",
            "operator_unavailable",
            "stale_state",
            "window_closed",
        ),
        example={
            "seen_seq": 3618743562240,
            "messages": [{"type": "text", "text": "Let me find somebody who knows."}],
            "skills": ["billing"],
            "transfer": {"note": "Asks for an invoice of May."},
        },
    ),
)
