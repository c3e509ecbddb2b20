"""The file behind the store: opened at its first use, one transaction at a time. It knows nothing of what is kept."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Self

from recprep.core.problem import Problem
from recprep.storage import migrations
from recprep.storage.migrations import STEPS, Step
from recprep.storage.store import opening
from recprep.storage.store.trouble import told

BRIEFLY, TRIES = 0.6, 4  # seconds, and how often


class Database:
    """A database that is made ready at its first use, and opened again when it was closed or replaced.

    Parameters
    ----------
    path : pathlib.Path
        The database. It is made with its folder, readable by this user only, at the first use.
    backups : pathlib.Path, optional
        Folder for the copy that is made before a change of form; `backups` beside the database by default.
    steps : sequence of Step
        The migrations, in order.
    patience : float
        Seconds to wait for other processes that are writing.

    Attributes
    ----------
    notice : str or None
        A sentence for the person: set when a damaged database was moved aside and a new one was started.
    """

    def __init__(
        self,
        path: Path,
        *,
        backups: Path | None = None,
        steps: Sequence[Step] = STEPS,
        patience: float = 10.0,
    ) -> None:
        self.path = path
        self.notice: str | None = None
        self._backups = backups or path.parent / "backups"
        self._steps = steps
        self._patience = patience
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._lock = RLock()  # JupyterLab may handle a widget's message in another thread than a cell

    @classmethod
    def open(cls, path: Path, *, backups: Path | None = None) -> Self:
        """Give one whose file is there and sound, or raise the `Problem` now."""
        database = cls(path, backups=backups)
        with database._lock, told(path):
            database._connected()
        return database

    def close(self) -> None:
        """Let go of the file. The next use opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _transaction(self, *, writing: bool = False) -> Iterator[sqlite3.Connection]:
        with self._lock, told(self.path):
            connection = self._connected()
            try:
                connection.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
                self._require_known_form(connection)
                yield connection
                connection.execute("COMMIT" if writing else "ROLLBACK")
            except BaseException:
                self._abandon(connection)
                raise

    @contextmanager
    def _at_rest(self) -> Iterator[sqlite3.Connection]:
        """Give the connection outside of a transaction, for what SQLite does in none."""
        with self._lock, told(self.path):
            yield self._connected()

    def _empty_log(self, connection: sqlite3.Connection) -> bool:
        """Bring all into the file itself, and leave nothing in its log; say whether nobody was in the way.

        It tries a few times: while SQLite waits for one who reads, nobody can write, so it may not wait for long; and
        while another one does the same, it does not wait at all.
        """
        connection.execute(f"PRAGMA busy_timeout = {round(1_000 * min(self._patience, BRIEFLY))}")
        try:
            for _ in range(TRIES):
                if not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                    return True
                time.sleep(min(self._patience, BRIEFLY) / 2)
            return False
        finally:
            connection.execute(f"PRAGMA busy_timeout = {round(1_000 * self._patience)}")

    def _connected(self) -> sqlite3.Connection:
        if self._connection is not None and self._file != _identity(self.path):
            self.close()  # erased, restored or moved aside: what is saved must go where others look
        if self._connection is None:
            notice = opening.make_ready(self.path, backups=self._backups, steps=self._steps, patience=self._patience)
            self.notice = notice or self.notice
            self._connection = opening.connect(self.path, patience=self._patience)
            self._file = _identity(self.path)
        return self._connection

    def _require_known_form(self, connection: sqlite3.Connection) -> None:
        if migrations.schema_of(connection) != self._steps[-1].number:
            message = (
                f"{self.path} was changed by a newer version of recprep while this page was open. "
                "Nothing was lost. Restart the page, and it will use the newer version."
            )
            raise Problem(message)

    def _abandon(self, connection: sqlite3.Connection) -> None:
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            self.close()  # the next use opens the file again, and SQLite recovers it


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
