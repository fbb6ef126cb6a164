"""Files through the connector: uploaded once, fetched in pieces, refused clearly."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from channels.contract import ChannelAccount
from channels.telegram.connector import TelegramConnector
from inbox.model.channel_kind import ChannelKind
from inbox.model.content import Content, DocumentContent, ImageContent, Media, VoiceContent
from inbox.sending.outbound import OutboundFile, OutboundMessage, SendFailedError
from tests.integration.telegram.telegram_world import BOT_ID, CUSTOMER, TOKEN, TelegramWorld

PIECE = 64 * 1024
PNG = b"\x89PNG\r\n\x1a\n" + bytes(4) + b"IHDR" + struct.pack(">II", 640, 480) + bytes(64)


@pytest_asyncio.fixture
async def connector() -> AsyncIterator[TelegramConnector]:
    opened = TelegramConnector(allow_private=True)
    yield opened
    await opened.close()


@pytest.fixture
def account(world: TelegramWorld) -> ChannelAccount:
    return ChannelAccount(
        id=world.channel["id"],
        workspace_id="w",
        kind=ChannelKind.TELEGRAM,
        credentials={"bot_token": TOKEN},
        provider_base_url=world.provider_url,
    )


def stored(data: bytes, mime_type: str, handle: str | None = None) -> OutboundFile:
    async def read() -> AsyncIterator[bytes]:
        for start in range(0, len(data), PIECE):
            yield data[start : start + PIECE]

    return OutboundFile(
        id="f1", mime_type=mime_type, size_bytes=len(data), filename="price list.pdf", handle=handle, open=read
    )


def sent(content: Content, file: OutboundFile) -> OutboundMessage:
    return OutboundMessage(id="m1", to=str(CUSTOMER), content=content, file=file)


async def fetched(connector: TelegramConnector, account: ChannelAccount, reference: str) -> bytes:
    async with connector.fetch_file(reference, account) as file:
        return b"".join([chunk async for chunk in file.chunks])


async def test_a_file_is_uploaded_once_and_named_afterwards(
    world: TelegramWorld, connector: TelegramConnector, account: ChannelAccount
) -> None:
    await world.write("hello")
    data = bytes(range(256)) * 1500
    content = DocumentContent(media=Media(id="f1"), caption="prices")
    first = await connector.send(sent(content, stored(data, "application/pdf")), account)
    assert first.uploaded is not None
    again = stored(b"not read", "application/pdf", handle=first.uploaded.handle)
    second = await connector.send(sent(content, again), account)
    documents = [m["document"] for m in await world.thread() if "document" in m]
    assert [d["file_name"] for d in documents] == ["price list.pdf"] * 2
    assert len({d["file_unique_id"] for d in documents}) == 1
    assert first.provider_id != second.provider_id
    _, _, file_id = first.uploaded.handle.partition(":")
    assert await fetched(connector, account, file_id) == data


async def test_an_id_of_another_kind_is_not_used(
    world: TelegramWorld, connector: TelegramConnector, account: ChannelAccount
) -> None:
    await world.write("hello")
    picture = await connector.send(sent(ImageContent(media=Media(id="f1")), stored(PNG, "image/png")), account)
    assert picture.uploaded is not None
    assert picture.uploaded.handle.startswith("photo:")
    as_document = stored(PNG, "image/png", handle=picture.uploaded.handle)
    document = await connector.send(sent(DocumentContent(media=Media(id="f1")), as_document), account)
    assert document.uploaded is not None
    assert document.uploaded.handle.startswith("document:")


async def test_what_does_not_fit_the_caption_follows_as_text(
    world: TelegramWorld, connector: TelegramConnector, account: ChannelAccount
) -> None:
    await world.write("hello")
    long = "word " * 400
    receipt = await connector.send(
        sent(VoiceContent(media=Media(id="f1"), caption=long), stored(b"OggS" + bytes(60), "audio/ogg")), account
    )
    assert len(receipt.part_ids) == 1
    voice, rest = [m for m in await world.thread() if m["direction"] == "in"]
    assert f"{voice['caption']} {rest['text']}" == long.strip()


async def test_a_customers_file_is_fetched(
    world: TelegramWorld, connector: TelegramConnector, account: ChannelAccount
) -> None:
    await world.write("hello")
    upload = await connector.send(
        sent(DocumentContent(media=Media(id="f1")), stored(b"abc" * 50_000, "application/pdf")), account
    )
    assert upload.uploaded is not None
    async with connector.fetch_file(upload.uploaded.handle.partition(":")[2], account) as file:
        assert file.size_bytes == 150_000
        assert b"".join([chunk async for chunk in file.chunks]) == b"abc" * 50_000


@pytest.mark.parametrize("reference", ["nothing", ""])
async def test_a_file_that_is_not_there_is_refused(
    connector: TelegramConnector, account: ChannelAccount, reference: str
) -> None:
    with pytest.raises(SendFailedError) as refused:
        await fetched(connector, account, reference)
    assert refused.value.error.code == "media_refused"
    assert not refused.value.error.retryable


async def test_a_server_that_is_away_is_told_from_a_refusal(
    world: TelegramWorld, connector: TelegramConnector, account: ChannelAccount
) -> None:
    faults: dict[str, Any] = {"down": True}
    await world.provider("PUT", "/control/faults", faults)
    with pytest.raises(SendFailedError) as lost:
        await fetched(connector, account, f"{BOT_ID}")
    assert lost.value.error.code == "answer_lost"
