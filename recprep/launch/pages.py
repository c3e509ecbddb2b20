"""Working copies: the shipped notebooks, copied to where the person may change them. Never loses a change."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path

UNREADABLE = "unreadable"


def refresh(shipped: Path, working: Path, *, manifest: Path, today: date) -> list[str]:
    """Bring the working copies up to date with the shipped notebooks.

    A page counts as edited when the source or type of a cell differs from what was shipped; outputs do not
    count. What the person did not edit is replaced by a newer page; what they edited stays, and moves aside
    only when the shipped page changed as well.

    Parameters
    ----------
    shipped : pathlib.Path
        The folder with the notebooks of this version.
    working : pathlib.Path
        The folder with the person's copies; made if it is missing.
    manifest : pathlib.Path
        The file that remembers what was shipped at the last copy.
    today : datetime.date
        The local date, for the name of a page that moves aside.

    Returns
    -------
    list of str
        One sentence for each page that was kept beside the new one.
    """
    working.mkdir(parents=True, exist_ok=True)
    before = _read_manifest(manifest)
    now = {page.name: fingerprint(page) for page in sorted(shipped.glob("*.ipynb"))}
    said = []
    for name, new in now.items():
        kept = _refresh_one(shipped / name, working / name, was=before.get(name), new=new, today=today)
        said += [kept] if kept else []
    _remove_withdrawn(working, {name: was for name, was in before.items() if name not in now})
    write_atomically(manifest, json.dumps(now, indent=1))
    return said


def fingerprint(page: Path) -> str | None:
    """Give a hash of the types and sources of a page's cells; None if there is no page.

    A file that is not a notebook gives `UNREADABLE`.
    """
    try:
        cells = json.loads(page.read_text(encoding="utf-8"))["cells"]
        told = [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        return UNREADABLE
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def write_atomically(path: Path, text: str) -> None:
    """Write a file that only its owner may read; whatever happens, it holds the old or the new text."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _refresh_one(source: Path, copy: Path, *, was: str | None, new: str | None, today: date) -> str | None:
    mine = fingerprint(copy)
    edited = mine is not None and mine not in (was, new)
    if mine == new or (edited and mine != UNREADABLE and was == new):
        return None
    said = _move_aside(copy, readable=mine != UNREADABLE, today=today) if edited else None
    write_atomically(copy, source.read_text(encoding="utf-8"))
    return said


def _move_aside(copy: Path, *, readable: bool, today: date) -> str:
    beside = _free_name(copy, f"yours, {today.isoformat()}" if readable else f"damaged, {today.isoformat()}")
    copy.rename(beside)
    if readable:
        return f'The page {copy.stem} is newer in this version. The one you changed is kept as "{beside.name}".'
    return f'Your page {copy.stem} could not be read. It is kept as "{beside.name}", beside a fresh one.'


def _free_name(copy: Path, note: str) -> Path:
    beside = copy.with_name(f"{copy.stem} ({note}){copy.suffix}")
    number = 2
    while beside.exists():
        beside = copy.with_name(f"{copy.stem} ({note}, {number}){copy.suffix}")
        number += 1
    return beside


def _remove_withdrawn(working: Path, withdrawn: Mapping[str, str]) -> None:
    for name, was in withdrawn.items():
        if fingerprint(working / name) == was:
            (working / name).unlink()


def _read_manifest(manifest: Path) -> dict[str, str]:
    with suppress(OSError, ValueError):
        told = json.loads(manifest.read_text(encoding="utf-8"))
        if isinstance(told, dict):
            return {str(Path(name).name): str(was) for name, was in told.items()}
    return {}
