"""Contacts: who the customers are, and what they want to get."""

from __future__ import annotations

from typing import Any, Final

from gateway.api.call import Call, Route
from inbox.contacts.contact_models import Contact, ContactPage, ContactPatch, ContactQuery
from inbox.foundation.pages import Page


async def show_contacts(call: Call[None, ContactQuery]) -> Page[Contact]:
    """List contacts, the newest first. `q` is the beginning of a name or of a WhatsApp number."""
    return await call.parts.contacts.list(call.workspace_id, call.query)


async def show_contact(call: Call[None, None]) -> Contact:
    """Show one contact."""
    return await call.parts.contacts.get(call.workspace_id, call.id)


async def change_contact(call: Call[dict[str, Any], None]) -> Contact:
    """Change what is given. `accepts_marketing: false` is an opt-out that outlives the contact."""
    return await call.parts.contacts.patch(call.workspace_id, call.id, call.body)


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/contacts",
        handler=show_contacts,
        summary="List contacts",
        tag="Contacts",
        query=ContactQuery,
        response=ContactPage,
    ),
    Route(
        method="GET",
        path="/contacts/{id}",
        handler=show_contact,
        summary="Show a contact",
        tag="Contacts",
        response=Contact,
    ),
    Route(
        method="PATCH",
        path="/contacts/{id}",
        handler=change_contact,
        summary="Change a contact",
        tag="Contacts",
        request=ContactPatch,
        response=Contact,
        example={"tags": ["vip"], "language": "en", "accepts_marketing": False},
    ),
)
