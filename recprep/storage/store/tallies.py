"""The tally of each role: a cache over its attempts, folded on when there are newer ones."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date

from recprep.core import sums
from recprep.core import tally as core
from recprep.core.fingerprint import canonical
from recprep.core.tally import Cells, Tally
from recprep.storage.store import attempts, ledger
from recprep.storage.store.damage import readable

NOTHING = 0, Tally()
UNFIT = (*ledger.UNFIT, OverflowError)  # what reading a damaged cache may raise
SAME = 1e-9  # relative, and of a sum near zero absolute: attempts that were taken back leave rounding behind


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The tally of a role, the version of the attempts that it is of, and whether the cache has it as it is."""

    role: str
    tally: Tally
    version: tuple[int, int]
    is_kept: bool


def look(connection: sqlite3.Connection, role: str) -> Look:
    """Add up the attempts of a role. Of those in the cache none is read; damaged pages are read around."""
    version = attempts.version(connection)
    last = version[0]
    seq, cached = _cached(connection, role)
    if seq > last:  # the attempts behind it are gone
        seq, cached = NOTHING
    folded = core.add_all(attempts.standing(connection, role, after=seq, upto=last), cached)
    return Look(role=role, tally=folded, version=version, is_kept=seq == last)


def keep(connection: sqlite3.Connection, look: Look) -> None:
    """Keep what was seen, in a transaction after it: SQLite writes nothing in one that met a damaged page.

    If anything was saved or taken back in between, nothing is kept, and the next look adds up again.
    """
    if attempts.version(connection) == look.version:
        _write(connection, look.role, look.version[0], look.tally)


def take_back(connection: sqlite3.Connection, attempt_id: str) -> None:
    """Take an attempt that was withdrawn just now out of the cache, or drop what has to be folded anew."""
    seq, attempt = attempts.numbered(connection, attempt_id)
    if attempt is None:
        forget(connection)  # nobody knows what it added, nor to which role
        return
    known, cached = _cached(connection, attempt.role)
    if seq > known:
        return
    left = core.take_back(cached, attempt)
    if left is None:
        connection.execute("DELETE FROM tally WHERE role = ?", (attempt.role,))
    else:
        _write(connection, attempt.role, known, left)


def forget(connection: sqlite3.Connection) -> None:
    """Drop all that is cached; the next look folds it anew."""
    connection.execute("DELETE FROM tally")


def outdated(connection: sqlite3.Connection) -> list[str]:
    """Name the roles whose cached tally is not what their attempts come to."""
    rows = connection.execute("SELECT role, seq, body FROM tally ORDER BY role").fetchall()
    return [readable(role) for role, *kept in rows if not _is_right(connection, readable(role), *kept)]


def _is_right(connection: sqlite3.Connection, role: str, seq: int, body: bytes) -> bool:
    try:
        cached = _read(seq, body)
    except UNFIT:
        return False
    if cached is None:
        return True  # of other constants, and so never looked at again
    return _agree(cached, core.add_all(attempts.standing(connection, role, after=0, upto=seq)))


def _agree(one: Tally, other: Tally) -> bool:
    """Say whether a kept tally and one folded anew are the same; the kept one may know less of what was earlier."""
    if _whole(one) != _whole(other):
        return False
    pairs = zip(_numbers(one), _numbers(other), strict=True)
    close = all(math.isclose(mine, theirs, rel_tol=SAME, abs_tol=SAME) for mine, theirs in pairs)
    return close and (one.earlier is None or (other.earlier is not None and _agree(one.earlier, other.earlier)))


def _whole(folded: Tally) -> tuple[object, ...]:
    return folded.before, folded.day, folded.set_back, folded.past.keys(), folded.today.keys()


def _numbers(folded: Tally) -> Iterator[float]:
    yield folded.at
    for cells in (folded.past, folded.today):
        for name in sorted(cells):
            yield from cells[name]


def _cached(connection: sqlite3.Connection, role: str) -> tuple[int, Tally]:
    row = connection.execute("SELECT seq, body FROM tally WHERE role = ?", (role,)).fetchone()
    try:
        cached = _read(*row) if row else None
    except UNFIT:
        cached = None  # it is folded anew
    return (row[0], cached) if cached else NOTHING


def _write(connection: sqlite3.Connection, role: str, seq: int, folded: Tally) -> None:
    connection.execute("INSERT OR REPLACE INTO tally VALUES (?, ?, ?)", (role, seq, _text(folded)))


def _text(folded: Tally) -> str:
    return canonical({"tally": _body(folded), "constants": _constants()})


def _body(folded: Tally) -> dict[str, object]:
    body = {field.name: getattr(folded, field.name) for field in fields(folded)}
    return body | {
        "day": folded.day and folded.day.isoformat(),
        "earlier": folded.earlier and _body(folded.earlier),
    }


def _read(seq: int, text: bytes) -> Tally | None:
    """Read a kept tally; None if it was folded with other constants of the model."""
    found = json.loads(text)
    _require(isinstance(seq, int))
    return _tally(found["tally"]) if found["constants"] == _constants() else None


def _tally(body: dict) -> Tally:
    _require(isinstance(body["before"], int) and math.isfinite(body["at"]) and isinstance(body["set_back"], bool))
    body |= {
        "day": body["day"] and date.fromisoformat(body["day"]),
        "past": _cells(body["past"], len(core.NOTHING)),
        "today": _cells(body["today"], 3),
        "earlier": body["earlier"] and _tally(body["earlier"]),
    }
    return Tally(**body)


def _cells(found: dict[str, list[float]], length: int) -> Cells:
    cells = {name: tuple(sums) for name, sums in found.items()}
    _require(all(len(sums) == length and all(map(math.isfinite, sums)) for sums in cells.values()))
    return cells


def _require(condition: bool) -> None:
    if not condition:
        message = "not the shape of a tally"
        raise ValueError(message)


def _constants() -> dict[str, object]:
    """Give the constants that the sums rest on."""
    return {
        "half_life": sums.HALF_LIFE,
        "ends": list(sums.ENDS),
        "seniority_shift": sums.SENIORITY_SHIFT,
        "score_sd": sums.SCORE_SD,
    }
