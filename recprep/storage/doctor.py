"""What is kept in a home, where, and whether it is sound. Reads only: nothing is mended, migrated or made."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from recprep.storage import migrations
from recprep.storage.store import inspection, memories, tallies

RESTORE = "What is sound stays readable. If there is a backup, it is in the folder backups beside this file."
UNREADABLE = "The history cannot be read to its end"
COUNTED = (
    ("attempts", "SELECT count(*) FROM attempt"),
    ("withdrawals", "SELECT count(*) FROM withdrawal"),
    ("answers", "SELECT count(*) FROM answer"),
    ("ratings", "SELECT count(*) FROM rating"),
    ("snapshots", "SELECT count(*) FROM snapshot"),
    ("drafts", "SELECT count(*) FROM draft WHERE body IS NOT NULL"),
    ("drafts kept aside", "SELECT count(*) FROM aside"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: what it is, where, whether it is sound, and what would mend it."""

    what: str
    where: Path
    sound: bool = True
    mend: str | None = None


def examine(home: Path) -> list[Finding]:
    """Look at everything in a personal home, and verify the database down to each checksum.

    Parameters
    ----------
    home : pathlib.Path
        The personal home; it need not exist.

    Returns
    -------
    list of Finding
        The database and its content first, then backups, files kept aside and the notebooks' copies.

    Examples
    --------
    >>> examine(Path("/nowhere"))[0].what
    'No history yet: it is made when you first save'
    """
    try:
        return [*_history(home / "history.db"), *_around(home)]
    except OSError as error:
        return [Finding(what=f"Not readable: {error}", where=home, sound=False, mend="Allow reading this folder.")]


def _history(path: Path) -> Iterator[Finding]:
    if not path.exists():
        yield Finding(what="No history yet: it is made when you first save", where=path)
        return
    try:
        with closing(_read_only(path)) as connection:
            yield from _content(connection, path)
    except (sqlite3.Error, ValueError, TypeError) as error:
        yield Finding(what=f"{UNREADABLE}: {error}", where=path, sound=False, mend=RESTORE)


def _content(connection: sqlite3.Connection, path: Path) -> Iterator[Finding]:
    connection.execute("BEGIN")  # one state of the database for all that follows
    schema, newest = migrations.schema_of(connection), migrations.STEPS[-1].number
    yield Finding(what=f"History of form {schema}, {path.stat().st_size:,} bytes", where=path)
    if schema != newest:
        mend = "Open recprep once, and it is migrated." if schema < newest else "Install the newer version of recprep."
        yield Finding(what=f"This version of recprep uses form {newest}", where=path, sound=False, mend=mend)
        return
    for part in (_structure, _references, _counts, _checksums, _caches):
        try:
            yield from part(connection, path)
        except sqlite3.DatabaseError as error:
            yield Finding(what=f"{UNREADABLE}: {error}", where=path, sound=False, mend=RESTORE)


def _structure(connection: sqlite3.Connection, path: Path) -> Iterator[Finding]:
    if faults := migrations.faults_of(connection):
        what = f"The file's structure is damaged: {'; '.join(faults[:3])}"
        yield Finding(what=what, where=path, sound=False, mend=RESTORE)
    else:
        yield Finding(what="The file's structure is sound", where=path)


def _references(connection: sqlite3.Connection, path: Path) -> Iterator[Finding]:
    if astray := connection.execute("PRAGMA foreign_key_check").fetchall():
        what = f"{len(astray)} rows belong to an attempt that is not there"
        yield Finding(what=what, where=path, sound=False, mend=RESTORE)
    else:
        yield Finding(what="Every answer and withdrawal belongs to an attempt", where=path)


def _counts(connection: sqlite3.Connection, path: Path) -> Iterator[Finding]:
    counted = [f"{connection.execute(sql).fetchone()[0]:,} {name}" for name, sql in COUNTED]
    yield Finding(what=", ".join(counted), where=path)


def _checksums(connection: sqlite3.Connection, path: Path) -> Iterator[Finding]:
    found = [*inspection.damages(connection), *inspection.without_snapshot(connection)]
    for damage in found:
        of = f" at '{damage.question}'" if damage.question else ""
        what = f"Left out: {damage.what} {damage.id}{of}, because {damage.why}"
        yield Finding(what=what, where=path, sound=False, mend=RESTORE)
    if not found:
        yield Finding(what="Every checksum matches, and every attempt and rating has its snapshots", where=path)


def _caches(connection: sqlite3.Connection, path: Path) -> Iterator[Finding]:
    stale = []
    if questions := memories.outdated(connection):
        stale.append(f"The memory of {len(questions)} questions is not what their attempts come to: {_few(questions)}")
    if roles := tallies.outdated(connection):
        stale.append(f"The tally of {len(roles)} roles is not what their attempts add up to: {_few(roles)}")
    for what in stale:
        yield Finding(what=what, where=path, sound=False, mend="Run `recprep doctor --rebuild`; no attempt is touched.")
    if not stale:
        what = "The memory of every question agrees with its attempts, and so does the tally of every role"
        yield Finding(what=what, where=path)


def _few(names: list[str]) -> str:
    return ", ".join(names[:3])


def _around(home: Path) -> Iterator[Finding]:
    for path in sorted(home.glob("backups/*.db")):
        yield _backup(path)
    for path in sorted(home.glob("history.damaged-*.db*")):
        mend = "Keep it until your history is back; then it may be deleted."
        yield Finding(what=f"Kept aside because it was damaged, {path.stat().st_size:,} bytes", where=path, mend=mend)
    copies = sum(1 for path in home.glob("workbook/**/*.ipynb") if ".ipynb_checkpoints" not in path.parts)
    if copies:
        yield Finding(what=f"{copies} working copies of the notebooks", where=home / "workbook")


def _backup(path: Path) -> Finding:
    size = f"{path.stat().st_size:,} bytes"
    try:
        with closing(_read_only(path)) as connection:
            sound = not migrations.faults_of(connection)
    except sqlite3.Error:
        sound = False
    if sound:
        return Finding(what=f"Backup, {size}", where=path)
    return Finding(what=f"Damaged backup, {size}", where=path, sound=False, mend="Do not restore from this one.")


def _read_only(path: Path) -> sqlite3.Connection:
    """Open a file for reading; where SQLite may not make its side files, as a file at rest."""
    address = path.absolute().as_uri()
    for mode in ("mode=ro", "mode=ro&immutable=1"):
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
