"""What the answers in a role add up to: folded on one by one, as small after 100,000 answers as after ten.

The answers of one day stand at one time, the middle of that day, so that their order does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date

import numpy as np

from recprep.core.memory import day_of
from recprep.core.models import Attempt
from recprep.core.rubric import overall_level
from recprep.core.sums import HALF_LIFE, SENIORITY_SHIFT, Sums, stretch

NOTHING = (0.0,) * len(fields(Sums))
Cells = Mapping[str, tuple[float, ...]]  # by "competency/kind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The sums behind the estimates of one role.

    `day` is the last day with answers, in the person's own zone, and `before` how many answers were given
    before it. `past` holds, for each competency and kind, the sums over those that `recprep.core.sums.Sums`
    names, in its order, with weights as they are at time `at`: an answer counts half once `HALF_LIFE` more
    were given. `today` holds the plain sums of 1, y and y squared of the last day. `set_back` says that answers of
    an earlier day count with it, because a clock was set back. `earlier` is the tally without the last day, kept
    while that day has a single answer, which may be taken back.
    """

    before: int = 0
    day: date | None = None
    at: float = 0.0
    past: Cells = field(default_factory=dict)
    today: Cells = field(default_factory=dict)
    set_back: bool = False
    earlier: Tally | None = None

    @property
    def answers(self) -> int:
        """How many answers there are in all."""
        return self.before + self._on_the_day

    @property
    def _on_the_day(self) -> int:
        return round(sum(count for count, *_ in self.today.values()))


def add(tally: Tally, attempt: Attempt) -> Tally:
    """Fold one more attempt into a tally.

    Parameters
    ----------
    tally : Tally
    attempt : Attempt
        One without a competency, or scored by somebody else than the person, changes nothing; one of an
        earlier day (a clock was set back) counts with the last day.

    Returns
    -------
    Tally
    """
    if not _counts(attempt):
        return tally
    day, earlier = day_of(attempt), None
    if tally.day is None or day > tally.day:
        earlier = replace(tally, earlier=None)
        tally = replace(_closed(tally), day=day)
    today, set_back = _moved(tally.today, attempt, by=1), tally.set_back or day < tally.day
    return replace(tally, today=today, set_back=set_back, earlier=earlier)


def take_back(tally: Tally, attempt: Attempt) -> Tally | None:
    """Give the tally without an attempt that is in it; None when it must be folded anew from all that stand.

    That is so for an attempt of an earlier day, and whenever others may have to move to another day: when some
    of earlier days count with the last, or when the last day is left empty after it had more than one.
    """
    if not _counts(attempt):
        return tally
    if day_of(attempt) != tally.day or tally.set_back or tally.today.get(_cell(attempt), (0,))[0] < 1:
        return None
    today = _moved(tally.today, attempt, by=-1)
    return replace(tally, today=today) if today else tally.earlier


def add_all(attempts: Iterable[Attempt], tally: Tally | None = None) -> Tally:
    """Fold attempts, in the order of saving, into a tally."""
    tally = tally or Tally()
    for attempt in attempts:
        tally = add(tally, attempt)
    return tally


def sums(tally: Tally, competencies: Sequence[str], kinds: Sequence[str]) -> Sums:
    """Give what the estimates need, in the order of these competencies and kinds.

    Parameters
    ----------
    tally : Tally
    competencies, kinds : sequences of str
        Cells of others are left out.

    Returns
    -------
    Sums
        Arrays of shape (competencies, kinds).
    """
    cells = _closed(tally).past
    table = np.array([[cells.get(f"{c}/{k}", NOTHING) for k in kinds] for c in competencies])
    return Sums(*np.moveaxis(table.reshape(len(competencies), len(kinds), len(NOTHING)), -1, 0))


def _counts(attempt: Attempt) -> bool:
    return attempt.competency is not None and attempt.rater == "self"


def _cell(attempt: Attempt) -> str:
    return f"{attempt.competency}/{attempt.kind}"


def _moved(cells: Cells, attempt: Attempt, *, by: int) -> Cells:
    """Give the sums of a day with an attempt more, or less."""
    level = float(stretch(overall_level(attempt.levels, attempt.weights)))
    level += SENIORITY_SHIFT.get(attempt.seniority, 0.0)
    before = cells.get(_cell(attempt), (0, 0.0, 0.0))
    after = tuple(old + by * new for old, new in zip(before, (1, level, level**2), strict=True))
    rest = {name: kept for name, kept in cells.items() if name != _cell(attempt)}
    return rest | ({_cell(attempt): after} if after[0] > 0 else {})


def _closed(tally: Tally) -> Tally:
    """Move the last day to the past."""
    if not tally.today:
        return tally
    count = tally._on_the_day
    time = tally.before + (count - 1) / 2
    fade = 0.5 ** ((time - tally.at) / HALF_LIFE) if tally.past else 1.0
    past = {name: (n, *(fade * value for value in kept)) for name, (n, *kept) in tally.past.items()}
    for name, (n, level, squared) in tally.today.items():
        before = past.get(name, NOTHING)
        after = (n, n, time * n, time**2 * n, level, time * level, squared)
        past[name] = tuple(old + new for old, new in zip(before, after, strict=True))
    return Tally(before=tally.before + count, day=tally.day, at=time, past=past)
