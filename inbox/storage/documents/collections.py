"""The collections by name, each with the type of its documents, and what can be done with one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar, cast

from inbox.storage.documents.arriving import DeadLetterDocument, NoticeDocument
from inbox.storage.documents.bots import BotDocument, BotTurnDocument
from inbox.storage.documents.campaigns import (
    AudienceErrorsDocument,
    AudienceUploadDocument,
    CampaignCountDocument,
    CampaignDocument,
    CampaignFailureDocument,
    LinkClickDocument,
    RecipientDocument,
)
from inbox.storage.documents.channels import ChannelDocument, ProviderTaskDocument, SignupDocument
from inbox.storage.documents.contacts import (
    ContactDocument,
    ContactFieldDocument,
    SegmentDocument,
    SuppressionDocument,
)
from inbox.storage.documents.conversations import (
    ConversationDocument,
    CueDocument,
    NoteDocument,
    RecheckDocument,
    SavedViewDocument,
)
from inbox.storage.documents.desk import (
    PreparedReplyDocument,
    ReplyCollectionDocument,
    ReplyDraftDocument,
    ReplyVersionDocument,
    ScheduledMessageDocument,
)
from inbox.storage.documents.erasing import ErasureDocument, WorkspaceErasureDocument
from inbox.storage.documents.exporting import ExportDocument
from inbox.storage.documents.files import BlobDocument, ChunkDocument, FileDocument
from inbox.storage.documents.helpers import HelperDocument
from inbox.storage.documents.installation import GatewayDocument, IdempotencyDocument, LeaseDocument
from inbox.storage.documents.labels import TagDocument, TopicDocument
from inbox.storage.documents.mails import MailDocument, MailServerDocument, PasswordRequestDocument
from inbox.storage.documents.messages import (
    EarlyEventDocument,
    HeldReplyDocument,
    MessageDocument,
    MessageTermsDocument,
    OutboxDocument,
)
from inbox.storage.documents.money import (
    BudgetDocument,
    ChargeDocument,
    ChargeReportDocument,
    CostCellDocument,
    RateCardDocument,
)
from inbox.storage.documents.openid import OpenIdLoginDocument, OpenIdProviderDocument
from inbox.storage.documents.people import (
    AuditDocument,
    CustomStatusDocument,
    GroupDocument,
    OperatorDocument,
    StatusChangeDocument,
    TokenDocument,
    WorkspaceDocument,
)
from inbox.storage.documents.push import PushNoticeDocument
from inbox.storage.documents.queues import BusinessHoursDocument, QueueDocument, ToldQueueDocument
from inbox.storage.documents.reports import RollupDocument, RollupMarkDocument
from inbox.storage.documents.stream import EventsDocument, RelayStateDocument
from inbox.storage.documents.subscriptions import WebhookDeliveryDocument, WebhookDocument
from inbox.storage.documents.targets import AnswerWaitDocument, TargetLookDocument
from inbox.storage.documents.templates import TemplateAccountDocument, TemplateDocument

D = TypeVar("D")
Condition = dict[str, Any]
"""Which documents are meant, in MongoDB's query language; a test holds the names in it against the types."""
Fields = dict[str, Any]
"""Some fields of a document with new values, or with 1 or 0 where they are asked for; held against them likewise."""
Filter = Mapping[str, Any]
Update = Mapping[str, Any] | Sequence[Mapping[str, Any]]
Projection = Mapping[str, Any]
Order = Sequence[tuple[str, int]]


def with_fields(document: D, fields: Mapping[str, Any]) -> D:
    """Return a document with some fields changed; where all are literal, `{**document, …}` is checked by mypy."""
    changed: Any = {**cast(Mapping[str, Any], document), **fields}
    return cast(D, changed)


class Updated(Protocol):
    """What an update did."""

    @property
    def matched_count(self) -> int: ...  # noqa: D102 - the driver's word
    @property
    def modified_count(self) -> int: ...  # noqa: D102
    @property
    def upserted_id(self) -> Any: ...  # noqa: D102


