"""What to ask next: bank, profile and history handed to the schedule. The clock is the caller's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from recprep.core import analysis
from recprep.core.bank import Bank
from recprep.core.estimates import Estimate
from recprep.core.models import Profile, Question
from recprep.core.plan import Plan, days_until, plan
from recprep.core.problem import Problem
from recprep.core.schedule import Pick, eligible, select
from recprep.storage import own
from recprep.storage.profile import ratings_for, read_profile
from recprep.storage.store import Store

MORNING, NOON = time(9), time(12)  # when an interview may begin, and when a later day's practice is planned for


def choose(
    bank: Bank,
    store: Store,
    questions: list[Question],
    *,
    now: datetime,
    count: int | None = None,
    minutes: int | None = None,
) -> list[Pick]:
    """Choose what to ask of some questions, as `recprep.core.schedule.select` says."""
    by = _interview(read_profile(store))
    return select(questions, **_standing(bank, store), now=now, by=by, count=count, minutes=minutes)


def plan_days(bank: Bank, store: Store, profile: Profile, *, now: datetime, done: int) -> Plan:
    """Plan the days up to the interview; `done` is how many minutes were practised today."""
    questions = eligible(bank.question_by_id.values(), profile)
    _today, *later = days_until(now.astimezone().date(), profile.interview_on)
    days, by = [now, *(_at(day, NOON) for day in later)], _interview(profile)
    return plan(questions, **_standing(bank, store), days=days, by=by, minutes=profile.minutes_a_day, done=done)


def estimates(bank: Bank, store: Store) -> dict[str, Estimate]:
    """Estimate the level in each competency, as things stand."""
    return analysis.estimate_from_tally(store.tally(bank.role), bank, ratings_for(bank, store))


def matching(bank: Bank, **wanted: str | None) -> list[Question]:
    """Give the questions of a competency, a kind or a seniority.

    Raises
    ------
    Problem
        If there are none, or one of these is not known in the bank.
    """
    chosen = list(bank.question_by_id.values())
    for field, value in wanted.items():
        if value is None:
            continue
        known = _known(bank.question_by_id.values(), field)
        chosen = [question for question in chosen if getattr(question, field) == value]
        if value not in known:
            message = f"There is no {field} '{value}' in this bank. You can choose: {', '.join(known)}."
            raise Problem(message)
    if not chosen:
        message = f"No question is all of this: {', '.join(filter(None, wanted.values()))}. Leave one of them out."
        raise Problem(message)
    return chosen


def _known(questions: Iterable[Question], field: str) -> list[str]:
    return sorted({getattr(question, field) or "" for question in questions} - {""})


def _standing(bank: Bank, store: Store) -> dict[str, Any]:
    """Give what is known of the person, as the schedule takes it."""
    return {
        "competencies": bank.competency_by_id,
        "memories": store.memories(bank.role, bank.question_by_id),
        "estimates": estimates(bank, store),
        "begun": {draft.question for draft in store.drafts(bank.role)},
        "guides_read": own.guides_read(store, bank.role),
    }


def _interview(profile: Profile) -> datetime | None:
    """Give the morning of the interview, in UTC."""
    return _at(profile.interview_on, MORNING) if profile.interview_on else None


def _at(day: date, hour: time) -> datetime:
    """Give an hour of a day in the person's own zone, in UTC."""
    return datetime.combine(day, hour).astimezone(UTC)
