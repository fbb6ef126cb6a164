"""What the API shows and takes of a contact is stored, and joining contacts knows every field that one can have."""

from __future__ import annotations

from datetime import UTC, datetime

from inbox.contacts.contact_models import Contact, ContactPatch
from inbox.contacts.joining import STAY, joined
from inbox.storage.documents import ContactDocument

AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_each_field_that_the_api_shows_and_takes_is_one_of_the_stored_contact() -> None:
    stored = set(ContactDocument.__annotations__)
    assert set(Contact.__struct_fields__) - {"id", "unreachable_on", "merged"} <= stored
    assert set(ContactPatch.__struct_fields__) - {"accepts_marketing", "reason"} <= stored


def test_each_field_of_a_contact_is_joined_or_stays_on_purpose() -> None:
    contact: ContactDocument = {
        "_id": "a",
        "workspace_id": "w",
        "name": "Zoë",
        "profile_name": "zoe",
        "identity_keys": ["whatsapp:491"],
        "identities": [{"kind": "whatsapp", "external_id": "491"}],
        "search_terms": ["zoe"],
        "language": "de",
        "phones": ["+4930123456"],
        "emails": ["zoe@example.com"],
        "fields": {"f": 1},
        "tags": ["vip"],
        "marketing": {"accepts": True, "at": AT, "source": "operator"},
        "marketing_sent": [AT],
        "consent": {"source": "form", "at": AT, "wording": "yes"},
        "blocked": True,
        "reachability": {"c": {"reachable": False, "at": AT}},
        "windows": {"c": {"window_expires_at": AT}},
        "campaigns": {"c": {"id": "p", "at": AT}},
        "auto": {"c": {"told": {"greeting": AT}}},
        "last_operator_id": "o",
        "openings": 1,
        "joined_ids": ["b"],
        "family": ["a", "c"],
        "created_at": AT,
        "version": 1,
    }

    assert set(contact) == set(ContactDocument.__annotations__)
    assert set(joined([contact, contact])) | STAY == set(ContactDocument.__annotations__)
