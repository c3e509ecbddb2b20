"""What the start page says: the days left, where the person stands, today's set and the plan, as safe HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

from recprep.core.analysis import weak_areas
from recprep.core.bank import Bank
from recprep.core.estimates import Estimate
from recprep.core.memory import Memory
from recprep.core.models import GUIDE, Attempt, Draft, Profile
from recprep.core.plan import MOST_DAYS, Plan, PlannedDay
from recprep.core.rubric import overall_level
from recprep.core.schedule import POLICY, Pick, minutes_for
from recprep.ui import charts
from recprep.ui.charts import Wording
from recprep.ui.forms.frame import day
from recprep.ui.text import counted, inline, listed, plain, table

FIRST_DAYS = 7  # of the plan; those after it are folded
SNIPPET = 90


def headline(profile: Profile, today: date, *, begun: bool) -> str:
    """Give the days left, in words."""
    if profile.interview_on is None:
        return "Where you stand" if begun else "Welcome"
    days = (profile.interview_on - today).days
    if days > 1:
        return f"{days} days to the interview"
    return {1: "The interview is tomorrow", 0: "The interview is today"}.get(days, "The interview is behind you")


def stand(
    bank: Bank,
    memories: Mapping[str, Memory],
    latest: list[Attempt],
    estimated: Mapping[str, Estimate],
    *,
    calibrated: bool,
    words_only: bool,
) -> str:
    """Give what was done so far, the weakest area, and what the last day of practice brought."""
    name, total = plain(bank.name), len(bank.question_by_id)
    if not latest:
        return f"<p>You are preparing for <strong>{name}</strong>. There are {total} questions{_first_words(bank)}</p>"
    attempts = counted(sum(memory.count for memory in memories.values()), "attempt")
    return (
        f"<p>You are preparing for <strong>{name}</strong>. You have answered {len(memories)} of {total} questions, "
        f"in {attempts}. {_weakest(bank, estimated, words_only=words_only)}</p><p>{_what_changed(latest)}</p>"
        f"{'' if calibrated else _NOT_CALIBRATED}"
    )


def _first_words(bank: Bank) -> str:
    """Say how it goes with this bank; imported questions may have come without guides."""
    guided = sum(any(getattr(question, part) for part in GUIDE) for question in bank.question_by_id.values())
    if not guided:
        return (
            ", without guides. You answer in your own words, and score yourself by the words of the rubric. You can "
            "write guides of your own on the page Question bank."
        )
    guides = "each" if guided == len(bank.question_by_id) else f"{guided} of them"
    return (
        f", {guides} with a guide. You answer first, in your own words; then the guide opens, and you score yourself."
    )


def _weakest(bank: Bank, estimated: Mapping[str, Estimate], *, words_only: bool) -> str:
    if not any(one.enough for one in estimated.values()):
        return "There are too few answers yet to name a weakest area."
    weak = weak_areas(estimated)
    if not weak:
        return "Every area with enough answers is more likely at its target than below it."
    area = estimated[weak[0]]
    name = f"<strong>{plain(bank.competency_by_id[area.competency].name)}</strong>"
    stands = charts.standing("It", area, Wording(bank.rubric, words_only=words_only))
    return f"Practice pays most in {name}. {plain(stands)}"


def _what_changed(latest: list[Attempt]) -> str:
    """Say what the last day of practice brought, against the time before at the same questions."""
    last_day = latest[0].at.astimezone().date()
    on_the_day = [attempt for attempt in latest if attempt.at.astimezone().date() == last_day]
    before = {attempt.question: attempt for attempt in reversed(latest) if attempt not in on_the_day}
    again = [(before[attempt.question], attempt) for attempt in on_the_day if attempt.question in before]
    rose = sum(_level(new) > _level(old) for old, new in again)
    said = f"Last time, on {last_day:%d %B}, you saved {counted(len(on_the_day), 'answer')}."
    if not again:
        return said
    if len(again) == 1:
        return f"{said} The one that you had answered before came out {'higher' if rose else 'no higher'}."
    return f"{said} {rose or 'None'} of the {len(again)} that you had answered before came out higher."


def _level(attempt: Attempt) -> float:
    return overall_level(attempt.levels, attempt.weights)


def todays_set(bank: Bank, picks: list[Pick], memories: Mapping[str, Memory], now: datetime) -> str:
    """Give what today's set holds, and by which rule it was chosen."""
    if not picks:
        return "<p>No question fits what you said below. Choose another place or seniority, and there will be some.</p>"
    new = sum(pick.new for pick in picks)
    again = len(picks) - new
    parts = [f"{again} to see again"] * bool(again) + [f"{new} new"] * bool(new)
    minutes = minutes_for(pick.question for pick in picks)
    sentence = f"<p>{counted(len(picks), 'question')}, about {minutes} minutes: {', '.join(parts)}.</p>"
    due = any(memory.strength.due <= now for memory in memories.values())
    if not due and not new and len(memories) >= len(bank.question_by_id):
        sentence = f"<p>You have seen every question, and none is due today. You can rest, or go on.</p>{sentence}"
    return f'{sentence}<p class="recprep-aside">{POLICY}</p>'


