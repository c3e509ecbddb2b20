"""Everything scored in a role, read once. Every function takes an open transaction."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from recprep.core.models import Attempt, Rating
from recprep.storage.store import attempts, inspection, ledger, ratings
from recprep.storage.store.damage import Damage


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What a person scored in one role, in the order of saving, and what was left out because it is damaged.

    `attempts` are without those withdrawn. `left_out` names attempts, ratings, and answers, whose attempts are there.
    """

    attempts: list[Attempt]
    ratings: list[Rating]
    left_out: list[Damage]


def read(connection: sqlite3.Connection, role: str) -> Records:
    """Read the records of a role, around what is damaged."""
    withdrawn = attempts.withdrawn(connection)
    answered, lost = _of_role(connection, attempts.LEDGER, role)
    rated, lost_ratings = _of_role(connection, ratings.LEDGER, role)
    known = {inspection.UNREAD, *(one.id for one in answered)}
    lost_answers = [one for one in inspection.damages_of(connection, "answer") if one.id in known]
    standing = [one for one in answered if one.id not in withdrawn]
    return Records(attempts=standing, ratings=rated, left_out=[*lost, *lost_answers, *lost_ratings])


def _of_role(connection: sqlite3.Connection, kind: ledger.Ledger, role: str) -> tuple[list, list[Damage]]:
    found: list = []
    damaged: list[Damage] = []
    for sound, lost in ledger.chunks(connection, kind, condition="+role = ?", values=(role,)):
        found += sound
        damaged += lost
    return found, damaged
