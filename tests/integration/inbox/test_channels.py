"""Channels: storing, rotating secrets, and finding them on the hot path."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from inbox.channel.channel_directory import FRESH_SECONDS, STALE_SECONDS, ChannelDirectory
from inbox.channel.channel_models import (
    Channel,
    HealthStatus,
    TelegramChannelFields,
    TelegramCredentials,
    Updates,
    WebchatChannelFields,
    WebchatCredentials,
    WhatsAppChannelFields,
    WhatsAppCredentials,
)
from inbox.channel.channel_store import ChannelStore
from inbox.channel.claims import CLAIMED_ELSEWHERE
from inbox.foundation.clock import FixedClock
from inbox.foundation.problems import ProblemError
from inbox.model.channel_kind import ChannelKind
from inbox.storage.database import Database, IndexModel
from inbox.storage.indexes import OLD_ACCOUNT_INDEX, create_indexes
from inbox.storage.runtime import Runtime
from tests.integration.inbox.command_order import watched


@dataclass
class Ticks:
    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


def whatsapp(number: str = "1001", **changes: Any) -> WhatsAppChannelFields:
    credentials = WhatsAppCredentials(
        phone_number_id=number, waba_id="2001", access_token="token-1", app_secret="secret-1", verify_token="verify-1"
    )
    return WhatsAppChannelFields(**{"name": "Sales", "credentials": credentials, **changes})


@pytest.fixture
def store(runtime: Runtime) -> ChannelStore:
    return ChannelStore(runtime.database, runtime.secret_box, runtime.settings)


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def directory(runtime: Runtime, ticks: Ticks) -> ChannelDirectory:
    return ChannelDirectory(runtime.database, runtime.secret_box, clock=runtime.clock, monotonic=ticks)


async def problem_of(awaitable: Any) -> ProblemError:
    with pytest.raises(ProblemError) as caught:
        await awaitable
    return caught.value


async def test_credentials_are_sealed_and_not_in_the_view(
    store: ChannelStore, database: Database, clock: FixedClock
) -> None:
    channel = await store.create("w1", whatsapp(), now=clock.now())
    stored = await database.channels.find_one({"_id": channel.id})
    for secret in ("token-1", "secret-1", "verify-1"):
        assert secret not in str(stored)
        assert secret not in str(channel)
    assert channel.webhook_url == f"http://127.0.0.1:8080/webhooks/whatsapp/{channel.id}"
    assert (channel.account_key, channel.scope_key) == ("1001", "2001")


async def confirmed(store: ChannelStore, workspace_id: str, channel: Channel, clock: FixedClock) -> Channel:
    """Let a look at the channel's server succeed."""
    server = channel.provider_base_url
    return await store.record_health(workspace_id, channel.id, HealthStatus.OK, "Sales", server=server, now=clock.now())


async def test_a_number_that_nobody_confirmed_keeps_its_owner_from_nothing(
    store: ChannelStore, clock: FixedClock
) -> None:
    made_up = await store.create("w1", whatsapp(), now=clock.now())
    owners = await store.create("w2", whatsapp(), now=clock.now())
    assert (await confirmed(store, "w2", owners, clock)).health.status is HealthStatus.OK
    late = await confirmed(store, "w1", made_up, clock)
    assert (late.health.status, late.health.detail) == (HealthStatus.FAILING, CLAIMED_ELSEWHERE)
    await store.delete("w2", owners.id, now=clock.now())
    assert (await confirmed(store, "w1", made_up, clock)).health.status is HealthStatus.OK


async def test_one_of_many_that_are_confirmed_at_once_has_the_number(store: ChannelStore, clock: FixedClock) -> None:
    workspaces = [f"w{number}" for number in range(8)]
    channels = [await store.create(workspace, whatsapp(), now=clock.now()) for workspace in workspaces]
    looks = [confirmed(store, *pair, clock) for pair in zip(workspaces, channels, strict=True)]
    noted = Counter([channel.health.status for channel in await asyncio.gather(*looks)])
    assert noted == {HealthStatus.OK: 1, HealthStatus.FAILING: 7}


async def test_a_server_of_ones_own_confirms_nothing_at_the_providers(store: ChannelStore, clock: FixedClock) -> None:
    mine = await store.create("w1", whatsapp(provider_base_url="http://127.0.0.1:1"), now=clock.now())
    assert (await confirmed(store, "w1", mine, clock)).health.status is HealthStatus.OK
    await store.create("w2", whatsapp(), now=clock.now())
    late_answer = confirmed(store, "w1", mine, clock)  # of the server that was asked before the change
    await store.patch("w1", mine.id, {"provider_base_url": None}, now=clock.now())
    await late_answer
    third = await store.create("w3", whatsapp(), now=clock.now())
    assert (await confirmed(store, "w3", third, clock)).health.status is HealthStatus.OK


