"""Does the workbook choose well what to practise? Simulated people prepare for an interview, in one order or another.

    python benchmarks/practice.py [--people 200] [--seed 1]

Policies choose the same number of questions of the shipped bank for the same people, who have the same luck. They see
what the workbook sees: self-scores with bias and noise, FSRS memories, estimates. How people learn and forget is the
world's own, neither FSRS's curve nor the estimator's model, and was fixed before anything was tuned:

- An attempt teaches what was not remembered. In its competency it closes 2.5 % of the way from the level to 5, in the
  others 0.25 %, less the share of its points that practice had left; so at level 3 a new question raises its
  competency by 0.05 and the average by 0.01, as in `insight`. Spaced retrieval teaches more than massed (Latimier,
  Peyre and Ramus, 2021, Educational Psychology Review 33, 959-987: g = 0.74).
- After reading the guide a person knows 90 % of its points, and t days later that times (1 + t / s) ** -d, a power law
  (Wixted and Ebbesen, 1991, Psychological Science 2, 409-415). s differs between people and questions, d between
  people, and each attempt makes s longer, the more so the more had been forgotten.
- Of a question never practised, the share (level - its difficulty - 1) / 4 of the points is known.
- Points that practice has left lift the answer, and with it the scores, above the level.
- Nobody scored an exemplar, so the workbook does not know their bias; everybody practises on every day.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np

from recprep.core import calibration, tally
from recprep.core.bank import Bank
from recprep.core.estimates import Estimate, estimate
from recprep.core.memory import Memory, remember, retrievability
from recprep.core.models import KINDS, SENIORITIES, Attempt, Competency, Profile, Question
from recprep.core.rubric import overall_level, score, weights_for
from recprep.core.schedule import eligible, select
from recprep.core.sums import SENIORITY_SHIFT
from recprep.storage.library import load_bank

FIRST_EVENING = datetime(2026, 10, 1, 18, tzinfo=UTC)
OURS = "ours"
MOST_TIMES = 12  # luck is drawn for so many attempts at one question


@dataclass(frozen=True)
class World:
    """How people are, learn and forget; the defaults are the base case."""

    name: str = "base case"
    ability_sd: float = 0.5
    competency_sd: float = 0.6
    difficulty_sd: float = 0.25  # of questions of one seniority
    occasion_sd: float = 0.5
    rating_sd: float = 0.5
    bias_mean: float = 0.2
    bias_sd: float = 0.45
    criterion_sd: float = 0.3
    learning: float = 0.025  # of the way to 5, in the competency practised
    spilling: float = 0.0025  # in the others
    teaches_again: bool = False  # whether what is still known teaches as much as what is new
    encoded: float = 0.9
    days: float = 4.0  # the median of s
    decay: float = 0.4  # the median of d
    growth: float = 4.0  # the median over people of how many times longer s becomes when all had been forgotten
    lift: float = 0.8  # levels that an answer gains when all is remembered


@dataclass(frozen=True)
class Setting:
    """How much is practised before the interview, which is on the morning after the last day."""

    days: int
    each_day: int


SETTINGS = (Setting(10, 5), Setting(30, 3))
WORLDS = (
    World(),
    World("forgetting twice as fast", days=2.0),
    World("no learning beyond the question", learning=0.0, spilling=0.0),
    World("what is known teaches again", teaches_again=True),
)


@dataclass(frozen=True)
class Person:
    """What is true of a person, and their luck; the same under every policy."""

    questions: list[Question]
    level: Mapping[str, float]  # by competency, at the start
    bias: np.ndarray  # criteria
    difficulty: np.ndarray  # questions: levels
    stays: np.ndarray  # questions: s at the first attempt, in days
    decay: float
    growth: float
    occasion: np.ndarray  # questions, times
    rating: np.ndarray  # questions, times, criteria
    shuffled: list[np.ndarray]  # orders of the questions


def draw(world: World, bank: Bank, rng: np.random.Generator) -> Person:
    """Draw a person; any seniority is as likely as another."""
    seniority = SENIORITIES[rng.integers(len(SENIORITIES))]
    questions = eligible(bank.question_by_id.values(), Profile(seniority=seniority))
    number, criteria, areas = len(questions), len(bank.rubric.criteria), list(bank.competency_by_id)
    ability = rng.normal(3.0, world.ability_sd)
    harder = np.array([SENIORITY_SHIFT[question.seniority] for question in questions])
    return Person(
        questions=questions,
        level=dict(zip(areas, rng.normal(ability, world.competency_sd, len(areas)), strict=True)),
        bias=rng.normal(rng.normal(world.bias_mean, world.bias_sd), world.criterion_sd, criteria),
        difficulty=harder + rng.normal(0, world.difficulty_sd, number),
        stays=world.days * np.exp(rng.normal(rng.normal(0, 0.5), 0.5, number)),
        decay=world.decay * np.exp(rng.normal(0, 0.25)),
        growth=world.growth * np.exp(rng.normal(0, 0.3)),
        occasion=rng.normal(0, world.occasion_sd, (number, MOST_TIMES)),
        rating=rng.normal(0, world.rating_sd, (number, MOST_TIMES, criteria)),
        shuffled=[rng.permutation(number) for _ in range(4)],
    )


class Mind:
    """A person's true state: levels, and what is known of each question."""

    def __init__(self, world: World, person: Person) -> None:
        self.world, self.person = world, person
        self.level = dict(person.level)
        self.stays = person.stays.copy()
        self.last = np.full(len(person.questions), -np.inf)  # days

    def retained(self, day: float) -> np.ndarray:
        """Give the share of each question's points that practice has left, 0 to 1."""
        return self.world.encoded * (1 + (day - self.last) / self.stays) ** -self.person.decay

    def remembered(self, day: float) -> np.ndarray:
        """Give the share of each question's points that the person would name, practised or not."""
        level = np.array([self.level_in(question.competency) for question in self.person.questions])
        unaided = np.clip((level - self.person.difficulty - 1) / 4, 0.05, 0.95)
        return unaided + (1 - unaided) * self.retained(day)

    def level_in(self, competency: str | None) -> float:
        """Give the level in a competency; without one, the mean."""
        return self.level[competency] if competency else sum(self.level.values()) / len(self.level)

    def attempt(self, number: int, day: float, times: int) -> np.ndarray:
        """Answer a question and read its guide: give the scores that the person gives themselves, by criterion."""
        world, person = self.world, self.person
        competency = person.questions[number].competency
        kept = (1 + (day - self.last[number]) / self.stays[number]) ** -person.decay
        retained = world.encoded * kept
        shown = self.level_in(competency) - person.difficulty[number] + world.lift * retained
        shown += person.occasion[number, times % MOST_TIMES]
        told = shown + person.bias + person.rating[number, times % MOST_TIMES]
        teaches = 1.0 if world.teaches_again else 1 - retained
        for area, level in self.level.items():
            share = world.learning if area == competency else world.spilling
            self.level[area] = level + share * teaches * max(0.0, 5 - level)
        if np.isfinite(self.last[number]):
            self.stays[number] *= 1 + person.growth * (1 - kept)
        self.last[number] = day
        return np.clip(np.rint(told), 1, 5).astype(int)


