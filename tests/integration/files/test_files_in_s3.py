"""The whole way of files with a bucket as their store."""

from __future__ import annotations

import dataclasses

from pydantic import SecretStr

from inbox.files.s3_store import S3Settings
from inbox.foundation.settings import FilesStore
from inbox.storage.runtime import Runtime
from tests.contract.contract_world import contract_world
from tests.contract.whatsapp import WhatsApp
from tests.integration.files.test_files import CUSTOMER, PNG, customer_sends, file_in, upload
from tests.waiting import eventually


async def test_files_come_and_go_through_a_bucket(runtime: Runtime, s3_settings: S3Settings) -> None:
    bucket = {
        "files_store": FilesStore.S3,
        "s3_bucket": s3_settings.bucket,
        "s3_endpoint": s3_settings.endpoint,
        "s3_access_key": "us",
        "s3_secret_key": SecretStr("ours"),
    }
    with_bucket = dataclasses.replace(runtime, settings=runtime.settings.model_copy(update=bucket))
    async with contract_world(with_bucket, WhatsApp()) as world:
        await customer_sends(world, PNG, "image/png")
        media = (await file_in(world, "stored"))["content"]["media"]
        path = media["url"].removeprefix(runtime.settings.public_url)
        async with world.client.get(path, headers={"Range": "bytes=8-"}) as answer:
            assert (answer.status, await answer.read()) == (206, PNG[8:])
        conversation = await world.taken(CUSTOMER)
        _, file = await upload(world, PNG, "blue.png")
        sent = await world.send(conversation["id"], {"type": "image", "media": {"id": file["id"]}})
        assert (await world.settled(sent))["status"] in ("sent", "delivered", "read")
        assert await runtime.database.blob_files.count_documents({}) == 0


async def test_an_upload_is_refused_while_the_bucket_is_away(runtime: Runtime, s3_settings: S3Settings) -> None:
    missing = {"files_store": FilesStore.S3, "s3_bucket": "no-such-bucket", "s3_endpoint": s3_settings.endpoint}
    keys = {"s3_access_key": "us", "s3_secret_key": SecretStr("ours")}
    without = dataclasses.replace(runtime, settings=runtime.settings.model_copy(update=missing | keys))
    async with contract_world(without, WhatsApp()) as world:
        status, problem = await upload(world, PNG, "blue.png")
        assert (status, problem["code"]) == (503, "unavailable")
        await customer_sends(world, PNG, "image/png")

        async def waits() -> bool:
            known = {"state": "pending", "attempts": 0, "blob_id": {"$ne": None}}
            return bool(await runtime.database.files.find_one(known))

        await eventually(waits)
