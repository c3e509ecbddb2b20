"""What is in a home: everything that the workbook writes there, and what it did not make. Reads only, follows no link.

| what | where, below the home | written by |
| --- | --- | --- |
| history | `history.db`, with SQLite's log and index beside it | the store |
| working files | `incoming/`, `.recprep-backup-*/`, `*.part`, `*.unfinished-*/`, `.pages.json-*` | what was killed |
| backups | `backups/recprep-*.recprep`, `backups/history.schema-*.db`, other backups there | backups, migrations |
| kept aside | `history.damaged-*.db` | opening a damaged history, and a restore over one |
| copies | `recprep-export-*`, `-review-log-*`, `-report-*`, `-interview-sheet-*` | copies taken out into this folder |
| roles | `catalogue.db` | importing roles |
| pages | `workbook/notebooks/`: the pages, those kept beside them, their checkpoints | `recprep lab`, JupyterLab |
| JupyterLab's | `jupyter/`, `jupyter.log`, `pages.json`, `server.json` | `recprep lab`, JupyterLab |

Files that only serve as locks (`*.lock`) are empty, and stay.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from recprep.storage import paths
from recprep.storage.catalogue import form
from recprep.storage.custody.container import SUFFIX, read_manifest
from recprep.storage.store import erasure, inspection, opening

HISTORY = "Your history"
WORKING = "Working files of something that was interrupted"
BACKUPS = "Backups"
ASIDE = "Histories that were damaged, and kept aside"
COPIES = "Copies taken out into this folder"
ROLES = "Roles that you imported"
PAGES = "The pages as you work on them, and JupyterLab's copies of them"
LAB = "What JupyterLab keeps for the workbook"
LOCK, FOLDER = "Locks", "Folders"

STAMP, DAY, DB = r"\d{8}T\d{6}Z(-\d+)?", r"\d{4}-\d\d-\d\d", r"\.db(-wal|-shm|-journal)?"
TAKEN = rf"(backups/)?recprep-(export|review-log|report|interview-sheet)-{DAY}(-without-answers)?(-\d+)?"
UNFINISHED = rf"{TAKEN}(\.html)?\.unfinished-[^/]+"
TABLE = {  # what stands below the home, in the order in which it is erased; NAMES are those of the pages
    HISTORY: (rf"history{DB}",),
    WORKING: (
        rf"(backups/)?history\.(schema-\d+-{STAMP}\.)?db\.part(-wal|-shm|-journal)?",
        r"incoming/(backups/)?history\.[^/]+",
        r"(backups/)?\.recprep-backup-[^/]+/(history\.db(-journal)?|part)",
        rf"{UNFINISHED}/[^/]+",
        r"\.(pages|server)\.json-[^/]+",
    ),
    BACKUPS: (rf"backups/recprep-[a-z-]+-{STAMP}\{SUFFIX}", rf"backups/history\.schema-\d+-{STAMP}{DB}"),
    ASIDE: (rf"history\.damaged-{STAMP}{DB}",),
    COPIES: (rf"{TAKEN}\.html", rf"{TAKEN}/(attempts|ratings|revlog)\.(csv|jsonl)"),
    ROLES: (rf"catalogue{DB}",),
    PAGES: (
        rf"workbook/notebooks/(\.~)?NAMES( \((yours|damaged), {DAY}(, \d+)?\))?\.ipynb",
        r"workbook/notebooks/\.NAMES\.ipynb-[^/]+",
        rf"workbook/notebooks/\.ipynb_checkpoints/NAMES( \((yours|damaged), {DAY}(, \d+)?\))?-checkpoint\.ipynb",
    ),
    LAB: (
        r"(pages|server)\.json|jupyter\.log(\.1)?",
        r"jupyter/(config/labconfig/page_config\.json|share/kernels/python3/kernel\.json)",
        r"jupyter/(nbsignatures\.db(-wal|-shm|-journal)?|notebook_secret|workspaces/[^/]+\.jupyterlab-workspace)",
        r"jupyter/runtime/(jpserver-\d+(-open)?\.(json|html)|kernel-[0-9a-f-]+\.json|jupyter_cookie_secret)",
    ),
    LOCK: (r"(history|incoming|server)\.lock(-journal)?",),
    FOLDER: (
        rf"backups|incoming(/backups)?|(backups/)?\.recprep-backup-[^/]+|{TAKEN}|{UNFINISHED}",
        r"workbook(/notebooks(/\.ipynb_checkpoints)?)?",
        r"jupyter(/(config(/labconfig)?|share(/kernels(/python3)?)?|runtime|workspaces))?",
    ),
}
ANY_BACKUP = re.compile(rf"(backups/)?[^/]+\{SUFFIX}")


class Thing(NamedTuple):
    """A file, a link or a folder in a home.

    `kind` is a key of `TABLE`, or None if the workbook did not make it; `why` says why a folder cannot be read.
    """

    path: Path
    kind: str | None
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept of one kind: where, in how many files, how many bytes, and since when, with its time zone."""

    what: str
    where: Path
    files: int
    bytes: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """All that is kept in a home.

    `kept` names the history first; one with nothing in it is not among it. `counts` says how many attempts, answers
    and so on are in the history; it is empty if there is none, or it cannot be read. `changed` names the pages that
    the person changed. `foreign` is what the workbook did not make, and `unread` are folders that cannot be read.
    `begun` is when an erasing was begun that did not come to its end.
    """

    home: Path
    kept: tuple[Kept, ...]
    counts: Mapping[str, int]
    changed: tuple[str, ...]
    foreign: tuple[Path, ...]
    unread: tuple[Path, ...]
    begun: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    counts: Mapping[str, int]
    is_empty: bool = False
    since: datetime | None = None
    begun: datetime | None = None


