"""How well a question is remembered: attempts folded into FSRS memory, one review for each day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from recprep.core.models import Attempt, Rating

if TYPE_CHECKING:
    from fsrs import Card, Scheduler

LONGEST_DAYS = 365
RELEARN_BELOW, HARD_BELOW, GOOD_BELOW = 50, 70, 85  # percent: Again, Hard, Good, and Easy above


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """FSRS's picture of a memory: `stability` in days, `difficulty` 1 to 10, and when it should come back."""

    stability: float
    difficulty: float
    reviewed_at: datetime
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """All that the attempts at one question come to.

    `count` is over all attempts. `before` is the strength before `day`, the last day with attempts in the
    person's own zone; `day_count`, `day_percents` and `day_last` sum up that day; `strength` is the strength
    after it.
    """

    question: str
    count: int
    day: date
    day_count: int
    day_percents: int
    day_last: datetime
    before: Strength | None
    strength: Strength


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The answers to a question on one day, as FSRS counts them: once.

    `day` is in the person's own zone, `at` (UTC) the last answer of that day. `percents` sums up `count` answers;
    `seconds_taken` is None when no answer of the day says it. `first` says that the question was new.
    """

    role: str
    question: str
    day: date
    at: datetime
    count: int
    percents: int
    seconds_taken: int | None
    first: bool

    @property
    def rating(self) -> int:
        """1 *Again*, 2 *Hard*, 3 *Good*, 4 *Easy*."""
        return _rating(self.percents / self.count)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    day: date
    count: int
    percents: int
    last: datetime


def remember(memory: Memory | None, attempt: Attempt) -> Memory:
    """Fold one more attempt into a question's memory, as `review` does.

    An attempt that closed the gate counts as *Again*.

    Parameters
    ----------
    memory : Memory or None
        What the earlier attempts came to.
    attempt : Attempt
        Not earlier than the day of `memory`.

    Returns
    -------
    Memory
    """
    return review(memory, attempt.question, percent=_counted_percent(attempt), at=attempt.at, day=day_of(attempt))


def review(memory: Memory | None, question: str, *, percent: int, at: datetime, day: date) -> Memory:
    """Fold one more answer to a question into its memory.

    The answers of one day make one review, rated by their mean percent: below 50 *Again*, below 70
    *Hard*, below 85 *Good*, else *Easy*. So the order of the answers within a day does not matter. FSRS: Ye, J.,
    Su, J. & Cao, Y. (2022), KDD '22, and the py-fsrs implementation of FSRS-6, without fuzzing.

    Parameters
    ----------
    memory : Memory or None
        What the earlier answers came to.
    question : str
    percent : int
        0 to 100.
    at : datetime
        In UTC.
    day : date
        In the person's own zone; one before the day of `memory` counts with it.

    Returns
    -------
    Memory
    """
    known = memory and _Day(day=memory.day, count=memory.day_count, percents=memory.day_percents, last=memory.day_last)
    today = _counted(known, percent=percent, at=at, day=day)
    same_day = memory is not None and today.day == memory.day
    before = None if memory is None else memory.before if same_day else memory.strength
    return Memory(
        question=question,
        count=1 + (memory.count if memory else 0),
        day=today.day,
        day_count=today.count,
        day_percents=today.percents,
        day_last=today.last,
        before=before,
        strength=_review(before, today.percents / today.count, today.last),
    )


def replay(attempts: Iterable[Attempt], memory: Memory | None = None) -> Memory | None:
    """Fold attempts at one question, in the order of saving, into its memory."""
    for attempt in attempts:
        memory = remember(memory, attempt)
    return memory


def reviews(attempts: Iterable[Attempt]) -> Iterator[Review]:
    """Give the reviews that memory is folded from: one for each question and day.

    When you would want it: to hand a history to another scheduler, or to fit FSRS to it.

    Parameters
    ----------
    attempts : iterable of Attempt
        At any questions of any roles, in the order of saving.

    Yields
    ------
    Review
        As soon as its day is over; the reviews of one question in the order of their days.
    """
    latest: dict[tuple[str, str], Review] = {}
    for attempt in attempts:
        key = attempt.role, attempt.question
        known = latest.get(key)
        latest[key] = _joined(known, attempt)
        if known and latest[key].day != known.day:
            yield known
    yield from latest.values()


def retrievability(memory: Memory, at: datetime) -> float:
    """Give the probability, 0 to 1, that the question's key points are remembered at a time (UTC)."""
    return _scheduler().get_card_retrievability(_card(memory.strength), at)


def day_of(attempt: Attempt | Rating) -> date:
    """Give the day of an attempt or a rating in the zone that the person was in."""
    return (attempt.at + _offset(attempt.zone)).date()


@cache
def _offset(zone: str) -> timedelta:
    try:
        return datetime.fromisoformat(f"2000-01-01T00:00{zone}").utcoffset() or timedelta()
    except ValueError:
        return timedelta()


def _counted_percent(attempt: Attempt) -> int:
    return min(attempt.percent, RELEARN_BELOW - 1) if attempt.gated else attempt.percent


def _counted(known: _Day | None, *, percent: int, at: datetime, day: date) -> _Day:
    """Count one more answer: into the last known day, unless it was given on a later one."""
    if known is None or day > known.day:
        return _Day(day=day, count=1, percents=percent, last=at)
    return _Day(day=known.day, count=known.count + 1, percents=known.percents + percent, last=max(at, known.last))


def _joined(known: Review | None, attempt: Attempt) -> Review:
    last = known and _Day(day=known.day, count=known.count, percents=known.percents, last=known.at)
    today = _counted(last, percent=_counted_percent(attempt), at=attempt.at, day=day_of(attempt))
    same_day = known is not None and today.day == known.day
    told = [known.seconds_taken if same_day else None, attempt.seconds_taken]
    return Review(
        role=attempt.role,
        question=attempt.question,
        day=today.day,
        at=today.last,
        count=today.count,
        percents=today.percents,
        seconds_taken=sum(filter(None, told)) if told != [None, None] else None,
        first=known.first if same_day else known is None,
    )


def _rating(percent: float) -> int:
    below = (RELEARN_BELOW, HARD_BELOW, GOOD_BELOW)
    return next((rating for rating, least in enumerate(below, start=1) if percent < least), len(below) + 1)


def _review(before: Strength | None, percent: float, at: datetime) -> Strength:
    from fsrs import Card, Rating

    card = _card(before) if before else Card(card_id=0, due=at)
    card, _ = _scheduler().review_card(card, Rating(_rating(percent)), at)
    return Strength(stability=card.stability, difficulty=card.difficulty, reviewed_at=card.last_review, due=card.due)


def _card(strength: Strength) -> Card:
    from fsrs import Card, State

    return Card(
        card_id=0,
        state=State.Review,
        stability=strength.stability,
        difficulty=strength.difficulty,
        due=strength.due,
        last_review=strength.reviewed_at,
    )


@cache
def _scheduler() -> Scheduler:
    from fsrs import Scheduler

    return Scheduler(learning_steps=(), relearning_steps=(), maximum_interval=LONGEST_DAYS, enable_fuzzing=False)
