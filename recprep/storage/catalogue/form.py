"""The file of the catalogue: its tables, and opening it for reading or for one change, which is whole or not at all.

It keeps no log beside it: SQLite's rollback journal is there only during a change, so at rest it is a single file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from recprep.core.problem import Problem
from recprep.storage.migrations import statements
from recprep.storage.store.opening import read_only, settle
from recprep.storage.store.trouble import is_damage, told

APPLICATION_ID = int.from_bytes(b"RecC")
FORM = 1
PATIENCE = 60.0  # seconds: another import may be writing thousands of roles

TABLES = f"""
-- `prompts` and `details` are the questions, as `packing` says. `origin` is the file they were read from, `content` a
-- fingerprint of what was read. A role that was removed keeps its row, so that all has its old ids when it comes again.
CREATE TABLE role (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    description TEXT,
    field TEXT,
    specialty TEXT,
    questions INTEGER NOT NULL,
    prompts TEXT NOT NULL,
    details TEXT,
    source_id TEXT,
    origin TEXT NOT NULL,
    content TEXT NOT NULL,
    removed_at TEXT
);

CREATE TABLE import (number INTEGER PRIMARY KEY, at TEXT NOT NULL, source TEXT NOT NULL, counts TEXT NOT NULL);

PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {FORM};
"""

FOREIGN = (
    "{path} belongs to another program, and was left as it is. "
    "Move it elsewhere, or name another folder in RECPREP_HOME."
)
NEWER = (
    "{path} was made by a newer version of recprep (form {form}, this version knows {known}), and was left as it is. "
    "Install the newer version, or move the file elsewhere and import your roles again."
)
DAMAGED = (
    "{path} is damaged ({error}), and was left as it is. Only imported roles are in it; your answers are elsewhere, "
    "and safe. Move the file away, and import your roles again."
)


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Give the catalogue as it is now, for reading alone; an empty one where there is none. No file is made.

    Raises
    ------
    Problem
        If it is damaged, belongs to another program, or was made by a newer version.
    """
    with _told(path), closing(_connect(path) if path.exists() else _empty()) as connection:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
        if _is_begun(connection, path):
            yield connection
        else:  # an import was interrupted before anything was in it
            with closing(_empty()) as nothing:
                yield nothing


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """Give the catalogue for one change, alone; if anything goes wrong, or the process is killed, it is as before.

    The file and its folder are made where they are missing, readable by this user only.

    Raises
    ------
    Problem
        As `reading`, and if the file cannot be written or stays in use.
    """
    with _told(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            path.touch(mode=0o600)
            settle(path.parent)
        with closing(_connect(path)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            if not _is_begun(connection, path):
                _begin(connection)
            yield connection
            connection.execute("COMMIT")


def is_foreign(path: Path) -> bool:
    """Say whether a file is a database of another program. It only reads."""
    with suppress(sqlite3.Error, OSError), closing(read_only(path)) as connection:
        mark = connection.execute("PRAGMA application_id").fetchone()[0]
        return mark != APPLICATION_ID and bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    return False


def is_interrupted(path: Path) -> bool:
    """Say whether a change of the catalogue is going on, or was interrupted; the next use then undoes it."""
    return path.with_name(f"{path.name}-journal").exists()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn every failure into a `Problem`."""
    with told(path):
        try:
            yield
        except sqlite3.Error as error:
            if is_damage(error):
                raise Problem(DAMAGED.format(path=path, error=error)) from error
            raise


def _connect(path: Path) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode=rw"  # makes no file; one that may not be written is read all the same
    connection = sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None)
    for setting in ("synchronous = FULL", "foreign_keys = ON", "cache_size = -16384"):
        connection.execute(f"PRAGMA {setting}")
    return connection


def _empty() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    _begin(connection)
    return connection


def _begin(connection: sqlite3.Connection) -> None:
    for statement in statements(TABLES):
        connection.execute(statement)


def _is_begun(connection: sqlite3.Connection, path: Path) -> bool:
    """Say whether there are tables in the file, and they are ours."""
    mark = connection.execute("PRAGMA application_id").fetchone()[0]
    form = connection.execute("PRAGMA user_version").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if (mark, form, tables) == (0, 0, 0):
        return False
    if mark != APPLICATION_ID:
        raise Problem(FOREIGN.format(path=path))
    if form > FORM:
        raise Problem(NEWER.format(path=path, form=form, known=FORM))
    return True
