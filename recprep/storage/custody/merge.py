"""The history of another machine taken into this one: nothing twice, and the same from either side."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from recprep.core.problem import Problem
from recprep.storage.custody.backup import Progress, back_up, silent
from recprep.storage.custody.incoming import received
from recprep.storage.store import Damage, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What came of a merge.

    `added` counts what is new here by its kind: attempts, ratings, snapshots, answers, withdrawals, drafts,
    settings, holds, liftings, disposals. `mended` counts what was damaged here and sound there; `disposed` the
    answers that were disposed of there, and now are here too. `left_out` names what is damaged there. `kept` is a
    backup of what was here before.
    """

    path: Path
    added: Mapping[str, int]
    mended: int
    disposed: int
    left_out: tuple[Damage, ...]
    kept: Path


def merge(path: Path, *, into: Store, now: datetime, progress: Progress = silent) -> Merged:
    """Take everything into this history that another one has and this one has not.

    A verified backup is made first; then all is one transaction. Merging A into B gives what merging B into A
    gives, and a second time changes nothing. Attempts come in the order of their times (UTC), and memories and
    tallies are folded anew in that order. What was withdrawn, or disposed of, in either history stays so. But a hold
    that stands in one of them stands in both, and what it covers does not go: words that only one still has are then
    in both. Of two drafts the newer goes on, and the other is kept aside; of two values of a setting the newer stays.

    Parameters
    ----------
    path : pathlib.Path
        A backup, or the `history.db` of another home, which is only read.
    into : Store
        The history of this home.
    now : datetime.datetime
        With its time zone.
    progress : callable
        Told after each step: how many are done, and of how many.

    Returns
    -------
    Merged

    Raises
    ------
    Problem
        If `path` is not there, foreign, damaged, or from a newer version, if the disk is full, or the history here
        is damaged or in use. What was here is unharmed.
    """
    with received(path, into=into.path) as copy, Store(copy) as other:
        progress(1, 3)
        into.count()  # made, or migrated, if need be
        kept = back_up(into, now=now, reason="merge").path
        progress(2, 3)
        united = into.unite(other)
        with suppress(Problem):  # the merge is made; what is left to overwrite is, the next time
            into.wipe()
        progress(3, 3)
        return Merged(
            path=path,
            added=dict(united.added),
            mended=united.mended,
            disposed=united.disposed,
            left_out=tuple(united.left_out),
            kept=kept,
        )
