"""What MongoDB holds: a `TypedDict` for each collection, and the collections themselves with their types.

| file | collections |
| --- | --- |
| `conversations` | `conversations`, `cues`, `notes`, `rechecks`, `views` |
| `messages` | `messages`, `message_terms`, `early_events` |
| `contacts` | `contacts`, `contact_fields`, `segments`, `suppressions` |
| `people` | `workspaces`, `operators`, `groups`, `statuses`, `status_changes`, `tokens`, `audit` |
| `mails` | `mail_servers`, `mails`, `password_requests` |
| `openid` | `openid_providers`, `openid_logins` |
| `labels` | `tags`, `topics` |
| `channels` | `channels`, `provider_tasks`, `signups` |
| `queues` | `queues`, `told_queues`, `business_hours` |
| `targets` | `target_looks`, `answer_waits` |
| `desk` | `reply_collections`, `prepared_replies`, `reply_versions`, `scheduled_messages`, `drafts` |
| `templates` | `templates`, `template_accounts` |
| `campaigns` | `campaigns`, `campaign_recipients`, `audience_uploads`, `audience_errors`, `link_clicks` |
| `files` | `files`, and GridFS's `blobs.files` and `blobs.chunks` |
| `arriving` | `dead_letters`, `notices` |
| `erasing` | `erasures`, `workspace_erasures` |
| `exporting` | `exports` |
| `reports` | `rollups`, `rollup_marks` |
| `money` | `charge_reports`, `charges`, `cost_cells`, `rate_cards`, `budgets` |
| `stream` | `events`, `relay_state` |
| `subscriptions` | `webhooks`, `webhook_deliveries` |
| `push` | `push_notices` |
| `helpers` | `helpers` |
| `bots` | `bots`, `bot_turns` |
| `installation` | `leases`, `idempotency`, `gateway` |

`collections` has each collection's attribute with its type, and what can be done with a collection. Indexes are in
`inbox.storage.indexes`.

A field without `NotRequired` is in every document of the collection. What was read with a projection has only the
fields that were asked for, and the type can't tell: whoever projects reads what they named. Values are as the driver
gives them: enumerations as their words, times aware in UTC, tuples as lists. Where a document, or a part of it, is a
struct turned into builtins, the struct is named: it has the rules, and a test holds its fields against these.
"""

from inbox.storage.documents.arriving import DeadLetterDocument, NoticeDocument
from inbox.storage.documents.bots import BotDocument, BotFaultDocument, BotTurnDocument
from inbox.storage.documents.campaigns import (
    AudienceDocument,
    AudienceErrorsDocument,
    AudienceUploadDocument,
    CampaignCountDocument,
    CampaignDocument,
    CampaignFailureDocument,
    FillingDocument,
    FrozenTemplateDocument,
    FrozenVersionsDocument,
    LinkClickDocument,
    RecipientDocument,
    ResultsCountDocument,
    ResultsDocument,
    VariantDocument,
)
from inbox.storage.documents.channels import (
    AutoCloseDocument,
    ChannelDocument,
    ChannelSettingsDocument,
    ConnectingDocument,
    FactsDocument,
    HealthDocument,
    ProviderTaskDocument,
    RetentionDocument,
    SignupDocument,
    StandingDocument,
    StepDocument,
    TrimMarkDocument,
    TroubleDocument,
)
from inbox.storage.documents.collections import Collection, Condition, Fields, StoredCollections, with_fields
from inbox.storage.documents.contacts import (
    AccountDocument,
    AutoTextsDocument,
    ConsentDocument,
    ContactDocument,
    ContactFieldDocument,
    IdentityDocument,
    LastCampaignDocument,
    MarketingDocument,
    ReachabilityDocument,
    SegmentDocument,
    SegmentFieldDocument,
    SegmentFilterDocument,
    SuppressionDocument,
    WindowsDocument,
)
from inbox.storage.documents.conversations import (
    BotHoldDocument,
    ControlDocument,
    ConversationDocument,
    CueDocument,
    HandOverDocument,
    NoteDocument,
    RatingDocument,
    RecheckDocument,
    RoutingNoteDocument,
    SavedViewDocument,
    SnoozeDocument,
)
from inbox.storage.documents.desk import (
    PreparedReplyDocument,
    ReplyCollectionDocument,
    ReplyDraftDocument,
    ReplyVersionDocument,
    ScheduledMessageDocument,
)
from inbox.storage.documents.erasing import ErasedPersonDocument, ErasureDocument, WorkspaceErasureDocument
from inbox.storage.documents.exporting import ExportDocument, ExportPartDocument
from inbox.storage.documents.files import BlobDocument, ChunkDocument, FileDocument, FileHandleDocument
from inbox.storage.documents.helpers import HelperDocument
from inbox.storage.documents.installation import GatewayDocument, IdempotencyDocument, LeaseDocument
from inbox.storage.documents.labels import TagDocument, TopicDocument
from inbox.storage.documents.mails import MailDocument, MailServerDocument, PasswordRequestDocument
from inbox.storage.documents.messages import (
    AttemptDocument,
    AttemptEndDocument,
    AuthorDocument,
    ContentDocument,
    EarlyEventDocument,
    HeldReplyDocument,
    MediaDocument,
    MessageDocument,
    MessageTermsDocument,
    OutboxDocument,
    ProviderErrorDocument,
    ReactionDocument,
)
from inbox.storage.documents.money import (
    BudgetDocument,
    ChargeDocument,
    ChargeReportDocument,
    CostCellDocument,
    RateCardDocument,
)
from inbox.storage.documents.openid import OpenIdIdentityDocument, OpenIdLoginDocument, OpenIdProviderDocument
from inbox.storage.documents.people import (
    AuditDocument,
    CustomStatusDocument,
    GroupDocument,
    IntegrationPageDocument,
    OperatorDocument,
    ProvisionedDocument,
    PushSubscriptionDocument,
    QuotasDocument,
    SecondFactorDocument,
    SigningKeyDocument,
    StatusChangeDocument,
    TokenDocument,
    WorkspaceDocument,
    WorkspaceSettingsDocument,
)
from inbox.storage.documents.push import PushNoticeDocument
from inbox.storage.documents.queues import BusinessHoursDocument, QueueDocument, ToldQueueDocument
from inbox.storage.documents.reports import DurationsDocument, RollupDocument, RollupMarkDocument, TallyDocument
from inbox.storage.documents.stream import EventsDocument, RelayStateDocument
from inbox.storage.documents.subscriptions import (
    DeliveryAttemptDocument,
    ReceiverDocument,
    WebhookDeliveryDocument,
    WebhookDocument,
)
from inbox.storage.documents.targets import AnswerWaitDocument, TargetDocument, TargetLookDocument
from inbox.storage.documents.templates import (
    DraftDocument,
    TemplateAccountDocument,
    TemplateChangeDocument,
    TemplateDetailsDocument,
    TemplateDocument,
)

