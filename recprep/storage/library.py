"""Roles on this machine, shipped and imported: finds them, reads them, and hands their banks to the core."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from recprep.core.bank import Bank, build, read_entries
from recprep.core.lint import check as references
from recprep.core.lint import lint
from recprep.core.problem import Problem
from recprep.core.schema import Finding
from recprep.storage import paths
from recprep.storage.catalogue import furnishing, holding
from recprep.storage.catalogue.furnishing import Guessed
from recprep.storage.catalogue.holding import Listed, Role, Stamp

if TYPE_CHECKING:
    from recprep.core.search import Index

SHOWN = 12
NEAR = 5  # roles that are named when one is not found
MOST_BYTES = 8_000_000
BASE = "general"


def roles() -> list[str]:
    """Give the ids of the shipped roles that have questions to practise, in alphabetical order."""
    banks = paths.shipped("data").glob("banks/*/bank.yml")
    return sorted(file.parent.name for file in banks if any(file.parent.glob("questions/*.yml")))


def reserved() -> set[str]:
    """Give the ids that no imported role may have: those of all banks that are shipped."""
    return {file.parent.name for file in paths.shipped("data").glob("banks/*/bank.yml")}


def every_role() -> tuple[Listed, ...]:
    """Give all roles that can be practised: those that are shipped, then those imported, by their names.

    Raises
    ------
    Problem
        If the catalogue cannot be read.
    """
    shipped = [load_bank(role) for role in roles()]
    listed = (Listed(bank.role, bank.name, None, None, len(bank.question_by_id), False) for bank in shipped)
    return (*listed, *_imported(*_catalogue()))


def search_roles(text: str, *, most: int | None = 50) -> list[Listed]:
    """Find roles by name, field and specialty, the best first; accents, brackets and typos are forgiven.

    Parameters
    ----------
    text : str
        What was typed so far; without a word in it, all are found.
    most : int, optional
        Give no more than so many; None gives all.

    Returns
    -------
    list of Listed
    """
    everything = every_role()
    return [everything[place] for place, _ in _index(everything).find(text, most=most)]


def load_bank(role: str = "records-coordinator") -> Bank:
    """Load the bank of a role, shipped or imported.

    A bank is read once per process, and again when one of its files, or the catalogue, changed.

    Parameters
    ----------
    role : str
        The role's id.

    Returns
    -------
    Bank
        An imported role has its own competencies and rubric if it came as a bank, or else those of a shipped bank whose
        competencies its questions name, or of `load_base`.

    Raises
    ------
    Problem
        If there is no such role, it was removed, or its bank has faults: all are named, with file and line.
    """
    if role in roles():
        return _load(*_stamped(role))
    return _furnished(str(role), _catalogue(), _bases())


def guessed(role: str) -> dict[str, Guessed]:
    """Give what each question of an imported role was taken for, and by which rules, by the question's id.

    A role with competencies of its own has nothing that was guessed.

    Raises
    ------
    Problem
        If there is no such role, or it was removed.
    """
    bases = tuple(_load(*stamped) for stamped in _bases())
    return {} if role in roles() else furnishing.guesses_of(imported_role(role), bases, schemas())


def imported_role(role: str) -> Role:
    """Give an imported role with all that is known of it; a retired question is not asked any more.

    Raises
    ------
    Problem
        If there is no such role, it was removed, or it came with the workbook.
    """
    if role in roles():
        message = f"The role '{role}' came with the workbook, and stays with it; it was not imported."
        raise Problem(message)
    return _role(str(role), paths.catalogue())


def remove_role(role: str, *, now: datetime) -> None:
    """Take an imported role off the list; attempts stay, and if it is imported again it has its old ids.

    Parameters
    ----------
    role : str
    now : datetime.datetime
        With its time zone.

    Raises
    ------
    Problem
        As `imported_role`.
    """
    holding.remove(paths.catalogue(), imported_role(role).id, now=now)


def load_base() -> Bank:
    """Load the bank without questions: competencies, rubric and guesses for roles without their own."""
    return _load(*_stamped(BASE))


def _bases() -> tuple[tuple[Path, tuple], ...]:
    """Give the banks whose competencies and rubric an imported role may have, the one for any job first."""
    return tuple(_stamped(role) for role in (BASE, *roles()))


def _catalogue() -> tuple[Path, Stamp | None]:
    """Give the catalogue, and what is another thing after each change of it."""
    return paths.catalogue(), holding.stamp(paths.catalogue())


@lru_cache(maxsize=2)
def _imported(catalogue: Path, _stamp: Stamp | None) -> tuple[Listed, ...]:
    return tuple(holding.listed(catalogue))


@lru_cache(maxsize=16)
def _furnished(role: str, catalogue: tuple[Path, Stamp | None], bases: tuple[tuple[Path, tuple], ...]) -> Bank:
    return furnishing.furnish(_role(role, catalogue[0]), tuple(_load(*base) for base in bases), schemas())


def _role(role: str, catalogue: Path) -> Role:
    """Give an imported role that is there to be practised."""
    found = holding.find(catalogue, role)
    if found is None:
        raise Problem(_unknown(role))
    if found.removed_at:
        message = (
            f"The role '{role}' ({found.name}) was removed on {found.removed_at[:10]}. What you answered in it is "
            "kept. To practise it again, import it again: recprep import SOURCE"
        )
        raise Problem(message)
    return found


def _unknown(role: str) -> str:
    """Say that there is no such role, and which ones are called nearly so; never thousands of them."""
    words = [word for word in re.split(r"[\W_]+", role) if not re.search(r"\d", word)]
    near = search_roles(" ".join(words), most=NEAR) if any(words) else []
    if near:
        meant = f"Did you mean: {', '.join(f'{one.id} ({one.name})' for one in near)}?"
    else:
        meant = f"Roles that came with the workbook: {', '.join(roles())}."
    return f"There is no role '{role}'. {meant} To search all roles: recprep roles TEXT"


@lru_cache(maxsize=2)
def _index(everything: tuple[Listed, ...]) -> Index:
    from recprep.core.search import Index

    return Index((place, one.name, one.field or "", one.specialty or "") for place, one in enumerate(everything))


def _stamped(role: str) -> tuple[Path, tuple]:
    """Give the folder of a shipped bank, and what is another thing after each change of its files."""
    folder = paths.shipped("data") / "banks" / role
    return folder, tuple((file, file.stat().st_mtime_ns) for file in _files(folder))


@cache
def _load(folder: Path, stamps: tuple) -> Bank:
    texts, unreadable = read_texts(folder)
    entries, unfit = read_entries(texts, schemas())
    if findings := sorted([*unreadable, *unfit, *references(entries)]):
        raise Problem(_report(folder, findings))
    return build(entries)


def _report(folder: Path, findings: list[Finding]) -> str:
    lines = [str(finding) for finding in findings[:SHOWN]]
    more = len(findings) - len(lines)
    tail = [f"... and {more} more: `recprep check {folder}` shows all."] if more else []
    return "\n".join([f"The bank in {folder} has {len(findings)} faults to mend:", *lines, *tail])


def check(path: Path | None = None) -> list[Finding]:
    """Lint one bank's folder, a folder of banks, or (without a path) every bank that is shipped.

    Parameters
    ----------
    path : pathlib.Path, optional

    Returns
    -------
    list of Finding
        With file names as seen from where the command runs.

    Raises
    ------
    Problem
        If there is no bank at `path`.
    """
    root = path or paths.shipped("data") / "banks"
    folders = sorted({file.parent for file in [*root.glob("bank.yml"), *root.glob("*/bank.yml")]})
    if not folders:
        message = f"There is no bank in {root}: a bank is a folder with a bank.yml in it."
        raise Problem(message)
    return [finding for folder in folders for finding in _check_folder(folder)]


def _check_folder(folder: Path) -> list[Finding]:
    texts, unreadable = read_texts(folder)
    findings = [*unreadable, *lint(texts, schemas())]
    return [replace(finding, file=str(folder / finding.file)) for finding in sorted(findings)]


def read_texts(folder: Path) -> tuple[dict[str, str], list[Finding]]:
    """Read a bank's files as UTF-8 (with or without a BOM); what cannot be read is a finding."""
    texts: dict[str, str] = {}
    findings: list[Finding] = []
    for file in _files(folder):
        name = file.relative_to(folder).as_posix()
        try:
            texts[name] = _read(file)
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            findings.append(Finding(name, line, "", "not UTF-8 text", "save the file with the encoding UTF-8"))
        except OSError as error:
            findings.append(Finding(name, 1, "", f"cannot be read ({error.strerror})", "look at its permissions"))
        except ValueError as error:
            findings.append(Finding(name, 1, "", str(error), "split it into several files"))
    return texts, findings


def _read(file: Path) -> str:
    if file.stat().st_size > MOST_BYTES:
        message = f"larger than {MOST_BYTES // 1_000_000} MB"
        raise ValueError(message)
    return file.read_bytes().decode("utf-8-sig")


def _files(folder: Path) -> list[Path]:
    return sorted([*folder.glob("*.yml"), *folder.glob("*/*.yml")])


@cache
def schemas() -> Mapping[str, Mapping]:
    """Give the JSON Schemas of data/schema, by name without the ending."""
    files = (paths.shipped("data") / "schema").glob("*.json")
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}
