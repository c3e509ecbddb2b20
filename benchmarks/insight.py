"""Does the workbook find the weak areas, and choose well what to practise? Simulated people, of known true levels.

    python benchmarks/insight.py [--people 20000] [--preparing 200] [--seed 1]

Prints one table a world: the base case first, then worlds in which the assumptions are broken; then the tables of
`practice`, where people prepare for an interview. Shares and means stand with half the width of their 95 % interval.
Nothing of it reads personal data.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import practice

from recprep.core import calibration, estimates, normal, sums

COMPETENCIES, KINDS, CRITERIA, EXEMPLARS = 9, 6, 5, 12
CHECKPOINTS = (10, 20, 40, 80)
SHIFTS = np.array(list(sums.SENIORITY_SHIFT.values()))
OURS = ("ours, calibrated", "ours, not calibrated")
EQUAL = np.full(CRITERIA, 1 / CRITERIA)


@dataclass(frozen=True)
class World:
    """How people and questions are; the defaults are the base case, fixed before anything was tuned."""

    name: str = "base case"
    ability_sd: float = 0.5
    competency_sd: float = 0.6
    difficulty_sd: float = 0.35
    occasion_sd: float = 0.5
    rating_sd: float = 0.5
    bias_mean: float = 0.2
    bias_sd: float = 0.45
    criterion_sd: float = 0.3
    learning: float = 0.01
    heavy_tails: bool = False
    wrong_by: float = 1.0  # the estimator's own constants, multiplied


WORLDS = (
    World(),
    World("no learning", learning=0.0),
    World("fast learning", learning=0.03),
    World("heavy tails", heavy_tails=True),
    World("nobody biased", bias_mean=0.0, bias_sd=0.0, criterion_sd=0.0),
    World("everybody lenient", bias_mean=0.8),
    World("our constants x 0.6", wrong_by=0.6),
    World("our constants x 1.6", wrong_by=1.6),
)


@dataclass(frozen=True)
class People:
    """What was drawn: true levels, and what each person would type in."""

    level: np.ndarray  # people, competencies: at the start, no bias in it
    bias: np.ndarray  # people
    competency: np.ndarray  # people, answers
    kind: np.ndarray
    shift: np.ndarray  # people, answers: the part of the difficulty that seniority tells
    given: np.ndarray  # people, answers: the mean of the five scores
    scores: np.ndarray  # people, criteria, 5, 5: exemplars, as calibration counts them


def draw(world: World, people: int, rng: np.random.Generator) -> People:
    """Draw people, and let each answer, score themselves and score exemplars."""
    answers = CHECKPOINTS[-1]
    ability = rng.normal(estimates.MIDDLE, world.ability_sd, people)
    level = ability[:, None] + rng.normal(0, world.competency_sd, (people, COMPETENCIES))
    practised = rng.dirichlet(np.full(COMPETENCIES, 1.2), people).cumsum(1)
    competency = (rng.random((people, answers, 1)) > practised[:, None, :-1]).sum(2)
    # Half the variance of difficulty is seniority's: three steps, equally likely.
    step = world.difficulty_sd * np.sqrt(0.5) * np.sqrt(1.5)
    shift = rng.choice([-step, 0.0, step], (people, answers))
    difficulty = shift + rng.normal(0, world.difficulty_sd * np.sqrt(0.5), (people, answers))
    noise = (
        rng.standard_t(3, (people, answers)) / np.sqrt(3) if world.heavy_tails else rng.normal(0, 1, (people, answers))
    )
    shown = np.take_along_axis(level, competency, 1) + world.learning * np.arange(answers) - difficulty
    shown += noise * world.occasion_sd
    bias = rng.normal(world.bias_mean, world.bias_sd, (people, 1)) + rng.normal(
        0, world.criterion_sd, (people, CRITERIA)
    )
    given = _score(shown[..., None] + bias[:, None, :], world, rng)
    reference = rng.integers(1, 6, (people, EXEMPLARS, CRITERIA))
    told = _score(reference + bias[:, None, :], world, rng).astype(int)
    scores = np.zeros((people, CRITERIA, 5, 5))
    person, criterion = np.arange(people)[:, None, None], np.arange(CRITERIA)
    np.add.at(scores, (person, criterion, reference - 1, told - 1), 1)
    kind = rng.integers(0, KINDS, (people, answers))
    return People(level, bias.mean(1), competency, kind, shift, given.mean(2), scores)


def _score(level: np.ndarray, world: World, rng: np.random.Generator) -> np.ndarray:
    return np.clip(np.rint(level + rng.normal(0, world.rating_sd, level.shape)), 1, 5)


def estimators(drawn: People, world: World, answers: int) -> Iterator[tuple[str, np.ndarray, np.ndarray | None]]:
    """Yield name, level in each competency, and variance where the estimator gives one."""
    competency, given = drawn.competency[:, :answers], drawn.given[:, :answers]
    mean, last = _means(competency, given), _means(competency, given, last=5)
    yield "plain mean", mean, None
    yield "mean of last five", last, None
    yield "plain mean, bias known", mean - drawn.bias[:, None], None
    added = sums.add_up(
        competency,
        drawn.kind[:, :answers],
        np.broadcast_to(np.arange(answers), competency.shape),
        given,
        harder=drawn.shift[:, :answers],
        shape=(COMPETENCIES, KINDS),
    )
    prior = calibration.PERSON_SD**2 + calibration.CRITERION_SD**2 / CRITERIA
    yield "ours, not calibrated", *estimates.levels(added, now=answers, bias=0.0, bias_variance=prior)
    bias, variance = calibration.bias(drawn.scores, EQUAL)
    yield "ours, calibrated", *estimates.levels(added, now=answers, bias=bias, bias_variance=variance)
    yield "exact posterior", exact(drawn, world, answers, bias, variance), None


def _means(competency: np.ndarray, given: np.ndarray, last: int | None = None) -> np.ndarray:
    """Give the mean level by competency; one that was never practised gets the person's own mean."""
    table = np.full((len(given), COMPETENCIES), np.nan)
    for c in range(COMPETENCIES):
        hit = competency == c
        if last:
            hit &= hit[:, ::-1].cumsum(1)[:, ::-1] <= last
        count = hit.sum(1)
        table[:, c] = np.where(count > 0, (hit * given).sum(1) / np.maximum(count, 1), given.mean(1))
    return table


