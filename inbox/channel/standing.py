"""Keeps how accounts stand with their providers, and which of them are to be looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from inbox.channel.channel_models import channel_view
from inbox.channel.standing_models import AccountNews
from inbox.channel.standing_rules import Standing, after_news, is_about, next_look, tells_more
from inbox.foundation.structs import from_document, to_document
from inbox.model.channel_kind import ChannelKind
from inbox.storage.database import ASCENDING, Database, Session
from inbox.storage.documents import ChannelDocument, Condition, NoticeDocument, with_fields
from inbox.stream.events import Event, EventType, write_events

QUERY_MS: Final = 2_000
CLAIM: Final = timedelta(minutes=2)
"""Longer than a look takes; a worker that dies leaves the channel to the next one."""
MAX_NOTICES: Final = 200
_LIVE: Final = {"enabled": True, "deleted_at": None}


class Standings:
    """How the accounts of all workspaces stand."""

    def __init__(self, database: Database, public_url: str) -> None:
        self._database = database
        self._public_url = public_url

    async def claim(self, now: datetime) -> str | None:
        """Claim the channel whose look is due longest, of all workspaces; return its id."""
        claimed = await self._database.channels.find_one_and_update(
            {"look_at": {"$type": "date", "$lte": now}, **_LIVE},
            {"$set": {"look_at": now + CLAIM}},
            sort=[("look_at", ASCENDING)],
        )
        return None if claimed is None else str(claimed["_id"])

    async def next_due(self) -> datetime | None:
        """Return when the next look is due, of all workspaces."""
        due = {"look_at": {"$type": "date"}, **_LIVE}
        first = await self._database.channels.find_one(
            due, {"look_at": 1}, sort=[("look_at", ASCENDING)], max_time_ms=QUERY_MS
        )
        return None if first is None else first.get("look_at")

    async def adopt(self, kinds: Sequence[ChannelKind], now: datetime) -> None:
        """Begin to look at channels from before there were looks, of all workspaces."""
        unknown = {"kind": {"$in": [kind.value for kind in kinds]}, "look_at": None, "deleted_at": None}
        await self._database.channels.update_many(unknown, {"$set": {"look_at": now}})

    async def postpone(self, workspace_id: str, channel_id: str, until: datetime) -> None:
        """Look later, after a look that the provider did not answer."""
        of = {"_id": channel_id, "workspace_id": workspace_id}
        await self._database.channels.update_one(of, {"$set": {"look_at": until}})

    async def change(
        self,
        workspace_id: str,
        channel_id: str,
        rule: Callable[[Standing], Standing],
        *,
        now: datetime,
        look_at: datetime | None = None,
    ) -> None:
        """Change how an account stands, with an event where people should hear of it.

        Args:
            look_at: When to look at it next; where not given the standing says so.
        """

        async def work(session: Session) -> None:
            of = {"_id": channel_id, "workspace_id": workspace_id, "deleted_at": None}
            stored = await self._database.channels.find_one(of, session=session)
            if stored is None:
                return
            before = standing_of(stored)
            after = rule(before)
            changed = {"standing": to_document(after), "look_at": look_at or next_look(after, now)}
            await self._database.channels.update_one(of, {"$set": changed}, session=session)
            if tells_more(before, after):
                view = channel_view(with_fields(stored, changed), self._public_url)
                event = Event(workspace_id=workspace_id, type=EventType.CHANNEL_HEALTH, at=now, data=view)
                await write_events(self._database, [event], at=now, session=session)

        await self._database.transaction(work)

    async def waiting_notices(self, wanted: Condition) -> list[NoticeDocument]:
        """Return those notices that nobody has heeded, oldest first, of all workspaces."""
        found = (
            self._database.notices.find({**wanted, "handled_at": None}, max_time_ms=QUERY_MS)
            .sort("_id", ASCENDING)
            .limit(MAX_NOTICES)
        )
        notices: list[NoticeDocument] = await found.to_list(None)
        return notices

    async def heed(self, notice: NoticeDocument, news: AccountNews | None, *, now: datetime) -> None:
        """Apply what a notice told to the accounts that it is about, and look at them at once; again it is the same."""
        if news is not None:
            workspace_id = notice["workspace_id"]
            channels = await self._of_account(notice)
            known = [standing_of(channel).facts.number for channel in channels]
            for channel in channels:
                if is_about(news, standing_of(channel).facts, known):

                    def rule(standing: Standing) -> Standing:
                        return after_news(standing, news, now)

                    await self.change(workspace_id, channel["_id"], rule, now=now, look_at=now)
        of = {"_id": notice["_id"], "workspace_id": notice["workspace_id"]}
        await self._database.notices.update_one(of, {"$set": {"handled_at": now}})

    async def _of_account(self, notice: NoticeDocument) -> list[ChannelDocument]:
        of: dict[str, object] = {"workspace_id": notice["workspace_id"], "deleted_at": None}
        if notice["scope_key"]:
            of |= {"kind": ChannelKind.WHATSAPP.value, "scope_key": notice["scope_key"]}
        else:
            of |= {"_id": notice["channel_id"]}
        return await self._database.channels.find(of, max_time_ms=QUERY_MS).to_list(None)


def standing_of(channel: ChannelDocument) -> Standing:
    """Return how a stored channel's account stands."""
    stored = channel.get("standing")
    return Standing() if stored is None else from_document(stored, Standing)
