"""The public functions, a few lines each: they wire bank, store, session and forms together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from recprep import choosing
from recprep.core.bank import Bank
from recprep.core.calibrating import Calibration
from recprep.core.history import attempt_frame
from recprep.core.models import Profile, Question
from recprep.core.problem import Problem
from recprep.core.schedule import Pick, eligible, left_out
from recprep.core.session import Session
from recprep.storage import library, own, paths
from recprep.storage.profile import FIRST_ROLE, read_profile, read_role
from recprep.storage.store import Store, erasure

if TYPE_CHECKING:
    import pandas as pd

    from recprep.storage.catalogue.outcome import Outcome
    from recprep.ui.forms.browse import BrowseForm
    from recprep.ui.forms.calibrate import CalibrateForm
    from recprep.ui.forms.frame import Form
    from recprep.ui.forms.practice import PracticeForm
    from recprep.ui.forms.progress import ProgressForm
    from recprep.ui.forms.start import StartForm
    from recprep.ui.forms.your_records import YourRecordsForm

AnyForm = TypeVar("AnyForm", bound="Form")

SET = 5


def start(role: str | None = None) -> StartForm:
    """Give the start page: your profile, the days left, today's set, the weakest area, and what you did last.

    Parameters
    ----------
    role : str, optional
        The role's id; the one that is chosen on this page unless said.
    """
    from recprep.ui.forms.start import StartForm

    store = _store(paths.database())

    def choose(bank: Bank, profile: Profile) -> list[Pick]:
        fitting = eligible(bank.question_by_id.values(), profile)
        return choosing.choose(bank, store, fitting, now=_now(), minutes=profile.minutes_a_day)

    form = StartForm(
        store,
        load=lambda: _bank(role),
        where=paths.home(),
        choose=choose,
        plan=lambda bank, profile, done: choosing.plan_days(bank, store, profile, now=_now(), done=done),
        estimate=lambda bank: choosing.estimates(bank, store),
        practise=lambda: practice(minutes=read_profile(store).minutes_a_day, role=role),
        clock=_now,
        may_choose_role=role is None,
    )
    return _with_daily_backup(form, store)


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
        The role's id; the one that is chosen on the start page unless said.

    Returns
    -------
    PracticeForm
        Answers begun come first, then what is worth most for the interview, as `recprep.core.schedule.select` says.

    Raises
    ------
    Problem
        If no question fits, or an argument is not one of those known.
    """
    store = _store(paths.database())
    store.count()  # opens the history: what has to be said about it is known from here on
    kept_to = role or (read_role(store) if competency else None)  # another role has other competencies
    count = _at_least_one("questions", questions) or (None if minutes else SET)
    most = _at_least_one("minutes", minutes)

    def begin(wide: bool) -> Session:
        bank = _bank(kept_to)
        asked = choosing.matching(bank, competency=competency, kind=kind, seniority=seniority)
        return _sitting(bank, store, asked, wide=wide, count=count, minutes=most)

    return _practice_form(begin, store, role=lambda: kept_to or read_role(store))


def calibrate(role: str | None = None) -> CalibrateForm:
    """Give the calibration form: score sample answers, then see the reference and your bias.

    Six sample answers take about ten minutes; none comes twice until all were seen.

    Parameters
    ----------
    role : str, optional
        The role's id; the one that is chosen on the start page unless said, or the first one where that has no
        sample answers.

    Returns
    -------
    CalibrateForm
    """
    from recprep.ui.forms.calibrate import CalibrateForm

    store = _store(paths.database())

    def begin() -> Calibration:
        bank = _bank(role)
        if role is None and not bank.exemplar_by_id:
            bank = _bank(FIRST_ROLE)
        anybody_here = replace(read_profile(store), seniority=None)
        fitting = {question.id for question in eligible(bank.question_by_id.values(), anybody_here)}
        exemplars = [one for one in bank.exemplar_by_id.values() if one.question in fitting]
        return Calibration(bank, exemplars, keeper=erasure.BoundStore(store), clock=_now, new_id=_new_id, zone=_zone())

    form = CalibrateForm(
        begin,
        words_only=lambda: read_profile(store).words_only,
        role=lambda: _bank(role).name,
        notice=store.notice,
    )
    return _with_daily_backup(form, store)


def progress(role: str | None = None) -> ProgressForm:
    """Give the dashboard: weak areas, levels, trend, criteria, coverage, days of practice, and past answers.

    Parameters
    ----------
    role : str, optional
        The role's id; the one that is chosen on the start page unless said.
    """
    from recprep.ui.forms.progress import ProgressForm

    store = _store(paths.database())

    def practise(bank: Bank, competency: str) -> PracticeForm:
        return practice(competency, role=bank.role)

    form = ProgressForm(store, load=lambda: _bank(role), practise=practise, clock=_now)
    return _with_daily_backup(form, store)


