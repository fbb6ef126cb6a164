"""Files in the inbox: shown, played, missing and fetched again; attached by button, drop and paste."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.shop import Customer, Shop

NewCustomer = Callable[[str], Customer]

EVIL_NAME = '"><img src=x onerror=window.pwned=1>.pdf'
LOADED = "return [...document.querySelectorAll(arguments[0])].filter((one) => one.naturalWidth > 0).length"
CHOSEN = "#attachments [data-state=ready]"
DROP = """const data = new DataTransfer();
    data.items.add(new File([arguments[1]], arguments[2], { type: "text/plain" }));
    const target = document.querySelector(arguments[0]);
    const given = { bubbles: true, cancelable: true, dataTransfer: data, clipboardData: data };
    const event = arguments[3] === "paste" ? new ClipboardEvent("paste", given) : new DragEvent(arguments[3], given);
    return !target.dispatchEvent(event);"""


def png(red: int, side: int = 64) -> bytes:
    """A picture of one colour."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    size = side.to_bytes(4, "big")
    rows = (b"\0" + bytes([red, 90, 160]) * side) * side
    head = chunk(b"IHDR", size + size + bytes([8, 2, 0, 0, 0]))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def sends(customer: Customer, kind: str, data: bytes, mime_type: str, **more: Any) -> None:
    file = {"data_base64": base64.b64encode(data).decode(), "mime_type": mime_type}
    customer.sends(type=kind, **{kind: {**file, **more}})


def got(customer: Customer) -> list[dict[str, Any]]:
    """What came from the business, as the customer's phone has it."""
    return [one for one in customer._control("GET", "/thread")["messages"] if one["direction"] == "in"]


