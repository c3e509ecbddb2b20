"""Tab-separated values: a table of questions that can be pasted into any spreadsheet."""

from __future__ import annotations

from recprep.core.bank import Bank
from recprep.core.imported import Imported
from recprep.formats import delimited

NAME = "tsv"
ABOUT = "TSV: the same with tabs between the cells"
ENDINGS = (".tsv", ".tab")
ENDING = ".tsv"
LEAVES_OUT = delimited.LEAVES_OUT

recognises = delimited.is_table


def read(content: str | bytes, *, place: str) -> Imported:
    """Read a table whose cells are parted by tabs."""
    return delimited.read(content, place=place, parted_by="\t")


def write(bank: Bank) -> bytes:
    """Write the questions of a bank with their guides, a row each."""
    return delimited.written(bank, parted_by="\t")
