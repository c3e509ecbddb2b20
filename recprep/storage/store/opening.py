"""From a path to a database that can be used: made, migrated, or started afresh beside a damaged one."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

from recprep.core.problem import Problem
from recprep.storage import migrations
from recprep.storage.migrations import APPLICATION_ID, Step
from recprep.storage.store.trouble import is_damage

State = Literal["current", "older", "missing", "damaged"]
COMPANIONS = ("-wal", "-shm")


def connect(path: Path, *, patience: float) -> sqlite3.Connection:
    """Open an existing database: durable, all text as bytes (a damaged text need not be UTF-8)."""
    connection = _connect_plainly(path, patience)
    try:
        # 16 MB of pages: at 100,000 attempts the counting of a save stays in memory. As much may wait in the log, so
        # that hardly any save has to bring it into the file; the last page to close does.
        for setting in (
            "synchronous = FULL",
            "foreign_keys = ON",
            "secure_delete = ON",
            "cache_size = -16384",
            "wal_autocheckpoint = 4096",
        ):
            connection.execute(f"PRAGMA {setting}")
        connection.execute("PRAGMA journal_mode = WAL")
    except BaseException:
        connection.close()
        raise
    return connection


def make_ready(path: Path, *, backups: Path, steps: Sequence[Step], patience: float) -> str | None:
    """Make `path` a sound database of the newest form, whatever is there now.

    Parameters
    ----------
    path : pathlib.Path
        Missing: the folder and the database are made, for this user only. Older: backed up and migrated.
        Damaged in its header or schema: moved aside under a new name, and a fresh one is started.
    backups : pathlib.Path
        Where the copy goes that is made before a migration.
    steps : sequence of Step
        The migrations, in order.
    patience : float
        Seconds to wait for other processes.

    Returns
    -------
    str or None
        A sentence for the person if something was moved aside.

    Raises
    ------
    Problem
        If the file was made by a newer version or by another program; it is left as it is.
    """
    if _state(path, steps, patience) == "current":
        return None
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with alone(path, patience):
        state = _state(path, steps, patience)  # another process may have been here in the meantime
        notice = _set_aside(path, backups) if state == "damaged" else None
        if state in ("damaged", "missing"):
            _create(path, steps, backups)
        elif state == "older":
            with closing(_connect_plainly(path, patience)) as connection:
                migrations.migrate(connection, path, backups=backups, steps=steps)
    return notice


def _connect_plainly(path: Path, patience: float, *, mode: Literal["rw", "ro"] = "rw") -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode={mode}"  # neither makes a file
    connection = sqlite3.connect(address, uri=True, timeout=patience, isolation_level=None, check_same_thread=False)
    connection.text_factory = bytes
    return connection


def read_only(path: Path) -> sqlite3.Connection:
    """Open a database for reading; where SQLite may not make its side files, as a file at rest."""
    address, log = path.absolute().as_uri(), _companion(path, "-wal")
    at_rest = not (log.exists() and log.stat().st_size)
    for mode in ("mode=ro", "mode=ro&immutable=1") if at_rest else ("mode=ro",):
        connection = sqlite3.connect(f"{address}?{mode}", uri=True, isolation_level=None, timeout=10)
        connection.text_factory = bytes
        try:
            connection.execute("SELECT count(*) FROM sqlite_master")
        except sqlite3.OperationalError:
            connection.close()
            continue
        except BaseException:
            connection.close()
            raise
        return connection
    message = "it may not be read"
    raise sqlite3.OperationalError(message)


@contextmanager
def alone(path: Path, patience: float) -> Iterator[None]:
    """Hold off other processes that would make, migrate or move the same database."""
    lock = path.with_suffix(".lock")
    lock.touch(mode=0o600)
    with closing(sqlite3.connect(lock, timeout=patience, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


def _state(path: Path, steps: Sequence[Step], patience: float) -> State:
    if not path.exists():
        return "damaged" if _companion(path, "-wal").exists() else "missing"
    if path.stat().st_size == 0:
        return "damaged"  # a database gets its name only when it is complete
    try:
        # Read-only, because else SQLite may throw away the log of a file that it cannot read.
        with closing(_connect_plainly(path, patience, mode="ro")) as connection:
            mark = connection.execute("PRAGMA application_id").fetchone()[0]
            return _form(path, mark, migrations.schema_of(connection), migrations.columns_of(connection), steps)
    except sqlite3.Error as error:
        if is_damage(error):
            return "damaged"
        raise


def _form(path: Path, mark: int, schema: int, columns: dict[str, tuple[str, ...]], steps: Sequence[Step]) -> State:
    newest = steps[-1].number
    if mark != APPLICATION_ID and "attempt" not in columns:
        message = (
            f"{path} belongs to another program, and was left as it is. "
            "Move it elsewhere, or name another folder in RECPREP_HOME."
        )
        raise Problem(message)
    if schema > newest:
        message = (
            f"{path} was made by a newer version of recprep (form {schema}, this version knows {newest}), "
            "and was left as it is. Install the newer version, or name another folder in RECPREP_HOME."
        )
        raise Problem(message)
    if 0 < schema < newest:
        return "older"
    expected = migrations.columns_after(steps)
    return "current" if schema == newest and expected.items() <= columns.items() else "damaged"


def _create(path: Path, steps: Sequence[Step], backups: Path) -> None:
    """Make the database beside its place; it gets its name when it is complete and on the disk."""
    part = path.with_name(f"{path.name}.part")
    for end in ("", *COMPANIONS):
        _companion(part, end).unlink(missing_ok=True)
    part.touch(mode=0o600)
    with closing(sqlite3.connect(part, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrations.migrate(connection, part, backups=backups, steps=steps)
    part.rename(path)
    settle(path.parent)


def _set_aside(path: Path, backups: Path) -> str:
    """Move a damaged database, with what belongs to it, to a name that is free; say so."""
    present = [end for end in (*COMPANIONS, "") if _companion(path, end).exists()]
    stamp = migrations.last_written(_companion(path, present[-1]))
    kept = migrations.free_name(path.with_stem(f"{path.stem}.damaged-{stamp}"))
    for end in present:  # the database last: interrupted, it is found damaged again
        _companion(path, end).rename(_companion(kept, end))
    return (
        f"{path} could not be read. It was kept, untouched, as {kept}, and a new, empty one was started. "
        f"Nothing was deleted. If you have a backup (look in {backups}), you can restore it."
    )


def settle(folder: Path) -> None:
    """Bring a new name in `folder` to the disk, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _companion(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)