def test_files_of_customers_are_shown(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    paul = new_customer("Paul Pictures")
    sends(paul, "image", png(200), "image/png", caption="This red one")
    sends(paul, "document", b"%PDF-1.7\n" + bytes(2000), "application/pdf", filename=EVIL_NAME)
    sends(paul, "audio", b"OggS" + bytes(600), "audio/ogg; codecs=opus", voice=True)
    sends(paul, "video", b"\0\0\0\x18ftypmp42" + bytes(600), "video/mp4")
    sends(paul, "sticker", png(20), "image/webp")
    paul.assigned_to(shop.ana)
    ana.show("mine")
    ana.open_conversation("Paul Pictures")
    for selector in (".picture-link img", "audio[controls]", "video[controls]", "img.sticker", "a.attachment"):
        ana.one(f"#messages {selector}")
    ana.until(lambda: ana.run(LOADED, "#messages img") == 2, "the pictures are loaded")
    assert ana.one("#messages a.attachment").get_attribute("download") == EVIL_NAME.rpartition("/")[2]
    assert "application/pdf, 2 KB" in ana.one("#messages a.attachment").text
    ana.run("const one = document.querySelector('.picture-link img'); one.src = one.src.replace('ture=', 'ture=0')")
    ana.until(lambda: ana.run(LOADED, ".picture-link img") == 1, "a link that is over is replaced by a new one")
    ana.click("#messages .picture-link")
    ana.until(lambda: ana.run(LOADED, "#lightbox img") == 1, "it is over the page")
    ana.press("\ue00c")
    ana.until(lambda: not ana.all("#lightbox"), "Escape closes it")


def test_what_plays_is_not_stopped_by_a_change_of_its_message(
    ana: Browser, shop: Shop, new_customer: NewCustomer
) -> None:
    vera = new_customer("Vera Voice")
    sends(vera, "audio", b"OggS" + bytes(600), "audio/ogg; codecs=opus", voice=True)
    conversation = vera.assigned_to(shop.ana)
    ana.show("mine")
    ana.open_conversation("Vera Voice")
    ana.one("#messages audio")
    ana.run("""window.voice = document.querySelector("#messages audio");
        Object.defineProperty(window.voice, "paused", { get: () => false });
        window.taken = 0;
        new MutationObserver((all) => all.forEach(({ removedNodes }) => removedNodes.forEach((one) => {
          if (one.contains(window.voice)) window.taken += 1;
        }))).observe(document.body, { childList: true, subtree: true });""")
    (message,) = shop.api("GET", f"/conversations/{conversation['id']}/messages")["items"]
    shop.api("PUT", f"/messages/{message['id']}/reaction", {"emoji": "👍"}, token=shop.ana["token"])
    ana.until(lambda: "👍" in ana.one("#messages li.in").text, "the reaction is shown")
    assert ana.run("return window.voice.isConnected && window.taken") == 0
    assert len(ana.all("#messages audio")) == 1


def test_a_file_that_can_not_be_had_is_asked_for_again(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    mia = new_customer("Mia Missing")
    mia.sends(type="image", image={"id": "123456789012", "mime_type": "image/png", "sha256": "x", "caption": "Look"})
    mia.assigned_to(shop.ana)
    ana.show("mine")
    ana.open_conversation("Mia Missing")
    ana.until_said("Photo – could not be fetched")
    ana.until_said("Look")
    ana.run("""window.tried = false;
        const button = document.querySelector(".missing button");
        button.addEventListener("click", () => { window.tried = button.disabled; });""")
    ana.click(".missing button")
    assert ana.run("return window.tried")
    ana.until(lambda: ana.one(".missing button").is_enabled(), "it was tried again")


def test_pictures_that_were_sent_together_are_one_group(ana: Browser, shop: Shop) -> None:
    bot = shop.demo.ready["channels"]["telegram"]["bot_token"].partition(":")[0]
    path = f"/control/telegram/{bot}/customers/70001234/messages"
    for red in (200, 100, 20):
        photo = {"data_base64": base64.b64encode(png(red)).decode()}
        status, answer = shop.demo.sandbox("POST", path, {"photo": photo, "media_group_id": "77"})
        assert status < 300, answer
    found: list[Any] = []

    def is_there() -> bool:
        found[:] = [
            one
            for one in shop.api("GET", "/conversations?limit=200")["items"]
            if one["identity"]["external_id"] == "70001234"
        ]
        return bool(found)

    shop.demo.wait_until(is_there, "the conversation is there")
    shop.api("POST", f"/conversations/{found[0]['id']}/assign", {"operator_id": shop.ana["id"]})
    ana.show("mine")
    ana.click(f"#list [data-id='{found[0]['id']}']")
    ana.until(lambda: ana.run(LOADED, "#messages .album > .album-items > li img") == 3, "the album is one group")
    assert len(ana.all("#messages .messages-part > li.in")) == 1


def test_files_are_attached_by_button(ana: Browser, shop: Shop, new_customer: NewCustomer, tmp_path: Path) -> None:
    rita = new_customer("Rita Receives")
    rita.writes("Please send me the list")
    rita.assigned_to(shop.ana)
    (tmp_path / "list.pdf").write_bytes(b"%PDF-1.7\n" + bytes(3000))
    (tmp_path / "blue.png").write_bytes(png(20))
    ana.show("mine")
    ana.open_conversation("Rita Receives")
    choose = ana.driver.find_element("id", "choose-files")
    choose.send_keys(str(tmp_path / "blue.png"))
    ana.until(lambda: len(ana.all(CHOSEN)) == 1, "it is uploaded")
    ana.send("The blue one")
    ana.until(lambda: ana.run(LOADED, "#messages .out .picture-link img") == 1, "it is in the thread")
    choose.send_keys(f"{tmp_path / 'blue.png'}\n{tmp_path / 'list.pdf'}")
    ana.until(lambda: len(ana.all(CHOSEN)) == 2, "both are uploaded")
    ana.click("#attachments li [data-focus=remove]")
    ana.until(lambda: len(ana.all(CHOSEN)) == 1, "one is taken back")
    ana.click("#send")
    ana.until(lambda: "list.pdf" in ana.texts("#messages .out a.attachment .file-name"), "the list is in the thread")
    ana.until(lambda: len(got(rita)) == 2, "the customer has both")
    first, second = got(rita)
    assert (first["type"], first["image"]["caption"]) == ("image", "The blue one")
    assert (second["type"], second["document"]["filename"]) == ("document", "list.pdf")


def test_files_are_dropped_and_pasted(ana: Browser, shop: Shop, new_customer: NewCustomer) -> None:
    dora = new_customer("Dora Drops")
    dora.writes("hello")
    dora.assigned_to(shop.ana)
    ana.show("mine")
    ana.open_conversation("Dora Drops")
    assert ana.run(DROP, "#scroll", "dropped", EVIL_NAME, "dragover")
    assert "dropping" in ana.one("#thread").get_attribute("class")
    ana.run(DROP, "#scroll", "dropped", EVIL_NAME, "drop")
    ana.run(DROP, "#text", "pasted", "pasted.txt", "paste")
    ana.until(lambda: len(ana.all(CHOSEN)) == 2, "both are uploaded")
    assert "dropping" not in ana.one("#thread").get_attribute("class")
    assert ana.run(DROP, "#list", "elsewhere", "x.txt", "dragover"), "the browser does not leave the page"
    ana.send("Two texts")
    ana.until(lambda: len(got(dora)) == 3, "the customer has all")
    assert [one["type"] for one in got(dora)] == ["document", "document", "text"]
    shown = [one["document"]["filename"] for one in got(dora)[:2]]
    assert shown == [EVIL_NAME.rpartition("/")[2], "pasted.txt"]
