"""Where things are: the shipped data and notebooks (never written), and the personal home."""

from __future__ import annotations

import os
from pathlib import Path

import recprep
from recprep.core.problem import Problem

PACKAGE = Path(recprep.__file__).resolve().parent


def shipped(name: str) -> Path:
    """Give the folder `data` or `notebooks`, in a checkout or in an installed wheel.

    Parameters
    ----------
    name : {"data", "notebooks"}

    Returns
    -------
    pathlib.Path
        An existing folder. The program only reads it.

    Raises
    ------
    Problem
        If the installation is incomplete.
    """
    for folder in (PACKAGE / name, PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    message = f"The folder '{name}' is missing from this installation of recprep. Install it again."
    raise Problem(message)


def home() -> Path:
    """Give the personal home: the folder with everything that the person wrote. It may not exist yet.

    `RECPREP_HOME` names it; otherwise it is in the platform's folder for user data.

    Raises
    ------
    Problem
        If `RECPREP_HOME` lies inside the workbook's own folders, where personal data never go.
    """
    chosen = os.environ.get("RECPREP_HOME", "").strip()
    if not chosen:
        import platformdirs

        return platformdirs.user_data_path("recprep", appauthor=False)
    folder = Path(chosen).expanduser().resolve()
    if any(folder.is_relative_to(shipped(name).parent) for name in ("data", "notebooks")):
        message = (
            f"RECPREP_HOME is {folder}, inside the workbook's own folder. "
            "Choose a folder outside it, so that your answers never travel with the program."
        )
        raise Problem(message)
    return folder


def database() -> Path:
    """Give the path of the database that holds attempts and drafts."""
    return home() / "history.db"


def catalogue() -> Path:
    """Give the path of the catalogue: the roles that were imported."""
    return home() / "catalogue.db"


def backups() -> Path:
    """Give the folder for automatic backups of the database."""
    return home() / "backups"


def workbook() -> Path:
    """Give the folder that `recprep lab` shows: working copies of the notebooks are in its `notebooks/`."""
    return home() / "workbook"
