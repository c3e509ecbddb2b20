"""The part of the store that says how long answers are kept: holds, disposal, and what was decided when."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from recprep.core.problem import Problem
from recprep.storage.store import disposals, holds, ledger, union
from recprep.storage.store.database import Database
from recprep.storage.store.disposals import Disposal, Progress, Text
from recprep.storage.store.holds import Hold, Lifting

ANOTHER_RULE = (
    "You were asked about answers that are kept for {asked}, and the rule is another one now ({now}). "
    "Nothing was disposed of. Look again at what is due, and decide then."
)
NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The texts of a time that is past: those free to be disposed of, those held by one of `holds`.

    `unread` counts those of which the day, or the text, cannot be read.
    """

    rule: str
    free: tuple[Text, ...]
    held: tuple[Text, ...]
    unread: int
    holds: tuple[Hold, ...]


class Retaining(Database):
    """Holds on answers, their disposal, and the records of both."""

    def place_hold(self, hold: Hold) -> Hold:
        """Keep answers from being disposed of until the hold is lifted; give the one that stands.

        Parameters
        ----------
        hold : Hold
            Its `at` carries a time zone. If one like it stands, nothing changes.
        """
        with self._transaction(writing=True) as connection:
            return holds.place(connection, hold)

    def lift_hold(self, hold_id: str, *, at: datetime, zone: str) -> None:
        """Append the lifting of a hold; a second one changes nothing."""
        with self._transaction(writing=True) as connection:
            holds.lift(connection, Lifting(id=str(uuid.uuid4()), hold=hold_id, at=at, zone=zone))

    def holds(self) -> list[Hold]:
        """Give the holds that stand, damaged ones last."""
        with self._transaction() as connection:
            return holds.standing(connection)

    def decisions(self) -> list[Hold | Lifting | Disposal]:
        """Give every hold, lifting and disposal, in the order of their times, each verified."""
        with self._transaction() as connection:
            found = [
                one
                for kind in (holds.LEDGER, holds.LIFTINGS, disposals.LEDGER)
                for one in ledger.read(connection, kind)[0]
            ]
        return sorted(found, key=lambda one: (one.at, one.id))

    def past(self, rule: str, is_past: Callable[[date], bool], *, progress: Progress) -> Past:
        """Give the texts whose day is past, as they are at one moment.

        Parameters
        ----------
        rule : str
            In words; a `Problem` is raised if it is not the one that is kept.
        is_past : callable
            Says of a day whether what was given on it is past.
        progress : callable
            Told how many attempts were looked at, and of how many.
        """
        with self._transaction() as connection:
            self._require(connection, rule)
            return look(connection, rule, is_past, progress)

    def dispose(
        self, texts: Sequence[Text], *, rule: str, at: datetime, zone: str, by: str, progress: Progress
    ) -> Disposal | None:
        """Remove texts for good, with the record of it, in one transaction.

        A text that is held by now, or is not the one that was looked at, stays.

        Parameters
        ----------
        texts : sequence of Text
            As `past` gave them.
        rule : str
            By which they are past; it must be the one that is kept.
        at : datetime.datetime
            With its time zone.
        zone : str
            The offset of the person's own zone.
        by : str
            Who asked for it.
        progress : callable
            Told how many are removed, and of how many.

        Returns
        -------
        Disposal or None
            The record; None if nothing was removed.
        """
        with self._transaction(writing=True) as connection:
            self._require(connection, rule)
            standing = holds.standing(connection)
            free = [one for one in texts if not _is_held(one, standing)]
            removed = disposals.remove(connection, free, progress=progress)
            if not removed:
                return None
            return disposals.record(connection, removed, id=str(uuid.uuid4()), at=at, zone=zone, rule=rule, by=by)

    def wipe(self) -> bool:
        """Overwrite what may be left of removed words in unused parts of the file; say whether nothing is left.

        It can be called at any time, and does nothing if there is nothing to do. While another program is reading,
        the end of it is left for the next time.

        Raises
        ------
        Problem
            If the file cannot be written. What is kept is as it was.
        """
        with self._transaction() as connection:
            marks = disposals.marks(connection)
        if not marks:
            return True
        with self._at_rest() as connection:
            disposals.rewrite(connection)
            if not self._empty_log(connection):
                return False
        with self._transaction(writing=True) as connection:
            disposals.unmark(connection, marks)
        return True

    def take_decisions(self, other: Database) -> None:
        """Take in the holds, liftings and disposals that another history has."""
        with other._transaction() as theirs, self._transaction(writing=True) as mine:
            union.unite_decisions(mine, theirs, union.United())

    def _require(self, connection: sqlite3.Connection, asked: str) -> None:
        now = disposals.kept_rule(connection)
        if now != asked:
            raise Problem(ANOTHER_RULE.format(asked=asked or NONE, now=now or NONE))


def look(connection: sqlite3.Connection, rule: str, is_past: Callable[[date], bool], progress: Progress) -> Past:
    """Give the texts whose day is past, held and free."""
    standing = holds.standing(connection)
    free, held, unread = [], [], 0
    for one in disposals.past(connection, is_past, progress=progress):
        if one is None:
            unread += 1
        else:
            (held if _is_held(one, standing) else free).append(one)
    return Past(rule=rule, free=tuple(free), held=tuple(held), unread=unread, holds=tuple(standing))


def _is_held(text: Text, standing: Sequence[Hold]) -> bool:
    return any(one.covers(text.role, text.question) for one in standing)
