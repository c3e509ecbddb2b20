"""Roles in from other people's files, and out as files: it wires formats, catalogue and library together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from recprep.core.imported import Imported
from recprep.formats import recognising, yaml_bank
from recprep.formats.recognising import FORMATS, Found
from recprep.storage import library
from recprep.storage.catalogue.outcome import Outcome
from recprep.storage.catalogue.taking_in import take_in
from recprep.storage.custody.whole import require_usable, told, whole

Progress = Callable[[int, int], None]


def formats() -> dict[str, str]:
    """Give what can be imported: the name of each format, and what it is."""
    return {name: module.ABOUT for name, module in FORMATS.items()}


def import_from(
    source: Path,
    *,
    catalogue: Path,
    now: datetime,
    format: str | None = None,  # noqa: A002 - the word of the command line
    dry_run: bool = False,
    progress: Progress = lambda done, of: None,
) -> Outcome:
    """Import the roles of a file, or of all files in a folder.

    A second import of the same changes nothing. Of an edited page the role and its questions keep their ids.

    Parameters
    ----------
    source : pathlib.Path
    catalogue : pathlib.Path
        Where imported roles are kept: `recprep.storage.paths.catalogue()`. It is made if it is missing.
    now : datetime.datetime
        With its time zone.
    format : str, optional
        One of `formats`; without it, it is recognised.
    dry_run : bool
        Change nothing, and say what would change.
    progress : callable
        Told after each file: how many were read, and of how many.

    Returns
    -------
    Outcome
        Everything that was left out is in it, counted by reason.

    Raises
    ------
    Problem
        If nothing at `source` can be read, or the catalogue cannot be used; then it is as before.
    """
    found = recognising.find(source, format=format)
    return take_in(
        _told(found, progress),
        catalogue=catalogue,
        source=source,
        format=found.format,
        left_out=found.left_out,
        reserved=library.reserved(),
        now=now,
        dry_run=dry_run,
    )


def _told(found: Found, progress: Progress) -> Iterator[Imported]:
    for number, imported in enumerate(recognising.read(found), start=1):
        yield imported
        progress(number, len(found.files))


def write_bank(role: str, folder: Path) -> Path:
    """Write the bank of a role as a folder of YAML files that anybody can edit, as `data/README.md` explains.

    Parameters
    ----------
    role : str
        The role's id.
    folder : pathlib.Path
        Where the new folder goes, under the role's id; nothing is overwritten.

    Returns
    -------
    pathlib.Path
        The new folder: whole, or not there at all.

    Raises
    ------
    Problem
        If there is no such role, or nothing can be written there.
    """
    bank = library.load_bank(role)
    require_usable(folder)
    with told(folder), whole(folder / bank.role) as (part, finish):
        yaml_bank.write(bank, part)
        part.chmod(0o755)
        return finish()
