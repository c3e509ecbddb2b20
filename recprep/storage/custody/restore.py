"""A backup in place of the history that is here, which is kept. Interrupted, the old one is here, or the new one."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from recprep.core.problem import Problem
from recprep.storage import migrations
from recprep.storage.custody import backup
from recprep.storage.custody.backup import Progress, silent
from recprep.storage.custody.incoming import received
from recprep.storage.store import Store, inspection, opening
from recprep.storage.store.trouble import IN_USE, told

PATIENCE = 10.0  # seconds for others that are writing
TRIES = 5
PAGES = 1_000  # pages copied at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was restored, and where that is kept which was here before.

    `counts` says how many attempts, answers and so on are here now. `kept` is None if there was nothing before.
    `notice` is a sentence for the person if what was here could not even be opened, and was moved aside.
    """

    path: Path
    counts: Mapping[str, int]
    kept: Path | None
    notice: str | None


class _ChangedMeanwhileError(Exception):
    """Somebody saved something after what was here had been kept."""


def restore(path: Path, *, into: Path, now: datetime, progress: Progress = silent) -> Restored:
    """Put what is in a backup in place of the history that is here, after keeping that.

    Everything is checked before anything here is touched. The new history comes in one transaction: pages and
    processes that have the old one open go on with the new one. Holds, and the records of what was disposed of, are
    taken along from what is here: a backup that was made before does not undo them.

    Parameters
    ----------
    path : pathlib.Path
        A backup, or the `history.db` of another home. One of an older version is migrated.
    into : pathlib.Path
        The history of this home; it need not exist.
    now : datetime.datetime
        With its time zone.
    progress : callable
        Told after each step: how many are done, and of how many.

    Returns
    -------
    Restored

    Raises
    ------
    Problem
        If `path` is not there, foreign, damaged, or from a newer version, if the disk is full, or the history here
        is in use. What was here is unharmed.
    """
    with received(path, into=into) as copy, told(into):
        progress(1, 3)
        with Store.open(into) as ready:
            kept = _swap(ready, copy, now, progress)
            progress(3, 3)
            return Restored(path=path, counts=_counts(into), kept=kept, notice=ready.notice)


def _swap(ready: Store, copy: Path, now: datetime, progress: Progress) -> Path | None:
    for _ in range(TRIES):
        with closing(opening.connect(ready.path, patience=PATIENCE)) as watch:
            seen = _seen(watch)
            kept = _keep(ready.path, watch, now)
            _take_along(ready, copy, watch)
            progress(2, 3)
            try:
                _replace(ready.path, copy, watch, seen)
            except _ChangedMeanwhileError:
                continue
            return kept
    raise Problem(IN_USE.format(path=ready.path))


def _keep(path: Path, connection: sqlite3.Connection, now: datetime) -> Path | None:
    """Keep what is here: as a backup, or page by page if it is too damaged for one."""
    try:
        return None if inspection.is_empty(connection) else backup.back_up(path, now=now, reason="restore").path
    except (sqlite3.DatabaseError, Problem):
        if not migrations.faults_of(connection):
            raise
    stamp = migrations.last_written(path)
    kept = migrations.free_name(path.with_stem(f"{path.stem}.damaged-{stamp}"))
    kept.touch(mode=0o600)
    with closing(sqlite3.connect(kept)) as target:
        connection.backup(target)
    return kept


def _take_along(ready: Store, copy: Path, connection: sqlite3.Connection) -> None:
    """Add to what will be here the holds and the records of disposal, unless they are too damaged to be read."""
    try:
        if ready.decisions():
            with Store(copy) as coming:
                coming.take_decisions(ready)
    except Problem:
        if not migrations.faults_of(connection):
            raise


def _replace(path: Path, copy: Path, watch: sqlite3.Connection, seen: int) -> None:
    """Write all pages in one transaction; from the first of them on, others wait, and then find the new history."""
    with (
        closing(sqlite3.connect(copy)) as source,
        closing(opening.connect(path, patience=PATIENCE)) as target,
    ):

        def look(status: int, remaining: int, total: int) -> None:
            if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise Problem(IN_USE.format(path=path))
            if remaining and _seen(watch) != seen:
                raise _ChangedMeanwhileError

        total = source.execute("PRAGMA page_count").fetchone()[0]
        source.backup(
            target, pages=min(PAGES, total // 2), progress=look
        )  # two rounds at least: one look before the end
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _seen(connection: sqlite3.Connection) -> int:
    """Give a number that is another one once somebody else has written."""
    return connection.execute("PRAGMA data_version").fetchone()[0]


def _counts(path: Path) -> dict[str, int]:
    with closing(opening.connect(path, patience=PATIENCE)) as connection:
        return inspection.counts(connection)
