"""The store as the rest of the workbook sees it: one transaction a method. The clock is the caller's."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cached_property

from recprep.core.fingerprint import clean
from recprep.core.memory import Memory
from recprep.core.models import Attempt, Draft, Rating
from recprep.core.tally import Tally
from recprep.storage.store import attempts, drafts, inspection, memories, ratings, records, tallies, union
from recprep.storage.store.attempts import Counter
from recprep.storage.store.damage import Damage
from recprep.storage.store.database import Database
from recprep.storage.store.ledger import in_utc
from recprep.storage.store.records import Records
from recprep.storage.store.retaining import Retaining
from recprep.storage.store.union import United


class Store(Retaining):
    """What one person has written: attempts, answers, ratings, drafts and settings, in one file.

    What a method reports as saved is on the disk. Several processes and threads may use one file at once.
    Every failure is a `Problem`; after it the store can be used again, and the same save can be tried again.

    It takes what `Database` takes: the path, and optionally where backups go, the migrations and the patience.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as home, Store(Path(home) / "history.db") as store:
    ...     store.count()
    0
    """

    @cached_property
    def _counter(self) -> Counter:
        return Counter()

    @property
    def home_id(self) -> str:
        """The random name of this home, made with the database."""
        with self._transaction() as connection:
            return inspection.home_id(connection)

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
            before = self._counter.count(connection)
            attempts.append(connection, attempt, answer=answer, snapshots=snapshots)
            drafts.drop(connection, attempt.role, attempt.question, client=None)
        return before + 1

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
            if attempts.withdraw(connection, attempt_id, at=at, withdrawal_id=id or str(uuid.uuid4())):
                memories.forget_attempt(connection, attempt_id)
                tallies.take_back(connection, attempt_id)
            return self._counter.count(connection)

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

    def tally(self, role: str) -> Tally:
        """Give what the attempts of a role add up to; newer attempts are folded in."""
        with self._transaction() as connection:
            look = tallies.look(connection, role)
        if not look.is_kept:
            with self._transaction(writing=True) as connection:
                tallies.keep(connection, look)
        return look.tally

    def forget_memories(self) -> None:
        """Drop the caches behind `memories` and `tally`; they are folded anew from the attempts when next asked."""
        with self._transaction(writing=True) as connection:
            memories.forget(connection)
            tallies.forget(connection)

    def unite(self, other: Database) -> United:
        """Take in everything that another history has and this one has not, in one transaction.

        The result is the same from either side, and a second time changes nothing. Attempts and ratings are then
        in the order of their times, and of their ids within one; what was withdrawn or disposed of in either stays so.

        Parameters
        ----------
        other : Store
            Of the newest form. It is only read.

        Returns
        -------
        United
        """
        with other._transaction() as theirs, self._transaction(writing=True) as mine:
            self._counter = Counter()
            return union.unite(mine, theirs)

    def save_rating(self, rating: Rating, *, snapshots: Mapping[str, str]) -> int:
        """Keep a rating of an exemplar for good.

        Parameters
        ----------
        rating : Rating
            Its `at` carries a time zone.
        snapshots : mapping of str to str
            The canonical texts behind the hashes of exemplar, question and rubric; those already kept are passed over.

        Returns
        -------
        int
            The number of ratings in this role, damaged ones included.

        Raises
        ------
        Problem
            If a rating with this id was saved before, or the file cannot be written.
        """
        with self._transaction(writing=True) as connection:
            ratings.append(connection, rating, snapshots=snapshots)
            return ratings.count(connection, rating.role)

    def ratings(self, role: str) -> list[Rating]:
        """Give the ratings in a role in the order of saving, each verified; `damaged` names those left out."""
        with self._transaction() as connection:
            return ratings.read(connection, role=role)[0]

    def records(self, role: str) -> Records:
        """Give all that was scored in a role, each verified and read once, and what was left out as damaged."""
        with self._transaction() as connection:
            return records.read(connection, role)

    def latest(self, role: str, most: int) -> list[Attempt]:
        """Give the attempts of a role that were saved last, at most `most`, the newest first."""
        with self._transaction() as connection:
            return attempts.latest(connection, role, most)

    def roles(self) -> list[str]:
        """Give the roles that have attempts, the one practised last first."""
        with self._transaction() as connection:
            return attempts.roles(connection)

    def version(self) -> tuple[int, int, int]:
        """Give three numbers that change whenever an attempt is saved or taken back, or a rating saved, by anyone."""
        with self._transaction() as connection:
            return (*attempts.version(connection), ratings.version(connection))

    def state(self) -> str | None:
        """Give a text that is another one after anything was saved or taken back by anyone; None with nothing kept."""
        with self._transaction() as connection:
            return None if inspection.is_empty(connection) else inspection.state(connection)

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
            return self._counter.count(connection)

    def answer(self, attempt_id: str) -> str | None:
        """Give the words of an answer; None if they were disposed of, or are damaged and named so."""
        with self._transaction() as connection:
            return attempts.answer(connection, attempt_id)

    def snapshot(self, hash: str) -> str | None:  # noqa: A002
        """Give the text behind the hash of a question, rubric or exemplar; None if it is unknown or damaged."""
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

    def settings(self, prefix: str) -> dict[str, str]:
        """Give the settings whose keys begin so, by what follows in the key."""
        with self._transaction() as connection:
            query = "SELECT substr(key, ?), value FROM setting WHERE key >= ? AND key < ? ORDER BY key"
            rows = connection.execute(query, (len(prefix) + 1, prefix, f"{prefix}\U0010ffff")).fetchall()
        return {key.decode(errors="replace"): value.decode(errors="replace") for key, value in rows}

    def set_setting(self, key: str, value: str, *, at: datetime) -> None:
        """Keep a value of the profile or a preference, in place of the one before."""
        row = (key, clean(value), in_utc(at))
        with self._transaction(writing=True) as connection:
            connection.execute("INSERT OR REPLACE INTO setting (key, value, at) VALUES (?, ?, ?)", row)
