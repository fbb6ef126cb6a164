"""Settings of the store of files: what is wrong is said at once, all of it."""

from __future__ import annotations

import pytest

from inbox.foundation.settings import FilesStore, SettingsInvalidError, load_settings


def test_files_are_in_mongodb_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GATEWAY_FILES_STORE", raising=False)
    assert load_settings().files_store is FilesStore.GRIDFS


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({"BUCKET": "b"}, []),
        ({"BUCKET": "b", "ACCESS_KEY": "a", "SECRET_KEY": "s", "ENDPOINT": "http://minio:9000"}, []),
        ({}, ["GATEWAY_S3_BUCKET"]),
        ({"ACCESS_KEY": "a"}, ["GATEWAY_S3_BUCKET", "GATEWAY_S3_SECRET_KEY"]),
        (
            {"BUCKET": "b", "SECRET_KEY": "s", "ENDPOINT": "minio:9000"},
            ["GATEWAY_S3_ENDPOINT", "GATEWAY_S3_ACCESS_KEY"],
        ),
    ],
)
def test_a_bucket_needs_its_settings(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], faults: list[str]) -> None:
    monkeypatch.setenv("GATEWAY_FILES_STORE", "s3")
    for name, value in given.items():
        monkeypatch.setenv(f"GATEWAY_S3_{name}", value)
    if not faults:
        assert load_settings().files_store is FilesStore.S3
        return
    with pytest.raises(SettingsInvalidError) as invalid:
        load_settings()
    assert [line.partition(":")[0] for line in str(invalid.value).splitlines()] == faults