@dataclass
class Record:
    """What the workbook knows of a person, folded on when it is asked for."""

    bank: Bank
    person: Person
    by: datetime
    attempts: list[Attempt] = field(default_factory=list)
    times: Counter = field(default_factory=Counter)  # by place of the question
    _memories: dict[str, Memory] = field(default_factory=dict)
    _tally: tally.Tally = field(default_factory=tally.Tally)
    _folded: Counter = field(default_factory=Counter)

    def add(self, number: int, scores: np.ndarray, at: datetime) -> None:
        """Keep an attempt as the store would."""
        question, rubric = self.person.questions[number], self.bank.rubric
        weights = _weights(question.kind)
        levels = {c.id: int(s) for c, s in zip(rubric.criteria, scores, strict=True) if c.id in weights}
        result = score(rubric, question.kind, levels)
        self.times[number] += 1
        self.attempts.append(
            Attempt(
                id=str(len(self.attempts)), sitting="s", role=self.bank.role, question=question.id, kind=question.kind,
                competency=question.competency, at=at, zone="+00:00", rater="self", prediction=None, levels=levels,
                weights=weights, percent=result.percent, band=result.band.id, gated=result.gated, key_points=(),
                aloud=False, seconds_taken=None, question_hash="", rubric_hash="", seniority=question.seniority,
            )
        )  # fmt: skip

    def memories(self) -> dict[str, Memory]:
        """Give the FSRS memory of each question answered."""
        for attempt in self._new("memories"):
            self._memories[attempt.question] = remember(self._memories.get(attempt.question), attempt)
        return self._memories

    def estimates(self) -> dict[str, Estimate]:
        """Give the estimates of somebody who scored no exemplar: the workbook does not know their bias."""
        self._tally = tally.add_all(self._new("tally"), self._tally)
        areas = list(self.bank.competency_by_id.values())
        sums = tally.sums(self._tally, [area.id for area in areas], KINDS)
        bias, variance = _bias_of_anybody(len(self.bank.rubric.criteria))
        return estimate(sums, areas, now=self._tally.answers, bias=bias, bias_variance=variance)

    def means(self) -> dict[str | None, float]:
        """Give the plain mean of the self-scores in each competency tried; questions without one are an area too."""
        levels: dict[str | None, list[float]] = {}
        for attempt in self.attempts:
            levels.setdefault(attempt.competency, []).append(overall_level(attempt.levels, attempt.weights))
        return {competency: sum(some) / len(some) for competency, some in levels.items()}

    def _new(self, reader: str) -> list[Attempt]:
        new = self.attempts[self._folded[reader] :]
        self._folded[reader] = len(self.attempts)
        return new


