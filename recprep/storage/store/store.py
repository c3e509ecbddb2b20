"""The store as the rest of the workbook sees it: one transaction a method. The clock is the caller's."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Self

from recprep.core.fingerprint import clean
from recprep.core.memory import Memory
from recprep.core.models import Attempt, Draft
from recprep.core.problem import Problem
from recprep.storage import migrations
from recprep.storage.migrations import STEPS, Step
from recprep.storage.store import attempts, drafts, inspection, memories, opening
from recprep.storage.store.damage import Damage
from recprep.storage.store.trouble import told


class Store:
    """What one person has written: attempts, answers, drafts and settings, in one file.

    What a method reports as saved is on the disk. Several processes and threads may use one file at once.
    Every failure is a `Problem`; after it the store can be used again, and the same save can be tried again.

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

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as home, Store(Path(home) / "history.db") as store:
    ...     store.count()
    0
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
        """Give a store whose database is there and sound, or raise the `Problem` now."""
        store = cls(path, backups=backups)
        with store._lock, told(path):
            store._connected()
        return store

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

    @property
    def home_id(self) -> str:
        """The random name of this home, made with the database."""
        with self._transaction() as connection:
            return connection.execute("SELECT id FROM home").fetchone()[0].decode(errors="replace")

    def save_attempt(self, attempt: Attempt, *, answer: str, snapshots: Mapping[str, str]) -> int:
        """Keep an attempt for good, with its answer, and drop the head draft of its question.

        Parameters
        ----------
        attempt : Attempt
            Its `at` carries a time zone.
        answer : str
            The words of the answer; empty if it was given aloud.
        snapshots : mapping of str to str
            The canonical texts behind the hashes of question and rubric; those already kept are passed over.

        Returns
        -------
        int
            The number of attempts that are not withdrawn, of all roles, damaged ones included.

        Raises
        ------
        Problem
            If an attempt with this id was saved before, or the file cannot be written.
        """
        with self._transaction(writing=True) as connection:
            attempts.append(connection, attempt, answer=answer, snapshots=snapshots)
            drafts.drop(connection, attempt.role, attempt.question, client=None)
            return attempts.count(connection)

    def withdraw(self, attempt_id: str, *, at: datetime, id: str | None = None) -> int:  # noqa: A002
        """Append a withdrawal of an attempt; a second one changes nothing.

        Parameters
        ----------
        attempt_id : str
            An attempt that was saved.
        at : datetime.datetime
            When, with its time zone.
        id : str, optional
            A UUID for the withdrawal; made here if not given.

        Returns
        -------
        int
            The number of attempts left.
        """
        with self._transaction(writing=True) as connection:
            attempts.withdraw(connection, attempt_id, at=at, withdrawal_id=id or str(uuid.uuid4()))
            memories.forget_attempt(connection, attempt_id)
            return attempts.count(connection)

    def attempts(self, *, role: str | None = None, withdrawn: bool = False) -> list[Attempt]:
        """Give the attempts in the order of saving, each verified; `damaged` names those left out.

        Parameters
        ----------
        role : str, optional
            Only the attempts of this role.
        withdrawn : bool
            Give those that were withdrawn too; `withdrawals` says which they are.
        """
        with self._transaction() as connection:
            without = () if withdrawn else attempts.withdrawn(connection)
            return attempts.read(connection, without=without, role=role)[0]

    def memories(self, role: str, questions: Iterable[str]) -> dict[str, Memory]:
        """Give the memory of each question that has attempts, by question; newer attempts are folded in."""
        with self._transaction(writing=True) as connection:
            return memories.memories(connection, role, questions)

    def forget_memories(self) -> None:
        """Drop the cache behind `memories`; it is folded anew from the attempts when it is next asked."""
        with self._transaction(writing=True) as connection:
            memories.forget(connection)

    def latest(self, role: str, most: int) -> list[Attempt]:
        """Give the attempts of a role that were saved last, at most `most`, the newest first."""
        with self._transaction() as connection:
            return attempts.latest(connection, role, most)

    def version(self) -> tuple[int, int]:
        """Give two numbers that change whenever an attempt is saved or taken back, by any process."""
        with self._transaction() as connection:
            return attempts.version(connection)

    def withdrawals(self) -> set[str]:
        """Give the ids of the attempts that were withdrawn."""
        with self._transaction() as connection:
            return attempts.withdrawn(connection)

    def damaged(self) -> list[Damage]:
        """Name everything that is no longer what was written, and why."""
        with self._transaction() as connection:
            return inspection.damages(connection)

    def count(self) -> int:
        """Give the number of attempts that are not withdrawn, of all roles, damaged ones included."""
        with self._transaction() as connection:
            return attempts.count(connection)

    def answer(self, attempt_id: str) -> str | None:
        """Give the words of an answer; None if they were disposed of, or are damaged and named so."""
        with self._transaction() as connection:
            return attempts.answer(connection, attempt_id)

    def snapshot(self, hash: str) -> str | None:  # noqa: A002
        """Give the text behind the hash of a question or rubric; None if it is unknown or damaged."""
        with self._transaction() as connection:
            return attempts.snapshot(connection, hash)

    def save_draft(self, draft: Draft, *, base: int) -> Draft | None:
        """Make a draft the head of its question, or keep it aside.

        It becomes the head if there is none, if the head is the revision it is based on, or if the same
        client wrote the head. Otherwise the head stays as it is: with the same answer in it, it is the
        result; with another one, the draft is kept aside in place of what this client had there.

        Parameters
        ----------
        draft : Draft
            Its `revision` is not looked at.
        base : int
            The revision its writer last knew; 0 for none. It becomes the revision of a draft kept aside.

        Returns
        -------
        Draft or None
            The head, with its revision: one more than any before. None if the draft was kept aside.
        """
        with self._transaction(writing=True) as connection:
            return drafts.save(connection, draft, base=base)

    def set_aside(self, draft: Draft) -> None:
        """Keep a draft beside the head of its question, in place of what this client had there."""
        with self._transaction(writing=True) as connection:
            drafts.set_aside(connection, draft)

    def draft(self, role: str, question: str) -> Draft | None:
        """Give the head draft of a question."""
        with self._transaction() as connection:
            return drafts.head(connection, role, question)

    def drafts(self, role: str | None = None) -> list[Draft]:
        """Give the head drafts, newest first."""
        with self._transaction() as connection:
            return drafts.heads(connection, role)

    def aside(self, role: str, question: str) -> list[Draft]:
        """Give what was kept aside for a question, newest first; `revision` is what each was based on."""
        with self._transaction() as connection:
            return drafts.kept_aside(connection, role, question)

    def drop_draft(self, role: str, question: str, *, client: str | None = None) -> None:
        """Remove the head draft of a question, or what `client` has aside."""
        with self._transaction(writing=True) as connection:
            drafts.drop(connection, role, question, client=client)

    def setting(self, key: str) -> str | None:
        """Give a value of the profile or a preference."""
        with self._transaction() as connection:
            found = connection.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
            return found[0].decode(errors="replace") if found else None

    def set_setting(self, key: str, value: str, *, at: datetime) -> None:
        """Keep a value of the profile or a preference, in place of the one before."""
        row = (key, clean(value), attempts.in_utc(at))
        with self._transaction(writing=True) as connection:
            connection.execute("INSERT OR REPLACE INTO setting (key, value, at) VALUES (?, ?, ?)", row)

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
