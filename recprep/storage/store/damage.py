"""A row that is not what was written, and the checks that tell."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """Something kept that is not what was written.

    `what` is attempt, answer, withdrawal, rating, snapshot, draft, draft kept aside, hold, lifting or disposal;
    `id` is the attempt's (also for its answer and its withdrawal), the snapshot's hash, the draft's role, or that of
    the record itself; `why` completes the sentence "it was left out, because ...".
    """

    what: str
    id: str
    question: str | None
    why: str


def is_sound(content: bytes | None, checksum: bytes | None) -> bool:
    """Say whether `checksum` is the SHA-256 of `content`, both as the database gave them."""
    return (
        isinstance(content, bytes)
        and isinstance(checksum, bytes)
        and hashlib.sha256(content).hexdigest().encode() == checksum
    )


def readable(value: object) -> str:
    """Give a value from a damaged row in letters."""
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
