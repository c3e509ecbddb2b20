"""Answers added up: what the estimates need to know of them, by competency and kind; nothing grows with the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache

import numpy as np

from recprep.core import normal
from recprep.core.models import LEVELS

SCORE_SD = 0.5  # levels: one score beside another for the same answer
ENDS = (0.4, 5.6)  # levels: how far beyond the scale an answer may be taken to lie
HALF_LIFE = 160.0  # answers: an answer that long ago counts half
SENIORITY_SHIFT = {"entry": -0.3, "experienced": 0.0, "senior": 0.3}  # levels that a question is harder by


@dataclass(frozen=True, slots=True)
class Sums:
    """What the model needs to know of the answers, by competency and kind; nothing grows with the history.

    Parameters
    ----------
    answers : numpy.ndarray
        Shape (..., competencies, kinds): how many there are.
    count, time, time_squared, level, time_level, level_squared : numpy.ndarray
        The same shape. Weighted sums of 1, t, t squared, y, t y and y squared, where t is the number of answers given
        before and y the stretched level of the answer, corrected for its seniority.
    """

    answers: np.ndarray
    count: np.ndarray
    time: np.ndarray
    time_squared: np.ndarray
    level: np.ndarray
    time_level: np.ndarray
    level_squared: np.ndarray


def add_up(
    competency: np.ndarray,
    kind: np.ndarray,
    time: np.ndarray,
    level: np.ndarray,
    *,
    harder: np.ndarray | float,
    shape: tuple[int, int],
) -> Sums:
    """Add up answers.

    Parameters
    ----------
    competency, kind : numpy.ndarray of int, shape (..., answers)
        Their places in the bank's order.
    time : numpy.ndarray, shape (..., answers)
        How many answers were given before.
    level : numpy.ndarray, shape (..., answers)
        The level of the answer, 1 to 5: the weighted mean of its scores.
    harder : numpy.ndarray, shape (..., answers)
        How many levels harder than usual the question is, as `SENIORITY_SHIFT` says.
    shape : (int, int)
        How many competencies and kinds there are.

    Returns
    -------
    Sums
    """
    latest = time.max(axis=-1, initial=0, keepdims=True)
    weight = 0.5 ** ((latest - time) / HALF_LIFE)
    level = stretch(level) + harder
    timed = (weight, weight * time, weight * time**2)
    terms = (np.ones_like(weight), *timed, weight * level, weight * time * level, weight * level**2)
    return Sums(*(_by_cell(competency, kind, term, shape) for term in terms))


def joined(earlier: Sums, later: Sums, *, apart: float) -> Sums:
    """Give the sums over two stretches of time, whose last answers lie `apart` answers from each other."""
    fade = 0.5 ** (apart / HALF_LIFE)
    old, new = ([getattr(one, part.name) for part in fields(Sums)] for one in (earlier, later))
    return Sums(old[0] + new[0], *(fade * a + b for a, b in zip(old[1:], new[1:], strict=True)))


def stacked(several: Sequence[Sums], shape: tuple[int, int]) -> Sums:
    """Give several sums, none or more, each of shape (competencies, kinds), as one with a new first axis."""
    parts = ([getattr(one, part.name) for one in several] for part in fields(Sums))
    return Sums(*(np.array(part, float).reshape(len(several), *shape) for part in parts))


def stretch(level: np.ndarray) -> np.ndarray:
    """Give the level at which an answer lies when its scores, rounded and kept on the scale, average to `level`.

    In the middle of the scale that is the level itself. Near its ends it lies further out, since a score of 5
    stands for everything above: the mean of such scores is inverted (the censoring of Tobin, 1958, Econometrica
    26, 24-36, done by answer instead of by likelihood).

    Examples
    --------
    >>> stretch(np.array([1.0, 3.0, 4.9, 5.0])).round(2).tolist()
    [0.4, 3.0, 5.14, 5.6]
    """
    lies, shows = _shown()
    return np.interp(level, shows, lies)


@cache
def _shown() -> tuple[np.ndarray, np.ndarray]:
    """Give levels on a grid, and the mean score that each leads to."""
    lies = np.linspace(*ENDS, 521)
    above = [[normal.below((level - score + 0.5) / SCORE_SD) for score in LEVELS[1:]] for level in lies]
    return lies, 1 + np.array(above).sum(1)


def _by_cell(competency: np.ndarray, kind: np.ndarray, term: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    *people, answers = competency.shape
    cells = np.zeros((int(np.prod(people)), *shape))
    person = np.arange(len(cells))[:, None]
    flat = (part.reshape(len(cells), answers) for part in (competency, kind, np.broadcast_to(term, competency.shape)))
    competency, kind, term = flat
    np.add.at(cells, (person, competency, kind), term)
    return cells.reshape(*people, *shape)
