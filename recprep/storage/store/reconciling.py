"""The drafts of two histories: the newer one goes on, the other is kept aside. The SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace

from recprep.core.models import Draft
from recprep.storage.store import attempts, drafts
from recprep.storage.store.damage import readable

Place = tuple[str, str]  # role, question
LAST = (1 << 63) - 1  # the highest number a row can have


@dataclass(frozen=True, slots=True)
class _Found:
    """A draft as its row is kept, and as it is read."""

    row: drafts.Row
    draft: Draft

    @property
    def rank(self) -> tuple[object, ...]:
        """What decides between two drafts: the higher goes on. The number of its revision means nothing elsewhere."""
        return self.draft.saved_at, repr(replace(self.draft, revision=0))


def reconcile_drafts(connection: sqlite3.Connection, other: sqlite3.Connection) -> int:
    """Take in the drafts that another history has; give how many are new here. Attempts were taken in before.

    A draft that goes on in an attempt, saved later, is no draft any more. One whose words are the beginning of
    the one that goes on, or which the same page wrote earlier, is not kept beside it.
    """
    mine, theirs = _heads(connection), _heads(other)
    added = 0
    for place in sorted(mine.keys() | theirs.keys()):
        present = _unless_saved(connection, mine.get(place))
        coming = _unless_saved(connection, theirs.get(place))
        if place in mine and not present:
            drafts.drop(connection, *place, client=None)
        added += _reconcile(connection, present, coming)
    return added + sum(_set_aside(connection, one) for one in _aside(other))


def _reconcile(connection: sqlite3.Connection, present: _Found | None, coming: _Found | None) -> int:
    if coming is None or (present and present.rank == coming.rank):
        return 0
    if present is None or present.rank < coming.rank:
        _make_head(connection, coming)
        return 1 + (_beside(connection, present, coming) if present else 0)
    return _beside(connection, coming, present)


def _beside(connection: sqlite3.Connection, older: _Found, newer: _Found) -> int:
    known = older.draft.client == newer.draft.client or newer.draft.answer.startswith(older.draft.answer)
    return 0 if known else _set_aside(connection, older)


def _heads(connection: sqlite3.Connection) -> dict[Place, _Found]:
    found = _all(connection, f"SELECT {drafts.COLUMNS} FROM draft WHERE body IS NOT NULL")
    return {(one.draft.role, one.draft.question): one for one in found}


def _aside(connection: sqlite3.Connection) -> Iterator[_Found]:
    return _all(connection, f"SELECT {drafts.COLUMNS} FROM aside ORDER BY role, question, client")


def _all(connection: sqlite3.Connection, sql: str, values: tuple[object, ...] = ()) -> Iterator[_Found]:
    for row in connection.execute(sql, values).fetchall():
        yield _Found(row, drafts.understand(row))


def _unless_saved(connection: sqlite3.Connection, found: _Found | None) -> _Found | None:
    """Give a draft, unless its words became an attempt."""
    if found is None:
        return None
    one = found.draft
    for attempt in attempts.between(connection, one.role, one.question, after=0, upto=LAST):
        answer = attempts.answer(connection, attempt.id)
        if attempt.at >= one.saved_at and answer is not None and answer.startswith(one.answer):
            return None
    return found


def _make_head(connection: sqlite3.Connection, found: _Found) -> None:
    """Make a draft the head, with a revision that no page here has seen."""
    last = connection.execute(
        "SELECT revision FROM draft WHERE role = ? AND question = ?", (found.draft.role, found.draft.question)
    ).fetchone()
    _write(connection, "draft", found.row, max(last[0] + 1 if last else 1, found.draft.revision))


def _set_aside(connection: sqlite3.Connection, found: _Found) -> int:
    """Keep a draft aside, unless the same page has a newer one there; say how many are new."""
    one = found.draft
    values = (one.role, one.question, one.client)
    condition = f"SELECT {drafts.COLUMNS} FROM aside WHERE role = ? AND question = ? AND client = ?"
    present = next(_all(connection, condition, values), None)
    if present and present.rank >= found.rank:
        return 0
    _write(connection, "aside", found.row, one.revision)
    return 0 if present else 1


def _write(connection: sqlite3.Connection, table: str, row: drafts.Row, revision: int) -> None:
    values = [value if isinstance(value, int) else readable(value) for value in row]
    values[2] = revision
    places = "?, ?, ?, ?, ?, CAST(? AS TEXT), ?"
    values[5] = row[5]
    connection.execute(f"INSERT OR REPLACE INTO {table} ({drafts.COLUMNS}) VALUES ({places})", values)
