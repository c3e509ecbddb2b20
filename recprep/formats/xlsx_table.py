"""Excel workbooks: each sheet with a column of questions is a table. Read and written by openpyxl."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from recprep.core.bank import Bank
from recprep.core.carried import said_of
from recprep.core.imported import Imported, LeftOut
from recprep.formats import asking, delimited, extra, table

NAME = "xlsx"
ABOUT = "Excel: a sheet with a column of questions"
ENDINGS = (".xlsx",)
ENDING = ".xlsx"
MOST_BYTES = 20_000_000
LEAVES_OUT = delimited.LEAVES_OUT

NOT_EXCEL = "it is not an Excel workbook, or it is damaged"
TOO_LARGE = "it unpacks to far more than a list of questions"
NO_QUESTIONS_IN = "{place}: the sheet {sheet} has no column called question."
WIDE = 60  # of a column, in letters
MOST_COLUMNS = 200
_MAGIC = b"PK\x03\x04"


def recognises(content: bytes) -> bool:
    """Whether this is a zip file: whether it is a workbook is seen by reading it."""
    return content[:4] == _MAGIC


def read(content: bytes, *, place: str) -> Imported:
    """Read all sheets of a workbook that have a column of questions."""
    extra.load("defusedxml")  # openpyxl then takes it, and refuses entities
    openpyxl = extra.load("openpyxl")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if extra.is_bomb(archive, len(content)):
                return Imported(left_out=(LeftOut(place, 0, TOO_LARGE),))
        workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        return _read(workbook, place)
    except Exception:  # of damaged bytes the library raises whatever it stumbles over
        return Imported(left_out=(LeftOut(place, 0, NOT_EXCEL),))


def _read(workbook: Any, place: str) -> Imported:
    found, notes = [], []
    for sheet in workbook.worksheets:
        sheet.reset_dimensions()  # what a file says of its size need not be true
        one = table.read(_rows(sheet), place=place)
        if one.roles:
            found.append(one)
        elif any(left.why == table.NO_COLUMN for left in one.left_out):
            notes.append(NO_QUESTIONS_IN.format(place=place, sheet=sheet.title))
    if not found:
        return Imported(left_out=(LeftOut(place, 0, asking.NO_QUESTIONS),), notes=tuple(notes))
    return Imported(
        tuple(role for one in found for role in one.roles),
        tuple(left for one in found for left in one.left_out),
        (*(note for one in found for note in one.notes), *notes),
    )


def _rows(sheet: Any) -> Iterator[tuple[int, Sequence[str]]]:
    for line, cells in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), start=1):
        yield line, [_text(cell) for cell in cells]


def _text(cell: Any) -> str:
    """Give a cell as text; of a number without fraction its digits, of a date its ISO form."""
    if isinstance(cell, datetime):
        cell = cell.date() if cell.time() == datetime.min.time() else cell
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).replace("\r\n", "\n")


def write(bank: Bank) -> bytes:
    """Write the questions of a bank with their guides, a row each; no text is taken for a formula."""
    openpyxl = extra.load("openpyxl")
    styles = extra.load("openpyxl.styles")
    workbook = openpyxl.Workbook(write_only=False)
    sheet = workbook.active
    sheet.title = "Questions"
    rows = [table.COLUMNS, *(table.row(said_of(one), role=bank.name) for one in bank.question_by_id.values())]
    for number, cells in enumerate(rows, start=1):
        for column, text in enumerate(cells, start=1):
            if text:
                cell = sheet.cell(number, column)
                cell.value = text
                cell.data_type = "s"  # a text, also when it begins with "="
                cell.quotePrefix = bool(delimited.FORMULA.match(text))  # and it stays one when it is edited
                cell.alignment = styles.Alignment(wrap_text=True, vertical="top")
                cell.font = styles.Font(bold=number == 1)
    for column, cells in enumerate(zip(*rows, strict=True), start=1):
        longest = max(len(line) for cell in cells for line in (cell.split("\n") or [""]))
        sheet.column_dimensions[openpyxl.utils.get_column_letter(column)].width = min(WIDE, longest + 2)
    sheet.freeze_panes = "D2"
    told = io.BytesIO()
    workbook.save(told)
    return told.getvalue()
