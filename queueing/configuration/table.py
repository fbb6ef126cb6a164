"""The sections of a configuration, in the order in which they are imported: what is referred to comes first."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from inbox.channel.channel_models import SharedChannelFields
from inbox.channel.channel_store import ChannelStore
from inbox.contacts.field_models import ContactFieldFields
from inbox.contacts.field_store import ContactFieldStore
from inbox.finding.saved_views import ViewFields, create_view, patch_view
from inbox.labels.label_models import TagFields, TopicFields
from inbox.labels.tag_store import TagStore
from inbox.labels.topic_store import TopicStore
from inbox.subscriptions.subscription_models import WebhookFields
from inbox.subscriptions.subscription_store import WebhookStore
from queueing.configuration.references import Item, Reference
from queueing.configuration.sections import Create, Patch, Section, Workshop
from queueing.queues.queue_models import QueueFields
from queueing.settings.queue_store import QueueStore
from queueing.settings.reply_models import PreparedReplyFields, ReplyCollectionFields
from queueing.settings.reply_store import REPLY_COLLECTIONS, ReplyStore
from queueing.settings.team_models import BusinessHoursFields, GroupFields, StatusFields
from queueing.settings.team_settings import BUSINESS_HOURS, GROUPS, STATUSES, SettingKind, SettingStore


def _setting(kind: SettingKind[Any, Any]) -> tuple[Create, Patch]:
    def store(shop: Workshop) -> SettingStore[Any, Any]:
        return SettingStore(shop.database, shop.clock, kind)

    async def create(shop: Workshop, fields: Item) -> object:
        made = msgspec.convert(fields, kind.fields)
        return await store(shop).create(shop.caller.workspace_id, made, session=shop.session)

    async def patch(shop: Workshop, id_: str, changes: Item) -> object:
        return await store(shop).patch(shop.caller.workspace_id, id_, changes)

    return create, patch


def _label(store: type[TagStore | TopicStore | ContactFieldStore], model: Any) -> tuple[Create, Patch]:
    async def create(shop: Workshop, fields: Item) -> object:
        made: Any = msgspec.convert(fields, model)
        return await store(shop.database, shop.clock).create(shop.caller, made, session=shop.session)

    async def patch(shop: Workshop, id_: str, changes: Item) -> object:
        return await store(shop.database, shop.clock).patch(shop.caller, id_, changes)

    return create, patch


async def _make_queue(shop: Workshop, fields: Item) -> object:
    made = msgspec.convert(fields, QueueFields)
    return await QueueStore(shop.database, shop.clock).create(shop.caller.workspace_id, made, session=shop.session)


async def _change_queue(shop: Workshop, id_: str, changes: Item) -> object:
    return await QueueStore(shop.database, shop.clock).patch(shop.caller.workspace_id, id_, changes)


async def _make_reply(shop: Workshop, fields: Item) -> object:
    collection_id = fields["collection_id"]
    rest = {name: value for name, value in fields.items() if name != "collection_id"}
    made = msgspec.convert(rest, PreparedReplyFields)
    return await ReplyStore(shop.database, shop.clock).create(shop.caller, collection_id, made, session=shop.session)


async def _change_reply(shop: Workshop, id_: str, changes: Item) -> object:
    return await ReplyStore(shop.database, shop.clock).patch(shop.caller, id_, changes, version=None)


async def _make_view(shop: Workshop, fields: Item) -> object:
    made = msgspec.convert(fields, ViewFields)
    return await create_view(shop.database, shop.caller, made, now=shop.clock.now(), session=shop.session)


async def _change_view(shop: Workshop, id_: str, changes: Item) -> object:
    return await patch_view(shop.database, shop.caller, id_, changes)


def _webhooks(shop: Workshop) -> WebhookStore:
    return WebhookStore(shop.database, shop.box, allow_private=shop.settings.allow_private_urls)


async def _make_webhook(shop: Workshop, fields: Item) -> object:
    made = msgspec.convert(fields, WebhookFields)
    return await _webhooks(shop).create(shop.caller.workspace_id, made, now=shop.clock.now(), session=shop.session)


async def _change_webhook(shop: Workshop, id_: str, changes: Item) -> object:
    return await _webhooks(shop).patch(shop.caller.workspace_id, id_, changes, session=shop.session)


async def _change_channel(shop: Workshop, id_: str, changes: Item) -> object:
    store = ChannelStore(shop.database, shop.box, shop.settings)
    return await store.patch(shop.caller.workspace_id, id_, changes, now=shop.clock.now())


_GROUPS: Final = Reference(field="group_ids", name="groups", section="groups", many=True)
_QUEUE: Final = Reference(field="queue_id", name="queue", section="queues")
_IN_FILTER: Final = (
    _QUEUE,
    Reference(field="channel_id", name="channel", section="channels"),
    Reference(field="topic_id", name="topic", section="topics"),
)
_MADE: Final = {
    "business_hours": _setting(BUSINESS_HOURS),
    "groups": _setting(GROUPS),
    "statuses": _setting(STATUSES),
    "contact_fields": _label(ContactFieldStore, ContactFieldFields),
    "tags": _label(TagStore, TagFields),
    "topics": _label(TopicStore, TopicFields),
    "reply_collections": _setting(REPLY_COLLECTIONS),
}


def _plain(name: str, model: type[msgspec.Struct], **further: Any) -> Section:
    create, patch = _MADE[name]
    return Section(name=name, collection=name, model=model, create=create, patch=patch, **further)


SECTIONS: Final[tuple[Section, ...]] = (
    _plain("business_hours", BusinessHoursFields),
    _plain("groups", GroupFields, kept=("supervisor_ids",)),
    _plain("statuses", StatusFields),
    _plain("contact_fields", ContactFieldFields, key=("key",)),
    _plain("tags", TagFields, among={"deleted_at": None}),
    _plain(
        "topics",
        TopicFields,
        key=("parent", "name"),
        references=(Reference(field="parent_id", name="parent", section="topics"),),
    ),
    Section(
        name="queues",
        collection="queues",
        model=QueueFields,
        references=(
            Reference(field="next_queue_id", name="next_queue", section="queues"),
            Reference(field="business_hours_id", name="business_hours", section="business_hours"),
            _GROUPS,
        ),
        kept=("operator_ids",),
        create=_make_queue,
        patch=_change_queue,
    ),
    _plain("reply_collections", ReplyCollectionFields, references=(_GROUPS,)),
    Section(
        name="prepared_replies",
        collection="prepared_replies",
        model=PreparedReplyFields,
        key=("collection", "title"),
        references=(Reference(field="collection_id", name="collection", section="reply_collections"),),
        extra=("collection_id",),
        create=_make_reply,
        patch=_change_reply,
    ),
    Section(
        name="channels",
        collection="channels",
        model=SharedChannelFields,
        key=("kind", "name"),
        references=(_QUEUE,),
        extra=("kind",),
        kept=("provider_base_url", "bot_id"),
        among={"deleted_at": None},
        create=None,
        patch=_change_channel,
    ),
    Section(
        name="views",
        collection="views",
        model=ViewFields,
        inside={"filter": _IN_FILTER},
        kept_inside={"filter": ("contact_id", "operator_id")},
        kept=("shared",),
        forced={"shared": True},
        among={"shared": True, "filter.contact_id": None, "filter.operator_id": None},
        create=_make_view,
        patch=_change_view,
    ),
    Section(
        name="webhooks",
        collection="webhooks",
        model=WebhookFields,
        key=("url",),
        among={"deleted_at": None},
        create=_make_webhook,
        patch=_change_webhook,
    ),
)
