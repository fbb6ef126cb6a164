"""Replacing the secret key: credentials, opt-outs and links outlive it; a wrong one is told at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import SecretStr

from gateway.commands.doctor_checks import check_key
from gateway.commands.key_rotation import rotate_key
from inbox.channel.channel_models import (
    TelegramChannelFields,
    TelegramCredentials,
    WhatsAppChannelFields,
    WhatsAppCredentials,
)
from inbox.channel.channel_store import ChannelStore
from inbox.contacts.contact_models import OptOutSource
from inbox.contacts.suppression import Suppression
from inbox.files.links import file_link, link_is_good
from inbox.foundation.clock import FixedClock
from inbox.foundation.problems import ProblemError
from inbox.foundation.secret_box import SecretBox, SecretUnreadableError
from inbox.foundation.settings import Settings, SettingsInvalidError
from inbox.people.accounts import NewOperator, create_workspace
from inbox.storage.database import Database
from inbox.storage.runtime import Runtime, make_secret_box, open_runtime

ANN = "whatsapp:4915112345678"


@pytest.fixture
def old(settings: Settings) -> Settings:
    return settings


@pytest.fixture
def both(settings: Settings) -> Settings:
    assert settings.secret_key
    new = SecretStr(SecretBox.new_key())
    return settings.model_copy(update={"secret_key": new, "previous_secret_keys": (settings.secret_key,)})


@pytest.fixture
def new(both: Settings) -> Settings:
    return both.model_copy(update={"previous_secret_keys": ()})


async def connected(runtime: Runtime, number: str = "106540352242922") -> str:
    credentials = WhatsAppCredentials(
        phone_number_id=number, waba_id="1", access_token="secret", app_secret="app", verify_token="v"
    )
    fields = WhatsAppChannelFields(name="Sales", credentials=credentials)
    store = ChannelStore(runtime.database, runtime.secret_box, runtime.settings)
    return (await store.create("w1", fields, now=runtime.clock.now())).id


async def listed(settings: Settings) -> bool:
    """Tell whether Ann is on the list, as a process with these settings sees it."""
    async with open_runtime(settings) as runtime:
        found = await runtime.database.in_thread(
            lambda database: Suppression(runtime.database, runtime.hash_opt_out).suppressed(database, "w1", [ANN])
        )
        return bool(found)


async def opted_out(runtime: Runtime) -> None:
    await Suppression(runtime.database, runtime.hash_opt_out).add(
        "w1", [ANN], OptOutSource.OPERATOR, runtime.clock.now()
    )


async def token_of(database: Database, box: SecretBox) -> str:
    stored = await database.channels.find_one({})
    assert stored
    return box.open(stored["credentials"])["access_token"]


async def test_credentials_and_opt_outs_outlive_the_key(
    old: Settings, both: Settings, new: Settings, database: Database
) -> None:
    async with open_runtime(old) as runtime:
        await connected(runtime)
        await opted_out(runtime)
    assert not (await check_key(both, database)).ok
    said = await rotate_key(both)
    assert "secrets sealed with the new key: 1" in said
    assert (await check_key(new, database)).ok
    assert await token_of(database, make_secret_box(new)) == "secret"
    assert await listed(new)
    with pytest.raises(SecretUnreadableError):
        await token_of(database, make_secret_box(old))
    assert "secrets sealed with the new key: 0" in await rotate_key(both)


async def test_opt_outs_from_before_there_was_a_key_of_their_own_still_hold(
    runtime: Runtime, old: Settings, both: Settings, new: Settings
) -> None:
    await connected(runtime)
    before = Suppression(runtime.database, runtime.secret_box.signature)
    await before.add("w1", [ANN], OptOutSource.OPERATOR, runtime.clock.now())
    assert await runtime.database.gateway.find_one({}) is None
    assert await listed(both)
    await rotate_key(both)
    assert await listed(new)


async def test_opt_outs_of_an_installation_without_channels_still_hold(
    runtime: Runtime, old: Settings, database: Database, clock: FixedClock
) -> None:
    owner = NewOperator(name="Ann", email="ann@shop.example", password="correct horse battery")
    await create_workspace(database, name="Shop", owner=owner, now=clock.now(), sign_in_days=1)
    before = Suppression(database, runtime.secret_box.signature)
    await before.add("w1", [ANN], OptOutSource.OPERATOR, clock.now())
    assert await listed(old)


async def test_a_wrong_key_is_told_at_the_start(old: Settings, new: Settings, database: Database) -> None:
    async with open_runtime(old):
        pass
    with pytest.raises(SettingsInvalidError, match=r"GATEWAY_SECRET_KEY.*rotate-key"):
        async with open_runtime(new):
            pass
    found = await check_key(new, database)
    assert not found.ok
    assert "GATEWAY_SECRET_KEY" in found.detail


async def test_a_wrong_key_is_told_where_only_channels_show_it(runtime: Runtime, new: Settings) -> None:
    await connected(runtime)
    with pytest.raises(SettingsInvalidError, match="GATEWAY_SECRET_KEY"):
        async with open_runtime(new):
            pass
    assert await runtime.database.gateway.find_one({}) is None


async def test_a_channel_that_no_key_opens_is_named_and_keeps_nobody_back(
    runtime: Runtime, both: Settings, database: Database
) -> None:
    lost = await connected(runtime)
    await database.channels.update_one(
        {"_id": lost}, {"$set": {"credentials": SecretBox(SecretBox.new_key()).seal({})}}
    )
    await connected(runtime, "106540352242923")
    said = await rotate_key(both)
    assert "secrets sealed with the new key: 1" in said
    assert lost in said


async def test_credentials_whose_key_is_lost_are_entered_anew_or_the_channel_goes(
    runtime: Runtime, new: Settings, database: Database, clock: FixedClock
) -> None:
    lost = await connected(runtime)
    store = ChannelStore(database, make_secret_box(new), new)
    with pytest.raises(ProblemError, match="invalid_request"):
        await store.patch("w1", lost, {"credentials": {"access_token": "new"}}, now=clock.now())
    whole = {"waba_id": "1", "access_token": "new", "app_secret": "app", "verify_token": "v"}
    entered = {"credentials": {"phone_number_id": "106540352242922", **whole}}
    await store.patch("w1", lost, entered, now=clock.now())
    assert await token_of(database, make_secret_box(new)) == "new"
    other = await connected(runtime, "106540352242923")
    await store.delete("w1", other, now=clock.now())


async def test_a_bot_whose_key_is_lost_gets_a_new_secret_token(
    runtime: Runtime, new: Settings, database: Database, clock: FixedClock
) -> None:
    fields = TelegramChannelFields(name="Bot", credentials=TelegramCredentials(bot_token="110:a"))
    made = await ChannelStore(database, runtime.secret_box, runtime.settings).create("w1", fields, now=clock.now())
    store = ChannelStore(database, make_secret_box(new), new)
    await store.patch("w1", made.id, {"credentials": {"bot_token": "110:b"}}, now=clock.now())
    stored = await database.channels.find_one({"_id": made.id})
    assert stored
    assert len(make_secret_box(new).open(stored["credentials"])["secret_token"]) == 64


async def test_links_of_the_earlier_key_work_until_it_is_taken_away(
    old: Settings, both: Settings, new: Settings, clock: FixedClock
) -> None:
    link = file_link("https://x", "f1", make_secret_box(old).signature, clock.now())
    until, signature = link.partition("until=")[2].split("&signature=")
    for settings, good in ((old, True), (both, True), (new, False)):
        vouches = make_secret_box(settings).vouches
        assert link_is_good("f1", until, signature, vouches, clock.now()) is good
        assert not link_is_good("f2", until, signature, vouches, clock.now())
        assert not link_is_good("f1", until, signature, vouches, clock.now() + timedelta(hours=2))
