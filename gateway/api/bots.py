"""Bots: programs of the business that hold conversations before people do."""

from __future__ import annotations

from typing import Any, Final

from gateway.api.call import Call, Encoded, Route, Who
from inbox.bots.bot_models import Bot, BotFields, BotPage, BotRotation, BotSecret, BotToken, NewBot
from inbox.foundation.pages import Page, PageQuery
from inbox.people.audit import Act
from inbox.storage.database import Session


async def show_bots(call: Call[None, PageQuery]) -> Page[Bot]:
    """List bots, oldest first, without their secrets."""
    return await call.parts.bots.store.list(call.workspace_id, limit=call.query.limit, cursor=call.query.cursor)


async def show_bot(call: Call[None, None]) -> Bot:
    """Show one, and why it lost a conversation last."""
    return await call.parts.bots.store.get(call.workspace_id, call.id)


async def make_bot(call: Call[BotFields, None]) -> Encoded:
    """Make a bot. Its secret and its token are shown this once. A channel's `bot_id` gives it conversations."""
    await call.parts.bots.store.check_address(call.body.url)

    async def work(session: Session) -> NewBot:
        made = await call.parts.bots.store.create(call.workspace_id, call.body, now=call.now, session=session)
        await call.audit(Act.BOT_MADE, made.id, session=session)
        return made

    return await call.create(work)


async def change_bot(call: Call[dict[str, Any], None]) -> Bot:
    """Merge a patch. A bot that is disabled hands over all that it holds."""
    store = call.parts.bots.store
    await store.check_patch(call.workspace_id, call.id, call.body)

    async def work(session: Session) -> Bot:
        changed = await store.patch(call.workspace_id, call.id, call.body, session=session)
        await call.audit(Act.BOT_CHANGED, call.id, session=session)
        return changed

    changed = await call.database.transaction(work)
    call.parts.wakeups.stir()
    return changed


async def remove_bot(call: Call[None, None]) -> None:
    """Delete a bot: its token ends, its channels go on without it, and all that it holds goes to their queues."""

    async def work(session: Session) -> None:
        await call.parts.bots.store.delete(call.workspace_id, call.id, now=call.now, session=session)
        await call.audit(Act.BOT_DELETED, call.id, session=session)

    await call.database.transaction(work)
    call.parts.wakeups.stir()


async def rotate_bot_secret(call: Call[BotRotation, None]) -> Encoded:
    """Make a new secret, shown this once. Until `keep_hours` have passed each request is signed with both."""

    async def work(session: Session) -> BotSecret:
        rotated = await call.parts.bots.store.rotate_secret(
            call.workspace_id, call.id, keep_hours=call.body.keep_hours, now=call.now, session=session
        )
        await call.audit(Act.BOT_SECRET_ROTATED, call.id, session=session)
        return rotated

    return await call.create(work)


async def rotate_bot_token(call: Call[BotRotation, None]) -> Encoded:
    """Make a new token, shown this once. Earlier ones are good until `keep_hours` have passed."""

    async def work(session: Session) -> BotToken:
        rotated = await call.parts.bots.store.rotate_token(
            call.workspace_id, call.id, keep_hours=call.body.keep_hours, now=call.now, session=session
        )
        await call.audit(Act.BOT_TOKEN_ROTATED, call.id, session=session)
        return rotated

    return await call.create(work)


_TAG: Final = "Bots"
_ONE: Final = "/bots/{id}"
_EXAMPLE: Final = {"name": "First answers", "url": "https://example.com/bot", "answer_seconds": 20}

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/bots",
        handler=show_bots,
        summary="List bots",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        query=PageQuery,
        response=BotPage,
    ),
    Route(
        method="POST",
        path="/bots",
        handler=make_bot,
        summary="Make a bot",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        request=BotFields,
        response=NewBot,
        status=201,
        creates=True,
        secret_response=True,
        problems=("conflict",),
        example=_EXAMPLE,
    ),
    Route(
        method="GET",
        path=_ONE,
        handler=show_bot,
        summary="Show a bot",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        response=Bot,
    ),
    Route(
        method="PATCH",
        path=_ONE,
        handler=change_bot,
        summary="Change a bot",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        request=BotFields,
        response=Bot,
        example={"enabled": False},
    ),
    Route(
        method="DELETE",
        path=_ONE,
        handler=remove_bot,
        summary="Delete a bot",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        status=204,
    ),
    Route(
        method="POST",
        path=f"{_ONE}/rotate-secret",
        handler=rotate_bot_secret,
        summary="Rotate a bot's secret",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        request=BotRotation,
        response=BotSecret,
        creates=True,
        secret_response=True,
        example={"keep_hours": 24},
    ),
    Route(
        method="POST",
        path=f"{_ONE}/rotate-token",
        handler=rotate_bot_token,
        summary="Rotate a bot's token",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        request=BotRotation,
        response=BotToken,
        creates=True,
        secret_response=True,
        example={"keep_hours": 24},
    ),
)
