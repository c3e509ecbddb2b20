"""What another history has and this one has not, taken in so that it does not matter which was first. The SQL.

Rows are copied as they are, with their checksums. What is damaged there is left out, and named; what is damaged
here and sound there is mended.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from recprep.storage.store import attempts, disposals, holds, ledger, memories, ratings, tallies
from recprep.storage.store.damage import Damage, is_sound, readable
from recprep.storage.store.ledger import Ledger, Record
from recprep.storage.store.reconciling import reconcile_drafts

NOT_THERE = "the attempt that it belongs to is not sound"
ANOTHER = "another one with its id is here, and stays"
DIFFERS = "its content differs from its checksum"

Key = tuple[datetime, str]  # time and id: the order in which two histories are one


@dataclass(slots=True, kw_only=True)
class United:
    """What came of taking in another history.

    `added` counts what is new here, by the name of its kind; `mended` what was damaged here and sound there;
    `disposed` the answers that were disposed of there, and now are here too; `left_out` names what is damaged there.
    """

    added: Counter[str] = field(default_factory=Counter)
    mended: int = 0
    disposed: int = 0
    left_out: list[Damage] = field(default_factory=list)


def unite(connection: sqlite3.Connection, other: sqlite3.Connection) -> United:
    """Take in what `other` has; both are in a transaction."""
    connection.execute("PRAGMA defer_foreign_keys = ON")  # a row may go and come back before the end
    united = United()
    shared = _unite(connection, other, attempts.LEDGER, united)
    _unite(connection, other, ratings.LEDGER, united)
    _snapshots(connection, other, united)
    unite_decisions(connection, other, united)
    _answers(connection, other, shared, united)
    _withdrawals(connection, other, united)
    united.added["drafts"] += reconcile_drafts(connection, other)
    _settings(connection, other, united)
    memories.forget(connection)
    tallies.forget(connection)
    return united


def unite_decisions(connection: sqlite3.Connection, other: sqlite3.Connection, united: United) -> None:
    """Take in holds, liftings and disposals: a hold that was placed in either stands until it was lifted in either."""
    for of in (holds.LEDGER, holds.LIFTINGS, disposals.LEDGER):
        _unite(connection, other, of, united)


def _unite(connection: sqlite3.Connection, other: sqlite3.Connection, of: Ledger[Record], united: United) -> set[str]:
    """Take in the records of a ledger, and give the ids of those that are sound in both."""
    here: dict[Key, int] = {}
    sound, broken = {}, {}
    for row, record in ledger.verified(connection, of):
        if record:
            here[record.at, record.id] = row[0]
            sound[record.id] = row[-1]
        elif row[1] is not None:
            broken[readable(row[1])] = row[0]
    there: dict[Key, int] = {}
    shared = set()
    for row, record in ledger.verified(other, of):
        if record is None:
            if readable(row[1]) not in sound:
                united.left_out.append(ledger.damage(of, row))
        elif record.id not in sound:
            there[record.at, record.id] = row[0]
        else:
            shared.add(record.id)
            if sound[record.id] != row[-1]:
                question = getattr(record, "question", None)
                united.left_out.append(Damage(what=of.name, id=record.id, question=question, why=ANOTHER))
    mended = [broken[id_] for _, id_ in there if id_ in broken]
    connection.executemany(f"DELETE FROM {of.name} WHERE seq = ?", ((seq,) for seq in mended))
    united.mended += len(mended)
    if new := len(there) - len(mended):
        united.added[f"{of.name}s"] += new
    _arrange(connection, other, of, here, there)
    return shared


def _arrange(
    connection: sqlite3.Connection, other: sqlite3.Connection, of: Ledger, here: dict[Key, int], there: dict[Key, int]
) -> None:
    """Put records in order: those that stand where they belong stay, and from there on all get new numbers."""
    ordered = sorted([*here, *there])
    staying = sum(1 for _ in _common(here, ordered))
    number = connection.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?", (of.name,))
    last = number.fetchone()[0]
    columns = (*of.columns, "body", "checksum")
    insertion = f"INSERT INTO {of.name} (seq, {', '.join(columns)}) VALUES (?{', CAST(? AS TEXT)' * len(columns)})"
    for seq, key in enumerate(ordered[staying:], last + 1):
        if key in there:
            row = other.execute(f"{of.selection} WHERE seq = ?", (there[key],)).fetchone()
            connection.execute(insertion, (seq, *row[1:]))
        else:
            connection.execute(f"UPDATE {of.name} SET seq = ? WHERE seq = ?", (seq, here[key]))
    latest = f"(SELECT max(seq) FROM {of.name})"
    connection.execute(f"UPDATE sqlite_sequence SET seq = max(seq, {latest}) WHERE name = ?", (of.name,))


def _common(here: Iterable[Key], ordered: Iterable[Key]) -> Iterator[Key]:
    for mine, wanted in zip(here, ordered, strict=False):
        if mine != wanted:
            return
        yield mine


def _snapshots(connection: sqlite3.Connection, other: sqlite3.Connection, united: United) -> None:
    here = {hash_: is_sound(text, hash_) for hash_, text in connection.execute("SELECT hash, text FROM snapshot")}
    for hash_, text in other.execute("SELECT hash, text FROM snapshot"):
        if here.get(hash_):
            continue
        if not is_sound(text, hash_):
            why = "its text differs from its hash"
            united.left_out.append(Damage(what="snapshot", id=readable(hash_), question=None, why=why))
            continue
        united.mended += hash_ in here
        united.added["snapshots"] += hash_ not in here
        _put(connection, "snapshot", hash_, text)


def _answers(connection: sqlite3.Connection, other: sqlite3.Connection, shared: set[str], united: United) -> None:
    """Take in answers. Every attempt is saved with one: where it is missing it was disposed of, and so it stays.

    Not so while a hold stands: then nothing goes, and what one of the two still has is kept in both.
    """
    sql = "SELECT attempt, text, checksum FROM answer"
    here = {row[0]: attempts.is_answer_sound(*row) for row in connection.execute(sql)}
    present = {id_ for (id_,) in connection.execute("SELECT id FROM attempt")}
    missing = {id_.encode() for id_ in shared}
    held = holds.held(connection)
    for row in other.execute(sql):
        id_ = row[0]
        known = id_ in missing
        missing.discard(id_)
        if known and id_ not in here and id_ not in held:
            continue  # disposed of here
        if here.get(id_) or id_ not in present:
            continue
        sound = attempts.is_answer_sound(*row)
        if not sound:
            united.left_out.append(Damage(what="answer", id=readable(id_), question=None, why=DIFFERS))
        if sound or id_ not in here:  # even a damaged one: without any, it would count as disposed of
            united.mended += id_ in here
            united.added["answers"] += id_ not in here
            _put(connection, "answer", *row)
    gone = [(id_.decode(),) for id_ in missing - held if id_ in here]
    connection.executemany("DELETE FROM answer WHERE attempt = ?", gone)
    united.disposed += len(gone)
    if gone:
        disposals.mark(connection)


def _withdrawals(connection: sqlite3.Connection, other: sqlite3.Connection, united: United) -> None:
    """Take in withdrawals; of two of one attempt the sound one stays, and of two sound ones the earlier."""
    sql = "SELECT attempt, id, body, checksum FROM withdrawal ORDER BY seq"
    here = {row[0]: _weight(row) for row in connection.execute(sql)}
    present = {id_ for (id_,) in connection.execute("SELECT id FROM attempt")}
    for row in other.execute(sql):
        attempt, weight = row[0], _weight(row)
        if attempt in here and here[attempt] <= weight:
            continue
        if weight[0]:
            united.left_out.append(Damage(what="withdrawal", id=readable(attempt), question=None, why=DIFFERS))
        if attempt not in present:
            continue  # and nothing to take back
        connection.execute("DELETE FROM withdrawal WHERE attempt = CAST(? AS TEXT)", (attempt,))
        connection.execute(
            "INSERT INTO withdrawal (attempt, id, body, checksum) "
            "VALUES (CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT))",
            row,
        )
        united.mended += here.get(attempt, (False,))[0]
        united.added["withdrawals"] += attempt not in here


def _weight(row: tuple) -> tuple[bool, str, bytes]:
    """Give what decides between two withdrawals: the lesser stays. One that is damaged still takes back."""
    attempt, id_, body, checksum = row
    try:
        found = json.loads(body) if is_sound(body, checksum) else {}
        if (found["attempt"], found["id"]) == (readable(attempt), readable(id_)):
            return False, str(found["at"]), id_
    except ledger.UNFIT:
        pass
    return True, "", id_


def _settings(connection: sqlite3.Connection, other: sqlite3.Connection, united: United) -> None:
    here = {key: (at, value) for key, value, at in connection.execute("SELECT key, value, at FROM setting")}
    for key, value, at in other.execute("SELECT key, value, at FROM setting"):
        if key not in here or here[key] < (at, value):
            _put(connection, "setting", key, value, at)
            united.added["settings"] += 1


def _put(connection: sqlite3.Connection, table: str, *values: bytes) -> None:
    places = ", ".join(["CAST(? AS TEXT)"] * len(values))
    connection.execute(f"INSERT OR REPLACE INTO {table} VALUES ({places})", values)
