"""All settings, read once from the environment (prefix `GATEWAY_`); all faults are reported together."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class SettingsInvalid(Exception):  # noqa: N818
    """One or more settings are missing or wrong; the message lists them all with what to do."""


class Settings(BaseSettings):
    """Settings of both production processes.

    Attributes:
        mongo_url: A replica set, with the database's name in the path; None starts the embedded one.
        redis_url: None starts the embedded one.
        secret_key: 32 bytes in URL-safe base64; encrypts channel credentials and signs links.
        public_url: Address under which providers reach the server; shown in webhook URLs.
        cors_origins: Origins of other inbox UIs, separated by commas.
        data_dir: Where the embedded servers keep their data.
        clock_file: Demo only: the file with the clock's offset in seconds.
        event_keep_seconds: How long events can be followed.
        event_keep_count: How many events of a workspace can be followed.
        sign_in_days: How long an operator's sign-in lasts.
        mongo_timeout_seconds: After this a request gets 503; Meta retries a webhook that is not answered.
        allow_private_urls: Lets `provider_base_url` and media links name private addresses (demo, tests).
    """

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", extra="ignore")

    mongo_url: str | None = None
    redis_url: str | None = None
    secret_key: SecretStr | None = None
    public_url: str = "http://127.0.0.1:8080"
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    data_dir: Path = Path(".gateway")
    clock_file: Path | None = None
    log_level: str = "INFO"
    event_keep_seconds: int = Field(default=24 * 3600, ge=60)
    event_keep_count: int = Field(default=100_000, ge=1_000)
    sign_in_days: int = Field(default=30, ge=1, le=365)
    mongo_timeout_seconds: float = Field(default=1.8, gt=0, le=60)
    allow_private_urls: bool = False

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("secret_key")
    @classmethod
    def _check_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        try:
            key = base64.urlsafe_b64decode(value.get_secret_value())
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != 32:
            raise ValueError("must be 32 bytes in URL-safe base64; make one with: gateway secret-key")
        return value


def load_settings() -> Settings:
    """Read the environment.

    Raises:
        SettingsInvalid: with one line for each faulty setting.
    """
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"GATEWAY_{str(item['loc'][0]).upper()}: {item['msg']}" for item in error.errors()]
        raise SettingsInvalid("\n".join(lines)) from None
