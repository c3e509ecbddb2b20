"""One text for one record, and a fingerprint of a text. Pure."""

from __future__ import annotations

import hashlib
import json


def clean(text: str) -> str:
    """Give `text` as it can be stored: half of a surrogate pair on its own becomes U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def canonical(obj: object) -> str:
    """Give the one JSON text for `obj`: sorted keys, no spaces, every letter as itself.

    Examples
    --------
    >>> canonical({"b": (1, None), "a": "é"})
    '{"a":"é","b":[1,null]}'
    """
    return clean(json.dumps(obj, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False))


def digest(text: str) -> str:
    """Give the SHA-256 of `text` in UTF-8, as 64 hexadecimal digits.

    Examples
    --------
    >>> digest("records")[:8]
    'a94e7bcf'
    """
    return hashlib.sha256(clean(text).encode()).hexdigest()
