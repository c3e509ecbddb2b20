"""What the catalogue holds: its roles, one of them with its questions, and removing one. The SQL of reading."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from recprep.storage.catalogue.form import reading, writing
from recprep.storage.catalogue.packing import Questions, unpacked
from recprep.storage.migrations import faults_of

LISTED = (
    "SELECT id, name, field, specialty, questions FROM role WHERE removed_at IS NULL "
    "ORDER BY name COLLATE NOCASE, name, field, specialty, id"
)
WHOLE = "SELECT id, name, description, field, specialty, removed_at, prompts, details FROM role WHERE id = ?"
REMOVED = "UPDATE role SET removed_at = ? WHERE id = ? AND removed_at IS NULL"
COUNTER = slice(24, 28)  # where SQLite counts the changes of a file

Stamp = tuple[int, int, int, bytes]


class Listed(NamedTuple):
    """A role as it is found: its id, its name, where its source files it, and how many questions it has.

    `imported` is False for a role that came with the workbook; those have no field and no specialty.
    """

    id: str
    name: str
    field: str | None
    specialty: str | None
    questions: int
    imported: bool = True

    @property
    def place(self) -> str:
        """Field and specialty in one line, as far as they are known."""
        return " / ".join(part for part in (self.field, self.specialty) if part)


class Role(NamedTuple):
    """An imported role with all that is known of it; `removed_at` (a time, ISO 8601) says that it was removed."""

    id: str
    name: str
    description: str | None
    field: str | None
    specialty: str | None
    removed_at: str | None
    questions: Questions


def stamp(catalogue: Path) -> Stamp | None:
    """Give what is another thing after every change of the catalogue; None where there is none."""
    with suppress(FileNotFoundError), catalogue.open("rb") as file:
        stat = catalogue.stat()
        return stat.st_ino, stat.st_size, stat.st_mtime_ns, file.read(COUNTER.stop)[COUNTER]
    return None


def listed(catalogue: Path) -> list[Listed]:
    """Give all roles that were imported and not removed, by their names.

    Raises
    ------
    Problem
        If the catalogue cannot be read.
    """
    with reading(catalogue) as connection:
        return [Listed(*row) for row in connection.execute(LISTED)]


def find(catalogue: Path, role: str) -> Role | None:
    """Give an imported role by its id, removed or not."""
    with reading(catalogue) as connection:
        row = connection.execute(WHOLE, (role,)).fetchone()
    return Role(*row[:-2], unpacked(*row[-2:])) if row else None


def remove(catalogue: Path, role: str, *, now: datetime) -> bool:
    """Take a role off the list, and say whether it was on it.

    Nothing else changes: what was answered is kept elsewhere, and if the role is imported again, it and its questions
    have the ids that they had.

    Parameters
    ----------
    catalogue : pathlib.Path
    role : str
    now : datetime.datetime
        With its time zone.
    """
    with writing(catalogue) as connection:
        return connection.execute(REMOVED, (now.isoformat(timespec="seconds"), role)).rowcount > 0


def faults(catalogue: Path) -> list[str]:
    """Give what is wrong with the structure of the catalogue, in SQLite's words; nothing if it is sound.

    Raises
    ------
    Problem
        If it cannot be read at all.
    """
    with reading(catalogue) as connection:
        return faults_of(connection)
