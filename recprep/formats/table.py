"""Questions as the rows of a table, whatever keeps it: a text file, a spreadsheet, the fields of a card. Pure.

A table of ours has the columns of `COLUMNS`. In one of somebody else's, a column is known by what it is called; the
others are named as not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from recprep.core.carried import asked
from recprep.core.imported import Imported, ImportedQuestion, ImportedRole, LeftOut
from recprep.core.models import KINDS, SENIORITIES
from recprep.formats import asking, items
from recprep.formats.markdown_titles import role_name
from recprep.formats.text import shortened

COLUMNS = (
    "role", "id", "prompt", "competency", "kind", "seniority", "jurisdiction", "sector", "minutes", "listening_for",
    "key_points", "strong_answer", "weak_answer", "why_weak", "pitfalls", "follow_ups", "also", "sources", "material",
)  # fmt: skip
MARK = "•"  # of an item: a hyphen would look like a formula to a spreadsheet
LISTS = ("pitfalls", "follow_ups", "also", "sources")
CALLED = {
    "prompt": re.compile(r"questions?|prompts?|front|asks?|q|question text|interview questions?"),
    "material": re.compile(r"(?:model |sample |suggested |expected )?(?:answers?|responses?|solutions?)|back|notes?|a"),
    "topic": re.compile(r"topics?|sections?|categor(?:y|ies)|areas?|themes?|skills?|competenc(?:y|ies)|decks?|tags?"),
    "role": re.compile(r"roles?|jobs?|positions?|job titles?"),
    "seniority": re.compile(r"seniority|levels?|experience"),
    "kind": re.compile(r"kinds?|types?|question types?"),
}
NO_COLUMN = "it has no column called question"
EMPTY_ROW = "its row has no question"
MOST_ROWS = 20_000
TOO_MANY_ROWS = f"it has more than {MOST_ROWS:,} rows, and no list of questions has"
NOT_READ = "{place}: not read, because it is not known what it holds: the column {columns}."
LEAST_WORDS = 3  # of a question that stands where the names of columns are looked for
MOST_DIGITS = 3
NAMED = 6  # columns that are named


def row(said: Mapping[str, Any], *, role: str) -> list[str]:
    """Give a question as a row: a text for each of `COLUMNS`.

    Parameters
    ----------
    said : mapping
        The fields of a question, as JSON has them.
    role : str
        The name of its role.
    """
    return [_cell(name, ({"role": role} | said).get(name)) for name in COLUMNS]


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "key_points":
        return items.points_written(value, mark=MARK)
    return items.written(value, mark=MARK) if name in LISTS else str(value)


def columns(heads: Sequence[str]) -> dict[str, int]:
    """Give which column holds what, by its name: those of `COLUMNS`, and `topic`; the first of each.

    Examples
    --------
    >>> columns(["No.", "Interview Question", "Answer"])
    {'prompt': 1, 'material': 2}
    """
    names = [" ".join(head.casefold().replace("_", " ").split()) for head in heads]
    own = {name: names.index(name.replace("_", " ")) for name in COLUMNS if name.replace("_", " ") in names}
    called = {
        field: next((n for n, name in enumerate(names) if n not in own.values() and shape.fullmatch(name)), None)
        for field, shape in CALLED.items()
        if field not in own
    }
    return own | {field: n for field, n in called.items() if n is not None}


def read(rows: Iterable[tuple[int, Sequence[str]]], *, place: str, notes: Sequence[str] = ()) -> Imported:
    """Read a table.

    Parameters
    ----------
    rows : iterable of (int, sequence of str)
        Each row with the line that it stands on; the first that is not empty names the columns.
    place : str
        The file, as seen from where the import began.
    notes : sequence of str
        What else the person should see.

    Returns
    -------
    Imported
        A role for each name in the column of roles; without one, the file's name is that of the role.
    """
    filled = ((line, cells) for line, cells in rows if any(cell.strip() for cell in cells))
    first = next(filled, None)
    if first is None:
        return Imported(left_out=(LeftOut(place, 0, asking.NO_QUESTIONS),))
    heads, at = first[1], columns(first[1])
    if "prompt" not in at:
        if not asking.asks(heads[0]) or len(heads[0].split()) < LEAST_WORDS:
            return Imported(left_out=(LeftOut(place, first[0], NO_COLUMN, _begins(heads)),))
        heads, at, filled = (), {"prompt": 0}, chain([first], filled)
    found = Rows(place)
    for number, (line, cells) in enumerate(filled):
        if number == MOST_ROWS:
            return Imported(left_out=(LeftOut(place, 0, TOO_MANY_ROWS),))
        found.take(line, {name: cells[n].strip() for name, n in at.items() if n < len(cells)})
    unread = [f'"{head.strip()}"' for n, head in enumerate(heads) if n not in at.values() and head.strip()]
    more = (NOT_READ.format(place=place, columns=", ".join(unread[:NAMED])),) if unread else ()
    return found.imported((*notes, *more))


def question(cells: Mapping[str, str], *, line: int) -> ImportedQuestion | None:
    """Give the question that a row holds, or None when it holds none.

    Parameters
    ----------
    cells : mapping of str to str
        The text of each column that is there, by the names that `columns` gives.
    line : int
    """
    cells = {name: text for name, text in cells.items() if text}
    prompt, topic = cells.get("prompt", ""), cells.pop("topic", None)
    if not prompt or len(prompt) > asking.MOST_PROMPT:
        return None
    if not cells.keys() & {"id", "kind"} and asking.reason_against(prompt, listed_as_question=True):
        return None
    said = {name: _value(name, text) for name, text in cells.items() if name != "role"}
    for name, known in (("kind", KINDS), ("seniority", SENIORITIES)):
        if name in said and "id" not in said:  # somebody else's word for it may be another one
            said[name] = said[name].casefold()
            said = said if said[name] in known else {field: one for field, one in said.items() if field != name}
    material = said.get("material")
    if material and len(material) > asking.MOST_ANSWER:
        said["material"] = shortened(material, asking.MOST_ANSWER)
    return asked(said, line=line, topic=topic or said.get("competency"))


def _value(name: str, text: str) -> Any:
    if name == "key_points":
        return items.points_read(text)
    if name in LISTS:
        return items.read(text)
    return int(text) if name == "minutes" and text.isdecimal() and len(text) <= MOST_DIGITS else text


class Rows:
    """The questions of a table by their roles, and what is left out."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._roles: dict[str, dict[str, ImportedQuestion]] = {}
        self._left_out: list[LeftOut] = []

    def take(self, line: int, cells: Mapping[str, str]) -> None:
        """Take the question of a row, by the names that `columns` gives, or leave it out with the reason."""
        found = question(cells, line=line)
        told = cells.get("prompt", "")
        questions = self._roles.setdefault(cells.get("role", ""), {})
        if found and found.prompt not in questions:
            questions[found.prompt] = found
        else:
            why = asking.TWICE if found else asking.reason_against(told, listed_as_question=True) if told else EMPTY_ROW
            self._left_out.append(LeftOut(self._place, line, why, shortened(told, asking.MOST_NAME)))

    def imported(self, notes: Sequence[str]) -> Imported:
        """Give all that was found; a role without a name is called as the file."""
        named = {name: tuple(held.values()) for name, held in self._roles.items() if held}
        roles = tuple(
            ImportedRole(shortened(name, asking.MOST_NAME) or role_name("", self._place), self._place, questions)
            for name, questions in named.items()
        )
        none = () if roles else (LeftOut(self._place, 0, asking.NO_QUESTIONS),)
        return Imported(roles, (*self._left_out, *none), tuple(notes))


def _begins(cells: Sequence[str]) -> str:
    return shortened(" | ".join(cells), asking.MOST_NAME)
