"""The file that a backup is, and the checks that say it is one. It reads and writes no other file.

A backup is a zip of two parts: `history.db`, a database of SQLite, and `manifest.json`, which says what is in it,
of which home and when, with the SHA-256 of the database.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal

from recprep.core.problem import Problem
from recprep.storage import migrations
from recprep.storage.migrations import APPLICATION_ID, STEPS

Reason = Literal["asked", "daily", "restore", "merge"]

SUFFIX = ".recprep"
DATABASE, MANIFEST = "history.db", "manifest.json"
VERSION = 1  # of the manifest
PIECE = 1 << 20
MOST_BYTES, MOST_MANIFEST_BYTES = 4 << 30, 1 << 16
# What zipfile, zlib and json raise of damaged bytes, and what a manifest of other types than it should have does.
DAMAGES = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError,
    ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError,
)  # fmt: skip

NOT_THERE = "There is no file {path}. Look where the backup was kept, and name that file."
NOT_OURS = (
    "{path} is not a backup of recprep, nor one of its histories. Nothing was changed. "
    "Backups end in {suffix}; choose one of them."
)
DAMAGED = "{path} is a damaged backup ({why}). Nothing was changed. Choose another one."
NEWER = (
    "{path} was made by a newer version of recprep ({what}). Nothing was changed. "
    "Install the newer version, and try again."
)
UNREAD = (
    "{path} could not be read ({error}). Nothing was changed. "
    "Allow reading it, or copy it to another disk, and try again."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A backup that was made, or found to be sound.

    `schema` is the form of its database; `counts` says how many attempts, answers and so on are in it; `bytes`
    and `sha256` are those of the database; `state` changes with whatever is saved. `reason` is why it was made:
    asked for, daily, or before a restore or a merge.
    """

    path: Path
    created_at: datetime
    reason: Reason
    home: str
    schema: int
    counts: Mapping[str, int]
    state: str
    bytes: int
    sha256: str


def check(path: Path) -> Backup:
    """Say what is in a backup, after its checksum was compared.

    Raises
    ------
    Problem
        If there is no such file, or it is no backup, damaged, or from a newer version.
    """
    with opened(path) as (backup, content):
        _through(content, backup, path)
        return backup


@contextmanager
def opened(path: Path) -> Iterator[tuple[Backup, BinaryIO]]:
    """Give what a backup says of itself, and its database to be read once, by `_through` or `extract`."""
    with reading(path):
        raw = path.open("rb")
    with raw:
        try:
            box = zipfile.ZipFile(raw)
        except DAMAGES as error:
            raw.seek(0)
            if raw.read(4) != b"PK\x03\x04":
                raise Problem(NOT_OURS.format(path=path, suffix=SUFFIX)) from error
            raise _damaged(path, "its end is missing") from error
        with box, _content(box, path) as found:
            yield found


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn failures of opening a file that somebody named into a `Problem`."""
    try:
        if not path.is_file():
            raise Problem(NOT_THERE.format(path=path))
        yield
    except (OSError, sqlite3.Error) as error:
        raise Problem(UNREAD.format(path=path, error=getattr(error, "strerror", None) or error)) from error


def read_manifest(path: Path) -> Backup | None:
    """Give what a backup says of itself, without reading the rest of it; None if it cannot be read."""
    try:
        with opened(path) as (backup, _):
            return backup
    except Problem:
        return None


def extract(path: Path, target: Path) -> Backup:
    """Write the database of a backup to `target`, which is new; what is not as the manifest says is refused."""
    with opened(path) as (backup, content):
        if backup.bytes > shutil.disk_usage(target.parent).free:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        with target.open("xb") as file:
            _through(content, backup, path, write=file.write)
            file.flush()
            os.fsync(file.fileno())
        return backup


def require_ours(connection: sqlite3.Connection, path: Path) -> None:
    """Raise a `Problem` unless a database is a history, of a form that this version knows."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise Problem(NOT_OURS.format(path=path, suffix=SUFFIX))
    schema, newest = migrations.schema_of(connection), STEPS[-1].number
    if schema > newest:
        raise Problem(NEWER.format(path=path, what=f"form {schema}, this version knows {newest}"))
    wanted = migrations.columns_after(STEPS[:schema])
    if not wanted or not wanted.items() <= migrations.columns_of(connection).items():
        raise Problem(DAMAGED.format(path=path, why="a part of the history is missing"))


def pack(copy: Path, about: Mapping[str, object], part: Path) -> None:
    """Put a database, and what is to be said of it, into a new file that is on the disk when this returns."""
    part.touch(mode=0o600)
    with part.open("wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as box:
            box.writestr(MANIFEST, json.dumps({"version": VERSION, **about}, indent=1, sort_keys=True))
            box.write(copy, DATABASE)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _content(box: zipfile.ZipFile, path: Path) -> Iterator[tuple[Backup, BinaryIO]]:
    try:
        backup = _manifest(box, path)
        content = box.open(DATABASE)
    except Problem:
        raise
    except DAMAGES as error:
        raise _damaged(path, "its parts cannot be read") from error
    with content:
        yield backup, content


def _manifest(box: zipfile.ZipFile, path: Path) -> Backup:
    parts = {part.filename: part for part in box.infolist()}
    if DATABASE not in parts and MANIFEST not in parts:
        raise Problem(NOT_OURS.format(path=path, suffix=SUFFIX))
    plain = all(part.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts.values())
    if sorted(box.namelist()) != [DATABASE, MANIFEST] or not plain:
        raise _damaged(path, "it has other parts than a backup has")
    with box.open(MANIFEST) as file:
        said = json.loads(file.read(MOST_MANIFEST_BYTES))
    if said["version"] > VERSION or said["schema"] > STEPS[-1].number:
        raise Problem(NEWER.format(path=path, what=f"form {said['schema']}, this version knows {STEPS[-1].number}"))
    backup = _backup(said, path)
    if not 0 < backup.bytes == parts[DATABASE].file_size <= MOST_BYTES:
        raise _damaged(path, "its size is not what it says")
    return backup


def _backup(said: dict, path: Path) -> Backup:
    known = {field.name: said[field.name] for field in fields(Backup) if field.name != "path"}
    created_at = datetime.fromisoformat(said["created_at"])
    for name, kind in {"home": str, "state": str, "sha256": str, "schema": int, "bytes": int, "counts": dict}.items():
        if not isinstance(said[name], kind):
            message = f"{name} is no {kind.__name__}"
            raise TypeError(message)
    return Backup(**known | {"created_at": created_at.astimezone(UTC), "path": path})


def _through(
    content: BinaryIO, backup: Backup, path: Path, *, write: Callable[[bytes], object] = lambda piece: None
) -> None:
    """Read a database to its end and compare. `zipfile` gives no more than its size, which the manifest says too."""
    seen, total = hashlib.sha256(), 0
    while piece := _piece(content, path):
        total += len(piece)
        seen.update(piece)
        write(piece)
    if (total, seen.hexdigest()) != (backup.bytes, backup.sha256):
        raise _damaged(path, "its checksum does not match")


def _piece(content: BinaryIO, path: Path) -> bytes:
    try:
        return content.read(PIECE)
    except DAMAGES as error:
        raise _damaged(path, "its content cannot be read") from error


def sha256_of(path: Path) -> str:
    """Give the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _damaged(path: Path, why: str) -> Problem:
    return Problem(DAMAGED.format(path=path, why=why))
