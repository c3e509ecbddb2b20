"""Every check of content against its checksum, and against what refers to it. Reads only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from recprep.storage.store import attempts, disposals, holds, ledger, ratings
from recprep.storage.store.damage import Damage, is_sound, readable
from recprep.storage.store.trouble import is_damage

DIFFERS = "its content differs from its checksum"
UNREAD = "(some)"  # stands for the id of what cannot be read
UNKEPT = "the text of its {} is not kept"
COUNTED = {  # table and condition
    "attempts": ("attempt", "TRUE"),
    "withdrawals": ("withdrawal", "TRUE"),
    "answers": ("answer", "TRUE"),
    "ratings": ("rating", "TRUE"),
    "snapshots": ("snapshot", "TRUE"),
    "drafts": ("draft", "body IS NOT NULL"),
    "drafts kept aside": ("aside", "TRUE"),
    "holds": ("hold", "TRUE"),
    "liftings": ("lifting", "TRUE"),
    "disposals": ("disposal", "TRUE"),
}
STATE = """
    SELECT (SELECT max(seq) FROM attempt), (SELECT max(seq) FROM withdrawal), (SELECT count(*) FROM answer),
        (SELECT max(seq) FROM rating), (SELECT total(revision) FROM draft),
        (SELECT count(*) FROM aside), (SELECT max(saved_at) FROM aside), (SELECT max(at) FROM setting),
        (SELECT count(*) FROM hold), (SELECT count(*) FROM lifting), (SELECT count(*) FROM disposal)
"""


def home_id(connection: sqlite3.Connection) -> str:
    """Give the random name of a home."""
    return readable(connection.execute("SELECT id FROM home").fetchone()[0])


def counts(connection: sqlite3.Connection) -> dict[str, int]:
    """Count what is kept, by its name; an older form of the database has no row of some."""
    present = {readable(name) for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return {
        name: connection.execute(f"SELECT count(*) FROM {table} WHERE {condition}").fetchone()[0]
        if table in present
        else 0
        for name, (table, condition) in COUNTED.items()
    }


def is_empty(connection: sqlite3.Connection) -> bool:
    """Say whether nothing is kept at all, not even a setting."""
    return not any(counts(connection).values()) and not connection.execute("SELECT 1 FROM setting").fetchone()


def state(connection: sqlite3.Connection) -> str:
    """Give a text that is another one after anything was saved, taken back, dropped or set; caches do not count."""
    return "/".join(map(readable, connection.execute(STATE).fetchone()))


def damages(connection: sqlite3.Connection) -> list[Damage]:
    """Name everything that is no longer what was written, attempts first."""
    found = attempts.read(connection)[1]
    for what in CHECKS:
        found += damages_of(connection, what)
    return found


def damages_of(connection: sqlite3.Connection, what: str) -> list[Damage]:
    """Name what is damaged among one of the sorts in `CHECKS`."""
    found: list[Damage] = []
    try:
        found += CHECKS[what](connection, what)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        found.append(Damage(what=what, id=UNREAD, question=None, why="a part of the file cannot be read"))
    return found


def without_snapshot(connection: sqlite3.Connection) -> list[Damage]:
    """Name the attempts and ratings of which a text that they rest on is not kept."""
    kept = {readable(hash_) for (hash_,) in connection.execute("SELECT hash FROM snapshot")}
    return [
        *(
            Damage(what="attempt", id=one.id, question=one.question, why=UNKEPT.format("question or rubric"))
            for one in attempts.read(connection)[0]
            if not {one.question_hash, one.rubric_hash} <= kept
        ),
        *(
            Damage(what="rating", id=one.id, question=one.question, why=UNKEPT.format("exemplar, question or rubric"))
            for one in ratings.read(connection)[0]
            if not {one.exemplar_hash, one.question_hash, one.rubric_hash} <= kept
        ),
    ]


def _answers(connection: sqlite3.Connection, what: str) -> Iterator[Damage]:
    rows = connection.execute(
        "SELECT answer.attempt, question, text, answer.checksum FROM answer LEFT JOIN attempt ON id = answer.attempt"
    )
    for attempt, question, text, checksum in rows:
        if not attempts.is_answer_sound(attempt, text, checksum):
            yield Damage(what=what, id=readable(attempt), question=_or_none(question), why=DIFFERS)


def _withdrawals(connection: sqlite3.Connection, what: str) -> Iterator[Damage]:
    rows = connection.execute(
        "SELECT w.id, w.attempt, question, w.body, w.checksum "
        "FROM withdrawal AS w LEFT JOIN attempt AS a ON a.id = w.attempt"
    )
    for id_, attempt, question, body, checksum in rows:
        if not (is_sound(body, checksum) and _agree(body, id=id_, attempt=attempt)):
            yield Damage(what=what, id=readable(attempt), question=_or_none(question), why=DIFFERS)


def _ratings(connection: sqlite3.Connection, what: str) -> list[Damage]:
    return ratings.read(connection)[1]


def _decisions(connection: sqlite3.Connection, what: str) -> list[Damage]:
    return ledger.read(connection, DECISIONS[what])[1]


def _snapshots(connection: sqlite3.Connection, what: str) -> Iterator[Damage]:
    for hash_, text in connection.execute("SELECT hash, text FROM snapshot"):
        if not is_sound(text, hash_):
            yield Damage(what="snapshot", id=readable(hash_), question=None, why="its text differs from its hash")


def _drafts(connection: sqlite3.Connection, what: str) -> Iterator[Damage]:
    table = "draft" if what == "draft" else "aside"
    rows = connection.execute(f"SELECT role, question, client, body, checksum FROM {table} WHERE body IS NOT NULL")
    for role, question, client, body, checksum in rows:
        if not (is_sound(body, checksum) and _agree(body, role=role, question=question, client=client)):
            yield Damage(what=what, id=readable(role), question=readable(question), why=DIFFERS)


def _agree(body: bytes, **columns: object) -> bool:
    found = json.loads(body)
    return all(found[name] == readable(value) for name, value in columns.items())


def _or_none(value: object) -> str | None:
    return None if value is None else readable(value)


DECISIONS = {one.name: one for one in (holds.LEDGER, holds.LIFTINGS, disposals.LEDGER)}
CHECKS = {
    "answer": _answers,
    "withdrawal": _withdrawals,
    "rating": _ratings,
    "snapshot": _snapshots,
    "draft": _drafts,
    "draft kept aside": _drafts,
    **dict.fromkeys(DECISIONS, _decisions),
}