class Deleted(Protocol):
    """What a deletion did."""

    @property
    def deleted_count(self) -> int: ...  # noqa: D102


class BulkWritten(Protocol):
    """What a bulk write did."""

    @property
    def matched_count(self) -> int: ...  # noqa: D102
    @property
    def modified_count(self) -> int: ...  # noqa: D102
    @property
    def upserted_ids(self) -> Mapping[int, Any] | None: ...  # noqa: D102


class FoundDocuments(Protocol[D]):
    """What a query finds."""

    def sort(self, order: str | Order, direction: int = 1, /) -> FoundDocuments[D]:
        """Set the order."""

    def limit(self, count: int, /) -> FoundDocuments[D]:
        """Set how many are read at most."""

    def hint(self, index: str | Order, /) -> FoundDocuments[D]:
        """Name the index to use."""

    def batch_size(self, count: int, /) -> FoundDocuments[D]:
        """Set how many one answer of the server brings."""

    async def to_list(self, length: int | None, /) -> list[D]:
        """Read all that is found."""

    def __aiter__(self) -> AsyncIterator[D]: ...


class Collection(Protocol[D]):
    """A collection whose documents are `D`; the options are PyMongo's."""

    async def find_one(
        self,
        filter: Filter,
        projection: Projection | None = None,
        /,
        *,
        sort: Order | None = None,
        session: Any = None,
        max_time_ms: int | None = None,
    ) -> D | None:
        """Return the first document that fits."""

    def find(
        self, filter: Filter, projection: Projection | None = None, /, *, session: Any = None, **options: Any
    ) -> FoundDocuments[D]:
        """Find the documents that fit."""

    async def find_one_and_update(
        self, filter: Filter, update: Update, /, *, session: Any = None, **options: Any
    ) -> D | None:
        """Change a document; return it as it was, or with `return_document=True` as it is then."""

    async def insert_one(self, document: D, /, *, session: Any = None) -> Any:
        """Insert a document."""

    async def insert_many(self, documents: Sequence[D], /, *, ordered: bool = True, session: Any = None) -> Any:
        """Insert documents."""

    async def update_one(
        self, filter: Filter, update: Update, /, *, upsert: bool = False, session: Any = None
    ) -> Updated:
        """Change one document."""

    async def update_many(
        self, filter: Filter, update: Update, /, *, upsert: bool = False, session: Any = None
    ) -> Updated:
        """Change all documents that fit, alike."""

    async def delete_one(self, filter: Filter, /, *, session: Any = None) -> Deleted:
        """Delete one document."""

    async def delete_many(self, filter: Filter, /, *, session: Any = None) -> Deleted:
        """Delete all documents that fit."""

    async def bulk_write(self, writes: Sequence[Any], /, *, ordered: bool = True, session: Any = None) -> BulkWritten:
        """Do several writes with one command."""

    def aggregate(self, pipeline: Sequence[Mapping[str, Any]], /, **options: Any) -> FoundDocuments[dict[str, Any]]:
        """Compute something out of the documents."""

    async def distinct(self, field: str, filter: Filter | None = None, /, *, session: Any = None) -> list[Any]:
        """Return each value of a field once."""

    async def count_documents(self, filter: Filter, /, *, session: Any = None, **options: Any) -> int:
        """Count the documents that fit."""

    async def estimated_document_count(self) -> int:
        """Return about how many documents there are."""

    async def create_indexes(self, indexes: Iterable[Any], /) -> Any:
        """Create what is missing."""

    async def drop_index(self, name: str, /) -> None:
        """Take an index away."""

    async def index_information(self) -> Mapping[str, Any]:
        """Return the indexes by name."""


