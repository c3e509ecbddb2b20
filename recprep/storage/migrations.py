"""The form of the database, as numbered steps; each is one transaction, after a verified backup."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from recprep.core.problem import Problem

APPLICATION_ID = int.from_bytes(b"RecP")

# What SQLite says when a step is wrong for the data; all else is trouble with the file.
OF_A_STEP = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH)

HISTORY = """
CREATE TABLE home (id TEXT NOT NULL);

CREATE TABLE snapshot (hash TEXT PRIMARY KEY, text TEXT NOT NULL);

CREATE TABLE attempt (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    question TEXT NOT NULL,
    body TEXT NOT NULL,
    checksum TEXT NOT NULL
);

CREATE INDEX attempt_by_question ON attempt (role, question);

-- Apart from the attempt, because disposal removes it. The checksum covers the id and the text.
CREATE TABLE answer (
    attempt TEXT PRIMARY KEY REFERENCES attempt (id),
    text TEXT NOT NULL,
    checksum TEXT NOT NULL
);

CREATE TABLE withdrawal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    attempt TEXT NOT NULL UNIQUE REFERENCES attempt (id),
    body TEXT NOT NULL,
    checksum TEXT NOT NULL
);

-- A draft that was dropped leaves its row, without a body: revisions never go back.
CREATE TABLE draft (
    role TEXT NOT NULL,
    question TEXT NOT NULL,
    revision INTEGER NOT NULL,
    client TEXT,
    saved_at TEXT,
    body TEXT,
    checksum TEXT,
    PRIMARY KEY (role, question)
);

CREATE TABLE aside (
    role TEXT NOT NULL,
    question TEXT NOT NULL,
    revision INTEGER NOT NULL,
    client TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    body TEXT NOT NULL,
    checksum TEXT NOT NULL,
    PRIMARY KEY (role, question, client)
);

-- What the attempts at a question come to, up to number `seq`: a cache, rebuilt from them at any time.
CREATE TABLE memory (
    role TEXT NOT NULL,
    question TEXT NOT NULL,
    seq INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (role, question)
);

CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL, at TEXT NOT NULL);
"""

RATINGS = """
CREATE TABLE rating (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    exemplar TEXT NOT NULL,
    question TEXT NOT NULL,
    body TEXT NOT NULL,
    checksum TEXT NOT NULL
);

CREATE INDEX rating_by_role ON rating (role);

-- What the attempts of a role add up to, up to number `seq` of all attempts: a cache like memory.
CREATE TABLE tally (role TEXT PRIMARY KEY, seq INTEGER NOT NULL, body TEXT NOT NULL);

-- Its form changed, and it is folded anew from the attempts.
DELETE FROM memory;
"""

RETENTION = """
-- What the person decided about keeping their answers, and what was disposed of: never any words of an answer.
CREATE TABLE hold (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    at TEXT NOT NULL,
    body TEXT NOT NULL,
    checksum TEXT NOT NULL
);

-- It refers to no row of `hold`, because of a damaged one nothing but the number may be left.
CREATE TABLE lifting (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    hold TEXT NOT NULL,
    body TEXT NOT NULL,
    checksum TEXT NOT NULL
);

CREATE TABLE disposal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    at TEXT NOT NULL,
    body TEXT NOT NULL,
    checksum TEXT NOT NULL
);

-- A row from a removal of words until the parts of the file that they were in have been overwritten.
CREATE TABLE unwiped (number INTEGER PRIMARY KEY AUTOINCREMENT);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One numbered change of the database: a name for people, and SQL or a function of a connection."""

    number: int
    name: str
    change: str | Callable[[sqlite3.Connection], None]


def _start_history(connection: sqlite3.Connection) -> None:
    for statement in statements(HISTORY):
        connection.execute(statement)
    connection.execute("INSERT INTO home (id) VALUES (?)", (uuid.uuid4().hex,))


STEPS = (
    Step(number=1, name="attempts, answers, drafts and settings", change=_start_history),
    Step(number=2, name="ratings of exemplars, and tallies", change=RATINGS),
    Step(number=3, name="holds, and records of disposal", change=RETENTION),
)


def statements(script: str) -> Iterator[str]:
    """Give the statements of an SQL script one by one, so that all run in one transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def schema_of(connection: sqlite3.Connection) -> int:
    """Give the number of the last step that this database has been through."""
    return connection.execute("PRAGMA user_version").fetchone()[0]