async def test_a_workspace_connects_an_account_once(store: ChannelStore, clock: FixedClock) -> None:
    await store.create("w1", whatsapp(), now=clock.now())
    assert (await problem_of(store.create("w1", whatsapp(), now=clock.now()))).code == "duplicate"


async def test_channels_of_earlier_versions_keep_what_works(
    store: ChannelStore, database: Database, clock: FixedClock
) -> None:
    works = await store.create("w1", whatsapp(), now=clock.now())
    await store.create("w1", whatsapp("1002"), now=clock.now())
    await database.channels.update_one({"_id": works.id}, {"$set": {"health.status": "ok"}})
    old = IndexModel([("kind", 1), ("account_key", 1)], unique=True, name=OLD_ACCOUNT_INDEX)
    await database.channels.create_indexes([old])
    await asyncio.gather(*(create_indexes(database) for _ in range(4)))
    assert OLD_ACCOUNT_INDEX not in await database.channels.index_information()
    assert (await problem_of(store.create("w2", whatsapp(), now=clock.now()))).code == "duplicate"
    await store.create("w2", whatsapp("1002"), now=clock.now())


async def test_a_confirmed_number_belongs_to_one_channel_of_all_workspaces(
    store: ChannelStore, clock: FixedClock
) -> None:
    channel = await confirmed(store, "w1", await store.create("w1", whatsapp(), now=clock.now()), clock)
    problem = await problem_of(store.create("w2", whatsapp(), now=clock.now()))
    assert (problem.code, problem.errors[0].pointer) == ("duplicate", "/credentials/phone_number_id")
    await store.delete("w1", channel.id, now=clock.now())
    assert (await store.create("w2", whatsapp(), now=clock.now())).account_key == "1001"


def telegram(token: str = "110:a", **changes: Any) -> TelegramChannelFields:
    return TelegramChannelFields(name="Bot", credentials=TelegramCredentials(bot_token=token), **changes)


def webchat(secret: str = "identity-1", origins: tuple[str, ...] = ("https://shop.example",)) -> WebchatChannelFields:
    credentials = WebchatCredentials(allowed_origins=origins, identity_secret=secret)
    return WebchatChannelFields(name="Site", credentials=credentials)


async def test_a_bot_is_known_by_its_id_and_gets_a_secret_token(
    store: ChannelStore, directory: ChannelDirectory, clock: FixedClock
) -> None:
    channel = await store.create("w1", telegram(), now=clock.now())
    assert (channel.account_key, channel.scope_key, channel.updates) == ("110", None, Updates.WEBHOOK)
    before = await directory.get(channel.id)
    await store.patch("w1", channel.id, {"credentials": {"bot_token": "110:b"}, "updates": "polling"}, now=clock.now())
    directory.forget(channel.id)
    after = await directory.get(channel.id)
    assert before is not None
    assert after is not None
    assert (before.credentials["bot_token"], after.credentials["bot_token"]) == ("110:a", "110:b")
    assert after.credentials["secret_token"] == before.credentials["secret_token"]
    assert len(after.credentials["secret_token"]) == 64
    assert after.updates is Updates.POLLING
    problem = await problem_of(store.patch("w1", channel.id, {"credentials": {"bot_token": "111:b"}}, now=clock.now()))
    assert problem.errors[0].pointer == "/credentials/bot_token"
    await confirmed(store, "w1", channel, clock)
    problem = await problem_of(store.create("w2", telegram("110:other"), now=clock.now()))
    assert (problem.code, problem.errors[0].pointer) == ("duplicate", "/credentials/bot_token")


