"""What to ask next, and why. Pure: questions, memories, estimates and the time come in, an ordered set goes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain, islice
from math import hypot

from recprep.core.estimates import COMPETENCY_SD, ENOUGH, MIDDLE, PERSON_SD, SURE, Estimate
from recprep.core.memory import Memory, retrievability
from recprep.core.models import PLACES, SENIORITIES, Competency, Profile, Question

POLICY = (
    "First comes what you would most likely have forgotten by the interview, in the areas that weigh most and where "
    "you are weakest; a new question counts as forgotten, kinds are mixed, and nothing comes again at once."
)
HORIZON = timedelta(days=14)  # looked ahead when there is no interview to come
REST = timedelta(hours=16)  # a question answered less long ago comes only when nothing else is left
AT_TARGET = 0.5  # how much an area that is surely at its target counts, beside one surely below
SAME_COMPETENCY, SAME_KIND = 0.5, 0.8  # what a question's value falls to for each such one already in the set
SOME = 0.2  # the share forgotten by the interview from which on that is given as the reason
SCORING_MINUTES = 4  # reading the guide and scoring, on top of answering


@dataclass(frozen=True, slots=True)
class Pick:
    """A question chosen, the sentence that says why it comes now, and whether it was never answered before."""

    question: Question
    why: str
    new: bool


def eligible(questions: Iterable[Question], profile: Profile) -> list[Question]:
    """Give the questions that fit a person: right everywhere or where they are, and up to their seniority.

    A question that does not say its seniority is asked of everybody.
    """
    reach = SENIORITIES.index(profile.seniority) if profile.seniority else len(SENIORITIES)
    asked = (None, *SENIORITIES[: reach + 1])
    return [
        question
        for question in questions
        if question.jurisdiction in (None, profile.jurisdiction) and question.seniority in asked
    ]


def select(
    questions: Sequence[Question],
    *,
    competencies: Mapping[str, Competency],
    memories: Mapping[str, Memory],
    estimates: Mapping[str, Estimate],
    now: datetime,
    by: datetime | None = None,
    begun: Collection[str] = (),
    guides_read: Mapping[str, datetime] | None = None,
    count: int | None = None,
    minutes: int | None = None,
) -> list[Pick]:
    """Choose a set: answers begun, then by what an answer now is worth for the interview.

    The value of a question is the probability that it is forgotten by then, times the need of its competency:
    weight x (1/2 + 1/2 x the probability that the level is below the target). A new question counts as
    forgotten, and 1 + sd times as much, where sd (levels) is how unsure the estimate is. A question is worth
    half for each of its competency that is already in the set, and 0.8 for each of its kind. One answered, or
    whose guide was read, less than 16 hours ago comes only when nothing else is left.

    Questions without a competency open every interview. Until three were answered they count as the area in
    need most, then as the average one.

    Spaced retrieval beats massed by far (Latimier, Peyre and Ramus, 2021, Educational Psychology Review 33,
    959-987: g = 0.74). What is forgotten by when is FSRS's word (Ye, Su and Cao, 2022, KDD '22). The half is a
    hedge: an estimate is unsure, and the points of a strong area are forgotten too. `benchmarks/practice.py`
    shows what this policy comes to beside others.

    Parameters
    ----------
    questions : sequence of Question
        Those that may be asked, in the order of the bank, which settles ties.
    competencies : mapping of str to Competency
    memories : mapping of str to Memory
        By question; those not in it were never answered.
    estimates : mapping of str to Estimate
        By competency; of those not in it nothing is known.
    now : datetime
        In UTC.
    by : datetime, optional
        When the interview is, in UTC. Without it, or when it is over, two weeks are looked ahead.
    begun : collection of str
        Ids of questions with a draft.
    guides_read : mapping of str to datetime, optional
        When (UTC) the guide of a question was read without answering; such a question is no new one.
    count, minutes : int, optional
        The most questions, and the most minutes, scoring included. One question is always chosen when
        there is any.

    Returns
    -------
    list of Pick
    """
    interview, guides_read = by if by and by > now else None, guides_read or {}
    needs = _needs(questions, competencies, memories, estimates)
    first = [Pick(q, _BEGUN, q.id not in memories) for q in questions if q.id in begun]
    rest = [
        _candidate(q, memories.get(q.id), guides_read.get(q.id), needs[q.competency], now, interview or now + HORIZON)
        for q in questions
        if q.id not in begun
    ]
    ordered = _in_order(rest, [pick.question for pick in first])
    picks = (Pick(c.question, _why(c, needs[c.question.competency], now, interview), c.new) for c in ordered)
    return _within(islice(chain(first, picks), count), minutes)


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


@dataclass(frozen=True, slots=True)
class _Need:
    """What an area needs: up to its weight, less when it is at its target; how unsure that is, in levels; and why."""

    amount: float
    sd: float
    reason: str = ""

    @property
    def of_new(self) -> float:
        return self.amount * (1 + self.sd)


def _needs(
    questions: Iterable[Question],
    competencies: Mapping[str, Competency],
    memories: Mapping[str, Memory],
    estimates: Mapping[str, Estimate],
) -> dict[str | None, _Need]:
    needs = {name: _need(area, estimates.get(name) or _unknown(area)) for name, area in competencies.items()}
    opened = sum(q.competency is None and q.id in memories for q in questions)
    amounts = [need.amount for need in needs.values()] or [1.0]
    needs[None] = _Need(sum(amounts) / len(amounts), 0.0)
    if opened < ENOUGH:
        most = max(needs.values(), key=lambda need: need.of_new)
        needs[None] = _Need(most.amount, most.sd)
    return needs


def _unknown(area: Competency) -> Estimate:
    """Give the estimate of somebody of whom nothing is known."""
    return Estimate(
        competency=area.id,
        answers=0,
        level=MIDDLE,
        sd=hypot(PERSON_SD, COMPETENCY_SD),
        raw=MIDDLE,
        target=area.target,
        weight=area.weight,
    )


def _need(area: Competency, estimate: Estimate) -> _Need:
    amount = AT_TARGET * estimate.weight + (1 - AT_TARGET) * estimate.weakness
    return _Need(amount, estimate.sd, _reason(area, estimate))


def _reason(area: Competency, estimate: Estimate) -> str:
    """Say what speaks for an area; empty when nothing does."""
    if estimate.enough and estimate.below > 0.5:
        return f"you are {'' if estimate.below >= SURE else 'likely '}below your target in {area.name}"
    if area.weight > 1:
        return f"{area.name} is at the core of the job"
    return "" if estimate.enough else f"little is known so far of how you do in {area.name}"


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    question: Question
    memory: Memory | None
    read: datetime | None
    forgotten: float
    value: float
    rested: bool

    @property
    def new(self) -> bool:
        return self.memory is None and self.read is None


def _candidate(
    question: Question, memory: Memory | None, read: datetime | None, need: _Need, now: datetime, until: datetime
) -> _Candidate:
    last = [at for at in (memory and memory.day_last, read) if at]
    rested = all(now - at >= REST for at in last)
    if memory is None:
        return _Candidate(question, None, read, 1.0, need.of_new, rested)
    forgotten = _forgotten(memory, until)
    return _Candidate(question, memory, read, forgotten, forgotten * need.amount, rested)


@lru_cache(maxsize=4096)  # a plan asks it of the same memories for every day
def _forgotten(memory: Memory, at: datetime) -> float:
    return 1 - retrievability(memory, at)


def _in_order(candidates: Iterable[_Candidate], first: Iterable[Question]) -> Iterator[_Candidate]:
    """Give the candidates one by one, each the most valuable beside those before it."""
    competencies = Counter(question.competency for question in first)
    kinds = Counter(question.kind for question in first)

    def worth(one: _Candidate) -> tuple[bool, float]:
        alike = SAME_COMPETENCY ** competencies[one.question.competency] * SAME_KIND ** kinds[one.question.kind]
        return one.rested, one.value * alike

    left = list(candidates)
    while left:
        best = max(left, key=worth)
        left.remove(best)
        competencies[best.question.competency] += 1
        kinds[best.question.kind] += 1
        yield best


def _why(one: _Candidate, need: _Need, now: datetime, interview: datetime | None) -> str:
    if one.new:
        reason = need.reason if one.question.competency else "interviews of every kind ask such questions"
        return f"You have not answered this one yet{', and ' if reason else ''}{reason}."
    if not one.rested:
        return f"You {'answered this' if one.memory else 'read its guide'} a few hours ago, and nothing else is left."
    if one.memory is None:
        return f"You read its guide {_ago(now - one.read)}, and have not answered it yet."
    ago = _ago(now - one.memory.day_last)
    reason = need.reason or "it is worth seeing again"
    if one.forgotten >= SOME:
        reason = f"some of it may be forgotten {'by your interview' if interview else 'soon'}"
    return f"You last answered this {ago}, and {reason}."


def _ago(time: timedelta) -> str:
    days = max(1, round(time / timedelta(days=1)))
    return "yesterday" if days == 1 else f"{days} days ago"


def _within(picks: Iterable[Pick], minutes: int | None) -> list[Pick]:
    chosen: list[Pick] = []
    for pick in picks:
        if minutes is not None and chosen and minutes_for(p.question for p in [*chosen, pick]) > minutes:
            break
        chosen.append(pick)
    return chosen


_BEGUN = "You began this answer and have not finished it."