def exact(drawn: People, world: World, answers: int, bias: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Give the posterior mean by conditioning one big normal on all answers, with the world's own constants.

    It is exact for answers that are normal: it does not know that scores are rounded and end at 1 and 5, so near the
    ends of the scale it is no bound. Written apart from `recprep.core.estimates` on purpose: it builds the covariance
    of the answers, of whatever number, and knows the rate of learning and that kinds make no difference.
    """
    noise = world.difficulty_sd**2 / 2 + world.occasion_sd**2 + (world.rating_sd**2 + 1 / 12) / CRITERIA
    found = np.empty_like(drawn.level)
    for person, competency in enumerate(drawn.competency[:, :answers]):
        same = competency[:, None] == competency
        shared = world.ability_sd**2 + variance[person]
        covariance = shared + world.competency_sd**2 * same + noise * np.eye(answers)
        centred = drawn.given[person, :answers] + drawn.shift[person, :answers]
        centred = centred - estimates.MIDDLE - bias[person] - world.learning * np.arange(answers)
        to_truth = world.ability_sd**2 + world.competency_sd**2 * (np.arange(COMPETENCIES)[:, None] == competency)
        found[person] = estimates.MIDDLE + world.learning * answers + to_truth @ np.linalg.solve(covariance, centred)
    return np.clip(found, 1, 5)


def judge(level: np.ndarray, variance: np.ndarray | None, truth: np.ndarray) -> dict[str, np.ndarray]:
    """Give each measure for each person."""
    error = np.abs(level - truth)
    found = {"error": error.mean(1)}
    inside = error <= normal.EIGHTY * np.sqrt(variance) if variance is not None else np.full(error.shape, np.nan)
    found["inside 80 %"] = inside.mean(1)
    weakest = truth.argmin(1)
    order = level.argsort(1)
    found["weakest first"] = (order[:, 0] == weakest).astype(float)
    found["in first three"] = (order[:, :3] == weakest[:, None]).any(1).astype(float)
    found["rank correlation"] = _rank_correlation(level, truth)
    return found


def _rank_correlation(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Give Spearman's correlation of each row."""
    ranks = [values.argsort(1).argsort(1) - (COMPETENCIES - 1) / 2 for values in (one, other)]
    return (ranks[0] * ranks[1]).sum(1) / (ranks[0] ** 2).sum(1)


def run(world: World, people: int, rng: np.random.Generator) -> list[Glance]:
    """Print one world's table; give what matters of it."""
    drawn = draw(world, people, rng)
    print(f"\n{world.name}: {people:,} people")
    print(
        f"{'answers':>7}  {'estimator':24}" + "".join(f"{name:>19}" for name in judge(drawn.level, None, drawn.level))
    )
    glances = []
    for answers in CHECKPOINTS:
        truth = np.clip(drawn.level + world.learning * answers, 1, 5)
        found = {name: judge(level, variance, truth) for name, level, variance in estimators(drawn, world, answers)}
        for name, measures in found.items():
            print(f"{answers:>7}  {name:24}" + "".join(f"{_cell(values):>19}" for values in measures.values()))
        glances += [Glance.of(world.name, answers, found, ours) for ours in OURS]
    return glances


@dataclass(frozen=True)
class Glance:
    """How ours did in one world after some answers, beside the plain mean and the exact posterior."""

    estimator: str
    world: str
    answers: int
    error: float
    plain: float
    exact: float
    inside: float
    first: float
    plain_first: float

    @classmethod
    def of(cls, world: str, answers: int, found: dict[str, dict[str, np.ndarray]], estimator: str) -> Glance:
        """Take the means of what was judged."""
        ours, plain, exact = (found[name] for name in (estimator, "plain mean", "exact posterior"))
        means = (m.mean() for m in (ours["error"], plain["error"], exact["error"]))
        shares = (m.mean() for m in (ours["inside 80 %"], ours["weakest first"], plain["weakest first"]))
        return cls(estimator, world, answers, *means, *shares)

    @property
    def way(self) -> float:
        """How far from the plain mean to the exact posterior, on error."""
        return (self.plain - self.error) / (self.plain - self.exact)

    def missed(self) -> str:
        """Name the goals that were missed."""
        base = self.world == World.name
        goals = {
            "way": self.way < (0.8 if base else 0.5),
            "worse than plain": self.error > self.plain,
            "inside": not 0.75 <= self.inside <= 0.85,
            "first": self.first < self.plain_first,
        }
        return ", ".join(name for name, miss in goals.items() if miss)


def print_glances(glances: list[Glance]) -> None:
    """Print one line for each world and checkpoint, with the goals that were missed."""
    print(
        f"\nAt a glance: {glances[0].estimator}. Goals with calibration: four fifths of the way in the base case, half"
        "\nof it elsewhere; never worse than the plain mean; 80 % intervals that hold 75 to 85 %; the weakest named"
        "\nfirst as often as by the plain mean."
    )
    head = ("plain mean", "ours", "exact", "way", "inside 80 %", "first", "plain first")
    print(f"{'world':22}{'answers':>8}" + "".join(f"{name:>13}" for name in head) + "  missed")
    for one in glances:
        print(
            f"{one.world:22}{one.answers:>8}{one.plain:>13.3f}{one.error:>13.3f}{one.exact:>13.3f}{one.way:>13.0%}"
            f"{one.inside:>13.0%}{one.first:>13.3f}{one.plain_first:>13.3f}  {one.missed()}".rstrip()
        )


def _cell(values: np.ndarray) -> str:
    if np.isnan(values).all():
        return "-"
    return f"{values.mean():.3f} ± {1.96 * values.std() / np.sqrt(len(values)):.3f}"


def constants(factor: float) -> dict[str, float]:
    """Give the constants that the estimates rest on most, multiplied."""
    names = ("PERSON_SD", "COMPETENCY_SD", "KIND_SD", "LEARNING", "LEARNING_SD", "ANSWER_SD")
    return {name: getattr(estimates, name) * factor for name in names}


def main() -> None:
    """Run every world."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=20_000, help="who are estimated")
    parser.add_argument("--preparing", type=int, default=200, help="who prepare for an interview; 0 leaves it out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--world", help="only worlds whose name contains this")
    arguments = parser.parse_args()
    glances = []
    for number, world in enumerate(WORLDS):
        if arguments.world and arguments.world not in world.name:
            continue
        ours = constants(1.0)
        vars(estimates).update(constants(world.wrong_by))
        glances += run(world, arguments.people, np.random.default_rng([arguments.seed, number]))
        vars(estimates).update(ours)
    for ours in OURS:
        print_glances([one for one in glances if one.estimator == ours])
    if arguments.preparing:
        practice.run(arguments.preparing, np.random.default_rng(arguments.seed))


if __name__ == "__main__":
    main()