def browse(text: str | None = None, role: str | None = None) -> BrowseForm:
    """Give the question bank: search it, read guides, practise any question, and write questions of your own.

    Parameters
    ----------
    text : str, optional
        What to search first.
    role : str, optional
        The role's id; the one that is chosen on the start page unless said.

    Returns
    -------
    BrowseForm

    Raises
    ------
    Problem
        If there is no such role.
    """
    from recprep import exchange
    from recprep.ui.forms.browse import BrowseForm

    store = _store(paths.database())

    def practise(bank: Bank, question: str) -> PracticeForm:
        def begin(_wide: bool) -> Session:
            now = _bank(bank.role)
            return _session(now, store, [now.question_by_id.get(question, bank.question_by_id[question])])

        return _practice_form(begin, store, role=lambda: bank.role)

    form = BrowseForm(
        store,
        load=lambda: _plain(role),
        guessed=library.guessed,
        practise=practise,
        clock=_now,
        write=lambda bank, folder, form: exchange.write_bank(bank, folder, format=form),
        formats=exchange.writable(),
        bring_in=None if role else _bring_in,
        text=text or "",
    )
    return _with_daily_backup(form, store)


def your_records() -> YourRecordsForm:
    """Give what is kept of you, where and since when: take it out, back it up, bring it back, let it go, erase it."""
    import webbrowser

    from recprep.ui import report
    from recprep.ui.forms.your_records import YourRecordsForm

    store = _store(paths.database())

    def write(what: str, folder: Path, answers: bool) -> Path:
        if what == "sheet":
            return report.write_sheet(_bank(), store, folder, now=_now())
        return report.write_report(_bank(), store, folder, now=_now(), answers=answers)

    form = YourRecordsForm(
        store,
        home=paths.home(),
        write=write,
        open_file=lambda path: webbrowser.open(path.as_uri()),
        clock=_now,
    )
    return _with_daily_backup(form, store)


def load_bank(role: str | None = None) -> Bank:
    """Load a role's bank, with your own questions: `.questions`, `.competencies`, `.exemplars`, `.sources` are frames.

    Parameters
    ----------
    role : str, optional
        The role's id; the one that is chosen on the start page unless said.

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
    return _bank(role) if paths.database().exists() else library.load_bank(role or FIRST_ROLE)


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


def _with_daily_backup(form: AnyForm, store: Store) -> AnyForm:
    """Have the backup of the day made beside the page, once the person has seen it; so it delays nothing."""

    def make() -> None:
        from recprep.storage.custody.rotation import back_up_daily

        try:
            back_up_daily(store, now=_now())
        except Problem as problem:
            message = f"The backup of today was not made. {problem}"
            raise Problem(message) from problem

    form.once_seen(lambda: Thread(target=form.guarded(make, in_turn=False), name="backup of the day").start())
    return form


def _plain(role: str | None = None) -> Bank:
    """Load a role's bank without anything laid over it; the first role when the one that was chosen cannot be."""
    if role is not None:
        return library.load_bank(role)
    try:
        return library.load_bank(read_role(_store(paths.database())))
    except Problem:
        return library.load_bank(FIRST_ROLE)


def _bank(role: str | None = None) -> Bank:
    """Load a role's bank with the person's own questions, guides and corrections."""
    return own.laid_over(_plain(role), _store(paths.database()))


def _bring_in(source: Path, progress: Callable[[int, int], None]) -> Outcome:
    from recprep.exchange import import_from

    return import_from(source, catalogue=paths.catalogue(), now=_now(), progress=progress)


def _practice_form(begin: Callable[[bool], Session], store: Store, *, role: Callable[[], str]) -> PracticeForm:
    from recprep.ui.forms.practice import PracticeForm

    form = PracticeForm(
        begin,
        homes=lambda: erasure.homes(store),
        words_only=lambda: read_profile(store).words_only,
        role=role,
        notice=store.notice,
    )
    return _with_daily_backup(form, store)


def _sitting(
    bank: Bank, store: Store, questions: list[Question], *, wide: bool, count: int | None, minutes: int | None
) -> Session:
    """Choose a set and begin it."""
    profile = read_profile(store)
    fitting = eligible(questions, profile)
    asked = questions if wide or not fitting else fitting
    picks = choosing.choose(bank, store, asked, now=_now(), count=count, minutes=minutes)
    reasons = {pick.question.id: pick.why for pick in picks}
    omitted = left_out(len(questions) - len(asked), profile)
    return _session(bank, store, [pick.question for pick in picks], reasons=reasons, left_out=omitted)


def _session(bank: Bank, store: Store, questions: list[Question], **more: object) -> Session:
    keeper = erasure.BoundStore(store)
    return Session(bank, questions, keeper=keeper, clock=_now, new_id=_new_id, zone=_zone(), **more)


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
