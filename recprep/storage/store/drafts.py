"""Drafts: one head for each role and question, and what other clients wrote, kept aside. The SQL."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import fields, replace
from datetime import UTC, datetime

from recprep.core.fingerprint import canonical, clean, digest
from recprep.core.models import Draft
from recprep.storage.store.ledger import in_utc

COLUMNS = "role, question, revision, client, saved_at, body, checksum"
NAMES = tuple(field.name for field in fields(Draft))

Row = tuple[bytes, bytes, int, bytes, bytes, bytes, bytes]


def save(connection: sqlite3.Connection, draft: Draft, *, base: int) -> Draft | None:
    """Make `draft` the head, or keep it aside if that would overwrite what its writer has not seen."""
    draft = replace(draft, answer=clean(draft.answer))
    present = head(connection, draft.role, draft.question)
    if present is None or base == present.revision or draft.client == present.client:
        return _make_head(connection, draft)
    if draft.answer == present.answer:
        return present
    set_aside(connection, replace(draft, revision=base))
    return None


def set_aside(connection: sqlite3.Connection, draft: Draft) -> None:
    """Keep `draft` beside the head, in place of what its client had there."""
    _write(connection, "aside", replace(draft, answer=clean(draft.answer)))


def head(connection: sqlite3.Connection, role: str, question: str) -> Draft | None:
    """Give the draft of a question that goes on."""
    found = connection.execute(
        f"SELECT {COLUMNS} FROM draft WHERE role = ? AND question = ? AND body IS NOT NULL", (role, question)
    ).fetchone()
    return understand(found) if found else None


def heads(connection: sqlite3.Connection, role: str | None) -> list[Draft]:
    """Give the heads, newest first."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM draft WHERE body IS NOT NULL AND role = coalesce(?, role) "
        "ORDER BY saved_at DESC, role, question",
        (role,),
    )
    return [understand(row) for row in rows]


def kept_aside(connection: sqlite3.Connection, role: str, question: str) -> list[Draft]:
    """Give what was kept aside for a question, newest first."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM aside WHERE role = ? AND question = ? ORDER BY saved_at DESC, client",
        (role, question),
    )
    return [understand(row) for row in rows]


def drop(connection: sqlite3.Connection, role: str, question: str, *, client: str | None) -> None:
    """Remove the head (its revision stays known), or what one client has aside."""
    if client is None:
        connection.execute(
            "UPDATE draft SET client = NULL, saved_at = NULL, body = NULL, checksum = NULL "
            "WHERE role = ? AND question = ? AND body IS NOT NULL",
            (role, question),
        )
    else:
        connection.execute("DELETE FROM aside WHERE role = ? AND question = ? AND client = ?", (role, question, client))


def _make_head(connection: sqlite3.Connection, draft: Draft) -> Draft:
    last = connection.execute(
        "SELECT revision FROM draft WHERE role = ? AND question = ?", (draft.role, draft.question)
    ).fetchone()
    stored = replace(draft, revision=last[0] + 1 if last else 1)
    _write(connection, "draft", stored)
    return stored


def _write(connection: sqlite3.Connection, table: str, draft: Draft) -> None:
    saved_at = in_utc(draft.saved_at)
    body = canonical(
        {name: getattr(draft, name) for name in NAMES} | {"saved_at": saved_at, "levels": dict(draft.levels)}
    )
    connection.execute(
        f"INSERT OR REPLACE INTO {table} ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (draft.role, draft.question, draft.revision, draft.client, saved_at, body, digest(body)),
    )


def understand(row: Row) -> Draft:
    """Read a draft whatever its checksum says: half-right words are worth more than none."""
    role, question, client = (value.decode(errors="replace") for value in (row[0], row[1], row[3]))
    known = {"role": role, "question": question, "revision": row[2], "client": client}
    text = row[5].decode(errors="replace")
    try:
        found = json.loads(text)
        found |= {
            "saved_at": datetime.fromisoformat(found["saved_at"]),
            "key_points": tuple(found["key_points"]),
        }
        return Draft(**(found | known))
    except (ValueError, TypeError, KeyError):
        return Draft(**known, question_hash="", saved_at=datetime.fromtimestamp(0, UTC), answer=text)
