"""Ratings of exemplars: the SQL. Every function takes an open transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime

from recprep.core.models import Rating
from recprep.storage.store import attempts, ledger
from recprep.storage.store.damage import Damage
from recprep.storage.store.ledger import Ledger


def append(connection: sqlite3.Connection, rating: Rating, *, snapshots: Mapping[str, str]) -> None:
    """Add a rating, with the snapshots that are missing."""
    ledger.append(connection, LEDGER, rating)
    attempts.keep_snapshots(connection, snapshots)


def count(connection: sqlite3.Connection, role: str) -> int:
    """Give the number of ratings in a role, damaged ones included."""
    return connection.execute("SELECT count(*) FROM rating WHERE role = ?", (role,)).fetchone()[0]


def version(connection: sqlite3.Connection) -> int:
    """Give the number of the last rating."""
    return connection.execute("SELECT coalesce(max(seq), 0) FROM rating").fetchone()[0]


def read(connection: sqlite3.Connection, *, role: str | None = None) -> tuple[list[Rating], list[Damage]]:
    """Read the ratings in the order of saving, and name those that are damaged."""
    sound, damaged = ledger.read(connection, LEDGER)
    return [one for one in sound if role in (None, one.role)], damaged


def _revive(body: dict) -> Rating:
    return Rating(**(body | {"at": datetime.fromisoformat(body["at"])}))


LEDGER: Ledger[Rating] = Ledger(name="rating", columns=("id", "role", "exemplar", "question"), revive=_revive)
