"""What axe-core says of a page: the rules of WCAG 2.2 A and AA, in the browser."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

from tests.acceptance.inbox.inbox_browser import Browser

ROOT = Path(__file__).parents[3]
RUN = """const done = arguments[arguments.length - 1];
    axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then(
      ({ violations }) => done(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).slice(0, 3)}`)),
      (error) => done([String(error)]));"""  # noqa: E501


@cache
def axe_source() -> str:
    """Return axe-core's source; it comes with the packages that the page is built with."""
    subprocess.run([ROOT / ".ci" / "workplace", "install"], check=True)
    return (ROOT / "gateway/workplace/node_modules/axe-core/axe.min.js").read_text()


def violations(browser: Browser) -> list[str]:
    """Return which rules what is shown now breaks, each with the elements that do."""
    browser.run(f"if (!window.axe) {{ {axe_source()} }}")
    found = browser.driver.execute_async_script(RUN)
    assert isinstance(found, list)
    return found
