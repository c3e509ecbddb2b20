"""Attempts, their answers, withdrawals and snapshots: the SQL. Every function takes an open transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime

from recprep.core.fingerprint import canonical, clean, digest
from recprep.core.models import Attempt
from recprep.core.problem import Problem
from recprep.storage.store.damage import Damage, is_sound, readable
from recprep.storage.store.trouble import is_damage

Row = tuple[int, bytes, bytes, bytes, bytes, bytes]

CHUNK = 2_000  # rows; keeps the memory of a bulk reading small, and damage from slowing all of it
COLUMNS = "seq, id, role, question, body, checksum"
NAMES = tuple(field.name for field in fields(Attempt))
_STANDING = f"SELECT {COLUMNS} FROM attempt AS a"
_NOT_WITHDRAWN = "AND NOT EXISTS (SELECT 1 FROM withdrawal WHERE attempt = a.id)"


def append(connection: sqlite3.Connection, attempt: Attempt, *, answer: str, snapshots: Mapping[str, str]) -> None:
    """Add an attempt with its answer and the snapshots that are missing, and drop its draft."""
    if connection.execute("SELECT 1 FROM attempt WHERE id = ?", (attempt.id,)).fetchone():
        message = f"This attempt at '{attempt.question}' was saved before, and is kept once. Go on to the next."
        raise Problem(message)
    body = body_of(attempt)
    connection.execute(
        "INSERT INTO attempt (id, role, question, body, checksum) VALUES (?, ?, ?, ?, ?)",
        (attempt.id, attempt.role, attempt.question, body, digest(body)),
    )
    text = clean(answer)
    connection.execute("INSERT INTO answer VALUES (?, ?, ?)", (attempt.id, text, digest(attempt.id + text)))
    for hash_, snapshot in snapshots.items():
        _keep_snapshot(connection, hash_, clean(snapshot))


def _keep_snapshot(connection: sqlite3.Connection, hash_: str, text: str) -> None:
    if digest(text) != hash_:
        message = f"the snapshot's hash is {hash_}, its text has {digest(text)}"
        raise ValueError(message)
    connection.execute("INSERT OR IGNORE INTO snapshot VALUES (?, ?)", (hash_, text))


def withdraw(connection: sqlite3.Connection, attempt_id: str, *, at: datetime, withdrawal_id: str) -> None:
    """Add a withdrawal of an attempt that is not withdrawn yet."""
    if not connection.execute("SELECT 1 FROM attempt WHERE id = ?", (attempt_id,)).fetchone():
        message = f"There is no attempt {attempt_id} to withdraw. Nothing was changed; see your records."
        raise Problem(message)
    body = canonical({"id": withdrawal_id, "attempt": attempt_id, "at": in_utc(at)})
    connection.execute(
        "INSERT INTO withdrawal (id, attempt, body, checksum) VALUES (?, ?, ?, ?) ON CONFLICT (attempt) DO NOTHING",
        (withdrawal_id, attempt_id, body, digest(body)),
    )


def between(connection: sqlite3.Connection, role: str, question: str, *, after: int, upto: int) -> list[Attempt]:
    """Give the attempts at one question with numbers from after `after` to `upto`, in the order of saving."""
    look_up = f"{_STANDING} WHERE role = ? AND question = ? AND seq > ? AND seq <= ? {_NOT_WITHDRAWN} ORDER BY seq"
    return _understand(connection.execute(look_up, (role, question, after, upto)).fetchall())[0]


def latest(connection: sqlite3.Connection, role: str, most: int) -> list[Attempt]:
    """Give the attempts saved last, the newest first."""
    look_up = f"{_STANDING} WHERE +role = ? {_NOT_WITHDRAWN} ORDER BY seq DESC LIMIT ?"
    return _understand(connection.execute(look_up, (role, most)).fetchall())[0]


def count(connection: sqlite3.Connection) -> int:
    """Give the number of attempts that are not withdrawn."""
    left = "SELECT (SELECT count(*) FROM attempt) - (SELECT count(*) FROM withdrawal)"
    return connection.execute(left).fetchone()[0]


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
    sound: list[Attempt] = []
    damaged: list[Damage] = []
    for rows in _chunks(connection):
        part, set_aside = _understand(rows)
        sound += part
        damaged += set_aside
    left_out = set(without)
    if left_out or role is not None:
        sound = [one for one in sound if one.id not in left_out and role in (None, one.role)]
    return sound, damaged


def body_of(attempt: Attempt) -> str:
    """Give the text that is stored for an attempt."""
    body = {name: getattr(attempt, name) for name in NAMES}
    body |= {"at": in_utc(attempt.at), "levels": dict(attempt.levels), "weights": dict(attempt.weights)}
    return canonical(body)


def in_utc(at: datetime) -> str:
    """Write a time that carries its zone."""
    if at.tzinfo is None:
        message = f"{at} has no time zone; times are kept in UTC"
        raise ValueError(message)
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _chunks(connection: sqlite3.Connection) -> Iterator[list[Row]]:
    last = 0
    try:
        rows = connection.execute(f"SELECT {COLUMNS} FROM attempt ORDER BY seq")
        while chunk := rows.fetchmany(CHUNK):
            yield chunk
            last = chunk[-1][0]
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        yield list(_one_by_one(connection, after=last))


def _one_by_one(connection: sqlite3.Connection, *, after: int) -> Iterator[Row]:
    """Read around damaged pages; what cannot be read is a row of which only the number is known."""
    last = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'attempt'").fetchone()[0]
    for seq in range(after + 1, last + 1):
        try:
            row = connection.execute(f"SELECT {COLUMNS} FROM attempt WHERE seq = ?", (seq,)).fetchone()
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            row = None
        yield row or (seq, None, None, None, None, None)


def _understand(rows: list[Row]) -> tuple[list[Attempt], list[Damage]]:
    try:
        return _all_of(rows), []
    except (ValueError, TypeError, KeyError, AttributeError):
        return _one_each(rows)


def _one_each(rows: list[Row]) -> tuple[list[Attempt], list[Damage]]:
    sound, damaged = [], []
    for row in rows:
        try:
            sound += _all_of([row])
        except (ValueError, TypeError, KeyError, AttributeError):
            damaged.append(_named(row))
    return sound, damaged


def _all_of(rows: list[Row]) -> list[Attempt]:
    """Verify and parse many rows at once; one that is damaged spoils all."""
    if not all(is_sound(row[4], row[5]) for row in rows):
        message = "a checksum does not match"
        raise ValueError(message)
    bodies = json.loads(b"[" + b",".join(row[4] for row in rows) + b"]")
    for (_, id_, role, question, _, _), body in zip(rows, bodies, strict=True):
        if (id_, role, question) != (body["id"].encode(), body["role"].encode(), body["question"].encode()):
            message = "the columns do not match the body"
            raise ValueError(message)
        body["at"] = datetime.fromisoformat(body["at"])
        body["key_points"] = tuple(body["key_points"])
    return [Attempt(**body) for body in bodies]


def _named(row: Row) -> Damage:
    seq, id_, _, question, body, checksum = row
    if body is None:
        return Damage(what="attempt", id=f"number {seq}", question=None, why="its place in the file cannot be read")
    why = "its columns differ from its content" if is_sound(body, checksum) else "its content differs from its checksum"
    return Damage(what="attempt", id=readable(id_), question=readable(question), why=why)
