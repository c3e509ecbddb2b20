"""The database in an Anki package: found among the files of the zip, unpacked, and read as notes.

Whoever made the package also chose every byte of the database. So it is unpacked only to a bound, opened from a file
that nobody else can read, never written to, and its queries end whatever its tables are.
"""

from __future__ import annotations

import io
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from recprep.formats import extra

NOT_ANKI = "it is not an Anki package, or it is damaged"
TOO_LARGE = "it unpacks to far more than a list of questions"
TOO_NEW = "it is an Anki package of a newer form, which is not known here"
ONLY_A_DECOY = "its cards are missing: it holds only the note that asks to update Anki"
MOST_NOTES = 20_000
TOO_MANY_NOTES = f"it has more than {MOST_NOTES:,} notes, and no list of questions has"

NAMES = ("collection.anki21b", "collection.anki21", "collection.anki2")  # the newest first
NAME_BY_VERSION = {3: NAMES[0], 2: NAMES[1], 1: NAMES[2]}
MOST_UNPACKED = 300_000_000
MOST_CARDS = 10 * MOST_NOTES
MOST_TYPES = 5_000
MOST_OF_ONE_VALUE = 16_000_000
STEPS, MOST_CALLS = 10_000, 2_000  # of SQLite's machine between two looks at the count, and such looks
_VERSION = 0x08  # how the first field of `meta` begins
_CLOZE = b"\x08\x01"  # how the settings of a cloze note type begin
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # other methods unpack without a bound
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: MOST_OF_ONE_VALUE,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 20,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 3,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 25_000,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 8,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 50,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 10,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
}


class Unreadable(Exception):
    """Why a package cannot be read, in one sentence."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NoteType(NamedTuple):
    """What the fields of a note are called, and whether the note is a text with gaps."""

    name: str
    fields: tuple[str, ...]
    is_cloze: bool = False


class Note(NamedTuple):
    """A note: its fields as HTML, and the parts of the name of the deck that its first card is in."""

    note_type: NoteType
    fields: tuple[str, ...]
    deck: tuple[str, ...]


def read_notes(content: bytes) -> list[Note]:
    """Give the notes of a package, in the order in which they were made.

    Raises
    ------
    Unreadable
        If it is damaged, or only a decoy, or of a form that is not known.
    """
    name, database = _database(content)
    with _opened(database) as connection:
        notes = list(_notes(connection))
    if name == NAMES[-1] and _is_decoy(notes):
        raise Unreadable(ONLY_A_DECOY)
    return notes


def _is_decoy(notes: list[Note]) -> bool:
    """Whether this is the note for older versions of Anki; its words differ by language, the ending does not."""
    return len(notes) == 1 and any(".colpkg" in field for field in notes[0].fields)


def _database(content: bytes) -> tuple[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if extra.is_bomb(archive, len(content)):
            raise Unreadable(TOO_LARGE)
        held = {entry.filename: entry for entry in archive.infolist()}
        name = next((name for name in NAMES if name in held), None)
        if name is None:
            raise Unreadable(NOT_ANKI)
        if "meta" in held:
            _check_version(_unpacked(archive, held["meta"]), name)
        packed = _unpacked(archive, held[name])
    return name, _decompressed(packed, len(content)) if name == NAMES[0] else packed


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Unpack a file, to no more than the size it was checked for."""
    if entry.compress_type not in _PLAIN:
        raise Unreadable(NOT_ANKI)
    if entry.file_size > MOST_UNPACKED:
        raise Unreadable(TOO_LARGE)
    with archive.open(entry) as stream:
        return stream.read(entry.file_size)


def _check_version(meta: bytes, name: str) -> None:
    expected = NAME_BY_VERSION.get(meta[1]) if len(meta) > 1 and meta[0] == _VERSION else None
    if expected is None:
        raise Unreadable(TOO_NEW)
    if NAMES.index(name) > NAMES.index(expected):
        raise Unreadable(ONLY_A_DECOY)


def _decompressed(packed: bytes, size: int) -> bytes:
    most = min(MOST_UNPACKED, max(extra.FLOOR, extra.MOST_GROWTH * size))
    zstandard = extra.load("zstandard")
    with zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(packed) as stream:
        database = stream.read(most + 1)
    if len(database) > most:
        raise Unreadable(TOO_LARGE)
    return database


@contextmanager
def _opened(database: bytes) -> Iterator[sqlite3.Connection]:
    with tempfile.TemporaryDirectory(prefix="recprep-") as folder:
        file = Path(folder) / "collection"
        file.touch(mode=0o600)
        file.write_bytes(database)
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            _guard(connection)
            yield connection