@cache
def _weights(kind: str) -> Mapping[str, int]:
    return weights_for(load_bank().rubric, kind)


@cache
def _bias_of_anybody(criteria: int) -> tuple[float, float]:
    mean, variance = calibration.bias(np.zeros((criteria, 5, 5)), np.full(criteria, 1 / criteria))
    return float(mean), float(variance)


def ours(record: Record, now: datetime, count: int) -> list[int]:
    """Give what the workbook chooses."""
    return _select(record, record.estimates(), now, count)


def unscored(record: Record, now: datetime, count: int) -> list[int]:
    """Give what the workbook would choose if it drew nothing from the scores but the memories."""
    return _select(record, {}, now, count)


def _select(record: Record, estimates: Mapping[str, Estimate], now: datetime, count: int) -> list[int]:
    picks = select(
        record.person.questions,
        competencies=record.bank.competency_by_id,
        memories=record.memories(),
        estimates=estimates,
        now=now,
        by=record.by,
        count=count,
    )
    places = {question.id: number for number, question in enumerate(record.person.questions)}
    return [places[pick.question.id] for pick in picks]


def shuffled(record: Record, _now: datetime, count: int) -> list[int]:
    """Give the next of a random order; when all were asked, of another one."""
    order = np.concatenate(record.person.shuffled)
    return [int(n) for n in order[len(record.attempts) :][:count]]


def fixed(record: Record, _now: datetime, count: int) -> list[int]:
    """Give the next in the order of the bank, and round again."""
    return [(len(record.attempts) + n) % len(record.person.questions) for n in range(count)]


def weakest_first(record: Record, _now: datetime, count: int) -> list[int]:
    """Give questions of the competency with the lowest plain mean; one that was never tried comes first of all.

    Inside it those asked least often come first, in the order of the bank.
    """
    means, questions = record.means(), record.person.questions
    areas = dict.fromkeys(question.competency for question in questions)
    untried = [area for area in areas if area not in means]
    weakest = sorted(means, key=means.get)
    places = {area: [n for n, q in enumerate(questions) if q.competency == area] for area in areas}
    inside = {area: sorted(some, key=lambda n: record.times[n]) for area, some in places.items()}
    return [*(inside[area][0] for area in untried), *(n for area in weakest for n in inside[area])][:count]


