"""Anki packages: a card for each question, the prompt in front, the guide behind it. Written by genanki.

A note's fields are the columns of a table of questions, so that what was written is read back exactly. Notes and decks
have the same numbers whenever they are written: Anki then updates what it has, and doubles nothing.
"""

from __future__ import annotations

import hashlib
import io
import re
import sqlite3
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import count
from types import ModuleType
from typing import Any

from recprep.core.bank import Bank
from recprep.core.carried import said_of
from recprep.core.fingerprint import clean
from recprep.core.imported import Imported, LeftOut
from recprep.core.models import Question
from recprep.core.problem import Problem
from recprep.formats import anki_collection, asking, extra, guide_text, html_text, table
from recprep.formats.anki_collection import Note, NoteType
from recprep.formats.text import shortened

NAME = "anki"
ABOUT = "Anki: a package of cards with a field for the question"
ENDINGS = (".apkg",)
ENDING = ".apkg"
MOST_BYTES = 50_000_000
LEAVES_OUT = ("rubric", "competencies", "sources", "exemplars")

NO_FIELD = "its kind of note has no field called question or front"
GAPS = "its kind of note is a text with gaps, which is no question"
NOTE_TYPE = "Interview question"
FIRST = ("prompt", *(name for name in table.COLUMNS if name != "prompt"))  # Anki sorts and lists by the first field
SHOWN = tuple(name for name in guide_text.ORDER if name != "sources")  # whose keys mean nothing on a card
CSS = """\
.card { font-family: sans-serif; font-size: 18px; line-height: 1.5; max-width: 42em; margin: 0 auto; text-align: left; }
.text { white-space: pre-wrap; }
.asked { font-size: 1.3em; }
.about { font-size: 0.8em; opacity: 0.75; }
h2 { font-size: 1em; margin: 1.2em 0 0.2em; }
"""
_MAGIC = b"PK\x03\x04"
_LARGE = 1 << 40  # numbers from here on are as long as those that Anki makes from its clock

# What Anki acts on wherever it stands in a field: sound, speech, LaTeX.
_ACTED_ON = re.compile(r"\[(?=sound:|anki:|/?latex\]|/?\$)", re.IGNORECASE)
_MEDIA = re.compile(r"\[(?:sound|anki):[^\[\]<>]*\]")
_NO_LETTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def recognises(content: bytes) -> bool:
    """Whether this is a zip file that names a collection: whether it can be read is seen by reading it."""
    return content[:4] == _MAGIC and anki_collection.NAMES[-1].encode() in content


def read(content: bytes, *, place: str) -> Imported:
    """Read the notes of a package that ask something; pictures and sounds are passed over."""
    try:
        return _read(anki_collection.read_notes(content), place)
    except Problem:
        raise
    except anki_collection.Unreadable as error:
        return Imported(left_out=(LeftOut(place, 0, error.why),))
    except Exception:  # damaged bytes raise whatever the zip, zstd and SQLite stumble over
        return Imported(left_out=(LeftOut(place, 0, anki_collection.NOT_ANKI),))


def write(bank: Bank, *, seconds: float | None = None) -> bytes:
    """Write the questions of a bank with their guides, a note each, in a deck for each competency.

    Parameters
    ----------
    bank : Bank
    seconds : float, optional
        When it is written, since 1970: Anki updates a note only by one that is newer. Left out, it is now.
    """
    genanki = extra.load("genanki")
    told = io.BytesIO()
    with zipfile.ZipFile(told, "w") as archive:
        for name, content in (
            (anki_collection.NAMES[-1], _database(genanki, bank, time.time() if seconds is None else seconds)),
            ("media", b"{}"),
        ):
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return told.getvalue()


def _database(genanki: ModuleType, bank: Bank, seconds: float) -> bytes:
    """Give the database; by genanki's own way it would be left in the folder for temporary files."""
    numbers, note_type = count(int(seconds * 1000)), _note_type(genanki)
    questions = bank.question_by_id.values()
    with closing(sqlite3.connect(":memory:")) as connection:
        cursor = connection.cursor()
        decks = [_deck(genanki, bank, of) for of in dict.fromkeys(one.competency for one in questions)]
        for deck in decks:
            deck.add_model(note_type)
        genanki.Package(decks).write_to_db(cursor, seconds, numbers)
        for due, question in enumerate(questions, start=1):
            note = _note(genanki, note_type, bank, question, due)
            note.write_to_db(cursor, seconds, _deck_number(bank, question.competency), numbers)
        connection.commit()
        return connection.serialize()


