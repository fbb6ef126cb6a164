"""The client can be published: its wheel has everything and wants one library."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

SOURCE = Path(__file__).parents[3] / "clients" / "python"
BUILD = "from setuptools import build_meta; print(build_meta.build_wheel('out'))"


def test_the_wheel_is_whole(tmp_path: Path) -> None:
    shutil.copytree(SOURCE, tmp_path / "client", ignore=shutil.ignore_patterns("*.egg-info", "__pycache__", "build"))
    done = subprocess.run(
        [sys.executable, "-c", BUILD], cwd=tmp_path / "client", capture_output=True, text=True, check=True
    )
    wheel = zipfile.ZipFile(tmp_path / "client" / "out" / done.stdout.split()[-1])
    names = wheel.namelist()
    modules = {f"messaging_gateway_client/{path.name}" for path in SOURCE.glob("src/messaging_gateway_client/*.*")}
    assert modules <= set(names)
    assert "messaging_gateway_client/py.typed" in names
    metadata = wheel.read(next(name for name in names if name.endswith("METADATA"))).decode()
    assert [line for line in metadata.splitlines() if line.startswith("Requires-Dist")] == [
        "Requires-Dist: aiohttp<4,>=3.10"
    ]
    assert "# messaging-gateway-client" in metadata