def plain_fsrs(record: Record, now: datetime, count: int) -> list[int]:
    """Give what is due, the most forgotten first, then what is new in the order of the bank, then the soonest due."""
    questions, memories = record.person.questions, record.memories()
    known = {n: memories[q.id] for n, q in enumerate(questions) if q.id in memories}
    due = [n for n, memory in known.items() if memory.strength.due <= now]
    due.sort(key=lambda n: retrievability(known[n], now))
    later = sorted(known.keys() - set(due), key=lambda n: known[n].strength.due)
    return [*due, *(n for n in range(len(questions)) if n not in known), *later][:count]


POLICIES: dict[str, Callable[[Record, datetime, int], list[int]]] = {
    OURS: ours,
    "ours, estimates unknown": unscored,
    "random order": shuffled,
    "fixed order": fixed,
    "weakest first": weakest_first,
    "plain FSRS": plain_fsrs,
}
MEASURES = ("weighted level", "below target", "points remembered")


def prepare(world: World, setting: Setting, person: Person, policy: str, bank: Bank) -> tuple[float, float, float]:
    """Let a person practise every evening up to the interview: give each of `MEASURES` on that morning."""
    mind = Mind(world, person)
    interview = setting.days - 1 / 3
    record = Record(bank, person, by=FIRST_EVENING + timedelta(days=interview))
    for day in range(setting.days):
        now = FIRST_EVENING + timedelta(days=day)
        for number in POLICIES[policy](record, now, setting.each_day):
            record.add(number, mind.attempt(number, day, record.times[number]), now)
    return judge(mind, interview, bank.competency_by_id)


def judge(mind: Mind, day: float, areas: Mapping[str, Competency]) -> tuple[float, float, float]:
    """Give the weighted level, the weighted distance below target, and the weighted share of points remembered.

    A question without a competency weighs as much as the heaviest, since interviews of every kind open with it.
    """
    weights = np.array([area.weight for area in areas.values()], float)
    level = np.array([mind.level[area] for area in areas])
    lacking = np.maximum(0, [area.target for area in areas.values()] - level)
    heaviest = weights.max()
    asked = [areas[q.competency].weight if q.competency else heaviest for q in mind.person.questions]
    return (
        float(np.average(level, weights=weights)),
        float(np.average(lacking, weights=weights)),
        float(np.average(mind.remembered(day), weights=asked)),
    )


def simulate(world: World, setting: Setting, people: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Give, by policy, an array of people x `MEASURES`."""
    bank = load_bank()
    found: dict[str, list] = {policy: [] for policy in POLICIES}
    for _ in range(people):
        person = draw(world, bank, rng)
        for policy, results in found.items():
            results.append(prepare(world, setting, person, policy, bank))
    return {policy: np.array(results) for policy, results in found.items()}


def run(people: int, rng: np.random.Generator) -> None:
    """Print a table for each world and setting; the worlds beside the base case have half as many people."""
    print(
        "\nOn the morning of the interview: the weighted true level, how far it is below target (less is better), and"
        "\nthe weighted share of points remembered; by how much ours is higher for the same people. ± 95 % intervals."
    )
    for world in WORLDS:
        for setting in SETTINGS:
            some = people if world == WORLDS[0] else max(2, people // 2)
            print_table(world, setting, simulate(world, setting, some, rng))


def print_table(world: World, setting: Setting, found: Mapping[str, np.ndarray]) -> None:
    """Print each policy's means, and by how much ours is higher for the same people."""
    ours_found = found[OURS]
    print(f"\n{world.name}, {setting.days} days x {setting.each_day} questions: {len(ours_found):,} people")
    print(f"{'policy':24}" + "".join(f"{name:>18}{'ours - it':>18}" for name in MEASURES))
    for policy, values in found.items():
        pairs = zip(values.T, (ours_found - values).T, strict=True)
        cells = (f"{_cell(own):>18}{'' if policy == OURS else _cell(more, '+'):>18}" for own, more in pairs)
        print(f"{policy:24}" + "".join(cells))


def _cell(values: np.ndarray, sign: str = "") -> str:
    return f"{values.mean():{sign}.3f} ± {1.96 * values.std(ddof=1) / np.sqrt(len(values)):.3f}"


def main() -> None:
    """Run every world."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    run(arguments.people, np.random.default_rng(arguments.seed))


if __name__ == "__main__":
    main()
