"""The report and the sheet as whole HTML texts, and as new files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from recprep.core.bank import Bank
from recprep.storage.custody.whole import new_document, require_usable
from recprep.storage.store import Store
from recprep.ui.report import morning, page
from recprep.ui.report.shell import document


def report(
    bank: Bank,
    store: Store,
    *,
    now: datetime,
    name: str | None = None,
    chosen: Sequence[str] | None = None,
    answers: bool = True,
) -> str:
    """Give the report: where a person stands, how sure that is, how strictly they score, and chosen answers.

    It is one page that loads nothing, holds no script, and prints on A4 and Letter. The profile says whether it
    speaks in numbers or in words.

    Parameters
    ----------
    bank : Bank
    store : Store
    now : datetime.datetime
        With its time zone.
    name : str, optional
        Whose report it is; left out unless given.
    chosen : sequence of str, optional
        Ids of attempts to show, in this order, or none; by default the best one of each competency.
    answers : bool
        Also the words of the answers; without them it is a copy for a coach.

    Returns
    -------
    str
        HTML. It holds what the person wrote and scored.

    Raises
    ------
    Problem
        If there is no attempt with an id of `chosen`.
    """
    body = page.body(bank, store, now=now, name=name, chosen=chosen, answers=answers)
    return document(f"Practice report: {bank.name}", body, styles=("drawing.css", "report.css", "answers.css"))


def sheet(bank: Bank, store: Store, *, now: datetime) -> str:
    """Give the sheet for the morning of the interview: one printed page, the most important first in each part.

    Parameters
    ----------
    bank : Bank
    store : Store
    now : datetime.datetime
        With its time zone.

    Returns
    -------
    str
        HTML, as self-contained as the report. It holds words of the person's own.
    """
    return document(f"{morning.TITLE}: {bank.name}", morning.body(bank, store, now=now), styles=("sheet.css",))


def write_report(
    bank: Bank,
    store: Store,
    folder: Path,
    *,
    now: datetime,
    name: str | None = None,
    chosen: Sequence[str] | None = None,
    answers: bool = True,
) -> Path:
    """Write the report as a new file, readable by its owner only; give its path.

    Parameters
    ----------
    bank, store, now, name, chosen, answers
        As `report` takes them.
    folder : pathlib.Path
        Where the file is made, outside the workbook's own; nothing in it is overwritten.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    Problem
        As `report` does, or if the folder cannot be written; then there is no new file.
    """
    require_usable(folder)
    text = report(bank, store, now=now, name=name, chosen=chosen, answers=answers)
    without = "" if answers else "-without-answers"
    return new_document(folder / f"recprep-report-{now.astimezone().date()}{without}.html", text)


def write_sheet(bank: Bank, store: Store, folder: Path, *, now: datetime) -> Path:
    """Write the sheet for the morning as a new file, readable by its owner only; give its path.

    Parameters and errors are those of `write_report`.
    """
    require_usable(folder)
    text = sheet(bank, store, now=now)
    return new_document(folder / f"recprep-interview-sheet-{now.astimezone().date()}.html", text)
