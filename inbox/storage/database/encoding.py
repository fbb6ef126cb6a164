"""Holding documents against what MongoDB can store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import bson
from bson.errors import BSONError
from bson.raw_bson import RawBSONDocument

MAX_DOCUMENT_BYTES: Final = 15 * 1024 * 1024
"""MongoDB takes 16 MiB; the rest is for the command around a document, and for what is added to it later."""


class DocumentUnstorableError(Exception):
    """A document that BSON can't hold (a 20-digit integer, a lone surrogate, a NUL in a key)."""


def encode_document(document: Mapping[str, Any]) -> RawBSONDocument:
    """Encode a document ahead of its insert, so that a bad one is found alone and costs no other.

    Raises:
        DocumentUnstorableError: if MongoDB's format can't hold it.
    """
    try:
        encoded = bson.encode(document)
    except (BSONError, OverflowError, UnicodeError, TypeError, ValueError, RecursionError) as error:
        raise DocumentUnstorableError(type(error).__name__) from None
    if len(encoded) > MAX_DOCUMENT_BYTES:
        raise DocumentUnstorableError("DocumentTooLarge")
    return RawBSONDocument(encoded)


def has_fields(document: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    """Tell whether a document that was read has some fields: MongoDB would write nothing, so nothing is to be told.

    Raises:
        DocumentUnstorableError: if a value can't be stored.
    """
    stored = {name: document[name] for name in fields if name in document}
    return len(stored) == len(fields) and encode_document(stored) == encode_document(fields)