def plan(planned: Plan | None, bank: Bank, profile: Profile, today: date) -> str:
    """Give the days until the interview, what each holds, and what no day has room for."""
    if profile.interview_on is None:
        return "<p>Say below when the interview is, and a plan for each day until then stands here.</p>"
    if profile.interview_on < today:
        return (
            f"<p>The day that you named, {profile.interview_on:%d %B}, has passed. Is there another interview? Then "
            "choose its day below, and a new plan stands here. Or go on without a day.</p>"
        )
    first, later = planned.days[:FIRST_DAYS], planned.days[FIRST_DAYS:]
    capped = len(planned.days) == MOST_DAYS and (profile.interview_on - today).days > MOST_DAYS
    folded = f"<details><summary>The days after that</summary>{_days(later, bank, today)}</details>" if later else ""
    return f"{_days(first, bank, today)}{folded}{_no_room(planned, bank)}{_CAPPED if capped else ''}{_REPLANNED}"


def _days(days: Iterable[PlannedDay], bank: Bank, today: date) -> str:
    rows = [
        [
            f'<span class="recprep-day">{_day(one.at.astimezone().date(), today)}</span>',
            str(sum(not pick.new for pick in one.picks)),
            str(sum(pick.new for pick in one.picks)),
            _areas([pick.question.competency for pick in one.picks], bank),
            str(minutes_for(pick.question for pick in one.picks)),
        ]
        for one in days
    ]
    return table(["Day", "To see again", "New", "Areas", "Minutes"], rows)


def _day(on: date, today: date) -> str:
    return "Today" if on == today else f"{on:%a %d %b}"


def _areas(competencies: Iterable[str | None], bank: Bank) -> str:
    names = {area.id: area.name for area in bank.competency_by_id.values()}
    often = Counter(names.get(name, "General") for name in competencies)
    return plain(", ".join(f"{name}{f' ({count})' if count > 1 else ''}" for name, count in often.most_common()))


def _no_room(planned: Plan, bank: Bank) -> str:
    if not planned.unseen:
        return "<p>Every new question that fits you has room.</p>"
    areas = _areas([question.competency for question in planned.unseen], bank)
    return (
        f"<p>{counted(len(planned.unseen), 'new question')} will not fit: {areas}. More minutes a day would take in "
        "more; those that matter most come first.</p>"
    )


def prompt(bank: Bank, question: str) -> str:
    """Give what a question asks, also when it is no longer in the bank."""
    known = bank.question_by_id.get(question)
    return inline(known.prompt) if known else f"{plain(question)} (no longer in the bank)"


def begun(bank: Bank, drafts: list[Draft]) -> str:
    """Give the answers begun, with how each starts."""
    items = [f"{prompt(bank, draft.question)}<br><em>{_snippet(draft.answer)}</em>" for draft in drafts]
    return f"{listed(items)}<p>These come first in today's set, with your words in place.</p>"


def _snippet(answer: str) -> str:
    words = " ".join(answer.split())
    return plain(words[:SNIPPET] + ("…" if len(words) > SNIPPET else "")) or "Answered aloud"


def latest(bank: Bank, attempts: list[Attempt], *, words_only: bool) -> str:
    """Give the attempts saved last."""
    percent = {} if words_only else {"Percent": lambda attempt: f"{attempt.percent} %"}
    columns = {"Question": lambda attempt: prompt(bank, attempt.question)} | percent
    columns |= {"Band": lambda attempt: plain(attempt.band)}
    rows = [
        [f'<span class="recprep-day">{day(attempt.at)}</span>', *(show(attempt) for show in columns.values())]
        for attempt in attempts
    ]
    return table(["Day", *columns], rows)


def where(home: Path) -> str:
    """Say where the person's words are."""
    return (
        f"<p>Everything you write is on this computer only, in the folder <code>{plain(home)}</code>. Nothing is sent "
        "anywhere, and nothing you write is in the notebook files. To move to another computer, stop the workbook and "
        "copy that folder; to delete everything, delete it.</p>"
    )


_NOT_CALIBRATED = (
    "<p>Nobody knows yet how strictly you score. Ten minutes on the page <strong>20-calibrate</strong> would tell, and "
    "the levels would be surer.</p>"
)
_CAPPED = f"<p>The plan reaches {MOST_DAYS} days ahead; the days after those come when they are nearer.</p>"
_REPLANNED = (
    '<p class="recprep-aside">The plan is made anew each time you look, from where you are: a day off needs no '
    "catching up.</p>"
)
