"""Which format a file or a folder has, and reading it: the one way in for whoever imports.

A format is a module of this room with `NAME`, `ABOUT`, `ENDINGS`, `recognises(content)` and `read(content, place=)`.
The first that recognises a file is taken; the last takes any text.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import ModuleType

from recprep.core.fingerprint import clean
from recprep.core.imported import Imported, LeftOut
from recprep.core.problem import Problem
from recprep.formats import interview_pages, markdown_lists
from recprep.formats.folder import content, walk

FORMATS: dict[str, ModuleType] = {module.NAME: module for module in (interview_pages, markdown_lists)}
LOOKED_AT = 200  # files of a folder, to tell its format


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to read: the format's name, each file's place and path in one order, and what is passed over."""

    format: str
    files: tuple[tuple[str, str], ...]
    left_out: tuple[LeftOut, ...]


def find(source: Path, *, format: str | None = None) -> Found:  # noqa: A002 - the word of the command line
    """Find what there is to read in a file or a folder.

    Parameters
    ----------
    source : pathlib.Path
    format : str, optional
        The name of a format; without it, it is recognised. A folder with one interview page in it is a folder of
        interview pages, so that a README among them is not taken for a list of questions.

    Returns
    -------
    Found

    Raises
    ------
    Problem
        If there is nothing at `source`, nothing in it that can be read, or no format of that name.
    """
    if format not in (None, *FORMATS):
        message = f"There is no format '{format}'. Formats here: {', '.join(FORMATS)}."
        raise Problem(message)
    endings = tuple(sorted({end for name, one in FORMATS.items() if format in (None, name) for end in one.ENDINGS}))
    files, left_out = _files(source, endings)
    return Found(format or recognise(path for _, path in files), files, left_out)


def _files(source: Path, endings: tuple[str, ...]) -> tuple[tuple[tuple[str, str], ...], tuple[LeftOut, ...]]:
    if source.is_file():
        return ((clean(source.name), os.fspath(source)),), ()
    if not source.is_dir():
        what = "is neither a file nor a folder" if source.exists() else "is not there: look at the spelling"
        message = f"{source} {what}. Give a file with questions, or a folder of such files."
        raise Problem(message)
    walked = list(walk(source, endings=endings))
    files = tuple(found for found in walked if not isinstance(found, LeftOut))
    if not files:
        message = f"No file in {source} can be imported: such files end in {', '.join(endings)}."
        raise Problem(message)
    return files, tuple(found for found in walked if isinstance(found, LeftOut))


def recognise(files: Iterable[str | Path]) -> str:
    """Give the name of the first format that recognises one of these files.

    Raises
    ------
    Problem
        If none does.
    """
    *particular, any_text = FORMATS
    first, readable = None, False
    for file in islice(files, LOOKED_AT):
        first, held = first or file, content(file)
        if isinstance(held, bytes):
            name = next((name for name in particular if FORMATS[name].recognises(held)), None)
            if name:
                return name
            readable = readable or FORMATS[any_text].recognises(held)
    if readable:
        return any_text
    message = f"{first} is in no format that can be imported. Formats here: {', '.join(FORMATS)}."
    raise Problem(message)


def read(found: Found) -> Iterator[Imported]:
    """Yield what each file holds, in their order; `len(found.files)` says how many there will be."""
    reader = FORMATS[found.format].read
    for place, path in found.files:
        held = content(path)
        if isinstance(held, bytes):
            yield reader(held, place=place)
        else:
            yield Imported(left_out=(LeftOut(place, 0, held),))
