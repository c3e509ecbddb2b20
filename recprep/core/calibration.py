"""How far a person's scores can be trusted: which exemplars to score next, and what the scores say of their bias."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from math import erf

import numpy as np

from recprep.core.models import LEVELS, Exemplar

PERSON_SD = 0.45  # levels: how much people differ in leniency
CRITERION_SD = 0.3  # levels: how much one person's leniency differs between criteria
SCORE_SD = 0.5  # levels: how much one score differs from the next for no reason
EIGHTY = 1.2815515655446004  # an 80 % interval reaches this many standard deviations to each side
GRID = np.linspace(-2.5, 2.5, 101)


def choose(exemplars: Iterable[Exemplar], seen: Collection[str], *, count: int = 6) -> list[Exemplar]:
    """Choose the exemplars to score next: none twice until all were seen, and every level of every criterion.

    Parameters
    ----------
    exemplars : iterable of Exemplar
        Those of a bank, in its order.
    seen : collection of str
        Ids of the exemplars scored since the last time that all had been.
    count : int
        How many; fewer are given when fewer are left.

    Returns
    -------
    list of Exemplar
        Each of another question than the others, as far as that goes.
    """
    everything = list(exemplars)
    left = [one for one in everything if one.id not in seen] or everything
    chosen: list[Exemplar] = []
    met = Counter(cell for one in everything if one.id in seen for cell in one.levels.items())
    while left and len(chosen) < count:
        asked = Counter(one.question for one in chosen)
        best = min(
            left, key=lambda one: (asked[one.question], sum(met[c] for c in one.levels.items()) / len(one.levels))
        )
        left.remove(best)
        chosen.append(best)
        met.update(best.levels.items())
    return chosen


def count_scores(reference: Sequence[int], given: Sequence[int]) -> np.ndarray:
    """Count the scores of exemplars on one criterion by what the reference says and what the person gave.

    Parameters
    ----------
    reference, given : sequences of int
        Levels, 1 to 5, of the same length.

    Returns
    -------
    numpy.ndarray
        Shape (5, 5): reference level down, given level across.

    Examples
    --------
    >>> int(count_scores([3, 3, 5], [4, 4, 5])[2, 3])
    2
    """
    counts = np.zeros((len(LEVELS), len(LEVELS)))
    np.add.at(counts, (np.asarray(reference, int) - 1, np.asarray(given, int) - 1), 1)
    return counts


def bias(counts: np.ndarray, weights: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Give how much too high a person scores, on each criterion or on a weighted mean of them.

    Any number of people are measured at once, as leading axes.

    A score is taken as the reference level, plus the person's bias on that criterion, plus noise, rounded
    and kept between 1 and 5; so a reference of 5 scored 5 says only that the bias is not far below zero (an
    ordered probit, McKelvey and Zavoina, 1975, Journal of Mathematical Sociology 4, 103-120). A person's
    biases lie around one leniency of theirs, and leniencies lie around zero, so that few scores move the
    result little (Gelman and Hill, 2007, Data Analysis Using Regression and Multilevel/Hierarchical Models,
    chapter 12).

    Parameters
    ----------
    counts : numpy.ndarray
        Shape (..., criteria, 5, 5), each as `count_scores` gives it. Zeros where nothing was scored.
    weights : numpy.ndarray, optional
        Shape (criteria,), summing to 1, for a weighted mean; without them, each criterion by itself.

    Returns
    -------
    mean, variance : numpy.ndarray
        In levels and squared levels; shape (..., criteria), or (...) with weights. A mean above 0 is
        lenient. Without any scores the mean is 0.
    """
    log_likelihood = np.einsum("...krg,rgb->...kb", counts, _log_probabilities())
    likelihood = np.exp(log_likelihood - log_likelihood.max(-1, keepdims=True))
    around = _around()
    evidence = likelihood @ around
    first, second = (likelihood * GRID) @ around / evidence, (likelihood * GRID**2) @ around / evidence
    leniency = np.log(evidence).sum(-2) - 0.5 * (GRID / PERSON_SD) ** 2
    leniency = np.exp(leniency - leniency.max(-1, keepdims=True))
    leniency /= leniency.sum(-1, keepdims=True)
    if weights is None:
        inner, spread, leniency = first, second - first**2, leniency[..., None, :]
    else:
        inner = np.einsum("k,...kb->...b", weights, first)
        spread = np.einsum("k,...kb->...b", weights**2, second - first**2)
    mean = (leniency * inner).sum(-1)
    return mean, (leniency * (spread + inner**2)).sum(-1) - mean**2


def in_words(names: Sequence[str], mean: np.ndarray, variance: np.ndarray) -> str:
    """Say in one sentence what the bias is, and where it cannot be told from noise.

    Parameters
    ----------
    names : sequence of str
        Of the criteria, as a person reads them.
    mean, variance : numpy.ndarray
        As `bias` gives them, one for each name.

    Examples
    --------
    >>> in_words(["Accuracy", "Evidence"], np.array([0.1, 0.5]), np.array([0.04, 0.04]))
    'You score Evidence about half a level high; the rest is within noise.'
    """
    sure = {name: m for name, m, v in zip(names, mean, variance, strict=True) if abs(m) > EIGHTY * v**0.5}
    if not sure:
        return "Nothing in your scores is further from the reference than noise would be."
    largest_first = sorted(sure, key=lambda name: -abs(sure[name]))
    told = _listed([f"{name} about {_how_far(sure[name])}" for name in largest_first])
    return f"You score {told}{'' if len(sure) == len(names) else '; the rest is within noise'}."


def _how_far(level: float) -> str:
    quarters = max(1, min(6, round(abs(level) * 4)))
    amounts = ("a quarter of a level", "half a level", "three quarters of a level", "a level")
    amount = amounts[quarters - 1] if quarters <= len(amounts) else "more than a level"
    return f"{amount} {'high' if level > 0 else 'low'}"


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def quadratic_kappa(counts: np.ndarray) -> float | None:
    """Give the agreement of two scorings beyond chance, with quadratic weights.

    Cohen (1968), Psychological Bulletin 70, 213-220: 1 is full agreement, 0 what chance would give.

    Parameters
    ----------
    counts : numpy.ndarray
        Shape (5, 5), as `count_scores` gives it, of one criterion or summed over several.

    Returns
    -------
    float or None
        None when it is not defined: no scores, or the same level always and by both.
    """
    total = counts.sum()
    apart = np.subtract.outer(np.arange(len(LEVELS)), np.arange(len(LEVELS))) ** 2
    by_chance = (np.outer(counts.sum(1), counts.sum(0)) * apart).sum()
    return None if by_chance == 0 else float(1 - total * (counts * apart).sum() / by_chance)


@cache
def _log_probabilities() -> np.ndarray:
    """Give the log probability of each given level, by reference level and bias: shape (5, 5, grid)."""
    below = np.array([[[_normal((level + 0.5 - r - b) / SCORE_SD) for b in GRID] for level in LEVELS] for r in LEVELS])
    below[:, -1] = 1
    return np.log(np.clip(np.diff(below, axis=1, prepend=0), 1e-9, 1))


@cache
def _around() -> np.ndarray:
    """Give the probability of a criterion's bias (down) by the person's leniency (across), on the grid."""
    weights = np.exp(-0.5 * (np.subtract.outer(GRID, GRID) / CRITERION_SD) ** 2)
    return weights / weights.sum(0)


def _normal(z: float) -> float:
    return (1 + erf(z / 2**0.5)) / 2
