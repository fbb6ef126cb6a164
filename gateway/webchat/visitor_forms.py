"""The form before the chat: asked of visitors who never wrote; the answers land on the contact's card."""

from __future__ import annotations

from channels.webchat.forms import Answers, FormQuestion, checked_answers, shown_form
from channels.webchat.identity import Visitor
from inbox.channel.channel_directory import ChannelRecord
from inbox.contacts.contact_store import ContactStore
from inbox.contacts.field_store import read_fields
from inbox.contacts.told import Told
from inbox.storage.database import Database


class VisitorForms:
    """Asks, checks and keeps."""

    def __init__(self, database: Database, contacts: ContactStore) -> None:
        self._database = database
        self._contacts = contacts

    async def shown(self, channel: ChannelRecord, visitor: Visitor, language: str | None) -> tuple[FormQuestion, ...]:
        """Return what a visitor is asked; nothing where the channel has no form."""
        if not channel.widget.form:
            return ()
        known = await read_fields(self._database, channel.workspace_id)
        return shown_form(channel.widget.form, known, visitor, language)

    async def check(
        self, channel: ChannelRecord, visitor: Visitor, answers: Answers | None, *, is_first: bool, away: bool
    ) -> Told | None:
        """Check answers before the message with them is stored; the first message of a visitor has to have them.

        Raises:
            FormRefusedError: They do not fit, or are not there.
        """
        if not channel.widget.form or not (is_first or answers):
            return None
        known = await read_fields(self._database, channel.workspace_id)
        form = shown_form(channel.widget.form, known, visitor, visitor.language)
        return checked_answers(form, known, answers or {}, must_be_complete=is_first, away=away)

    async def keep(self, channel: ChannelRecord, visitor: Visitor, told: Told) -> None:
        """Put answers on the card, after the message that made the contact."""
        await self._contacts.fill(channel.workspace_id, f"{channel.kind}:{visitor.id}", told)
