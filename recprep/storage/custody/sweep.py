"""One file, link or folder after the other removed from a home, with an account of what went and what stayed, and why.

No link is followed: a link goes, and what it leads to stays. A page that JupyterLab may have open is not removed, since
its tab would save it again without a question; if the person changed it, it becomes as it came.
"""

from __future__ import annotations

import os
import shutil
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from recprep.storage import paths
from recprep.storage.custody import holdings
from recprep.storage.custody.holdings import FOLDER, LAB, LOCK, PAGES, TABLE, Kept, Thing
from recprep.storage.store import opening

NOT_OURS = "the workbook did not make it"
OPEN = "JupyterLab uses it while it is open; nothing that you wrote is in it"
AS_IT_CAME = "the pages there are as they came; nothing that you wrote is in them"
LINKED = "it is a link that JupyterLab may have open; close the workbook, and erase again"
UNREAD = "this folder cannot be read ({error}); allow reading it, and erase again"
KEPT_BY_SYSTEM = "it could not be removed ({error}); allow it, and erase again"
LINK = "What {path} led to: only the link was removed, and {target} is as it was."
OTHER_NAME = "Another name of {path}: the file has one elsewhere on this disk, where its content still is."


@dataclass(frozen=True, slots=True, kw_only=True)
class Stayed:
    """Something that is still there, and why, as the end of a sentence."""

    path: Path
    why: str


class Sweep:
    """The account of one sweep through a home.

    Parameters
    ----------
    home : pathlib.Path
    lab_is_open : bool
        Whether JupyterLab may have the pages open.

    Attributes
    ----------
    left, failed : dict of Stayed to None
        What was not to be removed, and what could not be, each once, in the order of finding.
    """

    def __init__(self, home: Path, *, lab_is_open: bool) -> None:
        self.left: dict[Stayed, None] = {}
        self.failed: dict[Stayed, None] = {}
        self._home, self._lab_is_open = home, lab_is_open
        self._gone: dict[str, dict[Path, os.stat_result]] = {kind: {} for kind in TABLE}
        self._links: list[str] = []
        self._other_names: dict[tuple[int, int], tuple[Path, int]] = {}

    @property
    def removed(self) -> tuple[Kept, ...]:
        """What is gone, of each kind."""
        return tuple(holdings.kept(kind, files) for kind, files in self._gone.items() if files and kind != FOLDER)

    @property
    def unreachable(self) -> list[str]:
        """Sentences about content that is still there under another name, or behind a link."""
        others = [OTHER_NAME.format(path=path) for path, names in self._other_names.values() if names]
        return [*self._links, *others]

    def stay(self, path: Path, why: str) -> None:
        """Note that something stays as it is meant to."""
        self.left[Stayed(path=path, why=why)] = None

    def fail(self, path: Path, why: str) -> None:
        """Note that something should be gone, and is not."""
        self.failed[Stayed(path=path, why=why)] = None

    def remove(self, thing: Thing) -> None:
        """Remove something, unless it is to stay; go on if that fails."""
        try:
            if thing.why:
                self.fail(thing.path, UNREAD.format(error=thing.why))
            elif thing.kind == FOLDER and not thing.path.is_symlink():
                self._remove_if_empty(thing.path)
            elif not self._stays(thing):
                self._unlink(thing)
        except FileNotFoundError:
            pass  # somebody else removed it
        except OSError as error:
            self.fail(thing.path, KEPT_BY_SYSTEM.format(error=error.strerror))

    def settle(self) -> None:
        """Bring to the disk that files are gone."""
        for folder in {path.parent for files in self._gone.values() for path in files}:
            with suppress(OSError):  # it is gone too
                opening.settle(folder)

    def _remove_if_empty(self, folder: Path) -> None:
        in_use = self._lab_is_open and folder.relative_to(self._home).parts[0] in ("jupyter", "workbook")
        if not in_use and not any(folder.iterdir()):
            folder.rmdir()

    def _stays(self, thing: Thing) -> bool:
        """Say whether something is not to be removed, and note why."""
        path, is_page = thing.path, _shipped(thing) is not None
        if thing.kind is None:
            self.stay(path, NOT_OURS)
        elif self._lab_is_open and thing.kind == LAB:
            self.stay(self._home / "jupyter", OPEN)
        elif self._lab_is_open and thing.kind == FOLDER:
            self.fail(path, LINKED)
        elif self._lab_is_open and is_page and not holdings.is_changed(path, self._home):
            self.stay(path.parent, AS_IT_CAME)
        else:
            return thing.kind == LOCK
        return True

    def _unlink(self, thing: Thing) -> None:
        path, was = thing.path, thing.path.lstat()
        target = path.readlink() if path.is_symlink() else None
        shipped = _shipped(thing)
        if self._lab_is_open and shipped:
            _begin_anew(path, shipped)
        else:
            path.unlink()
        self._gone[thing.kind or FOLDER][path] = was
        if target:
            self._links.append(LINK.format(path=path, target=target))
        elif stat.S_ISREG(was.st_mode):
            self._other_names[was.st_dev, was.st_ino] = path, was.st_nlink - 1


def _shipped(thing: Thing) -> Path | None:
    """Give the page of this version that something in the home is the copy of."""
    page = paths.shipped("notebooks") / thing.path.name
    return page if thing.kind == PAGES and page.exists() else None


def _begin_anew(page: Path, shipped: Path) -> None:
    part = page.with_name(f".{page.name}-anew")
    shutil.copyfile(shipped, part)
    part.chmod(0o600)
    part.replace(page)