class StoredCollections:
    """Every collection as an attribute."""

    workspaces: Collection[WorkspaceDocument]
    operators: Collection[OperatorDocument]
    groups: Collection[GroupDocument]
    statuses: Collection[CustomStatusDocument]
    status_changes: Collection[StatusChangeDocument]
    tokens: Collection[TokenDocument]
    audit: Collection[AuditDocument]

    channels: Collection[ChannelDocument]
    signups: Collection[SignupDocument]
    provider_tasks: Collection[ProviderTaskDocument]

    contacts: Collection[ContactDocument]
    contact_fields: Collection[ContactFieldDocument]
    segments: Collection[SegmentDocument]
    suppressions: Collection[SuppressionDocument]

    conversations: Collection[ConversationDocument]
    promised_conversations: Collection[ConversationDocument]
    """The conversations, for promises: writes that the transaction of the messages follows (ADR 2)."""
    cues: Collection[CueDocument]
    notes: Collection[NoteDocument]
    rechecks: Collection[RecheckDocument]
    views: Collection[SavedViewDocument]

    tags: Collection[TagDocument]
    topics: Collection[TopicDocument]

    messages: Collection[MessageDocument]
    outbox: Collection[OutboxDocument]
    held_replies: Collection[HeldReplyDocument]
    message_terms: Collection[MessageTermsDocument]
    early_events: Collection[EarlyEventDocument]

    dead_letters: Collection[DeadLetterDocument]
    notices: Collection[NoticeDocument]

    queues: Collection[QueueDocument]
    told_queues: Collection[ToldQueueDocument]
    business_hours: Collection[BusinessHoursDocument]

    target_looks: Collection[TargetLookDocument]
    answer_waits: Collection[AnswerWaitDocument]

    reply_collections: Collection[ReplyCollectionDocument]
    prepared_replies: Collection[PreparedReplyDocument]
    reply_versions: Collection[ReplyVersionDocument]
    scheduled_messages: Collection[ScheduledMessageDocument]
    drafts: Collection[ReplyDraftDocument]

    templates: Collection[TemplateDocument]
    template_accounts: Collection[TemplateAccountDocument]

    campaigns: Collection[CampaignDocument]
    campaign_recipients: Collection[RecipientDocument]
    campaign_counts: Collection[CampaignCountDocument]
    campaign_failures: Collection[CampaignFailureDocument]
    audience_uploads: Collection[AudienceUploadDocument]
    audience_errors: Collection[AudienceErrorsDocument]
    link_clicks: Collection[LinkClickDocument]

    files: Collection[FileDocument]

    blob_files: Collection[BlobDocument]
    """GridFS's `blobs.files`: the complete blobs."""
    blob_chunks: Collection[ChunkDocument]
    """GridFS's `blobs.chunks`, for writes that a durable one in `blob_files` follows."""

    events: Collection[EventsDocument]
    relay_state: Collection[RelayStateDocument]

    mail_servers: Collection[MailServerDocument]
    mails: Collection[MailDocument]
    openid_providers: Collection[OpenIdProviderDocument]
    openid_logins: Collection[OpenIdLoginDocument]
    password_requests: Collection[PasswordRequestDocument]
    webhooks: Collection[WebhookDocument]
    webhook_deliveries: Collection[WebhookDeliveryDocument]
    push_notices: Collection[PushNoticeDocument]
    bots: Collection[BotDocument]
    bot_turns: Collection[BotTurnDocument]

    erasures: Collection[ErasureDocument]
    workspace_erasures: Collection[WorkspaceErasureDocument]
    exports: Collection[ExportDocument]

    rollups: Collection[RollupDocument]
    rollup_marks: Collection[RollupMarkDocument]

    helpers: Collection[HelperDocument]

    charge_reports: Collection[ChargeReportDocument]
    charges: Collection[ChargeDocument]
    cost_cells: Collection[CostCellDocument]
    rate_cards: Collection[RateCardDocument]
    budgets: Collection[BudgetDocument]

    leases: Collection[LeaseDocument]
    idempotency: Collection[IdempotencyDocument]
    gateway: Collection[GatewayDocument]