__all__ = [
    "AccountDocument",
    "AnswerWaitDocument",
    "AttemptDocument",
    "AttemptEndDocument",
    "AudienceDocument",
    "AudienceErrorsDocument",
    "AudienceUploadDocument",
    "AuditDocument",
    "AuthorDocument",
    "AutoCloseDocument",
    "AutoTextsDocument",
    "BlobDocument",
    "BotDocument",
    "BotFaultDocument",
    "BotHoldDocument",
    "BotTurnDocument",
    "BudgetDocument",
    "BusinessHoursDocument",
    "CampaignCountDocument",
    "CampaignDocument",
    "CampaignFailureDocument",
    "ChannelDocument",
    "ChannelSettingsDocument",
    "ChargeDocument",
    "ChargeReportDocument",
    "ChunkDocument",
    "Collection",
    "Condition",
    "ConnectingDocument",
    "ConsentDocument",
    "ContactDocument",
    "ContactFieldDocument",
    "ContentDocument",
    "ControlDocument",
    "ConversationDocument",
    "CostCellDocument",
    "CueDocument",
    "CustomStatusDocument",
    "DeadLetterDocument",
    "DeliveryAttemptDocument",
    "DraftDocument",
    "DurationsDocument",
    "EarlyEventDocument",
    "ErasedPersonDocument",
    "ErasureDocument",
    "EventsDocument",
    "ExportDocument",
    "ExportPartDocument",
    "FactsDocument",
    "Fields",
    "FileDocument",
    "FileHandleDocument",
    "FillingDocument",
    "FrozenTemplateDocument",
    "FrozenVersionsDocument",
    "GatewayDocument",
    "GroupDocument",
    "HandOverDocument",
    "HealthDocument",
    "HeldReplyDocument",
    "HelperDocument",
    "IdempotencyDocument",
    "IdentityDocument",
    "IntegrationPageDocument",
    "LastCampaignDocument",
    "LeaseDocument",
    "LinkClickDocument",
    "MailDocument",
    "MailServerDocument",
    "MarketingDocument",
    "MediaDocument",
    "MessageDocument",
    "MessageTermsDocument",
    "NoteDocument",
    "NoticeDocument",
    "OpenIdIdentityDocument",
    "OpenIdLoginDocument",
    "OpenIdProviderDocument",
    "OperatorDocument",
    "OutboxDocument",
    "PasswordRequestDocument",
    "PreparedReplyDocument",
    "ProviderErrorDocument",
    "ProviderTaskDocument",
    "ProvisionedDocument",
    "PushNoticeDocument",
    "PushSubscriptionDocument",
    "QueueDocument",
    "QuotasDocument",
    "RateCardDocument",
    "RatingDocument",
    "ReachabilityDocument",
    "ReactionDocument",
    "ReceiverDocument",
    "RecheckDocument",
    "RecipientDocument",
    "RelayStateDocument",
    "ReplyCollectionDocument",
    "ReplyDraftDocument",
    "ReplyVersionDocument",
    "ResultsCountDocument",
    "ResultsDocument",
    "RetentionDocument",
    "RollupDocument",
    "RollupMarkDocument",
    "RoutingNoteDocument",
    "SavedViewDocument",
    "ScheduledMessageDocument",
    "SecondFactorDocument",
    "SegmentDocument",
    "SegmentFieldDocument",
    "SegmentFilterDocument",
    "SigningKeyDocument",
    "SignupDocument",
    "SnoozeDocument",
    "StandingDocument",
    "StatusChangeDocument",
    "StepDocument",
    "StoredCollections",
    "SuppressionDocument",
    "TagDocument",
    "TallyDocument",
    "TargetDocument",
    "TargetLookDocument",
    "TemplateAccountDocument",
    "TemplateChangeDocument",
    "TemplateDetailsDocument",
    "TemplateDocument",
    "TokenDocument",
    "ToldQueueDocument",
    "TopicDocument",
    "TrimMarkDocument",
    "TroubleDocument",
    "VariantDocument",
    "WebhookDeliveryDocument",
    "WebhookDocument",
    "WindowsDocument",
    "WorkspaceDocument",
    "WorkspaceErasureDocument",
    "WorkspaceSettingsDocument",
    "with_fields",
]
