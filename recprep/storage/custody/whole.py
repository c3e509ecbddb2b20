"""A new file, or a folder of files, that appears whole or not at all, readable by its owner only."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from recprep.core.problem import Problem
from recprep.storage import paths
from recprep.storage.migrations import free_name
from recprep.storage.store.opening import settle

MISSING = "There is no folder {folder}. Make it first, or name another one."
OURS = (
    "{folder} belongs to the workbook itself, where personal data never go. "
    "Name a folder of your own, such as: recprep export ~/Documents"
)
FULL = "The disk is full, and nothing was exported to {folder}. Free some space there, or name another folder."
FORBIDDEN = "recprep may not write in {folder}, and nothing was exported. Allow writing there, or name another folder."
FAILED = "Nothing was exported to {folder} ({error}). Check that disk, or name another folder."
OF_THE_SYSTEM = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EACCES: FORBIDDEN,
    errno.EPERM: FORBIDDEN,
    errno.EROFS: FORBIDDEN,
    errno.ENOENT: MISSING,
}


def require_usable(folder: Path) -> None:
    """Refuse a folder that is not there, or is the workbook's own."""
    if not folder.is_dir():
        raise Problem(MISSING.format(folder=folder))
    if any(folder.resolve().is_relative_to(paths.shipped(name).parent) for name in ("data", "notebooks")):
        raise Problem(OURS.format(folder=folder.resolve()))


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Turn what the system says into a `Problem`."""
    try:
        yield
    except OSError as error:
        sentence = OF_THE_SYSTEM.get(error.errno, FAILED)
        raise Problem(sentence.format(folder=folder, error=error.strerror)) from error


@contextmanager
def whole(wanted: Path) -> Iterator[tuple[Path, Callable[[], Path]]]:
    """Give a folder to fill, and what gives it its name once all in it is on the disk; else it is removed."""
    part = Path(tempfile.mkdtemp(prefix=f"{wanted.name}.unfinished-", dir=wanted.parent))

    def finish() -> Path:
        settle(part)
        made = _rename(part, wanted)
        settle(wanted.parent)
        return made

    try:
        yield part, finish
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def new_document(wanted: Path, content: str | bytes) -> Path:
    """Write a text, or bytes, as a new file, and give its place: `wanted`, or the next name that is free.

    Raises
    ------
    Problem
        If the folder is not there, is the workbook's own, or cannot be written; then there is no new file.
    """
    folder = wanted.parent
    require_usable(folder)
    with told(folder), tempfile.TemporaryDirectory(prefix=f"{wanted.name}.unfinished-", dir=folder) as working:
        part = Path(working) / wanted.name
        with new_file(part, bom=False) as out:
            out.buffer.write(content.encode() if isinstance(content, str) else content)
        made = named(part, wanted)
        settle(folder)
        return made


def named(part: Path, wanted: Path) -> Path:
    """Give a finished file its name, or the next that is free; nothing is overwritten."""
    while True:
        place = free_name(wanted)
        try:
            os.link(part, place)
        except FileExistsError:
            continue  # another process was faster
        except OSError:  # a disk without links, such as a stick
            part.rename(place)
        return place


def _rename(part: Path, wanted: Path) -> Path:
    while True:
        name = free_name(wanted)
        try:
            return part.rename(name)
        except OSError:
            if not name.exists():
                raise  # else somebody took the name in the meantime


@contextmanager
def new_file(path: Path, *, bom: bool) -> Iterator[TextIO]:
    """Open a new file for this user only; it is on the disk at the end."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8-sig" if bom else "utf-8", newline="") as out:
        yield out
        out.flush()
        os.fsync(handle)
