"""Attempts, their answers, withdrawals and snapshots: the SQL. Every function takes an open transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from sys import intern

from recprep.core.fingerprint import canonical, clean, digest
from recprep.core.models import Attempt
from recprep.core.problem import Problem
from recprep.storage.store import ledger
from recprep.storage.store.damage import Damage, is_sound, readable
from recprep.storage.store.ledger import Ledger, in_utc

_NOT_WITHDRAWN = "NOT EXISTS (SELECT 1 FROM withdrawal WHERE attempt = one.id)"


def append(connection: sqlite3.Connection, attempt: Attempt, *, answer: str, snapshots: Mapping[str, str]) -> None:
    """Add an attempt with its answer and the snapshots that are missing."""
    ledger.append(connection, LEDGER, attempt)
    text = clean(answer)
    connection.execute("INSERT INTO answer VALUES (?, ?, ?)", (attempt.id, text, digest(attempt.id + text)))
    keep_snapshots(connection, snapshots)


def keep_snapshots(connection: sqlite3.Connection, snapshots: Mapping[str, str]) -> None:
    """Keep the texts behind hashes; those already kept are passed over."""
    for hash_, given in snapshots.items():
        text = clean(given)
        if digest(text) != hash_:
            message = f"the snapshot's hash is {hash_}, its text has {digest(text)}"
            raise ValueError(message)
        connection.execute("INSERT OR IGNORE INTO snapshot VALUES (?, ?)", (hash_, text))


def withdraw(connection: sqlite3.Connection, attempt_id: str, *, at: datetime, withdrawal_id: str) -> bool:
    """Add a withdrawal of an attempt; say whether it stood until now."""
    if not connection.execute("SELECT 1 FROM attempt WHERE id = ?", (attempt_id,)).fetchone():
        message = f"There is no attempt {attempt_id} to withdraw. Nothing was changed; see your records."
        raise Problem(message)
    body = canonical({"id": withdrawal_id, "attempt": attempt_id, "at": in_utc(at)})
    added = connection.execute(
        "INSERT INTO withdrawal (id, attempt, body, checksum) VALUES (?, ?, ?, ?) ON CONFLICT (attempt) DO NOTHING",
        (withdrawal_id, attempt_id, body, digest(body)),
    )
    return added.rowcount == 1


def numbered(connection: sqlite3.Connection, attempt_id: str) -> tuple[int, Attempt | None]:
    """Give the number of an attempt, and the attempt itself unless it is damaged."""
    seq = connection.execute("SELECT seq FROM attempt WHERE id = ?", (attempt_id,)).fetchone()[0]
    return seq, next(iter(ledger.find(connection, LEDGER, "seq = ?", (seq,))), None)


def between(connection: sqlite3.Connection, role: str, question: str, *, after: int, upto: int) -> list[Attempt]:
    """Give the attempts at one question with numbers from after `after` to `upto`, in the order of saving."""
    condition = f"role = ? AND question = ? AND seq > ? AND seq <= ? AND {_NOT_WITHDRAWN} ORDER BY seq"
    return ledger.find(connection, LEDGER, condition, (role, question, after, upto))


def standing(connection: sqlite3.Connection, role: str, *, after: int, upto: int) -> Iterator[Attempt]:
    """Go through the attempts of a role with numbers from after `after` to `upto`, in the order of saving.

    They are found by number, since the index by role would have to be walked from its start. Attempts that
    are damaged are passed over; a withdrawal that cannot be read is an error, or what it takes back would count.
    """
    condition = "seq <= ? AND +role = ?"
    for sound, _ in ledger.chunks(connection, LEDGER, after=after, condition=condition, values=(upto, role)):
        yield from (one for one in sound if not _is_withdrawn(connection, one))


def _is_withdrawn(connection: sqlite3.Connection, attempt: Attempt) -> bool:
    return connection.execute("SELECT 1 FROM withdrawal WHERE attempt = ?", (attempt.id,)).fetchone() is not None


def latest(connection: sqlite3.Connection, role: str, most: int) -> list[Attempt]:
    """Give the attempts saved last, the newest first."""
    return ledger.find(connection, LEDGER, f"+role = ? AND {_NOT_WITHDRAWN} ORDER BY seq DESC LIMIT ?", (role, most))


class Counter:
    """Counts the attempts that are not withdrawn: all of them once, and then only those added since.

    To go through 100,000 takes as long as saving one. When another connection has written, all are counted again.
    """

    def __init__(self) -> None:
        self._known: tuple[sqlite3.Connection, int] | None = None
        self._seq = self._number = 0

    def count(self, connection: sqlite3.Connection) -> int:
        """Give the number of attempts that are not withdrawn; no attempt may have been removed by this connection."""
        known = connection, connection.execute("PRAGMA data_version").fetchone()[0]
        if known == self._known:
            counted = "SELECT coalesce(max(seq), ?), count(*) FROM attempt WHERE seq > ?"
            self._seq, added = connection.execute(counted, (self._seq, self._seq)).fetchone()
            self._number += added
        else:  # from an index and the last number given out, so that a damaged page of attempts is not in the way
            (self._number,) = connection.execute("SELECT count(*) FROM attempt").fetchone()
            last = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'attempt'").fetchone()
            self._known, self._seq = known, last[0] if last else 0
        return self._number - connection.execute("SELECT count(*) FROM withdrawal").fetchone()[0]


def roles(connection: sqlite3.Connection) -> list[str]:
    """Give the roles that have attempts, the one practised last first; damaged ones are among them."""
    found = connection.execute("SELECT role FROM attempt GROUP BY role ORDER BY max(seq) DESC")
    return [readable(role) for (role,) in found]


def version(connection: sqlite3.Connection) -> tuple[int, int]:
    """Give the number of the last attempt and of the last withdrawal."""
    return connection.execute(
        "SELECT coalesce((SELECT max(seq) FROM attempt), 0), coalesce((SELECT max(seq) FROM withdrawal), 0)"
    ).fetchone()


def withdrawn(connection: sqlite3.Connection) -> set[str]:
    """Give the ids of the attempts that were withdrawn."""
    return {readable(attempt) for (attempt,) in connection.execute("SELECT attempt FROM withdrawal")}


def answer(connection: sqlite3.Connection, attempt_id: str) -> str | None:
    """Give an answer's text, unless it was disposed of or is damaged."""
    found = connection.execute("SELECT text, checksum FROM answer WHERE attempt = ?", (attempt_id,)).fetchone()
    if found is None or not is_answer_sound(attempt_id.encode(), *found):
        return None
    return found[0].decode()


