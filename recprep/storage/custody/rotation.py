"""A backup a day, made by the workbook itself, and the few of them that are kept. No other file is ever removed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from recprep.core.problem import Problem
from recprep.storage.custody.backup import back_up
from recprep.storage.custody.container import SUFFIX, Backup, check, read_manifest
from recprep.storage.store import Store

DAYS, WEEKS = 7, 4
STAMP, DATE = "%Y%m%dT%H%M%SZ", 8  # how a time stands in a name, and how many of its signs are the date
NAME = re.compile(rf"recprep-daily-(\d{{8}}T\d{{6}}Z)(-\d+)?{re.escape(SUFFIX)}")


def back_up_daily(history: Store, *, now: datetime) -> Backup | None:
    """Make a backup if there is none of this day (in UTC), and something changed since the last of the daily ones.

    A page calls it when it opens. On most days it only looks at the names in one folder.

    Parameters
    ----------
    history : Store
    now : datetime.datetime
        With its time zone.

    Returns
    -------
    Backup or None
        What was made, in the folder `backups` beside the history.

    Raises
    ------
    Problem
        If it cannot be made: a page says so, and goes on.
    """
    folder = history.path.parent / "backups"
    moment = f"{now.astimezone(UTC):{STAMP}}"
    newest = max((path for path in _daily(folder) if _stamp(path) <= moment), key=_stamp, default=None)
    if not history.path.exists() or (newest and _stamp(newest)[:DATE] == moment[:DATE]):
        return None
    state, before = history.state(), newest and read_manifest(newest)
    if state is None or (before and (before.state, before.home) == (state, history.home_id)):
        return None
    with suppress(Problem):  # what is left to overwrite is, the next time
        history.wipe()
    made = back_up(history, now=now, reason="daily")
    rotate(folder, home=made.home)
    return made


def rotate(folder: Path, *, home: str, days: int = DAYS, weeks: int = WEEKS) -> list[Path]:
    """Remove the daily backups that are no longer needed.

    Kept is the newest of each of the last `days` days, and of each of the last `weeks` weeks, that have any. A file
    is removed only if it has the name that it was given, says that it is a daily backup of this home, and is sound.

    Parameters
    ----------
    folder : pathlib.Path
    home : str
        The home's id.
    days, weeks : int
        How many are kept; days and weeks are in UTC.

    Returns
    -------
    list of pathlib.Path
        What was removed.
    """
    own = [found for path in _daily(folder) if (found := read_manifest(path)) and _is_own(found, home)]
    kept = needed(own, days=days, weeks=weeks)
    removed = [one.path for one in own if one.path not in kept and _is_sound(one.path)]
    for path in removed:
        path.unlink(missing_ok=True)
    return removed


def needed(found: Collection[Backup], *, days: int = DAYS, weeks: int = WEEKS) -> set[Path]:
    """Give those of some daily backups that stay."""
    kept = _newest(found, days, lambda one: one.created_at.date())
    return kept | _newest(found, weeks, lambda one: one.created_at.isocalendar()[:2])


def _daily(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob(f"*{SUFFIX}")) if NAME.fullmatch(path.name)]


def _stamp(path: Path) -> str:
    return NAME.fullmatch(path.name)[1]


def _is_own(found: Backup, home: str) -> bool:
    return (found.reason, found.home, f"{found.created_at:{STAMP}}") == ("daily", home, _stamp(found.path))


def _is_sound(path: Path) -> bool:
    try:
        check(path)
    except Problem:
        return False
    return True


def _newest(found: Iterable[Backup], most: int, period: Callable[[Backup], object]) -> set[Path]:
    """Give the newest of each of the last few periods."""
    newest = {period(one): one.path for one in sorted(found, key=lambda one: one.created_at)}
    return {newest[name] for name in sorted(newest)[-most:]} if most else set()
