"""What is kept in a home, where, and whether it is sound. Reads only: nothing is mended, migrated or made."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from recprep.core.problem import Problem
from recprep.storage import migrations
from recprep.storage.catalogue import form, holding
from recprep.storage.custody import backup, container, retention
from recprep.storage.store import disposals, erasure, holds, inspection, memories, opening, retaining, tallies

RESTORE = "What is sound stays readable. If there is a backup, it is in the folder backups beside this file."
IMPORT_AGAIN = "No answer is in this file. Move it away, and import your roles again."
UNREADABLE = "The history cannot be read to its end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: what it is, where, whether it is sound, and what would mend it."""

    what: str
    where: Path
    sound: bool = True
    mend: str | None = None


def examine(home: Path, *, now: datetime | None = None) -> list[Finding]:
    """Look at everything in a personal home, and verify the database down to each checksum.

    Parameters
    ----------
    home : pathlib.Path
        The personal home; it need not exist.
    now : datetime.datetime, optional
        In the person's own zone; with it, answers older than the person wants to keep them are counted.

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
        return [*_history(home / "history.db", now), *_around(home)]
    except OSError as error:
        return [Finding(what=f"Not readable: {error}", where=home, sound=False, mend="Allow reading this folder.")]


def _history(path: Path, now: datetime | None) -> Iterator[Finding]:
    if not path.exists():
        yield Finding(what="No history yet: it is made when you first save", where=path)
        return
    try:
        with closing(opening.read_only(path)) as connection:
            yield from _content(connection, path, now)
    except (sqlite3.Error, ValueError, TypeError) as error:
        yield Finding(what=f"{UNREADABLE}: {error}", where=path, sound=False, mend=RESTORE)


def _content(connection: sqlite3.Connection, path: Path, now: datetime | None) -> Iterator[Finding]:
    connection.execute("BEGIN")  # one state of the database for all that follows
    schema, newest = migrations.schema_of(connection), migrations.STEPS[-1].number
    yield Finding(what=f"History of form {schema}, {path.stat().st_size:,} bytes", where=path)
    if schema != newest:
        mend = "Open recprep once, and it is migrated." if schema < newest else "Install the newer version of recprep."
        yield Finding(what=f"This version of recprep uses form {newest}", where=path, sound=False, mend=mend)
        return
    for part in (_structure, _references, _counts, _checksums, _caches, _unfinished, partial(_retention, now=now)):
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
    counted = inspection.counts(connection).items()
    yield Finding(what=", ".join(f"{number:,} {name}" for name, number in counted), where=path)


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
        of = _several(len(questions), "question")
        stale.append(f"The memory of {of} is not what the attempts come to: {_few(questions)}")
    if roles := tallies.outdated(connection):
        of = _several(len(roles), "role")
        stale.append(f"The tally of {of} is not what the attempts add up to: {_few(roles)}")
    for what in stale:
        yield Finding(what=what, where=path, sound=False, mend="Run `recprep doctor --rebuild`; no attempt is touched.")
    if not stale:
        what = "The memory of every question agrees with its attempts, and so does the tally of every role"
        yield Finding(what=what, where=path)


def _unfinished(connection: sqlite3.Connection, path: Path) -> Iterator[Finding]:
    if at := erasure.begun(connection):
        what = f"An erasing that was begun on {at:%Y-%m-%d %H:%M} UTC did not come to its end"
        yield Finding(what=what, where=path, sound=False, mend="Run `recprep erase` again; it ends what was begun.")


def _retention(connection: sqlite3.Connection, path: Path, now: datetime | None) -> Iterator[Finding]:
    for hold in holds.standing(connection):
        since = f"since {hold.at:%Y-%m-%d}" if hold.at else "as it is damaged"
        yield Finding(what=f"On hold until you lift it, {since}: {hold.scope}", where=path)
    if disposals.marks(connection):
        what = "Words that were disposed of may still be in unused parts of this file"
        yield Finding(what=what, where=path, mend="Close other windows of recprep, and open Your records.")
    rule = retention.rule_of(connection)
    if rule and now:
        past = retaining.look(connection, str(rule), partial(rule.is_past, today=now.date()), backup.silent)
        if past.free:
            what = f"{_several(len(past.free), 'answer')} older than {rule}, which is how long you want to keep them"
            yield Finding(what=what, where=path, mend="Open Your records: you are asked before they go.")


def _several(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _few(names: list[str]) -> str:
    return ", ".join(names[:3])


def _around(home: Path) -> Iterator[Finding]:
    for path in sorted(home.glob("backups/*.db")):
        yield _backup(path)
    for path in sorted(home.glob(f"backups/*{container.SUFFIX}")):
        yield _packed(path)
    for path in [*home.glob("incoming"), *home.glob(f"backups/{backup.WORKING}*")]:
        mend = "If none is running, the next one removes it."
        yield Finding(what="Working files of a restore, a merge or a backup", where=path, mend=mend)
    for path in sorted(home.glob("history.damaged-*.db*")):
        mend = "Keep it until your history is back; then it may be deleted."
        yield Finding(what=f"Kept aside because it was damaged, {path.stat().st_size:,} bytes", where=path, mend=mend)
    yield from _roles(home / "catalogue.db")
    copies = sum(1 for path in home.glob("workbook/**/*.ipynb") if ".ipynb_checkpoints" not in path.parts)
    if copies:
        yield Finding(what=f"{copies} working copies of the notebooks", where=home / "workbook")


def _roles(path: Path) -> Iterator[Finding]:
    if not path.exists():
        return
    if form.is_interrupted(path):
        what = "Imported roles: an import is running, or was interrupted"
        yield Finding(what=what, where=path, mend="If none is running, the next use makes them what they were before.")
        return
    try:
        faults, count = holding.faults(path), len(holding.listed(path))
    except Problem as problem:
        yield Finding(what=f"Imported roles cannot be read: {problem}", where=path, sound=False, mend=IMPORT_AGAIN)
        return
    what = f"{_several(count, 'imported role')}, {path.stat().st_size:,} bytes"
    if faults:
        yield Finding(what=f"{what}, damaged: {'; '.join(faults[:3])}", where=path, sound=False, mend=IMPORT_AGAIN)
    else:
        yield Finding(what=what, where=path)


def _backup(path: Path) -> Finding:
    size = f"{path.stat().st_size:,} bytes"
    try:
        with closing(opening.read_only(path)) as connection:
            sound = not migrations.faults_of(connection)
    except sqlite3.Error:
        sound = False
    if sound:
        return Finding(what=f"Backup, {size}", where=path)
    return Finding(what=f"Damaged backup, {size}", where=path, sound=False, mend="Do not restore from this one.")


def _packed(path: Path) -> Finding:
    size = f"{path.stat().st_size:,} bytes"
    try:
        found = container.check(path)
    except Problem as problem:
        what = f"Damaged backup, {size}: {problem}"
        return Finding(what=what, where=path, sound=False, mend="Do not restore from this one.")
    counted = _several(found.counts.get("attempts", 0), "attempt")
    return Finding(what=f"Backup of {found.created_at:%Y-%m-%d %H:%M} UTC, {counted}, {size}", where=path)
