"""How the embedded servers are called. No password is among the arguments, which every user of the machine can read."""

from __future__ import annotations

from pathlib import Path

from gateway.processes.private_file import write_private


def mongod_command(program: Path, data: Path, port: int, key_file: Path) -> list[str]:
    """Return the command of MongoDB, which lets in nobody without a login."""
    return [
        str(program),
        *("--dbpath", str(data), "--port", str(port), "--bind_ip", "127.0.0.1", "--nounixsocket"),
        *("--auth", "--keyFile", str(key_file)),
        # Packing saves nothing within a machine, and unpacking zlib gives memory away before any login
        # (CVE-2025-14847, mended in 6.0.27; the packaged release is older).
        *("--networkMessageCompressors", "disabled"),
        *("--replSet", "rs0", "--oplogSize", "1024", "--wiredTigerCacheSizeGB", "0.5", "--quiet"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        # A start reads the newest journal file whole: with the usual 100 MB that takes 0.4 s.
        *("--wiredTigerEngineConfigString", "log=(file_max=32MB)"),
    ]


def redis_command(program: Path, data: Path, port: int, secrets: Path) -> list[str]:
    """Return the command of Redis; `secrets` is a file of settings that only its owner can read."""
    return [
        *(str(program), str(secrets)),
        *("--dir", str(data), "--port", str(port), "--bind", "127.0.0.1", "--daemonize", "no"),
        *("--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--maxmemory-policy", "noeviction"),
    ]


def keep_redis_secrets(directory: Path, password: str) -> Path:
    """Write the settings that are nobody else's business."""
    path = directory / "redis.conf"
    write_private(path, f"requirepass {password}\n")
    return path
