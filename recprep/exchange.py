"""Roles in from other people's files, and out as files: it wires formats, catalogue and library together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from recprep.core.bank import Bank
from recprep.core.carried import fitting
from recprep.core.garbage import no_search_for_garbage
from recprep.core.imported import Imported
from recprep.core.problem import Problem
from recprep.formats import recognising, writing, yaml_bank
from recprep.formats.recognising import Found
from recprep.storage import library
from recprep.storage.catalogue.outcome import Outcome
from recprep.storage.catalogue.taking_in import take_in
from recprep.storage.custody.whole import new_document, require_usable, told, whole

Progress = Callable[[int, int], None]


def formats() -> dict[str, str]:
    """Give what can be imported: the name of each format, and what it is."""
    return recognising.known()


def writable() -> dict[str, str]:
    """Give what a bank can be written as: the name of each format, and what it is."""
    return writing.known()


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
    with no_search_for_garbage():
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
    schemas = library.schemas()
    rules = schemas["questions"]["properties"]["questions"]["items"]["properties"]
    for number, imported in enumerate(recognising.read(found, schemas=schemas), start=1):
        yield fitting(imported, rules)
        progress(number, len(found.files))


class Written(NamedTuple):
    """A bank that was written: where it is now, and what the format left out, in sentences."""

    place: Path
    left_out: list[str]


def write_bank(bank: Bank, folder: Path, *, format: str = yaml_bank.NAME) -> Written:  # noqa: A002 - as above
    """Write a bank in a format that other programs read, or as a folder of YAML files that anybody can edit.

    Parameters
    ----------
    bank : Bank
        With all that should be written: a person's own questions are laid over it before.
    folder : pathlib.Path
        Where the new file or folder goes, under the role's id; nothing is overwritten.
    format : str
        One of `writable`.

    Returns
    -------
    Written
        The file or the folder is whole, or not there at all.

    Raises
    ------
    Problem
        If there is no such format, a library for it is missing, or nothing can be written there.
    """
    if format not in writing.known():
        message = f"There is no format '{format}' to write. Formats: {', '.join(writing.known())}."
        raise Problem(message)
    require_usable(folder)
    if format == yaml_bank.NAME:
        return Written(_write_folder(bank, folder), [])
    module = writing.FORMATS[format]
    place = new_document(folder / f"{bank.role}{module.ENDING}", module.write(bank))
    place.chmod(0o644)
    return Written(place, writing.left_out(bank, format))


def _write_folder(bank: Bank, folder: Path) -> Path:
    with told(folder), whole(folder / bank.role) as (part, finish):
        yaml_bank.write(bank, part)
        part.chmod(0o755)
        return finish()
