"""One text for one record, and a fingerprint of a text. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from functools import cache


def clean(text: str) -> str:
    """Give `text` as it can be stored: half of a surrogate pair on its own becomes U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def canonical(obj: object) -> str:
    """Give the one JSON text for `obj`: sorted keys, no spaces, every letter as itself, a record as its fields.

    Examples
    --------
    >>> canonical({"b": (1, None), "a": "é"})
    '{"a":"é","b":[1,null]}'
    """
    return clean(_ENCODER.encode(obj))


def digest(text: str) -> str:
    """Give the SHA-256 of `text` in UTF-8, as 64 hexadecimal digits.

    Examples
    --------
    >>> digest("records")[:8]
    'a94e7bcf'
    """
    try:
        written = text.encode()
    except UnicodeEncodeError:
        written = clean(text).encode()
    return hashlib.sha256(written).hexdigest()


def by_field(record: object) -> dict[str, object]:
    """Give the fields of a record by name, the records within as they are."""
    return {name: getattr(record, name) for name in _names(type(record))}


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=by_field
)
