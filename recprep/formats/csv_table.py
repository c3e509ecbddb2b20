"""Comma-separated values: a table of questions that every spreadsheet opens."""

from __future__ import annotations

from recprep.core.bank import Bank
from recprep.core.imported import Imported
from recprep.formats import delimited

NAME = "csv"
ABOUT = "CSV: a table with a column of questions, from any spreadsheet"
ENDINGS = (".csv",)
ENDING = ".csv"
LEAVES_OUT = delimited.LEAVES_OUT

recognises = delimited.is_table


def read(content: str | bytes, *, place: str) -> Imported:
    """Read a table whose cells are parted by commas, or by what its first line shows."""
    return delimited.read(content, place=place)


def write(bank: Bank) -> bytes:
    """Write the questions of a bank with their guides, a row each."""
    return delimited.written(bank, parted_by=",")
