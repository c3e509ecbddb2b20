"""Files beside the history that were made from it, and hold what was in it then; those of them that may go."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from recprep.core.problem import Problem
from recprep.storage import migrations
from recprep.storage.custody import backup, incoming
from recprep.storage.custody.backup import Progress, back_up, silent
from recprep.storage.custody.container import SUFFIX, Backup, check, read_manifest
from recprep.storage.custody.rotation import STAMP, needed
from recprep.storage.store import Store, inspection, opening

WORDS = {"daily": "daily", "restore": "before-restore", "merge": "before-merge"}
NAME = re.compile(rf"recprep-([a-z-]+)-(\d{{8}}T\d{{6}}Z)(-\d+)?{re.escape(SUFFIX)}")
MIGRATED = re.compile(r"history\.schema-\d+-\d{8}T\d{6}Z(-\d+)?\.db")
LONGEST = 60  # days after which the rotation has let go of every daily backup that there is today
HELD = "A hold stands, so the backups stay too. Lift it first, or remove by hand the files that you do not need."
MENDING = (
    "The history has damage that an earlier backup may mend, so the backups stay. "
    "Run `recprep doctor`, which says what is damaged."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """The files beside a history that may hold what was disposed of.

    `daily` backups go one by one as newer ones are made: if something is practised on each day from tomorrow on, none
    that is there today is left on `gone_by`. `lasting` were made by the workbook too, before a restore, a merge or a
    change of form, and stay. `asked` are those that the person asked for. `other` cannot be read, belong to another
    home, or were moved aside because of damage. What lies elsewhere, such as exports, copies and other machines, is
    not known here.
    """

    daily: tuple[Path, ...] = ()
    lasting: tuple[Path, ...] = ()
    asked: tuple[Path, ...] = ()
    other: tuple[Path, ...] = ()
    gone_by: date | None = None

    @property
    def automatic(self) -> tuple[Path, ...]:
        """Those that the workbook made itself, and may remove again."""
        return (*self.daily, *self.lasting)


def copies_of(history: Path, *, home: str, now: datetime, without: Path | None = None) -> Copies:
    """Find the files beside a history that may hold what was in it.

    Parameters
    ----------
    history : pathlib.Path
    home : str
        The home's id.
    now : datetime.datetime
        With its time zone.
    without : pathlib.Path, optional
        A file that is known to be free of it.
    """
    found: dict[str, list[Path]] = {"daily": [], "lasting": [], "asked": [], "other": []}
    rotating = []
    for path, made in _beside(history):
        if path == without:
            continue
        sort = _sort(path, made, home)
        found[sort].append(path)
        if sort == "daily":
            rotating.append(made)
    return Copies(gone_by=_gone_by(rotating, now), **{sort: tuple(paths) for sort, paths in found.items()})


def renew(
    store: Store, copies: Copies, *, now: datetime, asked: bool = False, progress: Progress = silent
) -> tuple[Backup, list[Path]]:
    """Make a verified backup of what is kept now, and then remove the automatic ones that were made before.

    Parameters
    ----------
    store : Store
    copies : Copies
        What may go.
    now : datetime.datetime
        With its time zone.
    asked : bool
        Remove those of this folder that the person asked for, too.
    progress : callable

    Returns
    -------
    Backup
        The new one.
    list of pathlib.Path
        What was removed. A file that is damaged stays, and so does one that may not be removed.

    Raises
    ------
    Problem
        If a hold stands, the history is damaged, or the new backup cannot be made; then nothing is removed.
    """
    if store.holds():
        raise Problem(HELD)
    if store.damaged():
        raise Problem(MENDING)
    made = back_up(store, now=now, reason="daily", progress=progress)
    removed = []
    for path in (*copies.automatic, *(copies.asked if asked else ())):
        if _is_sound(path):
            with suppress(OSError):
                path.unlink()
                removed.append(path)
    return made, removed


def _beside(history: Path) -> Iterator[tuple[Path, Backup | None]]:
    folder = history.parent / "backups"
    yield from ((path, read_manifest(path)) for path in sorted(folder.glob(f"*{SUFFIX}")))
    others = (folder.glob("*.db"), folder.glob(f"{backup.WORKING}*"), folder.glob("*.part"))
    at_home = (history.parent.glob(f"{history.stem}.damaged-*.db"), history.parent.glob(incoming.FOLDER))
    yield from ((path, None) for found in (*others, *at_home) for path in sorted(found))


def _sort(path: Path, made: Backup | None, home: str) -> str:
    if made is None:
        return "lasting" if MIGRATED.fullmatch(path.name) and _home_of(path) == home else "other"
    if made.home != home:
        return "other"
    name = NAME.fullmatch(path.name)
    given = (WORDS.get(made.reason), f"{made.created_at:{STAMP}}")
    if not name or name.groups()[:2] != given:
        return "asked"  # or renamed by the person, whose own it is then
    return "daily" if made.reason == "daily" else "lasting"


def _home_of(path: Path) -> str | None:
    try:
        with closing(opening.read_only(path)) as connection:
            return inspection.home_id(connection)
    except (sqlite3.Error, TypeError):
        return None


def _is_sound(path: Path) -> bool:
    try:
        if path.suffix == SUFFIX:
            return bool(check(path))
        with closing(opening.read_only(path)) as connection:
            return not migrations.faults_of(connection)
    except (Problem, sqlite3.Error):
        return False


def _gone_by(rotating: Iterable[Backup], now: datetime) -> date | None:
    """Let days go by with a backup on each, until none of those that are there now is needed."""
    left = list(rotating)
    if not left:
        return None
    today = {one.path for one in left}
    for number in range(1, LONGEST + 1):
        day = now.astimezone(UTC) + timedelta(days=number)
        left.append(replace(left[0], path=Path(f"day {number}"), created_at=day))
        if not needed(left) & today:
            return day.astimezone(now.tzinfo).date()
    return None
