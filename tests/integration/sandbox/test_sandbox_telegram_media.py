"""Files, albums, places and contacts, both ways, with aiogram as the bot."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from pathlib import Path
from struct import pack
from typing import Any

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramEntityTooLarge
from aiogram.types import (
    BufferedInputFile,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
    URLInputFile,
)
from telegram_world import TOKEN, USER, TelegramWorld, customer

PNG = (Path(__file__).parents[3] / "channels/sandbox/static/sample.png").read_bytes()
MEGABYTE = 1024 * 1024


def png_header(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + pack(">I4sII", 13, b"IHDR", width, height) + bytes(100)


def upload(data: bytes, name: str = "file.bin") -> BufferedInputFile:
    return BufferedInputFile(data, name)


SENDERS: dict[str, tuple[str, Any]] = {
    "photo": ("send_photo", PNG),
    "video": ("send_video", b"film"),
    "audio": ("send_audio", b"song"),
    "voice": ("send_voice", b"words"),
    "document": ("send_document", b"letter"),
    "sticker": ("send_sticker", b"sticker"),
    "video_note": ("send_video_note", b"round film"),
    "animation": ("send_animation", b"moving"),
}


@pytest.mark.parametrize("kind", SENDERS)
async def test_a_file_is_uploaded_then_sent_again_by_its_id_and_downloaded(hooked: TelegramWorld, kind: str) -> None:
    name, data = SENDERS[kind]
    send = getattr(hooked.bot, name)
    first = await send(USER, upload(data, "letter.pdf"))
    content = getattr(first, kind)
    file = content[-1] if kind == "photo" else content
    again = getattr(await send(USER, file.file_id), kind)
    assert (again[-1] if kind == "photo" else again).file_unique_id == file.file_unique_id
    info = await hooked.bot.get_file(file.file_id)
    assert info.file_size == len(data)
    assert info.file_path
    downloaded = await hooked.bot.download_file(info.file_path)
    assert downloaded
    assert downloaded.read() == data
    shown = (await hooked.thread())["messages"][-1]
    assert kind in shown
    assert shown["direction"] == "in"


async def test_a_photo_comes_in_sizes_with_the_largest_last(hooked: TelegramWorld) -> None:
    photo = (await hooked.bot.send_photo(USER, upload(png_header(1280, 720)))).photo
    assert photo
    assert [(one.width, one.height) for one in photo] == [(90, 50), (1280, 720)]
    assert len({one.file_id for one in photo}) == 2


async def test_files_keep_their_names_and_captions(hooked: TelegramWorld) -> None:
    sent = await hooked.bot.send_document(USER, upload(b"x", "Счёт №1.pdf"), caption="Your bill")
    assert sent.document
    assert (sent.document.file_name, sent.caption) == ("Счёт №1.pdf", "Your bill")


async def test_a_file_is_fetched_from_its_address(hooked: TelegramWorld) -> None:
    url = f"{hooked.base_url}/static/sample.png"
    assert (await hooked.bot.send_photo(USER, url)).photo
    assert (await hooked.bot.send_photo(USER, URLInputFile(url, bot=hooked.bot))).photo
    with pytest.raises(TelegramBadRequest, match="failed to get HTTP URL content"):
        await hooked.bot.send_photo(USER, f"{hooked.base_url}/static/none.png")
    with pytest.raises(TelegramBadRequest, match="wrong type of the web page content"):
        await hooked.bot.send_document(USER, hooked.base_url)


@pytest.mark.parametrize(
    ("data", "description"),
    [
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (png_header(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        (png_header(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (
            PNG + bytes(10 * MEGABYTE),
            f"file of size {len(PNG) + 10 * MEGABYTE} bytes is too big for a photo; the maximum size is 10485760 bytes",
        ),
    ],
)
async def test_bad_photos_are_refused(hooked: TelegramWorld, data: bytes, description: str) -> None:
    with pytest.raises(TelegramBadRequest) as caught:
        await hooked.bot.send_photo(USER, upload(data))
    assert caught.value.message == f"Bad Request: {description}"


async def test_other_faults_of_files(hooked: TelegramWorld) -> None:
    bot = hooked.bot
    with pytest.raises(TelegramBadRequest, match="wrong file identifier/HTTP URL specified"):
        await bot.send_document(USER, "nonsense")
    with pytest.raises(TelegramBadRequest, match="message caption is too long"):
        await bot.send_document(USER, upload(b"x"), caption="x" * 1025)
    with pytest.raises(TelegramEntityTooLarge):
        await bot.send_document(USER, upload(bytes(50 * MEGABYTE + 1)))
    document = (await bot.send_document(USER, upload(b"x"))).document
    assert document
    with pytest.raises(TelegramBadRequest, match="can't use file of type Document as Photo"):
        await bot.send_photo(USER, document.file_id)
    assert (await hooked.api("sendPhoto", chat_id=USER))["description"] == (
        "Bad Request: there is no photo in the request"
    )
    assert (await hooked.api("getFile", file_id="x"))["description"].startswith("Bad Request: wrong file_id")


async def test_a_large_file_is_shown_but_not_downloaded(hooked: TelegramWorld) -> None:
    url = f"/control/telegram/{TOKEN.partition(':')[0]}/files?file_name=film.mp4"
    async with hooked.http.post(hooked.base_url + url, data=BytesIO(bytes(20 * MEGABYTE + 1))) as answer:
        file_id = (await answer.json())["file_id"]
    await hooked.write(video={"file_id": file_id})
    update = await hooked.hook.next("message", 2)
    assert update.message
    assert update.message.video
    assert update.message.video.file_size == 20 * MEGABYTE + 1
    with pytest.raises(TelegramBadRequest, match="file is too big"):
        await hooked.bot.get_file(update.message.video.file_id)


async def test_an_album_is_several_messages_with_one_group_id(hooked: TelegramWorld) -> None:
    media = [InputMediaPhoto(media=upload(PNG), caption="One"), InputMediaVideo(media=upload(b"film"))]
    sent = await hooked.bot.send_media_group(USER, media)  # type: ignore[arg-type]
    assert len({one.media_group_id for one in sent}) == 1
    assert sent[0].media_group_id
    assert [bool(sent[0].photo), bool(sent[1].video), sent[0].caption] == [True, True, "One"]


async def test_albums_do_not_mix_everything(hooked: TelegramWorld) -> None:
    photo, letter = InputMediaPhoto(media=upload(PNG)), InputMediaDocument(media=upload(b"x"))
    song = InputMediaAudio(media=upload(b"x"))
    cases: list[tuple[Any, str]] = [
        ([photo, letter], "document can't be mixed with other media types"),
        ([song, letter], "audio can't be mixed with other media types"),
        ([photo] * 11, "too many messages to send as an album"),
    ]
    for media, description in cases:
        with pytest.raises(TelegramBadRequest, match=description):
            await hooked.bot.send_media_group(USER, media)
    assert len((await hooked.thread())["messages"]) == 1


async def test_one_bad_item_spoils_the_album(hooked: TelegramWorld) -> None:
    media: Any = [InputMediaPhoto(media=upload(PNG)), InputMediaPhoto(media="nonsense")]
    with pytest.raises(TelegramBadRequest):
        await hooked.bot.send_media_group(USER, media)
    assert len((await hooked.thread())["messages"]) == 1


async def test_places_and_contacts_are_sent(hooked: TelegramWorld) -> None:
    place = (await hooked.bot.send_location(USER, 52.5, 13.4)).location
    assert place
    assert (place.latitude, place.longitude) == (52.5, 13.4)
    venue = (await hooked.bot.send_venue(USER, 52.5, 13.4, "Shop", "Main St 1")).venue
    assert venue
    assert (venue.title, venue.address) == ("Shop", "Main St 1")
    contact = (await hooked.bot.send_contact(USER, "+16505551234", "Ann")).contact
    assert contact
    assert (contact.phone_number, contact.first_name) == ("+16505551234", "Ann")
    with pytest.raises(TelegramBadRequest, match="invalid location specified"):
        await hooked.bot.send_location(USER, 91, 0)


DATA = b64encode(b"data").decode()


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("document", {"data_base64": DATA, "file_name": "a.pdf", "mime_type": "application/pdf"}),
        ("voice", {"data_base64": DATA, "duration": 3}),
        ("video", {"data_base64": DATA}),
        ("audio", {"data_base64": DATA, "title": "Song"}),
        ("sticker", {"data_base64": DATA, "emoji": "👍"}),
        ("video_note", {"data_base64": DATA}),
        ("animation", {"data_base64": DATA}),
        ("photo", {"data_base64": b64encode(PNG).decode()}),
    ],
)
async def test_a_customers_file_reaches_the_bot(hooked: TelegramWorld, kind: str, given: dict[str, Any]) -> None:
    await hooked.write(**{kind: given, "caption": "Look"})
    update = await hooked.hook.next("message", 2)
    content = getattr(update.message, kind)
    file = content[-1] if kind == "photo" else content
    for name in given.keys() - {"data_base64"}:
        assert getattr(file, name) == given[name]
    downloaded = await hooked.bot.download(file.file_id)
    assert downloaded
    assert downloaded.read() == (PNG if kind == "photo" else b"data")


async def test_a_customers_linked_file_and_album(hooked: TelegramWorld) -> None:
    link = f"{hooked.base_url}/static/sample.png"
    for _ in range(2):
        await hooked.write(photo={"link": link}, media_group_id="77")
    update = await hooked.hook.next("message", 3)
    assert update.message
    assert update.message.photo
    assert update.message.media_group_id == "77"
    await hooked.control("messages", {"photo": {"link": link + "x"}}, expected=400)
    await hooked.control("messages", {"photo": {}}, expected=400)
    await hooked.control("messages", {}, expected=400)


async def test_a_customers_place_and_contact(hooked: TelegramWorld) -> None:
    await hooked.write(location={"latitude": 1.5, "longitude": 2.5})
    await hooked.write(contact={"phone_number": "+1", "first_name": "Ann", "user_id": USER})
    update = await hooked.hook.next("message", 3)
    assert update.message
    assert update.message.contact
    assert update.message.contact.user_id == USER


async def test_downloads_need_the_token(hooked: TelegramWorld) -> None:
    document = (await hooked.bot.send_document(USER, upload(b"secret"))).document
    assert document
    path = (await hooked.bot.get_file(document.file_id)).file_path
    for token, expected in ((TOKEN, 200), ("1:other", 401)):
        async with hooked.http.get(f"{hooked.base_url}/file/bot{token}/{path}") as answer:
            assert answer.status == expected
    async with hooked.http.get(f"{hooked.base_url}/file/bot{TOKEN}/documents/none.pdf") as answer:
        assert (await answer.json())["error_code"] == 404


async def test_the_page_gets_files_but_no_documents_to_run(hooked: TelegramWorld) -> None:
    sent = await hooked.bot.send_document(USER, upload(b"<script>", "a.html"))
    assert sent.document
    bot_id = customer().split("/")[3]
    async with hooked.http.get(f"{hooked.base_url}/control/telegram/{bot_id}/files/{sent.document.file_id}") as answer:
        assert answer.headers["Content-Disposition"] == "attachment"
        assert answer.content_type == "application/octet-stream"
