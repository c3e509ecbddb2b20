"""Words of answers that are past their time, their removal, and the record of it. The SQL; in an open transaction.

Drafts are no answers: they stay, however old they are.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from recprep.core.memory import day_of
from recprep.core.models import Attempt
from recprep.storage.store import attempts, ledger
from recprep.storage.store.damage import readable
from recprep.storage.store.ledger import Ledger
from recprep.storage.store.trouble import is_damage

Progress = Callable[[int, int], None]

RULE = "keep answers for"  # the key of the setting
OFTEN = 500  # texts between two reports of progress
NO_WORDS = ("", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The words of one answer, without the words: whose they are, the day of the answer, and how many letters.

    `day` is in the zone that the person was in. `checksum` tells these words from any others.
    """

    attempt: str
    role: str
    question: str
    day: date
    characters: int
    checksum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposal:
    """The record of answers that were disposed of: what, when, how much, by which rule; nothing of their content.

    `texts` answers with `characters` letters in all were removed, given from `oldest` to `newest` (days in the
    person's own zone), `roles` says how many of which role. `at` is in UTC, `zone` the offset of the person's own
    zone. `by` is who asked for it.
    """

    id: str
    at: datetime
    zone: str
    rule: str
    texts: int
    characters: int
    oldest: date
    newest: date
    roles: Mapping[str, int]
    by: str


def kept_rule(connection: sqlite3.Connection) -> str:
    """Give the rule in words, as it is kept; empty if none is."""
    found = connection.execute("SELECT value FROM setting WHERE key = ?", (RULE,)).fetchone()
    return readable(found[0]) if found else ""


def past(
    connection: sqlite3.Connection, is_past: Callable[[date], bool], *, progress: Progress
) -> Iterator[Text | None]:
    """Go through the texts of a time that is past; None for each of which the day, or the text, cannot be read.

    Those of withdrawn attempts belong to them; an answer given aloud has no words.
    """
    count, seen = connection.execute("SELECT count(*) FROM attempt").fetchone()[0], 0
    for sound, damaged in ledger.chunks(connection, attempts.LEDGER):
        yield from (None for _ in damaged)
        for one in sound:
            if is_past(day_of(one)):
                yield from _words(connection, one)
            seen += 1
            if seen % OFTEN == 0:
                progress(seen, count)
    progress(count, count)


def _words(connection: sqlite3.Connection, one: Attempt) -> Iterator[Text | None]:
    try:
        found = _found(connection, one.id)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        yield None
        return
    if found and found[0]:
        yield Text(
            attempt=one.id,
            role=one.role,
            question=one.question,
            day=day_of(one),
            characters=found[0],
            checksum=readable(found[1]),
        )


def _found(connection: sqlite3.Connection, attempt: str) -> tuple[int, bytes] | None:
    return connection.execute("SELECT length(text), checksum FROM answer WHERE attempt = ?", (attempt,)).fetchone()


def remove(connection: sqlite3.Connection, texts: Sequence[Text], *, progress: Progress) -> list[Text]:
    """Remove these texts, and say which of them were still there."""
    removed = []
    for done, one in enumerate(texts, start=1):
        gone = connection.execute(
            "DELETE FROM answer WHERE attempt = ? AND checksum = ?", (one.attempt, one.checksum)
        ).rowcount
        removed += [one] * gone
        if done % OFTEN == 0:
            progress(done, len(texts))
    return removed


def record(connection: sqlite3.Connection, removed: Iterable[Text], **known: object) -> Disposal:
    """Keep the record of a removal, of which `known` says the id, the time, the rule and who asked."""
    texts = list(removed)
    days = [one.day for one in texts]
    made = Disposal(
        texts=len(texts),
        characters=sum(one.characters for one in texts),
        oldest=min(days),
        newest=max(days),
        roles=dict(Counter(one.role for one in texts)),
        **known,
    )
    ledger.append(connection, LEDGER, made)
    mark(connection)
    return made


def mark(connection: sqlite3.Connection) -> None:
    """Note that removed words may still be in unused parts of the file."""
    connection.execute("INSERT INTO unwiped DEFAULT VALUES")


def marks(connection: sqlite3.Connection) -> list[int]:
    """Give the notes that removed words may still be in unused parts of the file."""
    return [number for (number,) in connection.execute("SELECT number FROM unwiped")]


def unmark(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """Drop notes that are no longer true."""
    connection.executemany("DELETE FROM unwiped WHERE number = ?", ((number,) for number in numbers))


def rewrite(connection: sqlite3.Connection) -> None:
    """Write the file anew without its unused parts; outside of a transaction.

    `secure_delete` alone does not do: where SQLite moved a row from page to page, a copy of it may stay behind.
    """
    connection.execute("PRAGMA temp_store = MEMORY")  # else the words would go through a file in another folder
    connection.execute("VACUUM")


def _revive(body: dict) -> Disposal:
    body["at"] = datetime.fromisoformat(body["at"])
    body["oldest"], body["newest"] = date.fromisoformat(body["oldest"]), date.fromisoformat(body["newest"])
    return Disposal(**body)


LEDGER: Ledger[Disposal] = Ledger(name="disposal", columns=("id", "at"), revive=_revive)
