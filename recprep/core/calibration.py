"""How far a person's scores can be trusted: what their scores of exemplars say about their bias.

Pure: counts of scores come in, means and variances go out. Every function takes any number of people at once,
as leading axes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import erf

import numpy as np

from recprep.core.models import LEVELS

PERSON_SD = 0.45  # levels: how much people differ in leniency
CRITERION_SD = 0.3  # levels: how much one person's leniency differs between criteria
SCORE_SD = 0.5  # levels: how much one score differs from the next for no reason
GRID = np.linspace(-2.5, 2.5, 101)


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