def survey(home: Path) -> Survey:
    """Say what is kept in a home, how much, and since when. It reads no file as a whole, and makes none.

    Parameters
    ----------
    home : pathlib.Path
        The personal home; it need not exist.

    Returns
    -------
    Survey

    Examples
    --------
    >>> survey(Path("/nowhere")).kept
    ()
    """
    things, content = list(look(home)), _read(home / "history.db")
    shown = [kind for kind in TABLE if kind not in (LOCK, FOLDER) and not (kind == HISTORY and content.is_empty)]
    return Survey(
        home=home,
        kept=tuple(
            kept(kind, found, content.since if kind == HISTORY else None)
            for kind in shown
            if (found := stats(kind, things))
        ),
        counts=content.counts,
        changed=tuple(thing.path.stem for thing in things if is_changed(thing.path, home)),
        foreign=tuple(thing.path for thing in things if thing.kind is None),
        unread=tuple(thing.path for thing in things if thing.why),
        begun=content.begun,
    )


def look(home: Path) -> Iterator[Thing]:
    """Go through a home: each file and link that the workbook made, each of its folders after what is in it, the rest.

    What the workbook did not make is named once, and not looked into.
    """
    names = f"({'|'.join(map(re.escape, sorted(_pages(home))))})"
    patterns = {kind: re.compile("|".join(some).replace("NAMES", names)) for kind, some in TABLE.items()}
    if home.is_dir():
        yield from _below(home, home, patterns)


def kept(kind: str, files: Mapping[Path, os.stat_result], since: datetime | None = None) -> Kept:
    """Say what there is of one kind, since its oldest file unless it is known better."""
    return Kept(
        what=kind,
        where=Path(os.path.commonpath(files)),
        files=len(files),
        bytes=sum(stat.st_size for stat in files.values()),
        since=since or datetime.fromtimestamp(min(stat.st_mtime for stat in files.values()), UTC),
    )


def is_changed(path: Path, home: Path) -> bool:
    """Say whether a file is a page that was changed: other cells than were shipped, or the state of its widgets in it.

    JupyterLab saves the latter if its settings say so.
    """
    shipped = paths.shipped("notebooks") / path.name
    is_page = path.parent == home / "workbook" / "notebooks" and path.suffix == ".ipynb" and shipped.exists()
    return is_page and _content_of(path) != _content_of(shipped)


def _below(folder: Path, home: Path, patterns: Mapping[str, re.Pattern[str]]) -> Iterator[Thing]:
    try:
        found = [(path, _kind(path, path.relative_to(home).as_posix(), patterns)) for path in sorted(folder.iterdir())]
    except OSError as error:
        yield Thing(folder, FOLDER, error.strerror)
        return
    for path, kind in found:
        if kind == FOLDER and not path.is_symlink():
            yield from _below(path, home, patterns)
        yield Thing(path, kind)


def _kind(path: Path, name: str, patterns: Mapping[str, re.Pattern[str]]) -> str | None:
    kind = next((kind for kind, pattern in patterns.items() if pattern.fullmatch(name)), None)
    if (kind == FOLDER) != path.is_dir():
        return FOLDER if kind == FOLDER and path.is_symlink() else None
    if kind is None and ANY_BACKUP.fullmatch(name) and read_manifest(path):
        return BACKUPS
    if kind == ROLES and form.is_foreign(path.with_name("catalogue.db")):
        return None
    return None if kind == HISTORY and _is_foreign(path) else kind


def _is_foreign(path: Path) -> bool:
    with suppress(sqlite3.Error, OSError):
        return erasure.is_foreign(path.with_name("history.db"))
    return False


def _pages(home: Path) -> set[str]:
    """Give the names of the pages of this version, and of those that `recprep lab` copied last."""
    names = {page.stem for page in paths.shipped("notebooks").glob("*.ipynb")}
    with suppress(OSError, ValueError, TypeError):
        names |= {Path(name).stem for name in json.loads((home / "pages.json").read_text(encoding="utf-8"))}
    return names


def _content_of(page: Path) -> tuple | None:
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        told = json.loads(page.read_text(encoding="utf-8"))
        cells = [(cell["cell_type"], "".join(cell["source"])) for cell in told["cells"]]
        return cells, told["metadata"].get("widgets")
    return None


def _read(path: Path) -> _Content:
    with suppress(sqlite3.Error, OSError, ValueError, TypeError), closing(opening.read_only(path)) as connection:
        return _Content(
            counts=inspection.counts(connection),
            is_empty=inspection.is_empty(connection),
            since=erasure.since(connection),
            begun=erasure.begun(connection),
        )
    return _Content(counts={})


def stats(kind: str, things: Iterable[Thing]) -> dict[Path, os.stat_result]:
    """Give size, times and names of every file and link of one kind."""
    found = {}
    for thing in things:
        if thing.kind == kind:
            with suppress(OSError):  # gone in the meantime
                found[thing.path] = thing.path.lstat()
    return found
