"""Tables in text files, as spreadsheets write and read them: CSV and TSV. Pure.

On the way out every text is quoted, a byte order mark tells Excel the encoding, and a text that a spreadsheet would
take for a formula gets an apostrophe in front (OWASP, CSV Injection), which is taken off again on the way in. On the
way in commas, semicolons, tabs and bars may part the cells, as in Excel of many countries; `sep=;` on top decides.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from recprep.core.bank import Bank
from recprep.core.carried import said_of
from recprep.core.imported import Imported, LeftOut
from recprep.formats import table
from recprep.formats.decoding import decode

PARTED_BY = ",;\t|"
NOT_A_TABLE = "a quotation mark in it is never closed, or a cell is too long"
FORMULA = re.compile(r"'*\s*[=+\-@\t\r＝＋－＠]")
LEAVES_OUT = ("rubric", "competencies", "sources", "exemplars")

_SEP = re.compile(r"sep=(.)\n")


def written(bank: Bank, *, parted_by: str) -> bytes:
    """Write the questions of a bank as a table."""
    told = io.StringIO()
    told.write("\ufeff")
    writer = csv.writer(told, delimiter=parted_by, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(table.COLUMNS)
    for question in bank.question_by_id.values():
        writer.writerow(map(guarded, table.row(said_of(question), role=bank.name)))
    return told.getvalue().encode()


def read(content: str | bytes, *, place: str, parted_by: str | None = None) -> Imported:
    """Read a table; without `parted_by`, its first line decides what parts the cells."""
    decoded = decode(content)
    if decoded.text is None:
        return Imported(left_out=(LeftOut(place, 0, decoded.why),))
    text, line = decoded.text, 0
    if told := _SEP.match(text):
        text, parted_by, line = text[told.end() :], told[1], 1
    notes = (f"{place}: {decoded.note}.",) if decoded.note else ()
    try:
        return table.read(_rows(text, parted_by or _parted_by(text), line), place=place, notes=notes)
    except csv.Error:
        return Imported(left_out=(LeftOut(place, 0, NOT_A_TABLE),))


def is_table(content: str | bytes) -> bool:
    """Whether this is text at all: whether it has questions is seen by reading it."""
    return decode(content).text is not None


def guarded(text: str) -> str:
    """Give a text that no spreadsheet takes for a formula.

    Examples
    --------
    >>> guarded("=1+1"), guarded("'=1+1"), guarded("1 + 1")
    ("'=1+1", "''=1+1", '1 + 1')
    """
    return f"'{text}" if FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Give back the text that `guarded` was given."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def _rows(text: str, parted_by: str, line: int) -> Iterator[tuple[int, Sequence[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=parted_by, strict=False)
    before = 0
    for cells in reader:
        yield line + before + 1, [unguarded(cell) for cell in cells]
        before = reader.line_num


def _parted_by(text: str) -> str:
    """Give the sign that parts most cells of the first line, outside of quotation marks."""
    first = re.sub(r'"[^"]*"', "", text[: text.find("\n", 0, 10_000)] if "\n" in text[:10_000] else text[:10_000])
    return max(PARTED_BY, key=first.count)
