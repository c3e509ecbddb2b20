"""An empty history in place of one with content, and what is still known of it: the name of its home. The SQL.

The table `home` names this home in its first row. The rows after it name the homes whose histories were erased here:
pages that were opened on one of them save nothing more, and browsers forget what they kept for it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from recprep.core.problem import Problem
from recprep.storage import migrations
from recprep.storage.store import opening
from recprep.storage.store.damage import readable
from recprep.storage.store.ledger import in_utc
from recprep.storage.store.opening import COMPANIONS
from recprep.storage.store.store import Store
from recprep.storage.store.trouble import IN_USE, is_damage

PATIENCE = 10.0  # seconds for others that are reading or writing
UNFINISHED = "erasing"  # the setting that is there from the first step of an erasing to its last
OLDEST = (
    "SELECT json_extract(CAST(body AS TEXT), '$.at') FROM attempt ORDER BY seq LIMIT 1",
    "SELECT json_extract(CAST(body AS TEXT), '$.at') FROM rating ORDER BY seq LIMIT 1",
    "SELECT min(saved_at) FROM draft",
    "SELECT min(saved_at) FROM aside",
)
GONE = (
    "Everything was erased since this page was opened, so nothing is saved from it any more. "
    "Choose Run > Run All Cells, and it begins anew."
)


class BoundStore(Store):
    """A store as a page holds it: when the history that the page was opened on is erased, it saves nothing more.

    So what is still to be seen on a page does not come back into the new history.

    Parameters
    ----------
    store : Store
    """

    def __init__(self, store: Store) -> None:
        super().__init__(store.path)
        self._store, self._home = store, store.home_id

    @contextmanager
    def _transaction(self, *, writing: bool = False) -> Iterator[sqlite3.Connection]:
        with self._store._transaction(writing=writing) as connection:
            if writing and self._home in _homes(connection)[1:]:
                raise Problem(GONE)
            yield connection


def homes(store: Store) -> list[str]:
    """Give the id of this home, and after it the ids of the homes that were erased here."""
    with store._transaction() as connection:
        return _homes(connection)


def is_foreign(path: Path) -> bool:
    """Say whether a file is a database of another program."""
    if not path.is_file() or path.stat().st_size == 0:
        return False
    try:
        with closing(opening.read_only(path)) as connection:
            mark = connection.execute("PRAGMA application_id").fetchone()[0]
            return mark != migrations.APPLICATION_ID and "attempt" not in migrations.columns_of(connection)
    except sqlite3.Error as error:
        if is_damage(error):
            return False
        raise


def empty(path: Path, *, at: datetime, also: Iterable[str] = ()) -> None:
    """Put an empty history in the place of the one at `path`, whatever its form.

    Its pages are replaced in one transaction: whoever has it open finds the empty one, and what they save afterwards
    is kept. Interrupted, the old history is there, or the empty one. What SQLite cannot open is removed first.

    Parameters
    ----------
    path : pathlib.Path
        Ours, or damaged; or only its log is there.
    at : datetime.datetime
        Now, with its time zone; it stays written down until `finish`.
    also : iterable of str
        Ids of this home that are known from elsewhere, for a history that cannot be read.
    """
    erased = _homes_at(path) or list(also)
    with opening.alone(path, PATIENCE):
        replaced = path.exists() and _replace(path, erased, at)
        if not replaced:
            for end in ("-journal", *COMPANIONS, ""):
                path.with_name(path.name + end).unlink(missing_ok=True)
    if not replaced:
        with suppress(Problem), Store.open(path) as store, store._transaction(writing=True) as connection:
            _note(connection, erased, at)  # where it cannot be made, the next page makes it


def cut_off(path: Path) -> bool:
    """Bring the log into the file and cut both to their length; False if others read what was there before."""
    with Store(path, patience=PATIENCE) as store, store._at_rest() as connection:
        return store._empty_log(connection)


def finish(path: Path) -> None:
    """Write down that an erasing is at its end."""
    with Store(path, patience=PATIENCE) as store, store._transaction(writing=True) as connection:
        connection.execute("DELETE FROM setting WHERE key = ?", (UNFINISHED,))


def begun(connection: sqlite3.Connection) -> datetime | None:
    """Give the time (UTC) of an erasing that was begun here and did not come to its end."""
    found = connection.execute("SELECT value FROM setting WHERE key = ?", (UNFINISHED,)).fetchone()
    return datetime.fromisoformat(readable(found[0])) if found else None


def since(connection: sqlite3.Connection) -> datetime | None:
    """Give the time (UTC) of the oldest thing that is kept."""
    found = []
    for oldest in OLDEST:
        with suppress(sqlite3.Error, TypeError, ValueError):  # an older form has not all of the tables
            found.append(datetime.fromisoformat(readable(connection.execute(oldest).fetchone()[0])))
    return min(found, default=None)


def _replace(path: Path, erased: list[str], at: datetime) -> bool:
    def look(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise Problem(IN_USE.format(path=path))

    try:
        with closing(opening.connect(path, patience=PATIENCE)) as target:
            size = target.execute("PRAGMA page_size").fetchone()[0]
            with _empty_history(size) as source:
                _note(source, erased, at)
                source.backup(target, progress=look)
    except sqlite3.Error as error:
        if not is_damage(error):
            raise
        return False
    return True


@contextmanager
def _empty_history(page_size: int) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute(f"PRAGMA page_size = {page_size}")
        connection.execute(f"PRAGMA application_id = {migrations.APPLICATION_ID}")
        migrations.migrate(connection, Path(":memory:"), backups=Path())
        yield connection


def _note(connection: sqlite3.Connection, erased: Iterable[str], at: datetime) -> None:
    connection.executemany("INSERT INTO home (id) VALUES (?)", [(id_,) for id_ in dict.fromkeys(erased)])
    connection.execute("INSERT INTO setting (key, value, at) VALUES (?, ?, ?)", (UNFINISHED, in_utc(at), in_utc(at)))


def _homes(connection: sqlite3.Connection) -> list[str]:
    return [readable(id_) for (id_,) in connection.execute("SELECT id FROM home ORDER BY rowid")]


def _homes_at(path: Path) -> list[str]:
    try:
        with closing(opening.read_only(path)) as connection:
            return _homes(connection)
    except sqlite3.Error:
        return []