def is_answer_sound(attempt_id: object, text: object, checksum: bytes | None) -> bool:
    """Say whether a text is the answer that was saved with this attempt."""
    whole = isinstance(attempt_id, bytes) and isinstance(text, bytes)
    return whole and is_sound(attempt_id + text, checksum)


def snapshot(connection: sqlite3.Connection, hash_: str) -> str | None:
    """Give the text behind a hash, unless it is not kept or is damaged."""
    found = connection.execute("SELECT text FROM snapshot WHERE hash = ?", (hash_,)).fetchone()
    return found[0].decode() if found and is_sound(found[0], hash_.encode()) else None


def read(
    connection: sqlite3.Connection, *, without: Iterable[str] = (), role: str | None = None
) -> tuple[list[Attempt], list[Damage]]:
    """Read the attempts in the order of saving, and name those that are damaged."""
    sound, damaged = ledger.read(connection, LEDGER)
    left_out = set(without)
    if left_out or role is not None:
        sound = [one for one in sound if one.id not in left_out and role in (None, one.role)]
    return sound, damaged


def _revive(body: dict) -> Attempt:
    body["at"] = datetime.fromisoformat(body["at"])
    body["key_points"] = tuple(body["key_points"])
    for name in _REPEATED:
        if body[name] is not None:
            body[name] = intern(body[name])
    return Attempt(**body)


# Texts that many attempts have in common are kept once: it halves the memory of a long history.
_REPEATED = (
    "sitting",
    "role",
    "question",
    "kind",
    "competency",
    "zone",
    "rater",
    "band",
    "question_hash",
    "rubric_hash",
)

LEDGER: Ledger[Attempt] = Ledger(name="attempt", columns=("id", "role", "question"), revive=_revive)
