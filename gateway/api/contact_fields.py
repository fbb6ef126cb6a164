"""The workspace's own fields of the contact card: the usual five verbs."""

from __future__ import annotations

from typing import Any, Final

from gateway.api.call import Call, Encoded, Route, Who
from inbox.contacts.field_models import ContactField, ContactFieldFields, ContactFieldPage
from inbox.contacts.field_store import key_taken
from inbox.foundation.pages import Page, PageQuery
from inbox.storage.database import Session, is_duplicate


async def show_contact_fields(call: Call[None, PageQuery]) -> Page[ContactField]:
    """List the fields of the contact card, oldest first; `order` says where each stands."""
    return await call.parts.inbox.contact_fields.list(call.caller, limit=call.query.limit, cursor=call.query.cursor)


async def show_contact_field(call: Call[None, None]) -> ContactField:
    """Show one field."""
    return await call.parts.inbox.contact_fields.get(call.caller, call.id)


async def make_contact_field(call: Call[ContactFieldFields, None]) -> Encoded:
    """Make a field; contacts have its values in `fields`, by its key."""

    async def work(session: Session) -> object:
        return await call.parts.inbox.contact_fields.create(call.caller, call.body, session=session)

    try:
        return await call.create(work)
    except Exception as error:
        if is_duplicate(error):
            raise key_taken() from None
        raise


async def change_contact_field(call: Call[dict[str, Any], None]) -> ContactField:
    """Rename a field, change its key, its options or its place. Its type stays."""
    return await call.parts.inbox.contact_fields.patch(call.caller, call.id, call.body)


async def delete_contact_field(call: Call[None, None]) -> None:
    """Delete a field. Its values are not shown any more, and leave each contact with its next change."""
    await call.parts.inbox.contact_fields.delete(call.caller, call.id)


_TAG: Final = "Contact fields"

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/contact-fields",
        handler=show_contact_fields,
        summary="List fields of the contact card",
        tag=_TAG,
        query=PageQuery,
        response=ContactFieldPage,
    ),
    Route(
        method="POST",
        path="/contact-fields",
        handler=make_contact_field,
        summary="Make a field of the contact card",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        request=ContactFieldFields,
        response=ContactField,
        status=201,
        problems=("duplicate",),
        creates=True,
        example={"key": "plan", "name": "Plan", "type": "choice", "options": ["basic", "full"]},
    ),
    Route(
        method="GET",
        path="/contact-fields/{id}",
        handler=show_contact_field,
        summary="Show a field of the contact card",
        tag=_TAG,
        response=ContactField,
    ),
    Route(
        method="PATCH",
        path="/contact-fields/{id}",
        handler=change_contact_field,
        summary="Change a field of the contact card",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        request=ContactFieldFields,
        response=ContactField,
        problems=("duplicate",),
        example={"name": "Tariff"},
    ),
    Route(
        method="DELETE",
        path="/contact-fields/{id}",
        handler=delete_contact_field,
        summary="Delete a field of the contact card",
        tag=_TAG,
        who=Who.ADMINISTRATORS,
        status=204,
    ),
)
