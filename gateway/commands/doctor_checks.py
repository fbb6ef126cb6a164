"""What can be wrong with an installation, looked at from outside of the running processes."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

import aiohttp
from redis.exceptions import RedisError

from channels.abilities import ChecksCredentials
from channels.contract import ChannelAccount
from channels.public_connections import read_whole
from channels.registry import open_connectors
from channels.whatsapp.graph_versions import says_of
from gateway.commands.doctor_settings import metrics_readers, named_proxies, proxy_fault
from gateway.embedded.backing import Backing, open_backing
from gateway.embedded.binaries import OLDEST_REDIS
from gateway.processes.supervisor import report_to_stderr
from inbox.channel.channel_models import Updates
from inbox.files.blob_store import StoreUnavailableError
from inbox.files.stores import open_blob_store
from inbox.foundation.capped_answers import AnswerTooLargeError
from inbox.foundation.public_address import AddressRefusedError, check_public_url
from inbox.foundation.secret_box import SecretBox, SecretUnreadableError
from inbox.foundation.settings import Settings, SettingsInvalidError
from inbox.model.channel_kind import ChannelKind
from inbox.sending.outbound import SendFailedError
from inbox.storage.database import Database, DatabaseUnavailableError
from inbox.storage.documents.channels import ChannelDocument
from inbox.storage.indexes import missing_indexes
from inbox.storage.installation import look_at_seals
from inbox.storage.redis_clients import connect_redis
from inbox.storage.runtime import WRONG_KEY, make_secret_box

OLDEST_MONGODB: Final = (6, 0)
"""Transactions, change streams and `$$NOW` in partial updates work alike from there on; older ones get no fixes."""
MAX_CLOCK_OFFSET_SECONDS: Final = 1.0
"""Reply windows and signatures are judged in seconds; the gateway corrects less than this without harm."""
CHECK_SECONDS: Final = 10.0


@dataclass(frozen=True)
class Check:
    """The outcome of one look.

    Attributes:
        name: What was looked at.
        ok: Nothing to do.
        detail: What was found; for a fault, also what to do.
    """

    name: str
    ok: bool
    detail: str

    def line(self) -> str:
        """Return the outcome for a person."""
        return f"{'OK   ' if self.ok else 'FAULT'} {self.name}: {self.detail}"

    def as_json(self) -> dict[str, Any]:
        """Return the outcome for a program."""
        return asdict(self)


async def examine() -> list[Check]:
    """Make all checks that can be made; those that stand on a faulty one are left out."""
    try:
        async with open_backing(report_to_stderr) as backing:
            settings = backing.settings
            own = [check_settings(backing, os.environ), check_proxies(settings), check_metrics(settings)]
            return [*own, *await _examine_servers(settings)]
    except SettingsInvalidError as fault:
        return [Check("settings", ok=False, detail=line) for line in str(fault).splitlines()]


def check_settings(backing: Backing, environment: Mapping[str, str]) -> Check:
    """Look for settings that nobody reads, which are usually misspelt."""
    known = {f"GATEWAY_{name.upper()}" for name in Settings.model_fields}
    unknown = sorted(name for name in environment if name.startswith("GATEWAY_") and name not in known)
    if unknown:
        return Check("settings", ok=False, detail=f"nobody reads {', '.join(unknown)}; correct or remove it")
    servers = f"embedded servers in {backing.settings.data_dir}" if backing.servers else "servers from the environment"
    return Check("settings", ok=True, detail=f"complete; {servers}")


def check_proxies(settings: Settings) -> Check:
    """See whether the addresses by which limits count are those of clients."""
    fault = proxy_fault(settings)
    return Check("proxies", ok=fault is None, detail=fault or named_proxies(settings))


def check_metrics(settings: Settings) -> Check:
    """Say who may read the figures."""
    return Check("metrics", ok=True, detail=metrics_readers(settings))


async def _examine_servers(settings: Settings) -> list[Check]:
    database = Database(settings.mongo_url or "")
    try:
        mongodb, redis = await asyncio.gather(
            _mongodb(database), _guarded("redis", check_redis, settings.redis_url or "")
        )
        if not mongodb[0].ok:
            return [*mongodb, redis]
        files = await _guarded("files", check_files, settings, database)
        key = await _guarded("secret key", check_key, settings, database)
        return [*mongodb, redis, files, key, *await _examine_channels(database, settings)]
    finally:
        database.close()


async def _guarded(name: str, check: Callable[..., Awaitable[Check]], *arguments: Any) -> Check:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check(*arguments)
    except TimeoutError:
        return Check(name, ok=False, detail=f"no answer within {CHECK_SECONDS:g} s; see whether it is overloaded")


async def _mongodb(database: Database) -> list[Check]:
    try:
        offset = await database.check()
    except DatabaseUnavailableError as fault:
        return [Check("mongodb", ok=False, detail=str(fault))]
    version = str((await database.command("buildInfo"))["version"])
    return [check_mongodb_version(version), await check_indexes(database), check_clock(offset)]


def check_mongodb_version(version: str) -> Check:
    """Judge MongoDB's version."""
    if _numbers(version) < OLDEST_MONGODB:
        return Check("mongodb", ok=False, detail=f"{version} is too old; upgrade to 6.0 or later")
    return Check("mongodb", ok=True, detail=f"{version}, a replica set that answers")


