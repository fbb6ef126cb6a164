"""The workplace's page and files are served as what they are, and nothing else is."""

from __future__ import annotations

import re

import brotli
import pytest

from gateway.pages.workplace_page import FILES, SCREENS
from tests.integration.api.support import Client

TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}


async def build_of(client: Client) -> str:
    async with client.get("/") as answer:
        assert answer.status == 200
        found = re.search(r"/workplace/(\w+)/main\.js", await answer.text())
    assert found is not None
    return found[1]


@pytest.mark.parametrize("path", ["/", *(f"/{screen}" for screen in SCREENS), "/conversations/0c1d", "/settings/a/b"])
async def test_the_page_is_served_at_each_screens_address(client: Client, path: str) -> None:
    async with client.get(path) as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-cache"
        assert "@build" not in await answer.text()


@pytest.mark.parametrize("path", ["/", "/conversations/0c1d", "/docs", "/docs/sockets", "/service-worker.js"])
async def test_a_page_shares_its_window_with_no_other_site_and_asks_for_no_device(client: Client, path: str) -> None:
    async with client.get(path) as answer:
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Permissions-Policy"] == "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


async def test_each_file_is_served_for_good_under_its_build(client: Client) -> None:
    build = await build_of(client)
    for file in FILES.iterdir():
        if file.suffix == ".html":
            continue
        async with client.get(f"/workplace/{build}/{file.name}", headers={"Accept-Encoding": "identity"}) as answer:
            assert (answer.status, answer.content_type) == (200, TYPES[file.suffix])
            assert await answer.read() == file.read_bytes()
            assert "immutable" in answer.headers["Cache-Control"]
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_a_file_is_packed_for_those_who_can_unpack_it(client: Client) -> None:
    build = await build_of(client)
    asked = {"Accept-Encoding": "gzip, br"}
    async with client.get(f"/workplace/{build}/main.js", headers=asked, auto_decompress=False) as answer:
        assert answer.headers["Content-Encoding"] == "br"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert brotli.decompress(await answer.read()) == (FILES / "main.js").read_bytes()


async def test_the_service_worker_is_served_at_the_root(client: Client) -> None:
    async with client.get("/service-worker.js") as answer:
        assert (answer.status, answer.content_type) == (200, "text/javascript")
        assert answer.headers["Cache-Control"] == "no-cache"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; connect-src 'self'"
        source = await answer.text()
    assert not re.search(r"\bimport\b|\bexport\b", source), "browsers load it as a script without parts"
    for address in re.findall(r"/workplace/icons/\w+\.png", source):
        async with client.get(address) as answer:
            assert (answer.status, answer.content_type) == (200, "image/png")


async def test_the_page_can_be_installed_in_each_language(client: Client) -> None:
    build = await build_of(client)
    languages = sorted(one.name for one in (FILES.parents[1] / "workplace/src/languages").iterdir() if one.is_dir())
    assert {"en", "ru"} <= set(languages)
    for language in languages:
        async with client.get(f"/workplace/{build}/manifest_{language}.webmanifest") as answer:
            manifest = await answer.json(content_type="application/manifest+json")
        assert (manifest["lang"], manifest["start_url"], manifest["display"]) == (language, "/", "standalone")
        assert {one.get("purpose", "any") for one in manifest["icons"]} == {"any", "maskable"}
        for icon in manifest["icons"]:
            assert (FILES / icon["src"]).is_file()


async def test_nothing_else_is_served(client: Client) -> None:
    build = await build_of(client)
    names = ("index.html", "none.js", "..%2Fdocs%2Fdocs.js", "")
    for path in (*(f"/workplace/{build}/{name}" for name in names), "/workplace/0123456789abcdef/main.js", "/nothing"):
        async with client.get(path) as answer:
            assert answer.status == 404, path
