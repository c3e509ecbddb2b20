"""Libraries that only some formats need: they come with `recprep[formats]`, and are loaded when a format is used."""

from __future__ import annotations

import importlib
import zipfile
from types import ModuleType

from recprep.core.problem import Problem

MISSING = (
    "For this format the Python package {package} is needed, which is not here. "
    "To install it: python -m pip install 'recprep[formats]'"
)
MOST_GROWTH, FLOOR = 40, 2_000_000  # how much larger than itself a file may unpack, and what any file may


def load(name: str, *, package: str | None = None) -> ModuleType:
    """Load a library of the extra `formats`.

    Raises
    ------
    Problem
        If it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in (name, name.split(".")[0]):
            raise
        raise Problem(MISSING.format(package=package or name.split(".")[0])) from error


def is_bomb(archive: zipfile.ZipFile, size: int) -> bool:
    """Whether a zip file of `size` bytes says that it unpacks to far more than such files do."""
    return sum(entry.file_size for entry in archive.infolist()) > max(FLOOR, MOST_GROWTH * size)
