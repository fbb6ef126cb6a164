"""One demo for the tests of this folder that need no browser; each leaves everything running."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.demo_process import DemoProcess


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProcess]:
    with DemoProcess.started(tmp_path_factory.mktemp("demo")) as running:
        yield running
