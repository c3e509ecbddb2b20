"""Tables that only grow: each row is a record as JSON beside its checksum, written once and verified when read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Generic, TypeVar

from recprep.core.fingerprint import by_field, canonical, digest
from recprep.core.garbage import no_search_for_garbage
from recprep.core.problem import Problem
from recprep.storage.store.damage import Damage, is_sound, readable
from recprep.storage.store.trouble import is_damage

Record = TypeVar("Record")  # with an id and a time
Row = tuple  # number, the ledger's columns, body, checksum: bytes but for the number

CHUNK = 2_000  # rows; keeps the memory of a bulk reading small, and damage from slowing all of it
UNFIT = (ValueError, TypeError, KeyError, AttributeError)  # what parsing a damaged body may raise


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger(Generic[Record]):
    """One such table.

    `name` is the table's, and the word for one of its rows; `columns` repeat two or more values of the body, `id`
    first; `revive` makes a record of a body.
    """

    name: str
    columns: tuple[str, ...]
    revive: Callable[[dict], Record]

    @property
    def selection(self) -> str:
        """The beginning of a query for rows; the table is called `one` in it."""
        return f"SELECT seq, {', '.join(self.columns)}, body, checksum FROM {self.name} AS one"


def append(connection: sqlite3.Connection, ledger: Ledger[Record], record: Record) -> None:
    """Add a record, or raise a `Problem` if one with its id is there."""
    content = _content(record)
    body = canonical(content)
    row = (*(content[column] for column in ledger.columns), body, digest(body))
    columns, places = ", ".join((*ledger.columns, "body", "checksum")), ", ".join("?" * len(row))
    insert = f"INSERT INTO {ledger.name} ({columns}) VALUES ({places}) ON CONFLICT (id) DO NOTHING"
    if not connection.execute(insert, row).rowcount:
        of = f" at '{question}'" if (question := getattr(record, "question", None)) else ""
        message = f"This {ledger.name}{of} was saved before, and is kept once. Go on to the next."
        raise Problem(message)


def find(
    connection: sqlite3.Connection, ledger: Ledger[Record], condition: str, values: tuple[object, ...]
) -> list[Record]:
    """Give the sound records of the few rows that a condition, with its order and limit, selects."""
    rows = connection.execute(f"{ledger.selection} WHERE {condition}", values).fetchall()
    return _understand(ledger, rows)[0]


def read(connection: sqlite3.Connection, ledger: Ledger[Record]) -> tuple[list[Record], list[Damage]]:
    """Read all records in the order of saving, and name those that are damaged."""
    sound: list[Record] = []
    damaged: list[Damage] = []
    for part, set_aside in chunks(connection, ledger):
        sound += part
        damaged += set_aside
    return sound, damaged


def chunks(
    connection: sqlite3.Connection,
    ledger: Ledger[Record],
    *,
    after: int = 0,
    condition: str = "TRUE",
    values: tuple[object, ...] = (),
) -> Iterator[tuple[list[Record], list[Damage]]]:
    """Read records with numbers above `after` in the order of saving, part by part, around what is damaged."""
    for rows in _rows(connection, ledger, after, condition, values):
        yield _understand(ledger, rows)


def verified(connection: sqlite3.Connection, ledger: Ledger[Record]) -> Iterator[tuple[Row, Record | None]]:
    """Go through the rows as they are kept, in the order of saving, each with its record; None if it is damaged."""
    for rows in _rows(connection, ledger, 0, "TRUE", ()):
        try:
            yield from zip(rows, _all_of(ledger, rows), strict=True)
        except UNFIT:
            for row in rows:
                yield row, next(iter(_one_each(ledger, [row])[0]), None)


def damage(ledger: Ledger, row: Row) -> Damage:
    """Name a row that is damaged."""
    return _named(ledger, row)


def body_of(record: Record) -> str:
    """Give the text that is stored for a record."""
    return canonical(_content(record))


def in_utc(at: datetime) -> str:
    """Write a time that carries its zone."""
    if at.tzinfo is None:
        message = f"{at} has no time zone; times are kept in UTC"
        raise ValueError(message)
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _content(record: Record) -> dict[str, object]:
    return {name: _plain(value) for name, value in by_field(record).items()}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return in_utc(value)
    if isinstance(value, date):
        return value.isoformat()
    return dict(value) if isinstance(value, Mapping) else value


def _rows(
    connection: sqlite3.Connection, ledger: Ledger, after: int, condition: str, values: tuple[object, ...]
) -> Iterator[list[Row]]:
    try:
        found = connection.execute(f"{ledger.selection} WHERE seq > ? AND {condition} ORDER BY seq", (after, *values))
        while rows := found.fetchmany(CHUNK):
            yield rows
            after = rows[-1][0]
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        yield list(_one_by_one(connection, ledger, after, condition, values))


def _one_by_one(
    connection: sqlite3.Connection, ledger: Ledger, after: int, condition: str, values: tuple[object, ...]
) -> Iterator[Row]:
    """Read around damaged pages; what cannot be read is a row of which only the number is known."""
    numbered = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?"
    last = connection.execute(numbered, (ledger.name,)).fetchone()[0]
    unknown = (None,) * (len(ledger.columns) + 2)
    for seq in range(after + 1, last + 1):
        try:
            row = connection.execute(f"{ledger.selection} WHERE seq = ? AND {condition}", (seq, *values)).fetchone()
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            row = None
        yield row or (seq, *unknown)


def _understand(ledger: Ledger[Record], rows: list[Row]) -> tuple[list[Record], list[Damage]]:
    try:
        return _all_of(ledger, rows), []
    except UNFIT:
        return _one_each(ledger, rows)


def _one_each(ledger: Ledger[Record], rows: list[Row]) -> tuple[list[Record], list[Damage]]:
    sound, damaged = [], []
    for row in rows:
        try:
            sound += _all_of(ledger, [row])
        except UNFIT:
            damaged.append(_named(ledger, row))
    return sound, damaged


def _all_of(ledger: Ledger[Record], rows: list[Row]) -> list[Record]:
    """Verify and parse many rows at once; one that is damaged spoils all."""
    if not all(is_sound(row[-2], row[-1]) for row in rows):
        message = "a checksum does not match"
        raise ValueError(message)
    bodies = json.loads(b"[" + b",".join(row[-2] for row in rows) + b"]")
    repeated = itemgetter(*ledger.columns)
    for row, body in zip(rows, bodies, strict=True):
        if row[1:-2] != tuple(map(str.encode, repeated(body))):
            message = "the columns do not match the body"
            raise ValueError(message)
    with no_search_for_garbage():
        return [ledger.revive(body) for body in bodies]


def _named(ledger: Ledger, row: Row) -> Damage:
    seq, *values, body, checksum = row
    if body is None:
        why = "its place in the file cannot be read"
        return Damage(what=ledger.name, id=f"number {seq}", question=None, why=why)
    why = "its columns differ from its content" if is_sound(body, checksum) else "its content differs from its checksum"
    known = dict(zip(ledger.columns, values, strict=True))
    question = readable(known["question"]) if "question" in known else None
    return Damage(what=ledger.name, id=readable(known["id"]), question=question, why=why)
