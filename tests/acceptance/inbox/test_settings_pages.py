"""Every page of the settings: usable by everybody, in both languages, on a phone."""

from __future__ import annotations

import re
from pathlib import Path

from tests.acceptance.inbox.accessibility import violations
from tests.acceptance.inbox.inbox_browser import Browser
from tests.acceptance.inbox.settings_pages import open_settings
from tests.acceptance.inbox.shop import Shop

PAGES = (
    "account",
    "notices",
    "channels",
    "channels/new",
    "channels/new/whatsapp",
    "channels/{webchat}",
    "channels/{whatsapp}",
    "rate-cards",
    "people",
    "people/new",
    "people/{ana}",
    "groups",
    "groups/new",
    "statuses/new",
    "bots/new",
    "helpers",
    "webhooks/new",
    "api-keys/new",
    "dead-letters",
    "audit",
    "queues",
    "queues/{queue}",
    "hours",
    "hours/new",
    "tags",
    "topics/new",
    "replies",
    "contact-fields/new",
    "segments/new",
    "opt-outs",
    "integration",
    "workspace",
    "mail",
    "openid/new",
    "configuration",
    "data",
)
TABLE = Path(__file__).parents[3] / "gateway/workplace/src/settings/pages.ts"
UNTOLD = """
const page = document.querySelector("#screen").cloneNode(true);
for (const named of page.querySelectorAll("code")) named.remove();
const untold = /(?<!@)\\b(?:settings|ui|kinds|frame)\\.[a-z_.]+|\\{\\w+\\}|undefined|\\[object/;
return (untold.exec(page.textContent) ?? [])[0];
"""
"""A word that is in no catalogue, or a value that was not put in; what the API calls something is marked as code."""


ELSEWHERE = """
const requests = performance.getEntriesByType("resource").map((one) => one.name);
return requests.filter((one) => /^https?:/.test(one) && new URL(one).host !== location.host);
"""


def test_each_page_of_the_settings_is_looked_at() -> None:
    names = re.findall(r'name: "([a-z-]+)"', TABLE.read_text())
    assert set(names) == {page.partition("/")[0] for page in PAGES}


def test_every_page_can_be_used_by_everybody(ben: Browser, shop: Shop) -> None:
    ben.sign_in_with(shop.owner["token"])
    ids = {kind: one["id"] for kind, one in shop.demo.ready["channels"].items()} | {
        "ana": shop.ana["id"],
        "queue": shop.demo.ready["queues"][0]["id"],
    }
    found = []
    for place, page in enumerate(PAGES):
        path = page.format(**ids)
        ben.run("localStorage.setItem('workplace.language', arguments[0])", ("ru", "en")[place % 2])
        open_settings(ben, path)
        ben.until(lambda: not ben.all("#screen .empty[role=status]"), f"{path} is loaded")
        ben.run("document.documentElement.dataset.theme = arguments[0]", ("light", "dark")[place // 2 % 2])
        found += [f"{path}: {one}" for one in violations(ben)]
        if untold := ben.run(UNTOLD):
            found.append(f"{path}: {untold}")
        found += [f"{path} asks {one}" for one in ben.run(ELSEWHERE)]
        with ben.screen(390, 844):
            if ben.run("return document.getElementById('screen').scrollWidth") > 390:
                found.append(f"{path}: wider than a phone")
    ben.run("localStorage.clear()")
    assert not found, "\n".join(found)
