"""A history from elsewhere, brought into a place of its own and checked, before anything here is touched."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from recprep.core.problem import Problem
from recprep.storage import migrations
from recprep.storage.custody import container
from recprep.storage.store import Store, opening
from recprep.storage.store.trouble import is_damage, told

FOLDER = "incoming"
PAGE = 4096  # bytes: the page size of every history, which one that replaces another must have
NEVER_MADE = "SELECT 1 FROM sqlite_master WHERE type NOT IN ('table', 'index') OR sql LIKE 'CREATE VIRTUAL%'"
ITSELF = "{path} is this history itself. Nothing was changed. Name a backup, or the history of another home."


@contextmanager
def received(path: Path, *, into: Path) -> Iterator[Path]:
    """Give a database with what is in `path`: checked, of the newest form, and gone afterwards.

    Only one process receives into a home at a time.

    Parameters
    ----------
    path : pathlib.Path
        A backup, or the `history.db` of another home, which is only read.
    into : pathlib.Path
        The history of this home; it need not exist.

    Raises
    ------
    Problem
        If `path` is not there, foreign, damaged, or from a newer version, or there is no room for it.
    """
    folder = into.parent / FOLDER
    copy = folder / "history.db"
    if path.exists() and into.exists() and path.samefile(into):
        raise Problem(ITSELF.format(path=path))
    with told(into):
        into.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with opening.alone(folder, patience=10):
            shutil.rmtree(folder, ignore_errors=True)  # a process that was killed may have left one
            folder.mkdir(mode=0o700)
            try:
                _bring(path, copy)
                _check(path, copy)
                Store.open(copy).close()
                yield copy
            finally:
                shutil.rmtree(folder, ignore_errors=True)


def _bring(path: Path, copy: Path) -> None:
    """Copy what is in a database, or in a container.

    SQLite looks first: whoever reads an open database past it lets go of the locks that this process has on it.
    """
    copy.touch(mode=0o600)
    source = _source(path)
    if source is None:
        copy.unlink()
        container.extract(path, copy)
        copy.chmod(0o600)
    else:
        with closing(source), closing(sqlite3.connect(copy)) as target:
            source.backup(target)


def _source(path: Path) -> sqlite3.Connection | None:
    with container.reading(path):
        try:
            return opening.read_only(path)
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            return None


def _check(path: Path, copy: Path) -> None:
    try:
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            connection.text_factory = bytes
            connection.execute("PRAGMA journal_mode = DELETE")
            container.require_ours(connection, path)
            if faults := migrations.faults_of(connection):
                raise Problem(container.DAMAGED.format(path=path, why="; ".join(faults[:3])))
            if connection.execute(NEVER_MADE).fetchone():
                raise Problem(container.DAMAGED.format(path=path, why="it has parts that recprep never makes"))
            if connection.execute("PRAGMA page_size").fetchone()[0] != PAGE:
                connection.execute(f"PRAGMA page_size = {PAGE}")
                connection.execute("VACUUM")
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        raise Problem(container.DAMAGED.format(path=path, why=error)) from error
