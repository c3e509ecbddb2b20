"""All that was written is removed from a home; what the workbook did not make stays.

The history goes first, in one transaction, so that no page can save old words into what comes after it. Whatever was
not done when an erasing was interrupted, the next one does. Files are removed, not overwritten: a disk may hold their
content until it needs the room, and overwriting would not change that where a file system copies or journals what it
writes, nor on a solid-state disk. In the database itself nothing old is left in any page, nor in its log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from recprep.core.problem import Problem
from recprep.storage.custody import holdings
from recprep.storage.custody.backup import Progress, silent
from recprep.storage.custody.container import SUFFIX, read_manifest
from recprep.storage.custody.holdings import BACKUPS, FOLDER, HISTORY, TABLE, WORKING, Kept, Thing
from recprep.storage.custody.incoming import FOLDER as INCOMING
from recprep.storage.custody.sweep import Stayed, Sweep
from recprep.storage.store import erasure, opening
from recprep.storage.store.trouble import told

ROUNDS = 5  # of removing what a backup is being made of
ORDER = {kind: number for number, kind in enumerate(TABLE)}
NEW = "a new, empty history"
READ = "another program still reads what was in it; close other windows of recprep, and erase again"
OUT_OF_REACH = (
    "Copies in other places: what you exported, backed up, printed or sent, pages that you opened from another folder, "
    "and what other programs copied from here, such as a backup of the computer or a synchronised folder.",
    "What the disk holds without showing it: the room of removed files is free, but is overwritten only when it is "
    "needed, and snapshots or the spare blocks of a disk may hold it longer. What is encrypted only you can read.",
    "Open tabs: what they show goes when they are closed. If JupyterLab says that a page has changed on disk, choose "
    "Revert.",
    "The last words typed into a browser that had not handed them over yet: it drops them when a practice page is next "
    "opened there, at the same address. Or clear what it keeps for 127.0.0.1 and localhost.",
    "Code that you ran in a page: IPython has a history of its own, in .ipython/profile_default of your user folder.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What an erasing came to.

    `removed` says of each kind what is gone. `left` was not to be removed; `failed` should be gone, and is not. With
    nothing failed, nothing that the person wrote is left in this home. `unreachable` are sentences about what may
    still be elsewhere.
    """

    removed: tuple[Kept, ...]
    left: tuple[Stayed, ...]
    failed: tuple[Stayed, ...]
    unreachable: tuple[str, ...]


def erase(home: Path, *, now: datetime, progress: Progress = silent, lab_is_open: bool = True) -> Erased:
    """Remove everything that the workbook has written into a home, also while others have it open.

    Parameters
    ----------
    home : pathlib.Path
        The personal home; it need not exist.
    now : datetime.datetime
        With its time zone.
    progress : callable
        Told after each step: how many are done, and of how many.
    lab_is_open : bool
        Whether JupyterLab may have the pages open. Then they stay, as they came, and so do JupyterLab's own files.

    Returns
    -------
    Erased

    Raises
    ------
    Problem
        If the history is in use or cannot be written. Then nothing was erased.
    """
    sweep, history, emptied = Sweep(home, lab_is_open=lab_is_open), home / "history.db", ()
    if any(thing.kind for thing in holdings.look(home)):
        with told(history), opening.alone(home / INCOMING, erasure.PATIENCE):
            emptied = _empty(history, sweep, now)
            _remove_working_files(home, sweep)
            _remove_the_rest(home, sweep, progress)
            _finish(history, sweep)
    return Erased(
        removed=(*emptied, *sweep.removed),
        left=tuple(sweep.left),
        failed=tuple(sweep.failed),
        unreachable=(*sweep.unreachable, *OUT_OF_REACH),
    )


def _empty(history: Path, sweep: Sweep, now: datetime) -> list[Kept]:
    """Empty the history, if there is one, and say what was in it; from here on, all goes on to the end."""
    things = list(holdings.look(history.parent))
    if not _is_here(history, things):
        return []
    was = [one for one in holdings.survey(history.parent).kept if one.what == HISTORY]
    backups = [read_manifest(thing.path) for thing in things if thing.kind == BACKUPS and thing.path.suffix == SUFFIX]
    erasure.empty(history, at=now, also={backup.home for backup in backups if backup})
    with _going_on(history, sweep):
        _cut_off(history, sweep)
    return was


def _is_here(history: Path, things: Iterable[Thing]) -> bool:
    """Say whether there is a history, or a part of one, that is no link to another place."""
    return any(thing.kind == HISTORY for thing in things) and not history.is_symlink()


def _remove_working_files(home: Path, sweep: Sweep) -> None:
    """Remove what a backup is being made of: so none lands any more whose making began before."""
    for _ in range(ROUNDS):
        things = [thing for thing in holdings.look(home) if thing.kind == WORKING]
        if not things:
            return
        folders = {thing.path.parent for thing in things} - {home, home / "backups"}
        for thing in [*things, *(Thing(folder, FOLDER) for folder in folders)]:
            sweep.remove(thing)


def _remove_the_rest(home: Path, sweep: Sweep, progress: Progress) -> None:
    things = list(holdings.look(home))
    if _is_here(home / "history.db", things):
        things = [thing for thing in things if thing.kind != HISTORY]
        sweep.stay(home / "history.db", NEW)
    things.sort(key=lambda thing: ORDER.get(thing.kind, 0))
    for number, thing in enumerate(things, start=1):
        sweep.remove(thing)
        progress(number, len(things))


def _finish(history: Path, sweep: Sweep) -> None:
    sweep.settle()
    if Stayed(path=history, why=NEW) in sweep.left and not sweep.failed:
        with _going_on(history, sweep):
            erasure.finish(history)
            _cut_off(history, sweep)


def _cut_off(history: Path, sweep: Sweep) -> None:
    if history.exists() and not erasure.cut_off(history):
        sweep.fail(history, READ)


@contextmanager
def _going_on(history: Path, sweep: Sweep) -> Iterator[None]:
    """Name trouble with a history that is empty already, and go on."""
    try:
        with told(history):
            yield
    except Problem as problem:
        sweep.fail(history, str(problem))
