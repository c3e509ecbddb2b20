"""One workbook server for each personal home: who runs it, and where it answers.

A lock on a file in the home is held as long as `recprep lab` lives; the system lets go of it when that
process ends, however it ended. So a record without a lock is stale, and needs no guessing.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import BinaryIO

from recprep.launch.pages import write_atomically


def claim(home: Path) -> BinaryIO | None:
    """Become the one who runs the server of this home.

    Returns
    -------
    file or None
        Held until closed; None if another process holds it.
    """
    handle = os.open(home / "server.lock", os.O_RDWR | os.O_CREAT, 0o600)
    file = os.fdopen(handle, "r+b", buffering=0)
    try:
        _lock(file)
    except OSError:
        file.close()
        return None
    return file


def record(home: Path, **where: object) -> None:
    """Write down where the server answers, for the person's eyes only."""
    write_atomically(home / "server.json", json.dumps(where))


def recorded(home: Path) -> dict[str, object] | None:
    """Give what `record` wrote, or None if nothing readable is there."""
    try:
        where = json.loads((home / "server.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return where if isinstance(where, dict) and where.keys() >= {"port", "token", "pid", "page"} else None


def forget(home: Path) -> None:
    """Remove the record."""
    (home / "server.json").unlink(missing_ok=True)


def _lock(file: BinaryIO) -> None:
    try:
        import fcntl
    except ImportError:
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
