"""Holds: answers that are kept until the person lifts the hold. The SQL; every function takes an open transaction."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from recprep.core.problem import Problem
from recprep.storage.store import ledger
from recprep.storage.store.damage import readable
from recprep.storage.store.ledger import Ledger

NONE_SUCH = "There is no hold {id} that could be lifted. Nothing was changed; see your records."


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Answers that nothing is disposed of among: all of them, those of a role, or those to one question of it.

    `at` (UTC) is when it was placed, `zone` the offset of the person's own zone, `why` the person's words. What a
    damaged hold covers can no longer be read: it covers everything, and its `at` is None.
    """

    id: str
    at: datetime | None
    zone: str
    role: str | None = None
    question: str | None = None
    why: str = ""

    @property
    def scope(self) -> str:
        """What it covers, in words."""
        if self.role is None:
            return "all answers"
        to = f"to '{self.question}' " if self.question else ""
        return f"the answers {to}of '{self.role}'"

    def covers(self, role: str, question: str) -> bool:
        """Say whether the answers to a question are held by it."""
        return self.role in (None, role) and self.question in (None, question)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifting:
    """The end of a hold. `hold` is the id of that; `at` is in UTC."""

    id: str
    hold: str
    at: datetime
    zone: str


def place(connection: sqlite3.Connection, hold: Hold) -> Hold:
    """Add a hold; if one like it stands, that is given."""
    scope = (hold.role, hold.question, hold.why)
    for one in standing(connection):
        if one.at and (one.role, one.question, one.why) == scope:
            return one
    ledger.append(connection, LEDGER, hold)
    return hold


def lift(connection: sqlite3.Connection, lifting: Lifting) -> None:
    """Add the lifting of a hold; one that was lifted before stays so."""
    sound, damaged = ledger.read(connection, LEDGER)
    if lifting.hold not in {one.id for one in (*sound, *damaged)}:
        raise Problem(NONE_SUCH.format(id=lifting.hold))
    if lifting.hold in {one.id for one in standing(connection)}:
        ledger.append(connection, LIFTINGS, lifting)


def standing(connection: sqlite3.Connection) -> list[Hold]:
    """Give the holds that were not lifted, damaged ones last."""
    sound, damaged = ledger.read(connection, LEDGER)
    lifted = {one.hold for one in ledger.read(connection, LIFTINGS)[0]}
    unread = [Hold(id=one.id, at=None, zone="") for one in damaged]
    return [one for one in (*sound, *unread) if one.id not in lifted]


def held(connection: sqlite3.Connection) -> set[bytes]:
    """Give the ids of the attempts whose answers are held, as the database gives them."""
    if not (holds := standing(connection)):
        return set()
    rows = connection.execute("SELECT id, role, question FROM attempt")
    return {id_ for id_, role, question in rows if any(one.covers(readable(role), readable(question)) for one in holds)}


def _hold(body: dict) -> Hold:
    return Hold(**body | {"at": datetime.fromisoformat(body["at"])})


def _lifting(body: dict) -> Lifting:
    return Lifting(**body | {"at": datetime.fromisoformat(body["at"])})


LEDGER: Ledger[Hold] = Ledger(name="hold", columns=("id", "at"), revive=_hold)
LIFTINGS: Ledger[Lifting] = Ledger(name="lifting", columns=("id", "hold"), revive=_lifting)
