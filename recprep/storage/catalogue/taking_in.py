"""What was read is taken into the catalogue: roles known again, questions under the ids they had. It writes the SQL."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from recprep.core.fingerprint import clean
from recprep.core.imported import Imported, LeftOut
from recprep.storage.catalogue.form import reading, writing
from recprep.storage.catalogue.identity import Arrived, Known, arrived, known_again, without_copies
from recprep.storage.catalogue.naming import role_id
from recprep.storage.catalogue.outcome import Outcome, Tallied
from recprep.storage.catalogue.packing import Kept, Questions, packed_again, unpacked, with_ids
from recprep.storage.catalogue.wording import same_questions

A_COPY = "it is a copy of another page"

KNOWN = f"SELECT {', '.join(Known._fields)} FROM role ORDER BY number"
QUESTIONS = "SELECT prompts, details FROM role WHERE number = ?"
COLUMNS = (
    "name", "description", "field", "specialty", "questions", "prompts", "details", "source_id", "origin", "content"
)  # fmt: skip
NEW = f"INSERT INTO role ({', '.join(COLUMNS)}, number, id) VALUES ({', '.join('?' * (len(COLUMNS) + 2))})"
CHANGED = f"UPDATE role SET {', '.join(f'{name} = ?' for name in COLUMNS)}, removed_at = NULL WHERE number = ?"


@dataclass(slots=True)
class _Change:
    """What one import changes: rows to write, and counts of what they are."""

    new: list[tuple] = field(default_factory=list)
    changed: list[tuple] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def take_in(
    read: Iterable[Imported],
    *,
    catalogue: Path,
    source: Path,
    format: str,  # noqa: A002 - the word of the command line
    left_out: Iterable[LeftOut] = (),
    reserved: Collection[str] = (),
    now: datetime,
    dry_run: bool = False,
) -> Outcome:
    """Take what was read into the catalogue, all of it or nothing.

    Parameters
    ----------
    read : iterable of Imported
        What each file holds. It is gone through before the catalogue is opened.
    catalogue : pathlib.Path
        The file; it is made if it is missing and there is anything to keep.
    source : pathlib.Path
        The file or the folder that was read.
    format : str
        The name of its format.
    left_out : iterable of LeftOut
        What was passed over before reading.
    reserved : collection of str
        Ids that no imported role may have.
    now : datetime.datetime
        With its time zone.
    dry_run : bool
        Change nothing, and say what would change.

    Returns
    -------
    Outcome

    Raises
    ------
    Problem
        If the catalogue cannot be used; then it is as before.
    """
    tallied = Tallied()
    tallied.leave_out(left_out)
    pages, files = _gathered(read, source, tallied)
    change = _Change()
    if pages:
        with (reading if dry_run else writing)(catalogue) as connection:
            _decide(connection, pages, change, reserved)
            if not dry_run:
                _write(connection, change, source=source, now=now)
    return Outcome(
        source=source,
        format=format,
        files=files,
        roles=tuple(change.ids),
        **change.counts,
        left_out=tallied.by_count(),
        notes=tuple(tallied.notes),
        count_of_notes=tallied.count_of_notes,
        dry_run=dry_run,
    )


def _gathered(read: Iterable[Imported], source: Path, tallied: Tallied) -> tuple[list[Arrived], int]:
    """Read everything, count what is left out, and give each role once; and how many files there were."""
    folder = source.resolve() if source.is_dir() else source.resolve().parent
    root, found, files = clean(str(folder)), [], 0
    for imported in read:
        files += 1
        found += [arrived(role, root=root) for role in imported.roles]
        tallied.leave_out(imported.left_out)
        tallied.note(imported.notes)
    pages, copies = without_copies(found)
    tallied.leave_out(LeftOut(one.place, 0, A_COPY, one.name) for one in copies)
    return pages, files


def _decide(
    connection: sqlite3.Connection, pages: Sequence[Arrived], change: _Change, reserved: Collection[str]
) -> None:
    known = [Known(*row) for row in connection.execute(KNOWN)]
    taken = {*reserved, *(one.id for one in known)}
    number = max((one.number for one in known), default=0)
    for page, before in known_again(pages, known, lambda one: _prompts(connection, one)):
        change.counts["questions"] += page.count
        if before is None:
            number += 1
            _new(page, number, change, taken)
        else:
            _known(connection, page, before, change)


def _kept(connection: sqlite3.Connection, one: Known) -> Questions:
    return unpacked(*connection.execute(QUESTIONS, (one.number,)).fetchone())


def _prompts(connection: sqlite3.Connection, one: Known) -> set[str]:
    return {question.prompt for question in _kept(connection, one).asked}


def _new(page: Arrived, number: int, change: _Change, taken: set[str]) -> None:
    name = role_id(page.name, place=page.place, source_id=page.source_id, origin=page.origin, taken=taken)
    taken.add(name)
    change.ids.append(name)
    change.counts["new"] += 1
    change.counts["added"] += page.count
    change.new.append((*_row(page, _where(page)), number, name))


def _row(page: Arrived, where: tuple[str | None, str | None]) -> tuple:
    texts = page.count, page.prompts, page.details
    return page.name, page.description, *where, *texts, page.source_id, page.origin, page.content


def _known(connection: sqlite3.Connection, page: Arrived, before: Known, change: _Change) -> None:
    """Note what changes in a role that is known: nothing, for most."""
    change.ids.append(before.id)
    is_same, is_back = page.content == before.content, before.removed_at is not None
    change.counts["brought_back" if is_back else "unchanged" if is_same else "updated"] += 1
    if is_same and not is_back and _is_in_place(page, before):
        return
    kept = _kept(connection, before)
    prompts, details = packed_again(kept if is_same else _carried_on(kept, page, change.counts))
    where = _where(page) if any(_where(page)) else (before.field, before.specialty)
    page = page._replace(prompts=prompts, details=details, source_id=page.source_id or before.source_id)
    change.changed.append((*_row(page, where), before.number))


def _is_in_place(page: Arrived, before: Known) -> bool:
    """Say whether nothing new is known of where a page lies; a file by itself does not tell its folders."""
    is_known = page.origin == before.origin and page.source_id in (None, before.source_id)
    return is_known and (before.specialty is not None or _where(page) in ((before.field, None), (None, None)))


def _carried_on(kept: Questions, page: Arrived, counts: Counter[str]) -> Questions:
    """Give the questions of a role after an edit: those it has now, the old ones under their ids, and the retired."""
    now, _, rest = unpacked(page.prompts, page.details)
    old = _old_ones(kept, now)
    spent = [question.id for question in (*kept.asked, *kept.retired)]
    added = [one for n, one in enumerate(now) if n not in old]
    new = iter(with_ids([one.prompt for one in added], [one.said for one in added], taken=spent))
    asked = tuple(one._replace(id=old[n].id if n in old else next(new)) for n, one in enumerate(now))
    used = {question.id for question in asked}
    gone = [question for question in kept.asked if question.id not in used]
    counts["added"] += len(now) - len(old)
    counts["reworded"] += sum(now[n].prompt != one.prompt for n, one in old.items())
    counts["retired"] += len(gone)
    return Questions(asked, (*(one for one in kept.retired if one.id not in used), *gone), rest)


def _old_ones(kept: Questions, now: Sequence[Kept]) -> dict[int, Kept]:
    """Give the questions that were there before, by their place now: an id that is stated decides, or the wording."""
    by_id = {question.id: question for question in (*kept.asked, *kept.retired)}
    stated = {n: by_id[one.said["id"]] for n, one in enumerate(now) if one.said and one.said.get("id") in by_id}
    taken = {question.id for question in stated.values()}
    left = [n for n in range(len(now)) if n not in stated]
    free = [question for question in kept.asked if question.id not in taken]
    same = same_questions([question.prompt for question in free], [now[n].prompt for n in left])
    old = stated | {left[place]: free[before] for place, before in same.items()}
    back = {question.prompt: question for question in kept.retired if question.id not in taken}
    return old | {n: back.pop(now[n].prompt) for n in left if n not in old and now[n].prompt in back}


def _where(page: Arrived) -> tuple[str | None, str | None]:
    """Give field and specialty: the two folders around the file, in words."""
    folders = [folder.replace("_", " ").strip() for folder in page.place.split("/")[-3:-1]]
    return (*folders, None, None)[:2]


def _write(connection: sqlite3.Connection, change: _Change, *, source: Path, now: datetime) -> None:
    connection.executemany(NEW, change.new)
    connection.executemany(CHANGED, change.changed)
    row = now.isoformat(timespec="seconds"), clean(str(source)), json.dumps(change.counts, sort_keys=True)
    connection.execute("INSERT INTO import (at, source, counts) VALUES (?, ?, ?)", row)
