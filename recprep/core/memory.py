"""How well a question is remembered: attempts folded into FSRS memory, one review for each day."""

from __future__ import annotations

from collections.abc import Iterable
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
    same_day = memory is not None and day <= memory.day
    before = None if memory is None else memory.before if same_day else memory.strength
    percents = percent + (memory.day_percents if same_day else 0)
    count = 1 + (memory.day_count if same_day else 0)
    last = max(at, memory.day_last) if same_day else at
    return Memory(
        question=question,
        count=1 + (memory.count if memory else 0),
        day=memory.day if same_day else day,
        day_count=count,
        day_percents=percents,
        day_last=last,
        before=before,
        strength=_review(before, percents / count, last),
    )


def replay(attempts: Iterable[Attempt], memory: Memory | None = None) -> Memory | None:
    """Fold attempts at one question, in the order of saving, into its memory."""
    for attempt in attempts:
        memory = remember(memory, attempt)
    return memory


def retrievability(memory: Memory, at: datetime) -> float:
    """Give the probability, 0 to 1, that the question's key points are remembered at a time (UTC)."""
    return _scheduler().get_card_retrievability(_card(memory.strength), at)


def day_of(attempt: Attempt | Rating) -> date:
    """Give the day of an attempt or a rating in the zone that the person was in."""
    return (attempt.at + _offset(attempt.zone)).date()


def _offset(zone: str) -> timedelta:
    sign = -1 if zone.startswith("-") else 1
    hours, _, minutes = zone.lstrip("+-").partition(":")
    return sign * timedelta(hours=int(hours), minutes=int(minutes)) if hours.isdigit() else timedelta()


def _counted_percent(attempt: Attempt) -> int:
    return min(attempt.percent, RELEARN_BELOW - 1) if attempt.gated else attempt.percent


def _review(before: Strength | None, percent: float, at: datetime) -> Strength:
    from fsrs import Card, Rating

    ratings = ((RELEARN_BELOW, Rating.Again), (HARD_BELOW, Rating.Hard), (GOOD_BELOW, Rating.Good))
    rating = next((rating for below, rating in ratings if percent < below), Rating.Easy)
    card, _ = _scheduler().review_card(_card(before) if before else Card(card_id=0, due=at), rating, at)
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
