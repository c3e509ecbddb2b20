"""The public functions, a few lines each: they wire bank, store, session and forms together."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from recprep.core import analysis
from recprep.core.bank import Bank
from recprep.core.calibrating import Calibration
from recprep.core.estimates import Estimate
from recprep.core.history import attempt_frame
from recprep.core.models import Profile, Question
from recprep.core.plan import Plan, days_until, plan
from recprep.core.problem import Problem
from recprep.core.schedule import Pick, eligible, left_out, select
from recprep.core.session import Session
from recprep.storage import library, paths
from recprep.storage.profile import read_profile
from recprep.storage.store import Store

if TYPE_CHECKING:
    import pandas as pd

    from recprep.ui.forms.calibrate import CalibrateForm
    from recprep.ui.forms.practice import PracticeForm
    from recprep.ui.forms.progress import ProgressForm
    from recprep.ui.forms.start import StartForm

ROLE = "records-coordinator"
SET = 5
MORNING, NOON = time(9), time(12)  # when an interview may begin, and when a later day's practice is planned for


def start() -> StartForm:
    """Give the start page: your profile, the days left, today's set, the weakest area, and what you did last."""
    from recprep.ui.forms.start import StartForm

    bank, store = load_bank(), _store(paths.database())

    def choose(profile: Profile) -> list[Pick]:
        return _choose(bank, store, eligible(bank.question_by_id.values(), profile), minutes=profile.minutes_a_day)

    def plan_days(profile: Profile, done: int) -> Plan:
        return _plan(bank, store, profile, done=done)

    def practise() -> PracticeForm:
        return practice(minutes=read_profile(store).minutes_a_day)

    return StartForm(
        bank,
        store,
        where=paths.home(),
        choose=choose,
        plan=plan_days,
        estimate=lambda: _estimates(bank, store),
        practise=practise,
        clock=_now,
    )


def practice(
    competency: str | None = None,
    kind: str | None = None,
    seniority: str | None = None,
    questions: int | None = None,
    minutes: int | None = None,
    role: str | None = None,
) -> PracticeForm:
    """Give the practice form: answer, open the guide, score yourself, save.

    Parameters
    ----------
    competency, kind, seniority : str, optional
        Ask only such questions; see `load_bank().competencies` and `load_bank().questions`.
    questions : int, optional
        How many to ask in this set; 5 unless `minutes` says otherwise.
    minutes : int, optional
        Ask what fits into this many minutes, scoring included.
    role : str, optional
        The role's id; records-coordinator unless said.

    Returns
    -------
    PracticeForm
        Answers begun come first, then what is worth most for the interview, as `recprep.core.schedule.select` says.

    Raises
    ------
    Problem
        If no question fits, or an argument is not one of those known.
    """
    from recprep.ui.forms.practice import PracticeForm

    bank, store = load_bank(role or ROLE), _store(paths.database())
    asked = _matching(bank, competency=competency, kind=kind, seniority=seniority)
    count = _at_least_one("questions", questions) or (None if minutes else SET)
    most = _at_least_one("minutes", minutes)

    def begin(wide: bool) -> Session:
        return _sitting(bank, store, asked, wide=wide, count=count, minutes=most)

    return PracticeForm(
        begin, home_id=store.home_id, words_only=lambda: read_profile(store).words_only, notice=store.notice
    )


def calibrate(role: str | None = None) -> CalibrateForm:
    """Give the calibration form: score sample answers, then see the reference and your bias.

    Six sample answers take about ten minutes; none comes twice until all were seen.

    Parameters
    ----------
    role : str, optional
        The role's id; records-coordinator unless said.

    Returns
    -------
    CalibrateForm
    """
    from recprep.ui.forms.calibrate import CalibrateForm

    bank, store = load_bank(role or ROLE), _store(paths.database())

    def begin() -> Calibration:
        anybody_here = replace(read_profile(store), seniority=None)
        fitting = {question.id for question in eligible(bank.question_by_id.values(), anybody_here)}
        exemplars = [one for one in bank.exemplar_by_id.values() if one.question in fitting]
        return Calibration(bank, exemplars, keeper=store, clock=_now, new_id=_new_id, zone=_zone())

    return CalibrateForm(begin, words_only=lambda: read_profile(store).words_only, notice=store.notice)


def progress() -> ProgressForm:
    """Give the dashboard: weak areas, levels, trend, criteria, coverage, days of practice, and past answers."""
    from recprep.ui.forms.progress import ProgressForm

    return ProgressForm(load_bank(), _store(paths.database()), practise=practice, clock=_now)


