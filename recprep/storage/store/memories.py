"""The memory of each question: a cache over its attempts, folded on when there are newer ones."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime

from recprep.core.fingerprint import canonical
from recprep.core.memory import Memory, Strength, replay
from recprep.storage.store import attempts
from recprep.storage.store.damage import readable

NOTHING = 0


def memories(connection: sqlite3.Connection, role: str, questions: Iterable[str]) -> dict[str, Memory]:
    """Give the memory of each question that has attempts, and keep what was folded anew.

    One look-up of an index a question: a long history costs no more than a short one.
    """
    found = {question: _memory(connection, role, question) for question in questions}
    return {question: memory for question, memory in found.items() if memory}


def forget(connection: sqlite3.Connection) -> None:
    """Drop all that is cached; the next look folds it anew."""
    connection.execute("DELETE FROM memory")


def forget_attempt(connection: sqlite3.Connection, attempt_id: str) -> None:
    """Drop what is cached for the question of one attempt."""
    connection.execute(
        "DELETE FROM memory WHERE (role, question) = (SELECT role, question FROM attempt WHERE id = ?)", (attempt_id,)
    )


def outdated(connection: sqlite3.Connection) -> list[str]:
    """Name the questions whose cached memory is not what their attempts come to."""
    rows = connection.execute("SELECT role, question, seq, body FROM memory").fetchall()
    texts = [(readable(role), readable(question), seq, readable(body)) for role, question, seq, body in rows]
    return [question for role, question, seq, body in texts if body != _folded(connection, role, question, seq)]


def _folded(connection: sqlite3.Connection, role: str, question: str, seq: int) -> str | None:
    memory = replay(attempts.between(connection, role, question, after=NOTHING, upto=seq))
    return _written(memory) if memory else None


def _memory(connection: sqlite3.Connection, role: str, question: str) -> Memory | None:
    last = connection.execute(
        "SELECT max(seq) FROM attempt WHERE role = ? AND question = ?", (role, question)
    ).fetchone()[0]
    if last is None:
        return None
    seq, cached = _cached(connection, role, question)
    if seq == last:
        return cached
    memory = replay(attempts.between(connection, role, question, after=seq, upto=last), cached)
    if memory:
        kept = (role, question, last, _written(memory))
        connection.execute("INSERT OR REPLACE INTO memory VALUES (?, ?, ?, ?)", kept)
    return memory


def _cached(connection: sqlite3.Connection, role: str, question: str) -> tuple[int, Memory | None]:
    row = connection.execute(
        "SELECT seq, body FROM memory WHERE role = ? AND question = ?", (role, question)
    ).fetchone()
    try:
        return (row[0], _read(json.loads(row[1]))) if row else (NOTHING, None)
    except (ValueError, TypeError, KeyError):
        return NOTHING, None  # a damaged cache is folded anew


def _written(memory: Memory) -> str:
    return canonical(json.loads(json.dumps(asdict(memory), default=lambda moment: moment.isoformat())))


def _read(body: dict) -> Memory:
    body["day"] = date.fromisoformat(body["day"])
    body["day_last"] = datetime.fromisoformat(body["day_last"])
    for name in ("before", "strength"):
        body[name] = body[name] and _strength(body[name])
    return Memory(**body)


def _strength(body: dict) -> Strength:
    times = {name: datetime.fromisoformat(body[name]) for name in ("reviewed_at", "due")}
    return Strength(**(body | times))
