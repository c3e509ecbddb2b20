"""Which answers, stories, key points and pitfalls are worth a last look. Nothing is read but what is handed in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

from recprep.core.analysis import weak_areas
from recprep.core.bank import Bank
from recprep.core.estimates import Estimate
from recprep.core.models import Attempt, KeyPoint, Question

TOLD, IMAGINED = ("behavioural", "background"), ("situational",)  # kinds whose answers are stories, the true ones first
AREAS = 3  # as many weak areas as the progress page names

Kept = Callable[[Attempt], bool]


def best_first(attempts: Iterable[Attempt]) -> list[Attempt]:
    """Give a person's own answers by how they scored them: the gate open first, then by percent, then the latest."""
    own = [attempt for attempt in attempts if attempt.rater == "self"]
    return sorted(own, key=lambda attempt: (not attempt.gated, attempt.percent, attempt.at), reverse=True)


def best_of_each(ordered: Iterable[Attempt], bank: Bank, kept: Kept) -> list[Attempt]:
    """Give the first answer of each competency, and of the questions without one, in the order of the bank.

    Parameters
    ----------
    ordered : iterable of Attempt
        The best first.
    bank : Bank
    kept : callable
        Says whether the words of an attempt are kept; it is asked of no more attempts than it takes.
    """
    order = [None, *bank.competency_by_id]
    found = {attempt.competency: attempt for attempt in _first_of_each(ordered, kept) if attempt.competency in order}
    return [found[name] for name in order if name in found]


def stories(ordered: Sequence[Attempt], bank: Bank, kept: Kept, *, most: int) -> list[Attempt]:
    """Give the strongest stories: what happened before what would happen, one for each competency.

    An answer with its gate closed, or in the lowest band, is no story to tell.
    """
    lowest = bank.rubric.bands[0].id
    good = [attempt for attempt in ordered if not attempt.gated and attempt.band != lowest]
    by_kind = [[attempt for attempt in good if attempt.kind in kinds] for kinds in (TOLD, IMAGINED)]
    return list(islice(_first_of_each(chain(*by_kind), kept), most))


def _first_of_each(ordered: Iterable[Attempt], kept: Kept) -> Iterable[Attempt]:
    met: set[str | None] = set()
    for attempt in ordered:
        if attempt.competency not in met and kept(attempt):
            met.add(attempt.competency)
            yield attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What the answers to the questions as they now are have shown.

    `latest` is the last answer to each question; `missed` counts, for each question and place, how often an
    essential key point was left out.
    """

    latest: Mapping[str, Attempt]
    missed: Mapping[tuple[str, int], int]

    def still_missed(self, question: Question) -> list[int]:
        """Give the places of the essential key points that the last answer to a question left out."""
        last = self.latest.get(question.id)
        return [] if last is None else [n for n in _essential(question) if _speaks(last) and not last.key_points[n]]


def learn(attempts: Iterable[Attempt], bank: Bank, questions: Iterable[Question]) -> Lessons:
    """Go through the answers, in the order of saving, to these questions; those to an older text are passed over."""
    current = {question.id: (bank.question_hash(question), _essential(question)) for question in questions}
    latest: dict[str, Attempt] = {}
    missed: Counter[tuple[str, int]] = Counter()
    for attempt in attempts:
        hash_, essential = current.get(attempt.question, (None, ()))
        if attempt.rater == "self" and attempt.question_hash == hash_:
            latest[attempt.question] = attempt
            missed.update((attempt.question, n) for n in essential if _speaks(attempt) and not attempt.key_points[n])
    return Lessons(latest=latest, missed=missed)


def _essential(question: Question) -> list[int]:
    return [n for n, point in enumerate(question.key_points) if point.essential]


def _speaks(attempt: Attempt) -> bool:
    """Say whether an attempt tells which key points were covered: who ticked none may not have looked."""
    return any(attempt.key_points)


def left_out_most(lessons: Lessons, questions: Iterable[Question], *, most: int) -> list[tuple[Question, KeyPoint]]:
    """Give the essential key points left out most often, and still the last time: at most one for each question."""
    worst = [
        (question, max(places, key=lambda n, question=question: lessons.missed[question.id, n]))
        for question in questions
        if (places := lessons.still_missed(question))
    ]
    worst.sort(key=lambda found: -lessons.missed[found[0].id, found[1]])
    return [(question, question.key_points[n]) for question, n in worst[:most]]


def pitfalls(
    lessons: Lessons, questions: Iterable[Question], estimated: Mapping[str, Estimate], *, most: int
) -> list[tuple[Question, str]]:
    """Give pitfalls of the weakest areas, area by area in turn.

    Within an area come first the questions whose last answer left out most essential key points, then those with the
    lowest percent, then those not answered yet. No pitfall comes twice.
    """
    by_need = sorted(estimated.values(), key=lambda one: -one.weakness)
    areas = (weak_areas(estimated) or [one.competency for one in by_need])[:AREAS]
    asked = list(questions)
    in_turn = zip_longest(*(_worst_first(lessons, [q for q in asked if q.competency == area]) for area in areas))
    found: dict[str, tuple[Question, str]] = {}
    for question in filter(None, chain.from_iterable(in_turn)):
        for pitfall in question.pitfalls[:1]:
            found.setdefault(pitfall.casefold(), (question, pitfall))
    return list(islice(found.values(), most))


def _worst_first(lessons: Lessons, questions: Iterable[Question]) -> list[Question]:
    def need(question: Question) -> tuple[int, int]:
        last = lessons.latest.get(question.id)
        return -len(lessons.still_missed(question)), 101 if last is None else last.percent

    return sorted(questions, key=need)
