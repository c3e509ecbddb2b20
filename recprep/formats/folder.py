"""Walks a folder in one stable order, and never out of it: links are not followed, hidden things are passed over."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from recprep.core.fingerprint import clean
from recprep.core.imported import LeftOut
from recprep.formats.decoding import MOST_BYTES, TOO_LARGE

DEEPEST = 20

A_LINK = "it is a link, and links are not followed"
HIDDEN = "it is hidden"
ANOTHER_KIND = "it is a file of another kind"
TOO_DEEP = f"it lies more than {DEEPEST} folders deep"
UNREADABLE = "it cannot be read: {why}"

_BESIDE = ("._", ".#", ".~")  # what some systems and editors put beside a file
_PLAINLY = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def walk(root: Path, *, endings: tuple[str, ...]) -> Iterator[tuple[str, str] | LeftOut]:
    """Yield each file of a folder with such an ending, and what is passed over, in the order of the places.

    Parameters
    ----------
    root : pathlib.Path
    endings : tuple of str
        In small letters, with the dot.

    Yields
    ------
    (place, path) or LeftOut
        The place is the file as seen from the folder, with `/`; a letter that is no Unicode shows as U+FFFD.
    """
    waiting = [_listed(os.fspath(root), "")]
    while waiting:
        entry = next(waiting[-1], None)
        if entry is None:
            waiting.pop()
        elif isinstance(entry, LeftOut):
            yield entry
        else:
            place, one = entry
            if why := _passed_over(one, endings, len(waiting)):
                yield LeftOut(place, 0, why)
            elif one.is_dir(follow_symlinks=False):
                waiting.append(_listed(one.path, f"{place}/"))
            else:
                yield place, one.path


def content(path: str | Path, *, most: int = MOST_BYTES) -> bytes | str:
    """Give the bytes of a file, or the reason why there are none; whatever it is, this does not wait for anything."""
    try:
        opened = os.open(path, _PLAINLY)
    except OSError as error:
        return UNREADABLE.format(why=error.strerror)
    try:
        size = os.fstat(opened).st_size
        return TOO_LARGE.format(most // 1_000_000) if size > most else _whole(opened, size)
    except OSError as error:
        return UNREADABLE.format(why=error.strerror)
    finally:
        os.close(opened)


def _whole(opened: int, size: int) -> bytes:
    read = os.read(opened, size + 1)
    while len(read) < size and (more := os.read(opened, size)):
        read += more
    return read


def _listed(folder: str, before: str) -> Iterator[tuple[str, os.DirEntry[str]] | LeftOut]:
    try:
        with os.scandir(folder) as entries:
            by_name = {entry.name: entry for entry in entries}
    except OSError as error:
        yield LeftOut(before.rstrip("/") or ".", 0, UNREADABLE.format(why=error.strerror))
        return
    for name in sorted(by_name):
        yield before + (name if name.isascii() else clean(name)), by_name[name]


def _passed_over(entry: os.DirEntry[str], endings: tuple[str, ...], deep: int) -> str | None:
    """Say why something is passed over; `.NET Developer.md` is not hidden, it only begins with a dot."""
    if entry.is_symlink():
        return A_LINK
    if entry.is_dir(follow_symlinks=False):
        return HIDDEN if entry.name.startswith(".") else TOO_DEEP if deep >= DEEPEST else None
    if entry.name.startswith(_BESIDE):
        return HIDDEN
    ordinary = entry.name.lower().endswith(endings) and entry.is_file(follow_symlinks=False)
    return None if ordinary else ANOTHER_KIND