def _deck(genanki: ModuleType, bank: Bank, competency: str | None) -> Any:
    names = [bank.name]
    if competency is not None:
        held = bank.competency_by_id.get(competency)
        names.append(held.name if held else competency)
    return genanki.Deck(_deck_number(bank, competency), "::".join(map(_without_colons, names)))


def _without_colons(name: str) -> str:
    """Give a name that Anki does not take for several."""
    return re.sub(r":{2,}", ":", name).strip(": ") or "-"


def _deck_number(bank: Bank, competency: str | None) -> int:
    return _number("deck", bank.role, competency or "")


def _note(genanki: ModuleType, note_type: Any, bank: Bank, question: Question, due: int) -> Any:
    cells = dict(zip(table.COLUMNS, table.row(said_of(question), role=bank.name), strict=True))
    return genanki.Note(
        model=note_type,
        fields=[_html(cells[name]) for name in FIRST],
        tags=list(filter(None, (question.kind, question.seniority, question.competency))),
        guid=_hash("note", bank.role, question.id)[:20],
        due=due,
    )


def _note_type(genanki: ModuleType) -> Any:
    return genanki.Model(
        _number("note type"),
        NOTE_TYPE,
        fields=[{"name": _called(name)} for name in FIRST],
        templates=[{"name": "Question", "qfmt": _front(), "afmt": _back()}],
        css=CSS,
    )


def _called(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _front() -> str:
    return (
        '<div class="text asked">{{Prompt}}</div>\n'
        '<div class="about">{{Kind}}{{#Minutes}} · {{Minutes}} min{{/Minutes}}</div>\n'
    )


def _back() -> str:
    parts = "".join(_part(_called(name), guide_text.NAMES[name]) for name in SHOWN)
    return f'{{{{FrontSide}}}}\n<hr id="answer">\n{parts}'


def _part(field: str, heading: str) -> str:
    """Give the lines of a card that show one part of the guide, where there is one."""
    return f'{{{{#{field}}}}}<h2>{heading}</h2>\n<div class="text">{{{{{field}}}}}</div>{{{{/{field}}}}}\n'


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(("recprep", *parts)).encode()).hexdigest()


def _number(*parts: str) -> int:
    return _LARGE + int(_hash(*parts)[:10], 16)


def _html(text: str) -> str:
    return _ACTED_ON.sub("&#91;", html_text.written(text))


def _text(html: str) -> str:
    """Give what a person sees of a field, and exactly what `_html` was given."""
    return html_text.read(_MEDIA.sub("", html))


def _read(notes: Sequence[Note], place: str) -> Imported:
    first: dict[NoteType, int] = {}
    found = table.Rows(place)
    columns = {kind: table.columns(kind.fields) for kind in {note.note_type for note in notes}}
    for line, note in enumerate(notes, start=1):
        first.setdefault(note.note_type, line)
        if not _reason_against(note.note_type, columns):
            found.take(line, _cells(note, columns[note.note_type]))
    left_out = [
        LeftOut(place, line, why, shortened(_name(kind.name), asking.MOST_NAME))
        for kind, line in first.items()
        if (why := _reason_against(kind, columns))
    ]
    imported = found.imported(list(_not_read(columns, place)))
    return imported._replace(left_out=(*left_out, *imported.left_out))


def _reason_against(kind: NoteType, columns: dict[NoteType, dict[str, int]]) -> str | None:
    if kind.is_cloze:
        return GAPS
    return None if "prompt" in columns[kind] else NO_FIELD


def _cells(note: Note, at: dict[str, int]) -> dict[str, str]:
    """Give the cells of a note's row; where no field says the role and the topic, the deck does."""
    cells = {name: _text(note.fields[n]).strip() for name, n in at.items() if n < len(note.fields)}
    deck = [_name(part) for part in note.deck]
    if deck and not cells.get("role"):
        cells["role"] = deck[0]
    if len(deck) > 1 and not cells.get("topic"):
        cells["topic"] = deck[-1]
    return cells


def _name(told: str) -> str:
    return " ".join(_NO_LETTERS.sub("", clean(told)).split())


def _not_read(columns: dict[NoteType, dict[str, int]], place: str) -> Iterator[str]:
    unread = [
        _name(field)
        for kind, at in columns.items()
        if "prompt" in at and not kind.is_cloze
        for n, field in enumerate(kind.fields)
        if n not in at.values()
    ]
    if unread := list(dict.fromkeys(unread)):
        yield table.NOT_READ.format(place=place, columns=", ".join(unread[: table.NAMED]))
