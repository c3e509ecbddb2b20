"""What to ask next, and why. Pure: questions, memories and the time come in, an ordered set goes out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from recprep.core.memory import Memory, retrievability
from recprep.core.models import PLACES, SENIORITIES, Competency, Profile, Question

UNKNOWN_NEED = 1.0  # levels: how far below the target an area counts as being while too little is known of it
LEAST_NEED = 0.25  # levels: an area at its target still comes up now and then
SCORING_MINUTES = 4  # reading the guide and scoring, on top of answering


@dataclass(frozen=True, slots=True)
class Pick:
    """A question chosen, and the sentence that says why it comes now."""

    question: Question
    why: str


def eligible(questions: Iterable[Question], profile: Profile) -> list[Question]:
    """Give the questions that fit a person: right everywhere or where they are, and up to their seniority."""
    reach = SENIORITIES.index(profile.seniority) if profile.seniority else len(SENIORITIES)
    return [
        question
        for question in questions
        if question.jurisdiction in (None, profile.jurisdiction) and SENIORITIES.index(question.seniority) <= reach
    ]


def select(
    questions: Sequence[Question],
    *,
    competencies: Mapping[str, Competency],
    memories: Mapping[str, Memory],
    levels: Mapping[str, float],
    now: datetime,
    begun: Collection[str] = (),
    count: int | None = None,
    minutes: int | None = None,
) -> list[Pick]:
    """Choose a set: answers begun, then what is due, then new ones where it is needed most, then the rest.

    Due questions come by what is most likely forgotten. New ones come by weight of their competency times
    the distance to its target, halved for each question of that competency already chosen, so that a set
    stays varied. What is neither due nor new comes last, the soonest due first.

    Parameters
    ----------
    questions : sequence of Question
        Those that may be asked, in the order of the bank.
    competencies : mapping of str to Competency
    memories : mapping of str to Memory
        By question; those not in it were never answered.
    levels : mapping of str to float
        The level, 1 to 5, in each competency of which enough is known.
    now : datetime
        In UTC.
    begun : collection of str
        Ids of questions with a draft.
    count, minutes : int, optional
        The most questions, and the most minutes, scoring included. One question is always chosen when
        there is any.

    Returns
    -------
    list of Pick
    """
    known = {question.id: memories.get(question.id) for question in questions}
    first = [Pick(q, "You began this answer and have not finished it.") for q in questions if q.id in begun]
    rest = [question for question in questions if question.id not in begun]
    seen = [question for question in rest if known[question.id]]
    due = [q for q in seen if known[q.id].strength.due <= now]
    later = [q for q in seen if known[q.id].strength.due > now]
    new = [question for question in rest if not known[question.id]]
    picks = [
        *first,
        *_due(due, known, now),
        *_new(new, competencies, levels, _counted([pick.question for pick in first] + due)),
        *_later(later, known),
    ][:count]
    return picks if minutes is None else _within(picks, minutes)


def left_out(number: int, profile: Profile) -> str | None:
    """Say what a set leaves out because of the profile; None when it leaves nothing out."""
    if not number:
        return None
    where = f" or in {PLACES[profile.jurisdiction]}" if profile.jurisdiction else ""
    reach = f", up to the seniority '{profile.seniority}'" if profile.seniority else ""
    more = "1 more is" if number == 1 else f"{number} more are"
    return f"Asked are questions that hold everywhere{where}{reach}. {more} left out."


def minutes_for(questions: Iterable[Question]) -> int:
    """Give the minutes that answering and scoring will take."""
    return sum(question.minutes + SCORING_MINUTES for question in questions)


def _due(questions: list[Question], known: Mapping[str, Memory], now: datetime) -> list[Pick]:
    ordered = sorted(questions, key=lambda question: retrievability(known[question.id], now))
    return [Pick(question, _why_due(known[question.id], now)) for question in ordered]


def _why_due(memory: Memory, now: datetime) -> str:
    days = (now - memory.strength.reviewed_at).days
    ago = "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"
    percent = round(memory.day_percents / memory.day_count)
    return f"You last answered this {ago}, at {percent} %; it is time to see it again."


def _new(
    questions: list[Question],
    competencies: Mapping[str, Competency],
    levels: Mapping[str, float],
    chosen: dict[str | None, int],
) -> list[Pick]:
    left, picks = list(questions), []
    while left:
        best = max(left, key=lambda q: _need(q.competency, competencies, levels) / 2 ** chosen.get(q.competency, 0))
        left.remove(best)
        chosen[best.competency] = chosen.get(best.competency, 0) + 1
        picks.append(Pick(best, _why_new(best, competencies, levels)))
    return picks


def _need(competency: str | None, competencies: Mapping[str, Competency], levels: Mapping[str, float]) -> float:
    """Give weight times distance to the target; a question of no competency weighs as much as the heaviest."""
    if competency is None:
        return UNKNOWN_NEED * max((other.weight for other in competencies.values()), default=1)
    area = competencies[competency]
    gap = area.target - levels[competency] if competency in levels else UNKNOWN_NEED
    return area.weight * max(gap, LEAST_NEED)


def _why_new(question: Question, competencies: Mapping[str, Competency], levels: Mapping[str, float]) -> str:
    area = competencies.get(question.competency)
    if area is None:
        return "You have not answered this one yet, and interviews of every kind ask it."
    if question.competency in levels and levels[question.competency] < area.target:
        return f"You have not answered this one yet, and {area.name} is where you are below your target."
    if area.weight > 1:
        return f"You have not answered this one yet, and {area.name} is at the core of the job."
    return "You have not answered this one yet."


def _later(questions: list[Question], known: Mapping[str, Memory]) -> list[Pick]:
    ordered = sorted(questions, key=lambda question: known[question.id].strength.due)
    return [
        Pick(q, f"Nothing else is due. This one would come back on {known[q.id].strength.due:%d %B}.") for q in ordered
    ]


def _counted(questions: Iterable[Question]) -> dict[str | None, int]:
    counted: dict[str | None, int] = {}
    for question in questions:
        counted[question.competency] = counted.get(question.competency, 0) + 1
    return counted


def _within(picks: Sequence[Pick], minutes: int) -> list[Pick]:
    chosen: list[Pick] = []
    for pick in picks:
        if chosen and minutes_for(p.question for p in [*chosen, pick]) > minutes:
            break
        chosen.append(pick)
    return chosen
