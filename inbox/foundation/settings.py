"""All settings, read once from the environment (prefix `GATEWAY_`); all faults are reported together."""

from __future__ import annotations

import base64
import binascii
import importlib.util
import logging
import os
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

KEY_BYTES: Final = 32
"""Fernet's key: half for AES-128, half for HMAC. Source: github.com/fernet/spec."""


class SettingsInvalidError(Exception):
    """One or more settings are missing or wrong; the message lists them all with what to do."""


class FilesStore(StrEnum):
    """Kinds of blob store."""

    GRIDFS = "gridfs"
    S3 = "s3"


class Settings(BaseSettings):
    """Settings of server and worker.

    Attributes:
        mongo_url: A replica set, with the database's name in the path; None starts the embedded one.
        redis_url: None starts the embedded one.
        secret_key: 32 bytes in URL-safe base64; encrypts channel credentials and signs links.
        previous_secret_keys: Earlier values of `secret_key`, separated by commas, while it is being replaced.
        public_url: Address under which providers reach the server; shown in webhook URLs.
        cors_origins: Origins of other inbox UIs, separated by commas.
        trusted_proxies: Addresses and networks, separated by commas, whose word for a client's address counts.
        metrics_token: Who shows it may read `/metrics` from anywhere; without it only this machine may.
        data_dir: Where the embedded servers keep their data.
        clock_file: Demo only: the file with the clock's offset in seconds.
        event_keep_seconds: How long events can be followed.
        event_keep_count: How many events of a workspace can be followed.
        sign_in_days: How long an operator's sign-in lasts.
        mongo_timeout_seconds: After this a request gets 503; Meta retries a webhook that is not answered.
        mongo_pipelining: Whether statements of a batch are written to MongoDB back to back; off, the driver writes each
            and waits for its answer.
        window_warning_minutes: How long before a reply window closes its `window.closing` event comes.
        quota_storage_bytes: Bytes of files that a workspace may have; None is as many as there is room for.
        quota_requests_per_second: Requests to the API that a workspace may make; None is any number.
        quota_searches_at_once: Searches and reports of a workspace in one server process.
        quota_dead_letters: How many a workspace may have; the oldest go.
        files_store: `gridfs` keeps files in MongoDB, `s3` in a bucket (needs the extra `s3`).
        s3_endpoint: The address of a store that speaks S3; None is Amazon's own.
        s3_access_key: With `s3_secret_key`; without both, the machine's own rights at Amazon are used.
        meta_app_id: The installation's app at Meta, for signing numbers up in Meta's dialog; with `meta_app_secret` and
            `meta_signup_config`, the configuration of Facebook Login for Business.
        meta_server: In place of Meta's own servers for signups: an emulator.
        graph_version: Of Meta's Graph API; `gateway doctor` names the day on which it ends.
        allow_private_urls: Lets `provider_base_url` and media links name private addresses (demo, tests).
    """

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", extra="ignore")

    mongo_url: str | None = None
    redis_url: str | None = None
    secret_key: SecretStr | None = None
    previous_secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    public_url: str = "http://127.0.0.1:8080"
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()
    metrics_token: Annotated[SecretStr, Field(min_length=16)] | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    data_dir: Path = Path(".gateway")
    clock_file: Path | None = None
    log_level: str = "INFO"
    event_keep_seconds: int = Field(default=24 * 3600, ge=60)
    event_keep_count: int = Field(default=100_000, ge=1_000)
    sign_in_days: int = Field(default=30, ge=1, le=365)
    mongo_timeout_seconds: float = Field(default=1.8, gt=0, le=60)
    mongo_pipelining: bool = True
    window_warning_minutes: int = Field(default=60, ge=1, le=23 * 60)
    allow_private_urls: bool = False
    meta_app_id: Annotated[str, Field(pattern=r"^[0-9]{1,32}$")] | None = None
    meta_app_secret: SecretStr | None = None
    meta_signup_config: Annotated[str, Field(pattern=r"^[0-9]{1,32}$")] | None = None
    meta_server: str | None = None
    graph_version: Annotated[str, Field(pattern=r"^[0-9]{2}\.[0-9]$")] = "26.0"
    quota_storage_bytes: int | None = Field(default=None, ge=1)
    quota_requests_per_second: int | None = Field(default=None, ge=1)
    quota_searches_at_once: int = Field(default=2, ge=1, le=100)
    quota_dead_letters: int = Field(default=100_000, ge=1)
    files_store: FilesStore = FilesStore.GRIDFS
    s3_endpoint: str | None = None
    s3_bucket: str | None = None
    s3_region: str = "us-east-1"
    s3_access_key: str | None = None
    s3_secret_key: SecretStr | None = None

    @property
    def provider_versions(self) -> Mapping[str, str]:
        """Versions of providers' APIs that the installation chooses, by kind of channel."""
        return {"whatsapp": self.graph_version}

    @field_validator("cors_origins", "trusted_proxies", "previous_secret_keys", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("mongo_url")
    @classmethod
    def _check_mongo_url(cls, value: str | None) -> str | None:
        return _check_scheme(value, "mongodb://", "mongodb+srv://")

    @field_validator("redis_url")
    @classmethod
    def _check_redis_url(cls, value: str | None) -> str | None:
        return _check_scheme(value, "redis://", "rediss://", "unix://")

    @field_validator("s3_endpoint", "meta_server")
    @classmethod
    def _check_s3_endpoint(cls, value: str | None) -> str | None:
        return _check_scheme(value, "http://", "https://")

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, value: str) -> str | None:
        return _check_scheme(value.rstrip("/"), "http://", "https://")

    @field_validator("log_level")
    @classmethod
    def _check_level(cls, value: str) -> str:
        known = logging.getLevelNamesMapping()
        if value.upper() not in known:
            raise ValueError(f"must be one of {', '.join(known)}")
        return value.upper()

    @field_validator("secret_key")
    @classmethod
    def _check_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _is_key(value):
            raise ValueError("must be 32 bytes in URL-safe base64; make one with: gateway secret-key")
        return value

    @field_validator("previous_secret_keys")
    @classmethod
    def _check_previous(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if not all(map(_is_key, value)):
            raise ValueError("must be earlier values of GATEWAY_SECRET_KEY, separated by commas")
        return value


def _is_key(value: SecretStr) -> bool:
    try:
        return len(base64.urlsafe_b64decode(value.get_secret_value())) == KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def load_settings() -> Settings:
    """Read the environment.

    Raises:
        SettingsInvalidError: with one line for each faulty setting.
    """
    faults = _faults_between(os.environ)
    try:
        settings = Settings()
    except ValidationError as error:
        faults = [_line(str(item["loc"][0]), item["msg"]) for item in error.errors()] + faults
    if faults:
        raise SettingsInvalidError("\n".join(faults))
    return settings


def _faults_between(environment: Mapping[str, str]) -> list[str]:
    """Check settings that depend on each other."""
    return _server_faults(environment) + _s3_faults(environment) + _meta_faults(environment)


def _server_faults(environment: Mapping[str, str]) -> list[str]:
    mongo, redis = environment.get("GATEWAY_MONGO_URL"), environment.get("GATEWAY_REDIS_URL")
    if bool(mongo) != bool(redis):
        missing, other = ("redis_url", "MONGO") if mongo else ("mongo_url", "REDIS")
        return [_line(missing, f"must be set too, since GATEWAY_{other}_URL is; without both, servers are started")]
    if mongo and not environment.get("GATEWAY_SECRET_KEY"):
        return [_line("secret_key", "must be set; make one with: gateway secret-key")]
    return []


def _meta_faults(environment: Mapping[str, str]) -> list[str]:
    names = ("meta_app_id", "meta_app_secret", "meta_signup_config")
    missing = [name for name in names if not environment.get(f"GATEWAY_{name.upper()}")]
    return [] if len(missing) == len(names) else [_line(name, "must be set too: all three or none") for name in missing]


def _s3_faults(environment: Mapping[str, str]) -> list[str]:
    if environment.get("GATEWAY_FILES_STORE", "").lower() != FilesStore.S3:
        return []
    faults = []
    if not environment.get("GATEWAY_S3_BUCKET"):
        faults.append(_line("s3_bucket", "must be set, since GATEWAY_FILES_STORE is s3"))
    access, secret = environment.get("GATEWAY_S3_ACCESS_KEY"), environment.get("GATEWAY_S3_SECRET_KEY")
    if bool(access) != bool(secret):
        missing, other = ("s3_secret_key", "ACCESS") if access else ("s3_access_key", "SECRET")
        faults.append(_line(missing, f"must be set too, since GATEWAY_S3_{other}_KEY is"))
    if importlib.util.find_spec("aiobotocore") is None:
        faults.append(_line("files_store", "s3 needs the extra of that name: pip install 'messaging-gateway[s3]'"))
    return faults


def _line(name: str, message: str) -> str:
    return f"GATEWAY_{name.upper()}: {message.removeprefix('Value error, ')}"


def _check_scheme(url: str | None, *schemes: str) -> str | None:
    if url is not None and not url.startswith(schemes):
        raise ValueError(f"must begin with {' or '.join(schemes)}")
    return url