def load_bank(role: str = ROLE) -> Bank:
    """Load a role's bank: `.questions`, `.competencies`, `.exemplars` and `.sources` are data frames.

    Parameters
    ----------
    role : str

    Returns
    -------
    Bank

    Raises
    ------
    Problem
        If there is no such role, or its files have faults: all are named with file and line.

    Examples
    --------
    >>> bank = load_bank()
    >>> bank.competencies.loc["capture", "name"]
    'Capture and creation'
    """
    return library.load_bank(role)


def attempts(*, withdrawn: bool = False) -> pd.DataFrame:
    """Give every attempt as a tidy frame, one row per attempt and criterion, oldest first.

    Parameters
    ----------
    withdrawn : bool
        Also give those that were taken back with Undo.

    Returns
    -------
    pandas.DataFrame
        The columns of `recprep.core.history.attempt_frame`. No answer texts.
    """
    return attempt_frame(_store(paths.database()).attempts(withdrawn=withdrawn))


@cache
def _store(path: Path) -> Store:
    """Give this process's one store of a home; it opens the database when it is first asked."""
    return Store(path)


def _sitting(
    bank: Bank, store: Store, questions: list[Question], *, wide: bool, count: int | None, minutes: int | None
) -> Session:
    profile = read_profile(store)
    fitting = eligible(questions, profile)
    asked = questions if wide or not fitting else fitting
    picks = _choose(bank, store, asked, count=count, minutes=minutes)
    return Session(
        bank,
        [pick.question for pick in picks],
        keeper=store,
        clock=_now,
        new_id=_new_id,
        zone=_zone(),
        reasons={pick.question.id: pick.why for pick in picks},
        left_out=left_out(len(questions) - len(asked), profile),
    )


def _choose(
    bank: Bank, store: Store, questions: list[Question], *, count: int | None = None, minutes: int | None = None
) -> list[Pick]:
    by = _interview(read_profile(store))
    return select(questions, **_standing(bank, store), now=_now(), by=by, count=count, minutes=minutes)


def _plan(bank: Bank, store: Store, profile: Profile, *, done: int) -> Plan:
    questions = eligible(bank.question_by_id.values(), profile)
    _today, *later = days_until(_now().astimezone().date(), profile.interview_on)
    days, by = [_now(), *(_at(day, NOON) for day in later)], _interview(profile)
    return plan(questions, **_standing(bank, store), days=days, by=by, minutes=profile.minutes_a_day, done=done)


def _standing(bank: Bank, store: Store) -> dict[str, Any]:
    """Give what is known of the person, as the schedule takes it."""
    return {
        "competencies": bank.competency_by_id,
        "memories": store.memories(bank.role, bank.question_by_id),
        "estimates": _estimates(bank, store),
        "begun": {draft.question for draft in store.drafts(bank.role)},
    }


def _interview(profile: Profile) -> datetime | None:
    """Give the morning of the interview, in UTC."""
    return _at(profile.interview_on, MORNING) if profile.interview_on else None


def _at(day: date, hour: time) -> datetime:
    """Give an hour of a day in the person's own zone, in UTC."""
    return datetime.combine(day, hour).astimezone(UTC)


def _estimates(bank: Bank, store: Store) -> dict[str, Estimate]:
    return analysis.estimate_from_tally(store.tally(bank.role), bank, store.ratings(bank.role))


def _matching(bank: Bank, **wanted: str | None) -> list[Question]:
    chosen = list(bank.question_by_id.values())
    for field, value in wanted.items():
        if value is None:
            continue
        known = sorted({getattr(question, field) or "" for question in bank.question_by_id.values()} - {""})
        chosen = [question for question in chosen if getattr(question, field) == value]
        if value not in known:
            message = f"There is no {field} '{value}' in this bank. You can choose: {', '.join(known)}."
            raise Problem(message)
    if not chosen:
        message = f"No question is all of this: {', '.join(filter(None, wanted.values()))}. Leave one of them out."
        raise Problem(message)
    return chosen


def _at_least_one(name: str, value: int | None) -> int | None:
    if value is not None and (not isinstance(value, int) or value < 1):
        message = f"{name} is a whole number from 1; {value!r} is not."
        raise Problem(message)
    return value


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return str(uuid4())


def _zone() -> str:
    """Give the person's own zone as an offset from UTC, such as +02:00."""
    return _now().astimezone().isoformat()[-6:]