async def check_indexes(database: Database) -> Check:
    """See whether all indexes are there."""
    missing = await missing_indexes(database)
    if missing:
        advice = "start `gateway serve` once, which creates them"
        return Check("indexes", ok=False, detail=f"missing: {', '.join(missing)}; {advice}")
    return Check("indexes", ok=True, detail="all there")


def check_clock(offset_seconds: float) -> Check:
    """Judge the distance of this machine's clock to MongoDB's."""
    detail = f"{offset_seconds:+.3f} s from this machine to MongoDB"
    if abs(offset_seconds) > MAX_CLOCK_OFFSET_SECONDS:
        return Check("clock", ok=False, detail=f"{detail}; turn on time synchronisation (NTP) on both machines")
    return Check("clock", ok=True, detail=detail)


async def check_redis(url: str) -> Check:
    """See whether Redis answers, and is set up to keep what it is given."""
    client = connect_redis(url)
    try:
        version = str((await client.info("server"))["redis_version"])
        policy = (await client.config_get("maxmemory-policy")).get("maxmemory-policy", "unknown")
    except (RedisError, OSError) as fault:
        detail = f"does not answer ({type(fault).__name__}); check GATEWAY_REDIS_URL and that redis-server runs"
        return Check("redis", ok=False, detail=detail)
    finally:
        await client.aclose()
    return judge_redis(version, policy)


def judge_redis(version: str, policy: str) -> Check:
    """Judge version and eviction policy."""
    if _numbers(version) < OLDEST_REDIS:
        return Check("redis", ok=False, detail=f"{version} is too old; upgrade to 6.2 or later")
    if policy != "noeviction":
        detail = f"it may drop keys at will (maxmemory-policy {policy}); set: maxmemory-policy noeviction"
        return Check("redis", ok=False, detail=detail)
    return Check("redis", ok=True, detail=f"{version}, keeps what it is given")


async def check_key(settings: Settings, database: Database) -> Check:
    """See whether the key is the one that the database's secrets are sealed with."""
    seals = await look_at_seals(database, make_secret_box(settings))
    if not seals.own_opens:
        return Check("secret key", ok=False, detail=WRONG_KEY)
    if seals.earlier:
        detail = f"secrets still sealed with an earlier key: {seals.earlier}; run `gateway rotate-key`"
        return Check("secret key", ok=False, detail=detail)
    return Check("secret key", ok=True, detail="opens what is stored; keep a copy apart from the database's backups")


async def _examine_channels(database: Database, settings: Settings) -> list[Check]:
    stored = await database.channels.find({"deleted_at": None}).sort("_id", 1).to_list(None)
    if not stored:
        return [Check("channels", ok=True, detail="none is connected")]
    uses_graph = any(channel["kind"] == ChannelKind.WHATSAPP for channel in stored)
    return [*([check_graph(settings)] if uses_graph else []), *await _examine_each(stored, settings)]


def check_graph(settings: Settings) -> Check:
    """Name the day on which the version of Meta's API that is in use ends."""
    ok, detail = says_of(settings.graph_version, datetime.now(UTC).date())
    return Check("graph api", ok=ok, detail=detail)


async def _examine_each(stored: Sequence[ChannelDocument], settings: Settings) -> list[Check]:
    connectors = open_connectors(allow_private=settings.allow_private_urls, versions=settings.provider_versions)
    box = make_secret_box(settings)
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(CHECK_SECONDS)) as http:
            looks = [_channel(channel, box, connectors, settings, http) for channel in stored]
            return [check for checks in await asyncio.gather(*looks) for check in checks]
    finally:
        for connector in connectors.values():
            await connector.close()


