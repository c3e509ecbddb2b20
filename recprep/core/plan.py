"""The days up to the interview: what is practised on each, and what none has room for. Made anew from the present."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from recprep.core.estimates import Estimate
from recprep.core.memory import GOOD_BELOW, Memory, review
from recprep.core.models import Competency, Question
from recprep.core.schedule import Pick, minutes_for, select

GOOD = GOOD_BELOW - 1  # percent
MOST_DAYS = 60  # planned one by one; further ahead a plan says little
AHEAD = timedelta(
    days=1
)  # nobody's day is further ahead of UTC's, so a planned answer never counts with an earlier day


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """What is to be practised on one day, and the moment (UTC) that it was planned for."""

    at: datetime
    picks: tuple[Pick, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The days in their order, and the new questions that none of them has room for, in the order of the bank."""

    days: tuple[PlannedDay, ...]
    unseen: tuple[Question, ...]


def days_until(today: date, interview: date) -> list[date]:
    """Give the days of practice, from today to the day before the interview, at most `MOST_DAYS`.

    Parameters
    ----------
    today, interview : date
        In the person's own zone.

    Returns
    -------
    list of date
        Today alone when the interview is today or tomorrow, none when it is over.

    Examples
    --------
    >>> [f"{day:%d %B}" for day in days_until(date(2026, 11, 29), date(2026, 12, 2))]
    ['29 November', '30 November', '01 December']
    """
    left = (interview - today).days
    return [] if left < 0 else [today + timedelta(days=day) for day in range(min(max(1, left), MOST_DAYS))]


def plan(
    questions: Sequence[Question],
    *,
    competencies: Mapping[str, Competency],
    memories: Mapping[str, Memory],
    estimates: Mapping[str, Estimate],
    days: Sequence[datetime],
    by: datetime,
    minutes: int,
    done: int = 0,
    begun: Collection[str] = (),
    guides_read: Mapping[str, datetime] | None = None,
) -> Plan:
    """Plan the days up to the interview, each by the policy of `recprep.core.schedule.select`.

    Each question planned is taken to be answered well enough (*Good*) on its day, and its memory moves on; the
    estimates stay as they are. Nothing is kept of a plan: after a day that was missed, the next one simply
    starts from what was practised.

    Parameters
    ----------
    questions, competencies, memories, estimates, begun, guides_read
        As `select` takes them.
    days : sequence of datetime
        The present, then a moment on each later day of practice, in UTC.
    by : datetime
        When the interview is, in UTC.
    minutes : int
        How many are for practice on a day, scoring included. A day has one question at least.
    done : int
        Minutes already practised today: what is left of today gets only what fits.

    Returns
    -------
    Plan
    """
    memories = dict(memories)
    planned = []
    for number, at in enumerate(days):
        today = number == 0
        picks = select(
            questions,
            competencies=competencies,
            memories=memories,
            estimates=estimates,
            now=at,
            by=by,
            begun=begun if today else (),
            guides_read=guides_read,
            minutes=minutes - done if today else minutes,
        )
        if today and done and minutes_for(pick.question for pick in picks) > minutes - done:
            picks = []
        planned.append(PlannedDay(at, tuple(picks)))
        for question in (pick.question.id for pick in picks):
            memories[question] = review(memories.get(question), question, percent=GOOD, at=at, day=at.date() + AHEAD)
    return Plan(tuple(planned), tuple(question for question in questions if question.id not in memories))
