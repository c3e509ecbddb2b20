"""What can go wrong with a file of SQLite, in words for the person. No SQL."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recprep.core.problem import Problem

IN_USE = (
    "{path} is in use by another program and did not come free. Nothing in it was changed. "
    "Close other windows of recprep, or wait a moment, and try again."
)
FULL = (
    "The disk is full: {path} could not be written. What was saved before is safe. "
    "Free some space on that disk and save again."
)
FORBIDDEN = (
    "recprep may not write {path}. What is there is unchanged. "
    "Allow writing to the folder {folder}, or name another one in RECPREP_HOME, and try again."
)
UNREACHABLE = (
    "{path} could not be read or written ({error}). What was saved before is unchanged. "
    "Check the disk and the room left on it, and try again."
)
DAMAGED = (
    "A part of {path} is damaged ({error}). Nothing was deleted. "
    "Run `recprep doctor`, which names what is damaged and what is sound."
)
TOO_LONG = "This text is too long to be kept in {path}. Shorten it and save again."
UNEXPECTED = (
    "{path} could not be used ({error}). What was saved before is unchanged. "
    "Run `recprep doctor`, and report this if it finds nothing."
)

SENTENCES = {
    sqlite3.SQLITE_BUSY: IN_USE,
    sqlite3.SQLITE_LOCKED: IN_USE,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: FORBIDDEN,
    sqlite3.SQLITE_PERM: FORBIDDEN,
    sqlite3.SQLITE_CANTOPEN: FORBIDDEN,
    sqlite3.SQLITE_IOERR: UNREACHABLE,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_TOOBIG: TOO_LONG,
}
OF_THE_SYSTEM = {
    errno.EACCES: FORBIDDEN,
    errno.EPERM: FORBIDDEN,
    errno.EROFS: FORBIDDEN,
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
}


def is_damage(error: sqlite3.Error) -> bool:
    """Say whether `error` means that the file itself is damaged, or is no database at all."""
    return _code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn every failure of SQLite or of the disk into a `Problem`: what, where, and how to mend it.

    Parameters
    ----------
    path : pathlib.Path
        The database that is being used.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _problem(SENTENCES.get(_code(error), UNEXPECTED), path, error) from error
    except OSError as error:
        raise _problem(OF_THE_SYSTEM.get(error.errno, UNREACHABLE), path, error) from error


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _problem(sentence: str, path: Path, error: Exception) -> Problem:
    return Problem(sentence.format(path=path, folder=path.parent, error=error))