async def test_a_widget_has_addresses_of_its_own_and_its_identity_secret_rotates(
    store: ChannelStore, directory: ChannelDirectory, clock: FixedClock
) -> None:
    channel = await store.create("w1", webchat(), now=clock.now())
    await store.create("w1", webchat(), now=clock.now())  # a site may have many
    assert (channel.webhook_url, channel.account_key) == (None, None)
    assert channel.widget_url == f"http://127.0.0.1:8080/webchat/{channel.id}/widget.js"
    assert channel.socket_url == f"ws://127.0.0.1:8080/webchat/{channel.id}/socket"
    origins = ["https://shop.example", "https://www.shop.example"]
    patch = {"credentials": {"identity_secret": "identity-2", "allowed_origins": origins}}
    await store.patch("w1", channel.id, patch, now=clock.now())
    record = await directory.get(channel.id)
    assert record is not None
    assert record.credentials == {
        "allowed_origins": " ".join(origins),
        "identity_secret": "identity-2",
        "identity_secret_previous": "identity-1",
    }
    clock.advance(timedelta(hours=24))
    directory.forget(channel.id)
    record = await directory.get(channel.id)
    assert record is not None
    assert "identity_secret_previous" not in record.credentials


async def test_a_patch_merges_also_inside_credentials(
    store: ChannelStore, directory: ChannelDirectory, clock: FixedClock
) -> None:
    channel = await store.create("w1", whatsapp(provider_base_url="http://localhost:9/"), now=clock.now())
    patch = {"name": "New", "provider_base_url": None, "credentials": {"access_token": "token-2"}}
    changed = await store.patch("w1", channel.id, patch, now=clock.now())
    record = await directory.get(channel.id)
    assert record is not None
    assert (changed.name, changed.provider_base_url) == ("New", None)
    assert record.credentials == {
        "phone_number_id": "1001",
        "waba_id": "2001",
        "access_token": "token-2",
        "app_secret": "secret-1",
        "verify_token": "verify-1",
    }


@pytest.mark.parametrize(
    ("patch", "pointer"),
    [
        ({"kind": "telegram"}, "/kind"),
        ({"nonsense": 1}, "/nonsense"),
        ({"name": None}, "/name"),
        ({"credentials": {"access_token": None}}, "/credentials/access_token"),
        ({"credentials": {"phone_number_id": "9"}}, "/credentials/phone_number_id"),
        ({"credentials": {"app_secret": "with blank"}}, "/credentials/app_secret"),
        ({"auto_close": {"assigned_seconds": 59}}, "/auto_close/assigned_seconds"),
        ({"auto_close": {"assigned_seconds": 60, "warn_before_seconds": 60}}, "/auto_close/warn_before_seconds"),
        ({"queue_id": "missing"}, "/queue_id"),
        ({"provider_base_url": "ftp://example.com"}, "/provider_base_url"),
        ({"provider_base_url": "http://user:pass@example.com"}, "/provider_base_url"),
    ],
)
async def test_a_faulty_patch_names_the_field(
    store: ChannelStore, clock: FixedClock, patch: dict[str, Any], pointer: str
) -> None:
    channel = await store.create("w1", whatsapp(), now=clock.now())
    problem = await problem_of(store.patch("w1", channel.id, patch, now=clock.now()))
    assert (problem.code, problem.errors[0].pointer) == ("invalid_request", pointer)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]", "localhost"]
)
async def test_private_addresses_are_refused(runtime: Runtime, clock: FixedClock, host: str) -> None:
    settings = runtime.settings.model_copy(update={"allow_private_urls": False})
    store = ChannelStore(runtime.database, runtime.secret_box, settings)
    problem = await problem_of(store.create("w1", whatsapp(provider_base_url=f"http://{host}/"), now=clock.now()))
    assert problem.errors[0].pointer == "/provider_base_url"


async def test_an_old_app_secret_stays_good_for_a_day(
    store: ChannelStore, directory: ChannelDirectory, ticks: Ticks, clock: FixedClock
) -> None:
    channel = await store.create("w1", whatsapp(), now=clock.now())
    await store.patch("w1", channel.id, {"credentials": {"app_secret": "secret-2"}}, now=clock.now())
    await store.patch("w1", channel.id, {"credentials": {"access_token": "token-2"}}, now=clock.now())
    record = await directory.get(channel.id)
    assert record is not None
    assert (record.credentials["app_secret"], record.credentials["app_secret_previous"]) == ("secret-2", "secret-1")
    clock.advance(timedelta(hours=24))
    ticks.seconds += STALE_SECONDS
    record = await directory.get(channel.id)
    assert record is not None
    assert "app_secret_previous" not in record.credentials


