"""How long the words of answers are kept: the rule, holds, and disposal once the person was asked. Scores stay.

Only the words of attempts are disposed of. Drafts are no attempts, and stay until they are scored or dropped.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path

from recprep.core.problem import Problem
from recprep.storage.custody.backup import Progress, silent
from recprep.storage.custody.copies import Copies, copies_of, renew
from recprep.storage.custody.keeping import Rule, rule_from
from recprep.storage.store import Store
from recprep.storage.store.disposals import RULE, Disposal, Text, kept_rule
from recprep.storage.store.holds import Hold, Lifting

QUESTION_ALONE = "To hold the answers to '{question}', say of which role it is. Nothing was changed."
LATER = (
    "The answers are removed, but the room that they took in {path} could not be overwritten yet{why}. "
    "That is done at the next backup, or when you open Your records again."
)
IN_USE = ", because another program is using it"
STAYING = "The answers are removed, but the backups stayed as they are. {problem}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What the rule would dispose of now: what the person is asked with. Nothing was changed.

    `texts` are those that would go, without their words; `held` counts those that `holds` keep, and `unread` those
    of which the day or the words are damaged, which stay. `copies` are the files that hold the same words.
    """

    rule: Rule | None
    at: datetime
    holds: tuple[Hold, ...] = ()
    held: int = 0
    unread: int = 0
    copies: Copies = field(default_factory=Copies)
    texts: tuple[Text, ...] = field(default=(), repr=False)

    @property
    def count(self) -> int:
        """How many answers would go."""
        return len(self.texts)

    @property
    def characters(self) -> int:
        """How many letters they have in all."""
        return sum(one.characters for one in self.texts)

    @property
    def oldest(self) -> date | None:
        """The day of the first of them."""
        return min((one.day for one in self.texts), default=None)

    @property
    def newest(self) -> date | None:
        """The day of the last of them."""
        return max((one.day for one in self.texts), default=None)

    @property
    def roles(self) -> Mapping[str, int]:
        """How many of each role."""
        return dict(Counter(one.role for one in self.texts))

    @property
    def questions(self) -> Mapping[tuple[str, str], int]:
        """How many to each question, by role and question."""
        return dict(Counter((one.role, one.question) for one in self.texts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposed:
    """What came of a disposal.

    `record` is what is kept of it; None if nothing was left to dispose of. `spared` counts the texts that were shown
    as due, and stayed: held, changed, or gone in the meantime. `notices` are sentences for the person about what
    could not be finished. `backup` is the new one, and `removed` are the older ones, if that was asked for; `copies`
    are the files that still hold the words.
    """

    record: Disposal | None
    spared: int
    notices: tuple[str, ...]
    backup: Path | None
    removed: tuple[Path, ...]
    copies: Copies


def read_rule(store: Store) -> Rule | None:
    """Give how long answers are kept; None is until the person erases them, also if it cannot be read."""
    return _rule(store.setting(RULE) or "")


def rule_of(connection: sqlite3.Connection) -> Rule | None:
    """Give how long answers are kept, as `read_rule` does, from an open transaction."""
    return _rule(kept_rule(connection))


def write_rule(store: Store, rule: Rule | None, *, at: datetime) -> None:
    """Keep how long answers are kept; it disposes of nothing."""
    store.set_setting(RULE, str(rule or ""), at=at)


def hold(store: Store, *, now: datetime, role: str | None = None, question: str | None = None, why: str = "") -> Hold:
    """Have answers kept until the hold is lifted: all, those of a role, or those to one question of it.

    Parameters
    ----------
    store : Store
    now : datetime.datetime
        In the person's own zone.
    role, question : str, optional
    why : str
        In the person's words.

    Returns
    -------
    Hold
        The one that stands: if there is one like it, nothing changes.
    """
    if question is not None and role is None:
        raise Problem(QUESTION_ALONE.format(question=question))
    placed = Hold(id=str(uuid.uuid4()), at=now, zone=_zone(now), role=role, question=question, why=why.strip())
    return store.place_hold(placed)


def lift(store: Store, hold_id: str, *, now: datetime) -> None:
    """Lift a hold; that it stood, and until when, stays in the record."""
    store.lift_hold(hold_id, at=now, zone=_zone(now))


def decisions(store: Store) -> list[Hold | Lifting | Disposal]:
    """Give every hold, lifting and disposal, in the order of their times."""
    return store.decisions()


def disposals(store: Store) -> list[Disposal]:
    """Give the record of every disposal, in the order of their times. None is ever removed."""
    return [one for one in store.decisions() if isinstance(one, Disposal)]


def due(store: Store, *, now: datetime, progress: Progress = silent) -> Due:
    """Say what the rule would dispose of now, and change nothing.

    Parameters
    ----------
    store : Store
    now : datetime.datetime
        In the person's own zone: an answer is due from the day after its last day (see `Rule.last_day`), both days
        as the person's calendar shows them.
    progress : callable
        Told how many attempts were looked at, and of how many.

    Returns
    -------
    Due
    """
    rule = read_rule(store)
    if rule is None:
        return Due(rule=None, at=now, holds=tuple(store.holds()))
    past = store.past(str(rule), _past(rule, now.date()), progress=progress)
    return Due(
        rule=rule,
        at=now,
        texts=past.free,
        held=len(past.held),
        unread=past.unread,
        holds=past.holds,
        copies=copies_of(store.path, home=store.home_id, now=now),
    )


def dispose(
    store: Store,
    due: Due,
    *,
    now: datetime,
    by: str = "the person",
    backups: bool = False,
    progress: Progress = silent,
) -> Disposed:
    """Remove the answers that the person was asked about, and no others, and keep a record of it.

    They go in one transaction with the record: interrupted, all are there or none. An answer that is held by now,
    or whose last day has not passed by `now`, stays. Then the file is written anew, so that the words are not in
    parts of it that are no longer used; what could not be finished is done the next time.

    This cannot reach copies elsewhere: backups on other disks, exports, other machines (until they are merged), and
    what the disk itself keeps of deleted files.

    Parameters
    ----------
    store : Store
    due : Due
        What the person was shown.
    now : datetime.datetime
        In the person's own zone.
    by : str
        Who asked for it.
    backups : bool
        Then make a new backup, and remove the older ones that the workbook made itself.
    progress : callable

    Returns
    -------
    Disposed

    Raises
    ------
    Problem
        If the rule is another one by now, or the history cannot be written. Then nothing was disposed of.
    """
    today, steps = now.date(), 2 * max(due.count, 1)
    texts = [one for one in due.texts if due.rule and due.rule.is_past(one.day, today=today)]
    record = _disposed(store, texts, due.rule, now, by, lambda done, _: progress(done, steps))
    notices = _wiped(store) if record else []
    made, removed = _renewed(store, due.copies, now, notices) if record and backups else (None, [])
    progress(steps, steps)
    return Disposed(
        record=record,
        spared=due.count - (record.texts if record else 0),
        notices=tuple(notices),
        backup=made,
        removed=tuple(removed),
        copies=copies_of(store.path, home=store.home_id, now=now, without=made),
    )


def _disposed(
    store: Store, texts: list[Text], rule: Rule | None, now: datetime, by: str, progress: Progress
) -> Disposal | None:
    if not texts:
        return None
    return store.dispose(texts, rule=str(rule), at=now, zone=_zone(now), by=by, progress=progress)


def _wiped(store: Store) -> list[str]:
    try:
        return [] if store.wipe() else [LATER.format(path=store.path, why=IN_USE)]
    except Problem as problem:  # the answers are gone all the same
        return [LATER.format(path=store.path, why="") + f" {problem}"]


def _renewed(store: Store, copies: Copies, now: datetime, notices: list[str]) -> tuple[Path | None, list[Path]]:
    try:
        made, removed = renew(store, copies, now=now)
    except Problem as problem:
        notices.append(STAYING.format(problem=problem))
        return None, []
    return made.path, removed


def _past(rule: Rule, today: date) -> Callable[[date], bool]:
    return cache(partial(rule.is_past, today=today))


def _rule(text: str) -> Rule | None:
    """Read what `write_rule` wrote; anything else is no rule, and everything is kept."""
    try:
        rule = rule_from(text)
    except Problem:
        return None
    return rule if str(rule or "") == text else None


def _zone(now: datetime) -> str:
    return now.isoformat()[-6:]
