"""The bots of a workspace: made, listed, changed, deleted; their secrets and tokens replaced."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from inbox.bots.bot_models import MAX_BOTS, Bot, BotFields, BotSecret, BotToken, NewBot
from inbox.channel.channel_bot import LIVE, ask_release
from inbox.channel.channel_queue import lock_routing
from inbox.foundation.decoding import apply_patch
from inbox.foundation.ids import new_id
from inbox.foundation.pages import Page, cut_page, decode_cursor
from inbox.foundation.problems import ProblemError
from inbox.foundation.secret_box import SecretBox
from inbox.foundation.structs import read_as, to_document
from inbox.people.tokens import Grant, TokenKind, issue_token
from inbox.storage.database import Database, Session
from inbox.storage.documents import BotDocument, Condition, Fields, with_fields
from inbox.subscriptions.receiver_store import ReceiverStore
from inbox.subscriptions.receivers import new_secret, sealed_secret


class BotStore(ReceiverStore[BotDocument]):
    """The bots of all workspaces.

    Args:
        allow_private: Whether addresses may lead into our own network (demo, tests).
    """

    def __init__(self, database: Database, box: SecretBox, *, allow_private: bool) -> None:
        super().__init__(database.bots, "bot", box, allow_private=allow_private, there=LIVE)
        self._database = database

    async def create(self, workspace_id: str, fields: BotFields, *, now: datetime, session: Session) -> NewBot:
        """Make one; its address has been checked. Raises `ProblemError` (`conflict`) where there are too many."""
        own: Condition = {"workspace_id": workspace_id}
        if await self._database.bots.count_documents(own, session=session) >= MAX_BOTS:
            raise ProblemError("conflict", f"A workspace has at most {MAX_BOTS} bots. Delete one first.")
        secret = new_secret()
        document: BotDocument = {
            "_id": new_id(),
            "workspace_id": workspace_id,
            "name": fields.name,
            "url": fields.url,
            "enabled": fields.enabled,
            "answer_seconds": fields.answer_seconds,
            "max_turns": fields.max_turns,
            "created_at": now,
            "deleted_at": None,
            "secrets": sealed_secret(secret, self._box),
        }
        await self._database.bots.insert_one(document, session=session)
        token = await self._issue(document, now, session)
        return read_as({**document, "secret": secret, "token": token}, NewBot)

    async def get(self, workspace_id: str, bot_id: str) -> Bot:
        """Get one. Raises `ProblemError` (`not_found`)."""
        return bot_view(await self._find(workspace_id, bot_id))

    async def list(self, workspace_id: str, *, limit: int, cursor: str | None) -> Page[Bot]:
        """List all, oldest first."""
        after = decode_cursor(cursor, str) or ""
        found = self._database.bots.find({"workspace_id": workspace_id, "_id": {"$gt": after}, **LIVE})
        documents = await found.sort("_id", 1).limit(limit + 1).to_list(None)
        return cut_page([bot_view(document) for document in documents], limit, lambda bot: bot.id)

    async def check_patch(self, workspace_id: str, bot_id: str, patch: Mapping[str, Any]) -> None:
        """Refuse a patch with an address that can't be posted to; looks names up, so it comes before the transaction.

        Raises `ProblemError` (`not_found`, `invalid_request`).
        """
        stored = await self._find(workspace_id, bot_id)
        if isinstance(url := patch.get("url"), str) and url != stored["url"]:
            await self.check_address(url)

    async def patch(self, workspace_id: str, bot_id: str, patch: Mapping[str, Any], *, session: Session) -> Bot:
        """Merge a patch (RFC 7396) that was checked. Raises `ProblemError` (`not_found`, `invalid_request`)."""
        stored = await self._find(workspace_id, bot_id, session)
        current = {name: stored[name] for name in BotFields.__struct_fields__}  # type: ignore[literal-required]
        changed: Fields = to_document(apply_patch(current, patch, BotFields))
        wanted: Condition = {"_id": bot_id, "workspace_id": workspace_id}
        await self._database.bots.update_one(wanted, {"$set": changed}, session=session)
        if stored["enabled"] and not changed["enabled"]:
            await ask_release(self._database, workspace_id, bot_id, session=session)
        return bot_view(with_fields(stored, changed))

    async def delete(self, workspace_id: str, bot_id: str, *, now: datetime, session: Session) -> None:
        """Delete one: its token ends, its channels go on without a bot, and what it holds is handed over.

        Raises `ProblemError` (`not_found`).
        """
        await lock_routing(self._database, workspace_id, session=session)
        await self._find(workspace_id, bot_id, session)
        wanted: Condition = {"_id": bot_id, "workspace_id": workspace_id}
        gone: Fields = {"deleted_at": now, "enabled": False}
        await self._database.bots.update_one(wanted, {"$set": gone}, session=session)
        await ask_release(self._database, workspace_id, bot_id, session=session)
        theirs: Condition = {"workspace_id": workspace_id, "bot_id": bot_id}
        await self._database.channels.update_many(theirs, {"$set": {"bot_id": None}}, session=session)
        await self._database.tokens.delete_many({"workspace_id": workspace_id, "owner_id": bot_id}, session=session)

    async def rotate_secret(
        self, workspace_id: str, bot_id: str, *, keep_hours: int, now: datetime, session: Session
    ) -> BotSecret:
        """Replace a bot's secret; the old one signs too for some hours. Raises `ProblemError` (`not_found`)."""
        _, secret = await self._renew_secret(workspace_id, bot_id, keep_hours=keep_hours, now=now, session=session)
        return BotSecret(secret=secret)

    async def rotate_token(
        self, workspace_id: str, bot_id: str, *, keep_hours: int, now: datetime, session: Session
    ) -> BotToken:
        """Issue another token; earlier ones end after some hours. Raises `ProblemError` (`not_found`)."""
        stored = await self._find(workspace_id, bot_id, session)
        until = now + timedelta(hours=keep_hours)
        earlier: Condition = {
            "workspace_id": workspace_id,
            "owner_id": bot_id,
            "$or": [{"expires_at": None}, {"expires_at": {"$gt": until}}],
        }
        await self._database.tokens.update_many(earlier, {"$set": {"expires_at": until}}, session=session)
        return BotToken(token=await self._issue(stored, now, session))

    async def _issue(self, bot: BotDocument, now: datetime, session: Session) -> str:
        grant = Grant(kind=TokenKind.BOT, workspace_id=bot["workspace_id"], owner_id=bot["_id"], name=bot["name"])
        return await issue_token(self._database, grant, now, session=session)


def bot_view(document: BotDocument) -> Bot:
    """Return a bot as it is shown."""
    return read_as({**document, "previous_secret_until": document.get("previous_until")}, Bot)
