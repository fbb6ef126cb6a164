"""The documents' types: mypy refuses misspelt fields, and types and structs that say the same have the same fields."""

from __future__ import annotations

import importlib
import inspect
import re
import subprocess
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from inbox.channel.channel_models import AutoClose, CheckedHealth, TelegramChannelFields, WhatsAppChannelFields
from inbox.channel.provider_tasks import ProviderTask
from inbox.contacts.contact_models import Consent, Marketing
from inbox.conversation.explanation import RoutingNote
from inbox.files.file_models import StoredFile
from inbox.model.authors import Author, Reaction
from inbox.model.content import Media
from inbox.model.provider_error import ProviderError
from inbox.model.retention import Retention
from inbox.people.accounts import Operator, Workspace, WorkspaceSettings
from inbox.people.audit import AuditEntry
from inbox.people.quotas import QuotaChange
from inbox.storage import documents
from inbox.storage.documents import campaigns, templates
from queueing.operators.operator_statuses import StatusChange
from queueing.queues.queue_models import QueueFields
from queueing.settings.team_models import BusinessHours, CustomStatus, Group
from templates_hsm.campaigns.model.campaign_models import Audience, CampaignFields, TemplateName
from templates_hsm.campaigns.model.stop_rules import Frozen
from templates_hsm.definition.template_definition import Template
from templates_hsm.store.template_views import Draft, TemplateChange
from tests.query_fields import ROOMS, ROOT

MISSPELT = Path(__file__).with_name("misspelt_fields.py")
NOT_STORED = {"credentials", "has_integration_page"}
"""Fields of structs that are stored in another form, under names that the documents have too."""


def test_mypy_refuses_misspelt_fields() -> None:
    marked = {number for number, line in enumerate(MISSPELT.read_text().splitlines(), 1) if "# misspelt" in line}

    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-error-summary", "--hide-error-context", str(MISSPELT)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    refused = {int(line.split(":")[1]) for line in run.stdout.splitlines() if ": error: " in line}
    assert refused == marked, run.stdout + run.stderr


@pytest.mark.parametrize(
    ("struct", "document"),
    [
        (Workspace, documents.WorkspaceDocument),
        (WorkspaceSettings, documents.WorkspaceSettingsDocument),
        (Operator, documents.OperatorDocument),
        (Group, documents.GroupDocument),
        (StatusChange, documents.StatusChangeDocument),
        (AuditEntry, documents.AuditDocument),
        (WhatsAppChannelFields, documents.ChannelDocument),
        (TelegramChannelFields, documents.ChannelDocument),
        (CheckedHealth, documents.HealthDocument),
        (AutoClose, documents.AutoCloseDocument),
        (Retention, documents.RetentionDocument),
        (QuotaChange, documents.QuotasDocument),
        (ProviderTask, documents.ProviderTaskDocument),
        (Marketing, documents.MarketingDocument),
        (Consent, documents.ConsentDocument),
        (RoutingNote, documents.RoutingNoteDocument),
        (Author, documents.AuthorDocument),
        (Reaction, documents.ReactionDocument),
        (Media, documents.MediaDocument),
        (ProviderError, documents.ProviderErrorDocument),
        (StoredFile, documents.FileDocument),
        (QueueFields, documents.QueueDocument),
        (BusinessHours, documents.BusinessHoursDocument),
        (CampaignFields, documents.CampaignDocument),
        (Audience, documents.AudienceDocument),
        (TemplateName, campaigns.TemplateNameDocument),
        (Frozen, documents.FrozenTemplateDocument),
        (Template, documents.TemplateDocument),
        (Draft, templates.DraftDocument),
        (TemplateChange, templates.TemplateChangeDocument),
    ],
)
def test_a_document_has_the_fields_of_its_struct(struct: type[msgspec.Struct], document: Any) -> None:
    fields = {
        "_id" if name == "id" and "_id" in _fields(document) else name for name in struct.__struct_encode_fields__
    }

    assert fields - NOT_STORED <= set(_fields(document))


def test_a_status_of_ones_own_stores_all_but_what_follows_from_being_one() -> None:
    assert set(CustomStatus.__struct_fields__) - {"id", "counts_as"} <= set(_fields(documents.CustomStatusDocument))


def test_what_the_documents_name_exists() -> None:
    missing = [name for name in _named() if not _exists(name)]

    assert not missing


def _fields(document: Any) -> dict[str, Any]:
    return typing.get_type_hints(document)


def _named() -> Iterator[str]:
    """Return the modules and symbols that the documents' docstrings point to."""
    pattern = re.compile(rf"`((?:{'|'.join(ROOMS)})\.[A-Za-z_.]+)`")
    for path in sorted(Path(inspect.getfile(documents)).parent.glob("*.py")):
        yield from pattern.findall(path.read_text())


def _exists(name: str) -> bool:
    for module, symbol in ((name, None), name.rsplit(".", 1)):
        try:
            found = importlib.import_module(module)
        except ModuleNotFoundError:
            continue
        return symbol is None or hasattr(found, symbol)
    return False
