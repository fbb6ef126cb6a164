"""A full disk ends nothing of the supervisor's: it is told once, and passes when there is room."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.processes import supervisor
from gateway.processes.child_process import LOG_KEEP_BYTES, Child
from gateway.processes.patient_file import LOW_BYTES, PatientFile, room_left

DONE_SECONDS = 60

LOGS_TO_A_FULL_DISK = """
import logging, structlog
from inbox.foundation.logs import configure_logging
configure_logging("INFO", process="test")
structlog.get_logger().info("a line that finds no room")
logging.getLogger("library").warning("another")
print("went on")
"""


@contextlib.contextmanager
def no_room() -> Iterator[None]:
    """Let the system refuse every byte that is written to a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_that_finds_no_room_is_written_later_and_told_of_once(tmp_path: Path) -> None:
    told: list[str] = []
    path = tmp_path / "ready.json"
    file = PatientFile(path, told.append)
    assert file.write("first")
    with no_room():
        assert not file.write("second")
        assert not file.write("third")
        file.write_later()
    assert (path.read_text(), len(told)) == ("first", 1)
    file.write_later()
    assert (path.read_text(), len(told)) == ("third", 2)
    assert [entry.name for entry in tmp_path.iterdir()] == ["ready.json"]


async def test_a_child_that_cannot_start_comes_back_when_it_can(tmp_path: Path) -> None:
    told: list[str] = []
    logs = tmp_path / "logs"
    logs.mkdir()
    child = Child("sleeper", [sys.executable, "-c", "import signal; signal.pause()"], log_path=logs / "log")
    child.start()
    keeping = asyncio.create_task(child.keep_running(told.append))
    first = child.pid
    (logs / "log").unlink()
    logs.rmdir()
    assert first
    os.kill(first, 9)
    async with asyncio.timeout(DONE_SECONDS):
        while not any("can't start" in line for line in told):  # noqa: ASYNC110 - it tells nobody else
            await asyncio.sleep(0.01)
        logs.mkdir()
        while child.pid == first:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    keeping.cancel()
    await child.stop(1)
    assert [line for line in told if "can't start" in line] == [
        "sleeper can't start (No such file or directory); it is tried again"
    ]


def test_a_log_on_a_full_disk_ends_nobody() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", LOGS_TO_A_FULL_DISK], stderr=full, stdout=subprocess.PIPE, text=True, check=False
        )
    assert done.stdout == "went on\n"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_start_without_room_says_so_in_plain_words(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    async def start() -> None:
        raise OSError(number, os.strerror(number), "/data/servers.key")

    assert supervisor.run(start()) == 1
    said = capsys.readouterr().err
    assert "/data/servers.key can't be written" in said
    assert "Traceback" not in said


def test_a_log_of_a_program_that_runs_for_months_is_cut(tmp_path: Path) -> None:
    child = Child("writer", (), log_path=tmp_path / "writer.log")
    log = tmp_path / "writer.log"
    with log.open("ab") as writing:
        writing.truncate(LOG_KEEP_BYTES + 1)
        child.trim_log()
        writing.write(b"goes on")
    assert log.read_bytes() == b"goes on"
    assert (tmp_path / "writer.old.log").stat().st_size == LOG_KEEP_BYTES + 1


def test_a_log_is_cut_where_there_is_no_room_for_the_older_one(tmp_path: Path) -> None:
    child = Child("writer", (), log_path=tmp_path / "writer.log")
    with (tmp_path / "writer.log").open("ab") as writing:
        writing.truncate(LOG_KEEP_BYTES + 1)
        with no_room():
            child.trim_log()
    assert (tmp_path / "writer.log").stat().st_size == 0


def test_a_report_names_the_full_disk(tmp_path: Path) -> None:
    free = os.statvfs(tmp_path)
    assert (free.f_bavail * free.f_frsize < LOW_BYTES) == bool(room_left(tmp_path))
    assert room_left(tmp_path / "not there") == ""