def _guard(connection: sqlite3.Connection) -> None:
    calls = count(1)
    connection.set_progress_handler(lambda: next(calls) > MOST_CALLS, STEPS)
    for limit, most in _LIMITS.items():
        connection.setlimit(limit, most)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.text_factory = lambda told: told.decode("utf-8", "replace")
    connection.create_collation("unicase", _by_letters)


def _by_letters(one: str, other: str) -> int:
    one, other = one.casefold(), other.casefold()
    return (one > other) - (one < other)


def _notes(connection: sqlite3.Connection) -> Iterator[Note]:
    """Give the notes by the order of the table, which is that of their numbers: sorting could fill the memory."""
    types, decks = _types_and_decks(connection)
    deck_by_note = _deck_by_note(connection)
    letters = 0
    rows = connection.execute("SELECT id, mid, flds FROM notes LIMIT ?", (MOST_NOTES + 1,))
    for number, (note, note_type, told) in enumerate(rows):
        letters += len(told) if isinstance(told, str | bytes) else 0
        if number == MOST_NOTES or letters > MOST_UNPACKED:
            raise Unreadable(TOO_MANY_NOTES if number == MOST_NOTES else TOO_LARGE)
        fields = tuple(told.split("\x1f")) if isinstance(told, str) else ()
        known = types.get(note_type, NoteType("", ()))
        yield Note(known, fields, decks.get(deck_by_note.get(note), ()))


def _types_and_decks(connection: sqlite3.Connection) -> tuple[dict[int, NoteType], dict[int, tuple[str, ...]]]:
    tables = _real_tables(connection)
    newer = {"notetypes", "fields", "decks"}
    if not {"notes", "cards", "col"} <= tables or 0 < len(newer & tables) < len(newer):
        raise Unreadable(NOT_ANKI)
    if newer <= tables:
        return _types(connection), _decks(connection)
    models, decks = connection.execute("SELECT models, decks FROM col LIMIT 1").fetchone() or ("{}", "{}")
    return _older_types(json.loads(models)), _older_decks(json.loads(decks))


def _real_tables(connection: sqlite3.Connection) -> set[str]:
    """Give the names of the tables that only hold rows: views and columns that compute run what their maker wrote."""
    rows = connection.execute(
        "SELECT name FROM sqlite_master AS made WHERE type = 'table' AND rootpage > 0 AND sql LIKE 'CREATE TABLE%' "
        "AND NOT EXISTS (SELECT 1 FROM pragma_table_xinfo(made.name) WHERE hidden <> 0) LIMIT 200"
    )
    return {name for (name,) in rows}


def _deck_by_note(connection: sqlite3.Connection) -> dict[int, int]:
    """Give the deck of each note's first card; a card that is in a filtered deck for a while is counted at home."""
    found: dict[int, int] = {}
    for note, deck, home in connection.execute("SELECT nid, did, odid FROM cards LIMIT ?", (MOST_CARDS,)):
        if isinstance(note, int) and isinstance(deck, int):
            found.setdefault(note, home if isinstance(home, int) and home else deck)
    return found


def _types(connection: sqlite3.Connection) -> dict[int, NoteType]:
    fields: dict[int, list[tuple[int, str]]] = {}
    for note_type, order, name in connection.execute("SELECT ntid, ord, name FROM fields LIMIT ?", (MOST_TYPES,)):
        if isinstance(order, int) and isinstance(name, str):
            fields.setdefault(note_type, []).append((order, name))
    rows = connection.execute("SELECT id, name, substr(config, 1, 2) FROM notetypes LIMIT ?", (MOST_TYPES,))
    return {
        number: NoteType(str(name), tuple(field for _, field in sorted(fields.get(number, []))), config == _CLOZE)
        for number, name, config in rows
    }


def _decks(connection: sqlite3.Connection) -> dict[int, tuple[str, ...]]:
    rows = connection.execute("SELECT id, name FROM decks LIMIT ?", (MOST_TYPES,))
    return {number: _parts(number, name.split("\x1f")) for number, name in rows if isinstance(name, str)}


def _older_types(models: Any) -> dict[int, NoteType]:
    return {
        int(number): NoteType(
            str(model.get("name", "")),
            tuple(str(field.get("name", "")) for field in model.get("flds", []) if isinstance(field, dict)),
            model.get("type") == 1,
        )
        for number, model in _mappings(models)
    }


def _older_decks(decks: Any) -> dict[int, tuple[str, ...]]:
    return {
        int(number): _parts(int(number), str(deck.get("name", "")).split("::")) for number, deck in _mappings(decks)
    }


def _mappings(held: Any) -> Iterable[tuple[str, Mapping[str, Any]]]:
    return [(number, one) for number, one in held.items() if isinstance(one, dict)]


def _parts(number: int, parts: list[str]) -> tuple[str, ...]:
    """Give the parts of a deck's name; the deck that every collection has is named after nothing."""
    return () if number == 1 and parts == ["Default"] else tuple(parts)