def faults_of(connection: sqlite3.Connection) -> list[str]:
    """Give what is wrong with the structure of a database, in SQLite's words; nothing if it is sound."""
    found = []
    try:
        for (words,) in connection.execute("PRAGMA integrity_check"):
            found.append(_text(words))
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        found.append(str(error))
    return [] if found == ["ok"] else found


def columns_of(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """Give the columns of every table."""
    found = connection.execute(
        "SELECT CAST(m.name AS BLOB), CAST(c.name AS BLOB) "
        "FROM sqlite_master AS m, pragma_table_info(m.name) AS c "
        "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid"
    )
    columns: dict[str, tuple[str, ...]] = {}
    for table, column in ((_text(table), _text(column)) for table, column in found):
        columns[table] = (*columns.get(table, ()), column)
    return columns


def columns_after(steps: Sequence[Step]) -> dict[str, tuple[str, ...]]:
    """Give the columns of every table of a database that has been through `steps`."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for step in steps:
            _take(connection, step)
        return columns_of(connection)


def migrate(connection: sqlite3.Connection, path: Path, *, backups: Path, steps: Sequence[Step] = STEPS) -> None:
    """Take a database through the steps it has not been through; interrupted, it is as before the step.

    Parameters
    ----------
    connection : sqlite3.Connection
        In autocommit mode, foreign keys not enforced, and nobody else migrating at the same time.
    path : pathlib.Path
        The file behind `connection`: it gives the backup its name.
    backups : pathlib.Path
        Folder for the copy that is made, and verified, before a database with content is changed.
    steps : sequence of Step
        In order of their numbers.

    Raises
    ------
    Problem
        If the backup does not hold what the database holds, or a step cannot be taken.
    """
    before = schema_of(connection)
    pending = [step for step in steps if step.number > before]
    copy = back_up(connection, path, backups) if before else None
    for step in pending:
        try:
            _take(connection, step)
        except Exception as error:
            if isinstance(error, OSError) or getattr(error, "sqlite_errorcode", OF_A_STEP[0]) & 0xFF not in OF_A_STEP:
                raise
            message = (
                f"{path} could not be changed to the form that this version of recprep needs "
                f"(step {step.number}, {step.name}: {error}). It is as it was before that step, "
                f"and a copy is {copy}. Use the version of recprep that you had before, and report this."
            )
            raise Problem(message) from error


def _take(connection: sqlite3.Connection, step: Step) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        _change(connection, step)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _change(connection: sqlite3.Connection, step: Step) -> None:
    if callable(step.change):
        step.change(connection)
    else:
        for statement in statements(step.change):
            connection.execute(statement)
    if astray := connection.execute("PRAGMA foreign_key_check").fetchone():
        message = f"rows of {_text(astray[0])} would refer to nothing"
        raise ValueError(message)
    connection.execute(f"PRAGMA user_version = {step.number}")


def back_up(connection: sqlite3.Connection, path: Path, backups: Path) -> Path:
    """Copy a database into the folder `backups` under a new name, and verify the copy.

    Parameters
    ----------
    connection : sqlite3.Connection
        The database to copy; others may go on writing to it.
    path : pathlib.Path
        Its file. The copy is named after it, its schema and the time (UTC) it was last written.
    backups : pathlib.Path
        Made if missing.

    Returns
    -------
    pathlib.Path
        The copy: complete and verified, or not there at all.
    """
    backups.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = free_name(backups / f"{path.stem}.schema-{schema_of(connection)}-{last_written(path)}{path.suffix}")
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    with closing(sqlite3.connect(part, isolation_level=None)) as copy:
        connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        _verify(copy, connection, path)
    return part.rename(target)


def _verify(copy: sqlite3.Connection, connection: sqlite3.Connection, path: Path) -> None:
    faults = faults_of(copy)
    same = (schema_of(copy), columns_of(copy)) == (schema_of(connection), columns_of(connection))
    if faults or not same:
        message = (
            f"{path} was not changed, because its backup is not sound ({'; '.join(faults[:3])}). "
            "Run `recprep doctor`, which says what is damaged."
        )
        raise Problem(message)


def last_written(path: Path) -> str:
    """Give the time (UTC) at which a file was last written, as it stands in file names."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).strftime("%Y%m%dT%H%M%SZ")


def free_name(path: Path) -> Path:
    """Give `path`, or the first of `name-2`, `name-3`, ... that no file has yet."""
    number, chosen = 1, path
    while any(chosen.with_name(chosen.name + end).exists() for end in ("", "-wal", "-shm")):
        number += 1
        chosen = path.with_stem(f"{path.stem}-{number}")
    return chosen


def _text(value: str | bytes) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