async def _channel(
    stored: ChannelDocument,
    box: SecretBox,
    connectors: Mapping[ChannelKind, object],
    settings: Settings,
    http: aiohttp.ClientSession,
) -> list[Check]:
    name = f"channel {stored['name']} ({stored['_id']})"
    if not stored["enabled"]:
        return [Check(name, ok=True, detail="is turned off")]
    try:
        secrets_of = box.open(stored["credentials"])
    except SecretUnreadableError as fault:
        return [Check(name, ok=False, detail=str(fault))]
    account = ChannelAccount(
        id=stored["_id"],
        workspace_id=stored["workspace_id"],
        kind=ChannelKind(stored["kind"]),
        credentials=secrets_of,
        provider_base_url=stored["provider_base_url"],
        updates=Updates(stored["updates"]) if stored.get("updates") else None,
    )
    url = f"{settings.public_url.rstrip('/')}/webhooks/{account.kind}/{account.id}"
    webhook = f"webhook of {stored['name']}"
    connector = connectors.get(account.kind)
    looks = [_guarded(name, _credentials, name, connector, account, settings.allow_private_urls)]
    if account.kind is ChannelKind.WHATSAPP:
        looks.append(_guarded(webhook, check_webhook, webhook, url, secrets_of["verify_token"], http))
    if account.updates is Updates.WEBHOOK:
        looks.append(_guarded(webhook, check_secret_webhook, webhook, url, http))
    return list(await asyncio.gather(*looks))


async def _credentials(name: str, connector: object, account: ChannelAccount, allow_private: bool) -> Check:
    if account.provider_base_url and not allow_private:
        try:
            await check_public_url(account.provider_base_url)
        except AddressRefusedError as refused:
            advice = "correct it, or set GATEWAY_ALLOW_PRIVATE_URLS if this is your own server"
            return Check(
                name, ok=False, detail=f"{account.provider_base_url} {refused}: nothing is sent to it; {advice}"
            )
    if not isinstance(connector, ChecksCredentials):
        return Check(name, ok=True, detail="credentials can be read (this kind can't be tried out)")
    try:
        return Check(name, ok=True, detail=await connector.check_credentials(account))
    except SendFailedError as fault:
        advice = "enter the channel's credentials anew, or see whether its provider is up"
        return Check(name, ok=False, detail=f"{fault.error.explanation} ({fault.error.code}); {advice}")


async def check_webhook(name: str, url: str, verify_token: str, http: aiohttp.ClientSession) -> Check:
    """Ask our own public address as Meta does."""
    challenge = secrets.token_hex(8)
    query = {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": challenge}
    try:
        async with http.get(url, params=query, allow_redirects=False) as answer:
            right = answer.status == 200 and await read_whole(answer) == challenge.encode()
            found = f"answers {answer.status}"
    except (aiohttp.ClientError, OSError, AnswerTooLargeError) as fault:
        right, found = False, f"can't be reached ({type(fault).__name__})"
    if right:
        return Check(name, ok=True, detail=f"{url} answers as Meta expects")
    advice = "check that `gateway serve` runs, and that GATEWAY_PUBLIC_URL leads to it from here"
    return Check(name, ok=False, detail=f"{url} {found}; {advice}")


async def check_secret_webhook(name: str, url: str, http: aiohttp.ClientSession) -> Check:
    """Call our own public address as somebody who does not know the channel's secret token."""
    try:
        async with http.post(url, json={}, allow_redirects=False) as answer:
            right, found = answer.status == 401, f"answers {answer.status}"
    except (aiohttp.ClientError, OSError, UnicodeError) as fault:
        right, found = False, f"can't be reached ({type(fault).__name__})"
    if right:
        return Check(name, ok=True, detail=f"{url} answers, and asks for the secret token")
    advice = "check that `gateway serve` runs, and that GATEWAY_PUBLIC_URL leads to it from here"
    return Check(name, ok=False, detail=f"{url} {found}; {advice}")


async def check_files(settings: Settings, database: Database) -> Check:
    """Try out the store of files."""
    store = open_blob_store(settings, database)
    try:
        return Check("files", ok=True, detail=await store.check())
    except StoreUnavailableError as fault:
        advice = "check the GATEWAY_S3_ settings, and that the key may read, write, list and delete in the bucket"
        return Check("files", ok=False, detail=f"the store of files does not work ({fault}); {advice}")
    finally:
        await store.close()


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])
