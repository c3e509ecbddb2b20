"""Roles on this machine: finds their bank files, reads them, and hands them to the core."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from recprep.core.bank import Bank, build, read_entries
from recprep.core.lint import check as references
from recprep.core.lint import lint
from recprep.core.problem import Problem
from recprep.core.schema import Finding
from recprep.storage import paths

SHOWN = 12
MOST_BYTES = 8_000_000


def roles() -> list[str]:
    """Give the ids of the roles that have a bank, in alphabetical order."""
    return sorted(file.parent.name for file in paths.shipped("data").glob("banks/*/bank.yml"))


def load_bank(role: str = "records-coordinator") -> Bank:
    """Load the bank of a role.

    A bank is read once per process, and again when one of its files changed.

    Parameters
    ----------
    role : str
        The role's id.

    Returns
    -------
    Bank

    Raises
    ------
    Problem
        If there is no such role, or its bank has faults: all are named, with file and line.
    """
    folder = paths.shipped("data") / "banks" / str(role)
    if role not in roles():
        message = f"There is no role '{role}'. Roles here: {', '.join(roles())}."
        raise Problem(message)
    stamps = tuple((file, file.stat().st_mtime_ns) for file in _files(folder))
    return _load(folder, stamps)


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
