"""Which format a file or a folder has, and reading it: the one way in for whoever imports.

A format that can be read is a module of this room with `NAME`, `ABOUT`, `ENDINGS`, `recognises(content)` and
`read(content, place=)`. Of those with a file's ending, the first that recognises it is taken; the last takes any text.
A bank of the workbook's own is a folder, and comes before all of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import ModuleType

from recprep.core.fingerprint import clean
from recprep.core.imported import Imported, LeftOut
from recprep.core.problem import Problem
from recprep.formats import (
    anki_package,
    csv_table,
    gift,
    interview_pages,
    jupyterquiz_json,
    markdown_lists,
    moodle_xml,
    study_sheet,
    tsv_table,
    xlsx_table,
    yaml_bank,
)
from recprep.formats.decoding import MOST_BYTES
from recprep.formats.folder import content, walk

_FILES = (
    interview_pages, study_sheet, gift, csv_table, tsv_table, xlsx_table, moodle_xml, anki_package, jupyterquiz_json,
    markdown_lists,
)  # fmt: skip
FORMATS: dict[str, ModuleType] = {module.NAME: module for module in _FILES}
MOST_OF_A_BANK = 8_000_000  # bytes of one file
_LARGER = {end: module.MOST_BYTES for module in _FILES if hasattr(module, "MOST_BYTES") for end in module.ENDINGS}
LOOKED_AT = 200  # files of a folder, to tell whether they are interview pages


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to read: the format's name, each file's place and path in one order, and what is passed over.

    `format` is that of the first file. It holds for all of them when it was asked for or is that of interview pages.
    """

    format: str
    files: tuple[tuple[str, str], ...]
    left_out: tuple[LeftOut, ...] = ()
    asked_for: bool = False


def known() -> dict[str, str]:
    """Give the name of each format that can be read, and what it is."""
    modules = (yaml_bank, *FORMATS.values())
    return {module.NAME: module.ABOUT for module in modules}


def find(source: Path, *, format: str | None = None) -> Found:  # noqa: A002 - the word of the command line
    """Find what there is to read in a file or a folder.

    Parameters
    ----------
    source : pathlib.Path
    format : str, optional
        The name of a format; without it, it is recognised, file by file. A folder with one interview page in it is a
        folder of interview pages, so that a README among them is not taken for a list of questions. A folder with a
        `bank.yml` in it, or in the folders below it, holds banks of the workbook's own.

    Returns
    -------
    Found

    Raises
    ------
    Problem
        If there is nothing at `source`, nothing in it that can be read, or no format of that name.
    """
    if format is not None and format not in known():
        message = f"There is no format '{format}'. Formats here: {', '.join(known())}."
        raise Problem(message)
    banks = _banks(source) if format in (None, yaml_bank.NAME) else ()
    if banks or format == yaml_bank.NAME:
        return _found_banks(source, banks)
    endings = tuple(sorted({end for name, one in FORMATS.items() if format in (None, name) for end in one.ENDINGS}))
    files, left_out = _files(source, endings)
    return Found(format or recognise(path for _, path in files), files, left_out, asked_for=format is not None)


def _banks(source: Path) -> tuple[Path, ...]:
    """Give the folders of banks at `source`: itself, the folder of a `bank.yml`, or those right below it."""
    if source.is_file():
        return (source.parent,) if source.name == yaml_bank.ABOUT_FILE else ()
    if (source / yaml_bank.ABOUT_FILE).is_file():
        return (source,)
    return tuple(sorted(file.parent for file in source.glob(f"*/{yaml_bank.ABOUT_FILE}")))


def _found_banks(source: Path, banks: tuple[Path, ...]) -> Found:
    if not banks:
        message = f"There is no bank in {source}: a bank is a folder with a {yaml_bank.ABOUT_FILE} in it."
        raise Problem(message)
    return Found(yaml_bank.NAME, tuple((clean(bank.resolve().name), os.fspath(bank)) for bank in banks))


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
    """Give the format of the first of these files that has one; that of interview pages, if one of them is such a page.

    Raises
    ------
    Problem
        If none does.
    """
    first, found = None, None
    for file in islice(files, LOOKED_AT):
        first, held = first or file, content(file, most=_most(os.fspath(file)))
        name = _recognised(os.fspath(file), held) if isinstance(held, bytes) else None
        if name == interview_pages.NAME:
            return name
        found = found or name
    if found:
        return found
    message = f"{first} is in no format that can be imported. Formats here: {', '.join(known())}."
    raise Problem(message)


def _recognised(path: str, held: bytes) -> str | None:
    """Give the name of the first format with a file's ending that recognises it."""
    return next((module.NAME for module in _candidates(path) if module.recognises(held)), None)


def _candidates(path: str) -> list[ModuleType]:
    """Give the formats that have a file's ending; without one that is known, those of plain text."""
    own = [module for module in FORMATS.values() if path.lower().endswith(module.ENDINGS)]
    return own or [module for module in FORMATS.values() if set(module.ENDINGS) & {".md", ".txt"}]


def _most(path: str) -> int:
    """Give how many bytes a file of this name may have."""
    return _LARGER.get(os.path.splitext(path)[1].lower(), MOST_BYTES)  # noqa: PTH122 - thousands of them


def read(found: Found, *, schemas: Mapping[str, Mapping]) -> Iterator[Imported]:
    """Yield what each file holds, in their order; `len(found.files)` says how many there will be.

    Parameters
    ----------
    found : Found
    schemas : mapping
        Those of `data/schema`, for banks of the workbook's own.
    """
    for place, path in found.files:
        if found.format == yaml_bank.NAME:
            yield _read_bank(path, place, schemas)
            continue
        held = content(path, most=_most(path))
        if isinstance(held, str):
            yield Imported(left_out=(LeftOut(place, 0, held),))
        else:
            yield _module(found, path, held).read(held, place=place)


def _module(found: Found, path: str, held: bytes) -> ModuleType:
    """Give the module that reads a file."""
    own = FORMATS[found.format]
    if found.asked_for or (own is interview_pages and path.lower().endswith(own.ENDINGS)):
        return own
    name = _recognised(path, held)
    return FORMATS[name] if name else _candidates(path)[-1]


def _read_bank(path: str, place: str, schemas: Mapping[str, Mapping]) -> Imported:
    """Read the files of a bank; what else lies in its folder is none of its business."""
    files: dict[str, bytes] = {}
    for found in walk(Path(path), endings=(".yml",)):
        if not isinstance(found, LeftOut) and found[0].count("/") <= 1:
            held = content(found[1], most=MOST_OF_A_BANK)
            if isinstance(held, str):
                return Imported(left_out=(LeftOut(f"{place}/{found[0]}", 0, held),))
            files[found[0]] = held
    return yaml_bank.read(files, place=place, schemas=schemas)
