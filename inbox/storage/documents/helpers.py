"""Programs of the business that help operators."""

from __future__ import annotations

from datetime import datetime

from inbox.storage.documents.subscriptions import ReceiverDocument


class HelperDocument(ReceiverDocument):
    """A helper (`inbox.helpers.helper_models.Helper`)."""

    _id: str
    workspace_id: str
    kind: str
    deadline_ms: int
    created_at: datetime
