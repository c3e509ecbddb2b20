"""One file with the whole history in it, made while others go on saving. It never changes the history."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from recprep.core.problem import Problem
from recprep.storage import migrations
from recprep.storage.custody.container import DATABASE, SUFFIX, Backup, Reason, check, pack, require_ours, sha256_of
from recprep.storage.custody.whole import named
from recprep.storage.migrations import STEPS
from recprep.storage.store import disposals, inspection, opening
from recprep.storage.store.database import Database
from recprep.storage.store.trouble import is_damage, told

Progress = Callable[[int, int], None]  # steps done, and of how many

WORKING = ".recprep-backup-"  # how the folder begins in which a backup is made
LEFT_BEHIND = timedelta(days=1)  # a working folder older than this was left by a process that was killed
NOTHING = "There is no history at {path} yet, so there is nothing to back up. It is made when you first save."
UNSOUND = (
    "{path} was not backed up, because it is damaged ({why}), and so the copy would be. Nothing was changed. "
    "Run `recprep doctor`, which says what is damaged, and restore an earlier backup."
)
UNWRITTEN = (
    "The backup {path} was not written as it should be, and was removed. The history is unharmed. "
    "Check that disk, or back up to another one."
)


def silent(done: int, steps: int) -> None:
    """Show no progress."""


def back_up(
    history: Database | Path,
    target: Path | None = None,
    *,
    now: datetime,
    reason: Reason = "asked",
    progress: Progress = silent,
) -> Backup:
    """Write the whole history into one file, and verify it. Others may go on saving meanwhile.

    Parameters
    ----------
    history : Store or pathlib.Path
        The history, or its file.
    target : pathlib.Path, optional
        The file to write, or a folder for it; by default the folder `backups` beside the history. What is there
        is never overwritten: a number is added to the name.
    now : datetime.datetime
        With its time zone; it gives the file its name.
    reason : {"asked", "daily", "restore", "merge"}
    progress : callable
        Told after each step: how many are done, and of how many.

    Returns
    -------
    Backup
        `path` is where it is: complete and verified.

    Raises
    ------
    Problem
        If there is no history, it is damaged, or the file cannot be written. Then there is no backup, and the
        history is as it was.
    """
    source = history if isinstance(history, Path) else history.path
    wanted = _wanted(source, target, now, reason)
    with told(source):
        if not source.exists():
            raise Problem(NOTHING.format(path=source))
    with told(wanted):
        if target is None:
            wanted.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _clear(wanted.parent, now)
        with tempfile.TemporaryDirectory(dir=wanted.parent, prefix=WORKING) as folder:
            return _make(source, wanted, Path(folder), now, reason, progress)


def _wanted(source: Path, target: Path | None, now: datetime, reason: Reason) -> Path:
    word = "backup" if reason == "asked" else reason if reason == "daily" else f"before-{reason}"
    name = f"recprep-{word}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}{SUFFIX}"
    if target is None:
        return source.parent / "backups" / name
    if target.is_dir():
        return target / name
    if not target.parent.is_dir():
        message = f"There is no folder {target.parent}. Nothing was changed. Make it, or name another place."
        raise Problem(message)
    return target if target.suffix == SUFFIX else target.with_name(target.name + SUFFIX)


def _make(source: Path, wanted: Path, folder: Path, now: datetime, reason: Reason, progress: Progress) -> Backup:
    copy, part = folder / DATABASE, folder / "part"
    about = _copied(source, copy)
    progress(1, 4)
    about |= {"bytes": copy.stat().st_size, "sha256": sha256_of(copy)}
    about |= {"created_at": now.astimezone(UTC).isoformat(), "reason": reason}
    pack(copy, about, part)
    progress(2, 4)
    try:
        made = check(part)
    except Problem as problem:
        raise Problem(UNWRITTEN.format(path=wanted)) from problem
    if (made.sha256, made.counts) != (about["sha256"], about["counts"]):
        raise Problem(UNWRITTEN.format(path=wanted))
    progress(3, 4)
    place = named(part, wanted)
    opening.settle(place.parent)
    progress(4, 4)
    return replace(made, path=place)


def _copied(source: Path, copy: Path) -> dict[str, object]:
    """Copy a database as it is at one moment, verify the copy, and say what is in it."""
    copy.touch(mode=0o600)
    try:
        with told(source):
            live = opening.read_only(source)
        with closing(live), closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            connection.text_factory = bytes
            live.backup(connection)
            connection.execute("PRAGMA journal_mode = DELETE")
            about = _about(connection, source)
            if about["schema"] == STEPS[-1].number and disposals.marks(connection):
                disposals.rewrite(connection)  # no words go along that were disposed of
            return about
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        raise Problem(UNSOUND.format(path=source, why=error)) from error


def _about(connection: sqlite3.Connection, source: Path) -> dict[str, object]:
    require_ours(connection, source)
    if faults := migrations.faults_of(connection):
        raise Problem(UNSOUND.format(path=source, why="; ".join(faults[:3])))
    return {
        "home": inspection.home_id(connection),
        "schema": migrations.schema_of(connection),
        "counts": inspection.counts(connection),
        "state": inspection.state(connection) if migrations.schema_of(connection) == STEPS[-1].number else "",
    }


def _clear(folder: Path, now: datetime) -> None:
    """Remove what a process that was killed while it made a backup left behind."""
    for left in folder.glob(f"{WORKING}*"):
        if now - datetime.fromtimestamp(left.stat().st_mtime, UTC) > LEFT_BEHIND:
            shutil.rmtree(left, ignore_errors=True)