async def test_a_deleted_channel_verifies_for_its_siblings_and_learns_their_new_secret(
    store: ChannelStore, directory: ChannelDirectory, clock: FixedClock
) -> None:
    deleted = await store.create("w1", whatsapp("1001"), now=clock.now())
    sibling = await store.create("w1", whatsapp("1002"), now=clock.now())
    await store.delete("w1", deleted.id, now=clock.now())
    await store.patch("w1", sibling.id, {"credentials": {"app_secret": "secret-2"}}, now=clock.now())
    record = await directory.get(deleted.id)
    assert record is not None
    assert record.deleted_at == clock.now()
    assert record.credentials == {
        "app_secret": "secret-2",
        "app_secret_previous": "secret-1",
        "verify_token": "verify-1",
    }
    found = await directory.sibling("w1", ChannelKind.WHATSAPP, "1002")
    assert found is not None
    assert found.id == sibling.id
    assert await directory.sibling("w1", ChannelKind.WHATSAPP, "1001") is None
    assert await directory.sibling("w2", ChannelKind.WHATSAPP, "1002") is None
    assert (await problem_of(store.get("w1", deleted.id))).code == "not_found"


async def test_a_stale_record_is_served_while_it_is_refreshed(
    store: ChannelStore, directory: ChannelDirectory, ticks: Ticks, clock: FixedClock
) -> None:
    channel = await store.create("w1", whatsapp(), now=clock.now())
    assert (await directory.get(channel.id)).name == "Sales"  # type: ignore[union-attr]
    await store.patch("w1", channel.id, {"name": "New"}, now=clock.now())
    assert (await directory.get(channel.id)).name == "Sales"  # type: ignore[union-attr]
    ticks.seconds += FRESH_SECONDS
    assert (await directory.get(channel.id)).name == "Sales"  # type: ignore[union-attr]
    await directory.close()  # the refresh has happened
    assert (await directory.get(channel.id)).name == "New"  # type: ignore[union-attr]


async def test_a_record_older_than_five_seconds_is_never_served(
    store: ChannelStore, directory: ChannelDirectory, ticks: Ticks, clock: FixedClock
) -> None:
    channel = await store.create("w1", whatsapp(), now=clock.now())
    await directory.get(channel.id)
    await store.patch("w1", channel.id, {"name": "New"}, now=clock.now())
    ticks.seconds += STALE_SECONDS
    assert (await directory.get(channel.id)).name == "New"  # type: ignore[union-attr]


async def test_a_miss_is_remembered_for_a_second_only(
    store: ChannelStore, directory: ChannelDirectory, ticks: Ticks, clock: FixedClock
) -> None:
    assert await directory.sibling("w1", ChannelKind.WHATSAPP, "1001") is None
    channel = await store.create("w1", whatsapp(), now=clock.now())
    assert await directory.sibling("w1", ChannelKind.WHATSAPP, "1001") is None
    ticks.seconds += FRESH_SECONDS
    found = await directory.sibling("w1", ChannelKind.WHATSAPP, "1001")
    assert found is not None
    assert found.id == channel.id


async def test_what_this_process_changed_it_sees_at_once(
    store: ChannelStore, directory: ChannelDirectory, clock: FixedClock
) -> None:
    channel = await store.create("w1", whatsapp(), now=clock.now())
    await directory.get(channel.id)
    await store.patch("w1", channel.id, {"name": "New"}, now=clock.now())
    directory.forget(channel.id)
    assert (await directory.get(channel.id)).name == "New"  # type: ignore[union-attr]


async def test_only_a_change_of_health_is_told(store: ChannelStore, database: Database, clock: FixedClock) -> None:
    channel = await store.create("w1", whatsapp(), now=clock.now())
    for status in (HealthStatus.OK, HealthStatus.OK, HealthStatus.FAILING):
        noted = await store.record_health("w1", channel.id, status, "detail", server=None, now=clock.now())
        assert (noted.health.status, noted.health.at) == (status, clock.now())
    stored = await database.events.find({}).to_list(None)
    assert len(stored) == 2
    assert "secret-1" not in str(stored)


async def test_a_server_is_looked_up_before_a_transaction_begins(
    runtime: Runtime, database_url: str, clock: FixedClock
) -> None:
    """A name may take seconds to look up; a refused one has touched nothing."""
    strict = runtime.settings.model_copy(update={"allow_private_urls": False})
    with watched(database_url) as (seen, order):
        store = ChannelStore(seen, runtime.secret_box, strict)
        channel = await store.create("w1", whatsapp(), now=clock.now())
        order.listening = True
        patch = {"provider_base_url": "http://localhost:1"}
        refused = await problem_of(store.patch("w1", channel.id, patch, now=clock.now()))
        order.listening = False
    assert refused.code == "invalid_request"
    assert not any(belongs for _, belongs in order.commands)
